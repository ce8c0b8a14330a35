"""Time limits by counting minutes and days one at a time: slow, plain, and importing nothing of ours.

The clock on the wall is looked at minute by minute, and the latest time that it showed is remembered. So a time
that is left out when clocks are put forward comes with the change, and one that comes twice has come the first
time: the office opens when that latest time reaches its opening, and closes when it reaches its closing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
OFTEN_ASKED = lru_cache(maxsize=20_000)
"""What takes long is kept: of a life the same limit is asked for at every step."""
DAY = timedelta(days=1)
NOTHING = timedelta(0)


@dataclass(frozen=True)
class Week:
    """An office's days: who may be asked what a day is, and when it opens and closes, in minutes."""

    zone: str
    free: frozenset[int] = frozenset({6, 7})
    free_saturdays: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()
    half_days: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()
    opens: int = 9 * 60
    closes: int = 17 * 60
    half_closes: int = 13 * 60
    saturday: tuple[int, int] | None = None

    def sort(self, day: date) -> str:
        if day in self.holidays:
            return "holiday"
        if day in self.half_days:
            return "half_day"
        if day in self.extra:
            return "working"
        if day.isoweekday() == 6 and 1 + (day.day - 1) // 7 in self.free_saturdays:
            return "holiday"
        return "holiday" if day.isoweekday() in self.free else "working"

    def hours(self, day: date) -> tuple[int, int] | None:
        sort = self.sort(day)
        opens, closes = (self.opens, self.closes)
        if day.isoweekday() == 6 and self.saturday:
            opens, closes = self.saturday
        if sort == "half_day":
            return opens, min(closes, self.half_closes)
        return None if sort == "holiday" else (opens, closes)

    def with_day(self, day: date, sort: str) -> "Week":
        """The same with a day that was declared."""
        names = {"holiday": "holidays", "half_day": "half_days", "working": "extra"}
        sets: Mapping[str, frozenset[date]] = {
            name: (getattr(self, name) - {day}) | ({day} if name == names[sort] else frozenset())
            for name in names.values()
        }
        return replace(self, **sets)


@cache
def _shown(zone: str, day: date) -> tuple[datetime, ...]:
    """The latest local time that the clock had shown by each minute of a UTC day, since the day before."""
    at = datetime.combine(day - DAY, time(0), UTC)
    place, latest, found = ZoneInfo(zone), datetime.min, list[datetime]()
    while at.date() <= day:
        latest = max(latest, at.astimezone(place).replace(tzinfo=None))
        if at.date() == day:
            found.append(latest)
        at += MINUTE
    return tuple(found)


def wall(zone: str, at: datetime) -> datetime:
    """The latest local time that the clock had shown by a whole minute."""
    at = at.astimezone(UTC)
    return _shown(zone, at.date())[at.hour * 60 + at.minute]


def is_working_minute(week: Week, at: datetime) -> bool:
    """Whether the minute that begins then is one of office hours."""
    shown = wall(week.zone, at)
    hours = week.hours(shown.date())
    return hours is not None and hours[0] <= shown.hour * 60 + shown.minute < hours[1]


def first_showing(zone: str, sought: datetime, near: datetime) -> datetime:
    """The first minute at which the clock shows a local time or a later one; it is within two days of another."""
    whole = sought.replace(second=0, microsecond=0)
    at = near.replace(second=0, microsecond=0) - 2 * DAY
    while wall(zone, at) < whole:
        at += MINUTE
    return at + (sought - whole)


@OFTEN_ASKED
def after_working_minutes(week: Week, began: datetime, minutes: int) -> datetime:
    """The end of the n-th working minute from then on."""
    at = began
    while minutes:
        minutes -= is_working_minute(week, at)
        at += MINUTE
    return at


@OFTEN_ASKED
def before_working_minutes(week: Week, ended: datetime, minutes: int) -> datetime:
    """The beginning of the n-th working minute before; for none, where the last one before ended."""
    at = ended
    while minutes:
        at -= MINUTE
        minutes -= is_working_minute(week, at)
    while not is_working_minute(week, at - MINUTE):
        at -= MINUTE
    return at


@OFTEN_ASKED
def working_minutes(week: Week, begin: datetime, end: datetime) -> int:
    """How many working minutes lie between two instants."""
    count, at = 0, begin
    while at < end:
        count += is_working_minute(week, at)
        at += MINUTE
    return count


