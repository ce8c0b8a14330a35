"""Declaring a day: what may be declared of which days, and how a year looks with all that was declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, cast, get_args

from flows.rules.calendars import Calendar, DaySort
from flows.rules.characters import is_blank
from flows.rules.errors import Refusal
from flows.rules.labels import DAY_SORTS, Label, listed_codes

BACK: Final = timedelta(days=366)
AHEAD: Final = timedelta(days=3 * 366)
"""How far back and ahead a day may be declared: a curfew is declared a holiday afterwards, a year's list before;
what lies further off is a slip."""

MOST: Final = 400
"""How many days one declaration may name: a year's, and some."""


@dataclass(frozen=True, slots=True)
class NewDay:
    """A day as somebody wishes to declare it."""

    day: date
    sort: str
    label: Label


def judge_declaration(
    calendars: Iterable[str], calendar: str, days: Sequence[NewDay], today: date
) -> Refusal | None:
    """May these days be declared? The first refusal."""
    known = sorted(calendars)
    if calendar not in known:
        return Refusal("unknown-calendar", "calendar", {"calendar": calendar, "allowed": ", ".join(known)})
    if not 1 <= len(days) <= MOST:
        return Refusal("days-count", "days", {"most": str(MOST)})
    seen = set[date]()
    for one in days:
        refusal = _judge_day(one, today, seen)
        if refusal is not None:
            return refusal
        seen.add(one.day)
    return None


def _judge_day(one: NewDay, today: date, seen: set[date]) -> Refusal | None:
    day = {"day": str(one.day)}
    if one.sort not in DAY_SORTS:
        return Refusal("unknown-day-sort", "sort", {"sort": one.sort, "allowed": listed_codes(DAY_SORTS)})
    if one.day in seen:
        return Refusal("day-twice", "day", day)
    if not today - BACK <= one.day <= today + AHEAD:
        return Refusal("day-too-far", "day", day)
    return Refusal("day-unnamed", "label", day) if any(map(is_blank, one.label)) else None


def sort_named(sort: str) -> DaySort:
    """A sort of day that was judged before."""
    assert sort in get_args(DaySort)
    return cast("DaySort", sort)


@dataclass(frozen=True, slots=True)
class ToldDay:
    """Something that is said of a day: by whom and when it was declared, or by which scheme it is written."""

    day: date
    sort: DaySort
    label: Label
    declared_at: datetime | None
    by_post: str | None
    scheme: str | None
    in_force: bool


def year_of(
    calendars: Mapping[str, Calendar], declared: Iterable[Mapping[str, object]], year: int
) -> list[ToldDay]:
    """All that schemes (by name) and declarations say of single days of a year, in order.

    A declaration stands before what a scheme says of the day, and a later one before an earlier.
    """
    rows = list(declared)
    last = {row["day"]: row["declared_at"] for row in rows}
    said = [
        ToldDay(day, sort, DAY_SORTS[sort], None, None, name, day not in last)
        for name, calendar in calendars.items()
        for sort, days in _written(calendar).items()
        for day in days
        if day.year == year
    ]
    said += [_declared(row, in_force=row["declared_at"] == last[row["day"]]) for row in rows]
    return sorted(said, key=lambda one: one.day)


def _written(calendar: Calendar) -> Mapping[DaySort, frozenset[date]]:
    return {"holiday": calendar.holidays, "half_day": calendar.half_days, "working": calendar.working_days}


def _declared(row: Mapping[str, object], *, in_force: bool) -> ToldDay:
    day, at, post = row["day"], row["declared_at"], row["by_post"]
    assert isinstance(day, date)
    assert isinstance(at, datetime)
    label = (str(row["label_en"]), str(row["label_hi"]))
    by_post = None if post is None else str(post)
    return ToldDay(day, sort_named(str(row["sort"])), label, at, by_post, None, in_force)
