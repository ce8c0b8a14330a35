"""The calendar in force: a scheme's calendar with what was declared, in its zone; working time is counted here.

A time of day that a change of the clocks leaves out is the instant of the change; one that comes twice is the
first. So the office opens and closes at the first instant at which the clock on the wall shows that time or a
later one, and an hour that is lived through twice in office hours is worked twice.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flows.rules.calendars import COUNTS_AFTER, Calendar, DaySort, DeclaredDay

_DAY: Final = timedelta(days=1)
_NONE: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class _Year:
    """The working days of a year, when the office opened and closed on each, and the time worked before each."""

    days: list[date]
    opens: list[datetime]
    closes: list[datetime]
    before: list[timedelta]
    by_end: list[timedelta]

    @property
    def total(self) -> timedelta:
        return self.by_end[-1] if self.by_end else _NONE

    def worked(self, at: datetime) -> timedelta:
        """How much was worked from the beginning of the year until then."""
        day = bisect_right(self.opens, at) - 1
        return _NONE if day < 0 else self.before[day] + min(at, self.closes[day]) - self.opens[day]

    def reached(self, amount: timedelta) -> datetime:
        """The first instant by which that much was worked; more than nothing, and no more than in all."""
        day = bisect_left(self.by_end, amount)
        return self.opens[day] + (amount - self.before[day])


class CalendarInForce:
    """Counts time. What it has worked out of a year it keeps, so one is made for many questions."""

    def __init__(self, calendar: Calendar, zone: ZoneInfo, declared: Iterable[DeclaredDay] = ()) -> None:
        self.calendar, self.zone = calendar, zone
        self.declared: Final = tuple(sorted(declared, key=lambda said: said.declared_at))
        self._sorts: dict[date, DaySort] = {said.day: said.sort for said in self.declared}
        self._years: dict[int, _Year] = {}
        self._earlier: dict[int, CalendarInForce] = {}

    def as_of(self, at: datetime) -> CalendarInForce:
        """The calendar as far as it was declared by an instant."""
        known = bisect_right(self.declared, at - COUNTS_AFTER, key=lambda said: said.declared_at)
        if known == len(self.declared):
            return self
        if known not in self._earlier:
            self._earlier[known] = CalendarInForce(self.calendar, self.zone, self.declared[:known])
        return self._earlier[known]

    def sort_of(self, day: date) -> DaySort:
        return self._sorts.get(day) or self.calendar.sort_of(day)

    def is_working(self, day: date) -> bool:
        return self.sort_of(day) != "holiday"

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def day_of(self, at: datetime) -> date:
        return self.local(at).date()

    def instant(self, wall: datetime) -> datetime:
        """The first instant at which the clock on the wall (naive) shows that time or a later one, in UTC."""
        first = wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        other = wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        return first if first <= other else self._change(other, first)

    def _change(self, before: datetime, after: datetime) -> datetime:
        """The instant, to the second, at which the clocks were put forward between two others."""
        new = self.local(after).utcoffset()
        while after - before > timedelta(seconds=1):
            middle = (before + (after - before) / 2).replace(microsecond=0)
            before, after = (before, middle) if self.local(middle).utcoffset() == new else (middle, after)
        return after

    def time_on(self, day: date, minutes: int) -> datetime:
        """The instant of a time of day, given in minutes since midnight."""
        return self.instant(datetime.combine(day, time(0)) + timedelta(minutes=minutes))

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = self._counted(year)
        return self._years[year]

    def _counted(self, year: int) -> _Year:
        found, day, so_far = _Year([], [], [], [], []), date(year, 1, 1), _NONE
        while day.year == year:
            hours = self.calendar.hours_of(day, self.sort_of(day))
            if hours is not None:
                opens, closes = (self.time_on(day, minutes) for minutes in hours)
                found.days.append(day)
                found.opens.append(opens)
                found.closes.append(closes)
                found.before.append(so_far)
                so_far += closes - opens
                found.by_end.append(so_far)
            day += _DAY
        return found

    def worked(self, begin: datetime, end: datetime) -> timedelta:
        """How much of the time between two instants is working time; nothing where the end comes first."""
        if end <= begin:
            return _NONE
        first, last = self.local(begin).year, self.local(end).year
        before = self._year(first).worked(begin)
        return sum((self._year(year).total for year in range(first, last)), self._year(last).worked(end)) - before

    def office_hours(self, first: int, last: int) -> Iterator[tuple[datetime, datetime]]:
        """When the office opened and closed on each working day from one year to another, in order."""
        for year in range(first, last + 1):
            counted = self._year(year)
            yield from zip(counted.opens, counted.closes, strict=True)

    def after(self, at: datetime, amount: timedelta) -> datetime:
        """The first instant by which that much working time has passed since then; for none of it, then."""
        if not amount:
            return at
        year = self.local(at).year
        left = self._year(year).worked(at) + amount
        while left > self._year(year).total:
            left -= self._year(year).total
            year += 1
        return self._year(year).reached(left).astimezone(at.tzinfo)

    def before(self, at: datetime, amount: timedelta) -> datetime:
        """The first instant from which on that much working time passes until then."""
        year = self.local(at).year
        left = self._year(year).worked(at) - amount
        while left <= _NONE:
            year -= 1
            left += self._year(year).total
        return self._year(year).reached(left).astimezone(at.tzinfo)

    def working_day(self, day: date, ordinal: int) -> date:
        """The n-th working day after a day, or before it where n is negative."""
        year = day.year
        place = bisect_right(self._year(year).days, day) + ordinal - 1
        if ordinal < 0:
            place = bisect_left(self._year(year).days, day) + ordinal
        while place < 0:
            year -= 1
            place += len(self._year(year).days)
        while place >= len(self._year(year).days):
            place -= len(self._year(year).days)
            year += 1
        return self._year(year).days[place]

    def working_days(self, begin: date, end: date) -> int:
        """How many working days there are from a day on until another, that one not counted."""
        if end <= begin:
            return 0
        whole = sum(len(self._year(year).days) for year in range(begin.year, end.year))
        in_last = bisect_left(self._year(end.year).days, end)
        return whole + in_last - bisect_left(self._year(begin.year).days, begin)

    def closing(self, day: date) -> datetime:
        """When the office closes on a working day."""
        hours = self.calendar.hours_of(day, self.sort_of(day))
        assert hours is not None, f"{day} is no working day"
        return self.time_on(day, hours[1])