@OFTEN_ASKED
def due(week: Week, began: datetime, count: int, unit: str) -> datetime:
    """When a limit is over; ``began`` is a whole minute."""
    local = began.astimezone(ZoneInfo(week.zone)).replace(tzinfo=None)
    if unit == "days":
        return first_showing(week.zone, local + count * DAY, began + count * DAY)
    if unit == "hours":
        return began + timedelta(hours=count)
    if unit == "minutes":
        return began + count * MINUTE
    if unit == "working_hours":
        return after_working_minutes(week, began, 60 * count)
    if unit == "working_minutes":
        return after_working_minutes(week, began, count)
    day = local.date()
    while count:
        day += DAY
        count -= week.hours(day) is not None
    return closing(week, day)


def closing(week: Week, day: date) -> datetime:
    """When the office closes on a working day."""
    hours = week.hours(day)
    assert hours is not None
    return first_showing(
        week.zone, datetime.combine(day, time(0)) + hours[1] * MINUTE, datetime.combine(day, time(12), UTC)
    )


@OFTEN_ASKED
def ahead(week: Week, ended: datetime, count: int, unit: str) -> datetime:
    """The instant that lies so long before another."""
    if unit == "hours":
        return ended - timedelta(hours=count)
    if unit == "minutes":
        return ended - count * MINUTE
    if unit == "working_hours":
        return before_working_minutes(week, ended, 60 * count)
    if unit == "working_minutes":
        return before_working_minutes(week, ended, count)
    if unit == "days":
        local = ended.astimezone(ZoneInfo(week.zone)).replace(tzinfo=None)
        return first_showing(week.zone, local - count * DAY, ended - count * DAY)
    day = wall(week.zone, ended - MINUTE).date()
    while count:
        day -= DAY
        count -= week.hours(day) is not None
    return closing(week, day)


def resumed(week: Week, unit: str, due_before: datetime, halted: datetime, at: datetime) -> datetime:
    """When a halted limit is over that goes on with what was left.

    What was over stays over by as much; nothing is due earlier than before.
    """
    if not unit.startswith("working"):
        new = due_before + (at - halted)
    elif due_before <= halted:
        new = before_working_minutes(week, at, working_minutes(week, due_before, halted))
    else:
        new = after_working_minutes(week, at, working_minutes(week, halted, due_before))
    return max(due_before, new)


def later(week: Week, unit: str, fresh: datetime, old: datetime, old_due: datetime) -> datetime:
    """When a limit of another unit is over, with as much more as the old one had got by its halts."""
    if not unit.startswith("working"):
        return fresh + max(old_due - old, NOTHING)
    return after_working_minutes(week, fresh, working_minutes(week, old, old_due))


@dataclass
class Clock:
    """A clock as a clerk would keep it on paper: with a list of the minutes that it lost while it was halted."""

    week: Week
    began: datetime
    count: int
    unit: str
    due: datetime
    halted: datetime | None = None
    halts: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def working(self) -> bool:
        return self.unit.startswith("working")

    def counts(self, at: datetime) -> bool:
        return is_working_minute(self.week, at) if self.working else True

    def resume(self, at: datetime) -> None:
        assert self.halted is not None
        at = max(at, self.halted)
        self.due = resumed(self.week, self.unit, self.due, self.halted, at)
        self.halts.append((self.halted, at))
        self.halted = None

    def runs(self, at: datetime) -> bool:
        halted = self.halted is not None and at >= self.halted
        return not halted and not any(begin <= at < end for begin, end in self.halts)


def delay(
    clock: Clock, until: datetime, holder: Callable[[datetime], str | None], assigner: str
) -> tuple[dict[str, int], dict[str, int]]:
    """Minutes of delay by holder, and days, by looking at each minute that it ran, the last ones first."""
    end = until if clock.halted is None else min(until, clock.halted)
    left, at = _counted(clock, clock.due, end), until
    minutes, days = dict[str, int](), dict[date, dict[str, int]]()
    while left:
        at -= MINUTE
        if not (clock.runs(at) and clock.counts(at)):
            continue
        left -= 1
        who = holder(at) or assigner
        minutes[who] = minutes.get(who, 0) + 1
        day = wall(clock.week.zone, at).date()
        days.setdefault(day, {})
        # Whoever had it first stands last, for the minutes are counted backwards.
        days[day][who] = days[day].pop(who, 0) + 1
    return minutes, _by_most(days.values())


def _counted(clock: Clock, begin: datetime, end: datetime) -> int:
    if clock.working:
        return working_minutes(clock.week, begin, end)
    return max(0, int((end - begin) / MINUTE))


def _by_most(days: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found = dict[str, int]()
    for of_day in days:
        most = max(of_day.values())
        first = [who for who, minutes in of_day.items() if minutes == most][-1]
        found[first] = found.get(first, 0) + 1
    return found
