"""A scheme's calendar as it is written: what it may say, and what is refused with the reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from flows.rules.calendars import Calendar, Limit, Span

PLAIN: dict[str, Any] = {"free_week_days": [7], "holidays": [date(2026, 1, 26)], "opens": 9, "closes": 17}
DIWALI, SECOND_SATURDAY = date(2026, 11, 6), date(2026, 11, 14)


def fault(**more: Any) -> str:
    with pytest.raises(ValidationError) as raised:
        Calendar.model_validate(PLAIN | more)
    return str(raised.value)


def test_what_is_not_named_is_as_it_was() -> None:
    plain = Calendar.model_validate(PLAIN)
    assert (plain.opens, plain.closes, plain.name) == (9 * 60, 17 * 60, "office")
    assert plain.is_working(SECOND_SATURDAY)
    assert not plain.is_working(date(2026, 1, 26))


def test_saturdays_by_turns_half_days_and_days_worked_in_exchange() -> None:
    more = {"free_in_month": {6: [2, 4]}, "half_days": [DIWALI], "hours": {6: [9, "12:30"]}}
    calendar = Calendar.model_validate(PLAIN | more)
    november = [date(2026, 11, day) for day in (7, 14, 21, 28)]
    assert [calendar.is_working(day) for day in november] == [True, False, True, False]
    assert calendar.hours_of(november[0], "working") == (540, 750)
    assert calendar.hours_of(DIWALI, calendar.sort_of(DIWALI)) == (540, 780)
    worked = Calendar.model_validate(PLAIN | more | {"working_days": [SECOND_SATURDAY, date(2026, 11, 15)]})
    assert worked.is_working(SECOND_SATURDAY)
    assert worked.is_working(date(2026, 11, 15))


def test_what_was_read_is_written_as_it_may_be_read_again() -> None:
    calendar = Calendar.model_validate(PLAIN | {"opens": "09:30", "hours": {6: [9, "12:30"]}})
    assert Calendar.model_validate(calendar.model_dump()) == calendar
    assert calendar.model_dump()["opens"] == "09:30"


FAULTS = {
    "leaves no week day": {"free_in_month": {day: [1, 2, 3, 4] for day in range(1, 7)}},
    "which of a month's days": {"free_in_month": {6: [6]}},
    "1 to 7": {"free_in_month": {8: [1]}},
    "by ISO week day": {"hours": {0: [9, 17]}},
    "by an hour at least": {"hours": {6: [9, "09:59"]}},
    "on a half day too": {"half_days": [DIWALI], "half_day_closes": 9},
    "2026-01-26: only one of": {"half_days": [date(2026, 1, 26)]},
    "2026-11-06: only one of": {"half_days": [DIWALI], "working_days": [DIWALI]},
    "quotation marks": {"opens": 570},
    "a time of day is": {"opens": "9.30"},
    "Extra inputs": {"lunch": 13},
}


@pytest.mark.parametrize("said", FAULTS)
def test_a_calendar_that_cannot_be_is_refused_with_the_reason(said: str) -> None:
    assert said in fault(**FAULTS[said])


def test_a_limit_says_when_to_warn_and_to_remind() -> None:
    given = {"count": 7, "unit": "days", "warn": [{"percent": 50}, {"before": {"count": 4, "unit": "hours"}}]}
    limit = Limit.model_validate(given | {"remind": {"count": 1, "unit": "working_days"}})
    assert (limit.warn[0].percent, limit.warn[1].before) == (50, Span(count=4, unit="hours"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 0},
        {"count": 36_526},
        {"unit": "weeks"},
        {"unit": "seconds"},
        {"unit": "working_minutes", "count": 0},
        {"warn": [{}]},
        {"warn": [{"percent": 100}]},
        {"warn": [{"percent": 50, "before": {"count": 1, "unit": "days"}}]},
    ],
    ids=str,
)
def test_a_limit_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Limit.model_validate({"count": 7, "unit": "days", **wrong})
