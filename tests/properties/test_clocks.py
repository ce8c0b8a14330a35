"""Time limits against a model that counts minute by minute, over week-ends and holidays in India."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.rules import clocks
from flows.rules.cases import RunningClock
from flows.rules.known_schemes import shipped_schemes
from flows.rules.schemes import Limit
from tests.models import calendar_model

SCHEME = shipped_schemes()["haryana-eoffice"]
# Around Republic Day, Independence Day (a Saturday), Diwali (a Sunday) and the turn of the year.
_MINUTES = st.integers(0, 12 * 24 * 60)
_DAYS = st.sampled_from(
    [date(2026, 1, 22), date(2026, 8, 11), date(2026, 9, 28), date(2026, 11, 5), date(2026, 12, 22)]
)
_INSTANTS = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes),
    _DAYS,
    _MINUTES,
)
_LIMITS = st.one_of(
    st.builds(Limit, count=st.integers(1, 12), unit=st.sampled_from(["working_days", "days"])),
    st.builds(Limit, count=st.integers(1, 40), unit=st.sampled_from(["working_hours", "hours"])),
)
_MORE = settings(max_examples=200, deadline=None)


def test_the_model_knows_the_scheme_s_holidays() -> None:
    assert SCHEME.calendar.holidays == calendar_model.HOLIDAYS
    assert (SCHEME.calendar.opens, SCHEME.calendar.closes) == (calendar_model.OPENS, calendar_model.CLOSES)


@_MORE
@given(_INSTANTS, _LIMITS)
@example(datetime(2026, 10, 1, 11, 30, tzinfo=UTC), Limit(count=1, unit="working_hours"))
@example(datetime(2026, 8, 14, 11, 29, tzinfo=UTC), Limit(count=1, unit="working_days"))
def test_a_limit_is_over_when_the_model_says(began: datetime, limit: Limit) -> None:
    assert clocks.due(began, limit, SCHEME) == calendar_model.due(began, limit.count, limit.unit)


@_MORE
@given(_INSTANTS, _LIMITS, st.integers(0, 6 * 24 * 60), st.integers(0, 6 * 24 * 60))
def test_a_halted_limit_goes_on_with_the_time_that_was_left(
    began: datetime, limit: Limit, worked: int, paused: int
) -> None:
    due = clocks.due(began, limit, SCHEME)
    halted = began + timedelta(minutes=worked)
    at = halted + timedelta(minutes=paused)
    clock = RunningClock("level", 1, began, limit.unit, due, halted)
    assert clocks.resumed(clock, at, SCHEME) == calendar_model.resumed(limit.unit, due, halted, at)


@_MORE
@given(_INSTANTS, st.integers(1, 12))
def test_a_working_day_limit_ends_at_the_close_of_a_working_day(began: datetime, count: int) -> None:
    due = clocks.due(began, Limit(count=count, unit="working_days"), SCHEME)
    local = SCHEME.local(due)
    assert (local.hour, local.minute) == (17, 0)
    assert SCHEME.calendar.is_working(local.date())
    assert local.date() > SCHEME.day_of(began)


@_MORE
@given(_INSTANTS, _LIMITS)
def test_a_pause_of_no_time_changes_nothing_for_who_works_in_office_hours(began: datetime, limit: Limit) -> None:
    """Halted and resumed at once, within office hours, a limit is over when it was before."""
    halted = calendar_model.first_working(began)
    due = clocks.due(began, limit, SCHEME)
    clock = RunningClock("level", 1, began, limit.unit, due, halted)
    assert clocks.resumed(clock, halted, SCHEME) == due
