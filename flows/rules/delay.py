"""Delay: how much of the time over a limit falls to which post, by the time for which each held the docket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from flows.rules.cases import RunningClock
from flows.rules.clocks import extended
from flows.rules.working_time import CalendarInForce

_NONE: Final = timedelta(0)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one instant until another."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A post had it in hand, or nobody had (None); without an end it still has."""

    post: UUID | None
    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Charge:
    """What of a delay falls to a post: time in the clock's own unit, and days.

    A day on which delay fell is counted whole for the post that had most of that day's; of equals, for the one
    that had it first. Of a working limit only working days are counted.
    """

    post: UUID
    time: timedelta
    days: int


@dataclass(frozen=True, slots=True)
class Overrun:
    """A clock, the stretches for which it was halted, and the instant until which it is looked at."""

    clock: RunningClock
    halts: Sequence[Stretch]
    until: datetime
    calendar: CalendarInForce

    def measured(self, begin: datetime, end: datetime) -> timedelta:
        """The time between two instants in the clock's own unit."""
        return self.calendar.worked(begin, end) if self.clock.limit.working else max(end - begin, _NONE)

    @property
    def end(self) -> datetime:
        halted = self.clock.halted_at
        return self.until if halted is None else min(self.until, halted)

    @property
    def delay(self) -> timedelta:
        """The whole time over the limit, in the clock's own unit."""
        return self.measured(extended(self.clock, self.calendar), self.end)

    def stretches(self) -> tuple[Stretch, ...]:
        """When it ran and its limit was over, in order: the last of its running time, as much as the delay."""
        left, found = self.delay, list[Stretch]()
        for stretch in reversed(list(self._running())):
            if not left:
                break
            size = self.measured(stretch.begin, stretch.end)
            found.append(stretch if size <= left else Stretch(self._back(stretch.end, left), stretch.end))
            left -= min(size, left)
        return tuple(reversed(found))

    def _running(self) -> Iterator[Stretch]:
        begin = self.clock.began
        for halt in sorted(self.halts, key=lambda halt: halt.begin):
            if begin < min(halt.begin, self.end):
                yield Stretch(begin, min(halt.begin, self.end))
            begin = max(begin, halt.end)
        if begin < self.end:
            yield Stretch(begin, self.end)

    def _back(self, end: datetime, amount: timedelta) -> datetime:
        return self.calendar.before(end, amount) if self.clock.limit.working else end - amount


@dataclass(slots=True)
class _Tally:
    """Time and days by post; of days that several may share, each one's time."""

    time: dict[UUID, timedelta] = field(default_factory=dict[UUID, timedelta])
    days: dict[UUID, int] = field(default_factory=dict[UUID, int])
    shared: dict[date, dict[UUID, timedelta]] = field(default_factory=dict[date, dict[UUID, timedelta]])

    def take(self, overrun: Overrun, post: UUID, held: Stretch) -> None:
        time = overrun.measured(held.begin, held.end)
        if not time:
            return
        self.time[post] = self.time.get(post, _NONE) + time
        calendar = overrun.calendar
        first, last = calendar.day_of(held.begin), calendar.day_of(held.end)
        if first == last:
            self._share(first, post, time)
            return
        after_first, begin_last = first + _DAY, calendar.time_on(last, 0)
        self._share(first, post, overrun.measured(held.begin, calendar.time_on(after_first, 0)))
        self._share(last, post, overrun.measured(begin_last, held.end))
        between = calendar.working_days(after_first, last) if overrun.clock.limit.working else None
        self.days[post] = self.days.get(post, 0) + ((last - after_first).days if between is None else between)

    def _share(self, day: date, post: UUID, time: timedelta) -> None:
        if time:
            of_day = self.shared.setdefault(day, {})
            of_day[post] = of_day.get(post, _NONE) + time

    def charges(self) -> tuple[Charge, ...]:
        days = dict(self.days)
        for of_day in self.shared.values():
            most = max(of_day, key=of_day.__getitem__)
            days[most] = days.get(most, 0) + 1
        return tuple(Charge(post, time, days.get(post, 0)) for post, time in self.time.items())


def charged(overrun: Overrun, holdings: Iterable[Held], assigner: UUID) -> tuple[Charge, ...]:
    """The delay by posts, in the order in which they first had a share; the parts sum up to the whole delay.

    ``assigner``: the post or cell that should have assigned it answers for the time when nobody held it. Where
    holdings overlap, the one that began last counts.
    """
    lasting = (one for one in holdings if one.end is None or one.begin < one.end)
    tally, held = _Tally(), sorted(lasting, key=lambda one: one.begin)
    for over in overrun.stretches():
        for post, stretch in _cut(over, held):
            tally.take(overrun, assigner if post is None else post, stretch)
    return tally.charges()


def _cut(over: Stretch, held: Sequence[Held]) -> Iterator[tuple[UUID | None, Stretch]]:
    """A stretch cut where the docket changed hands."""
    at = over.begin
    for place, one in enumerate(held):
        following = held[place + 1].begin if place + 1 < len(held) else over.end
        begin = max(at, one.begin)
        end = min(over.end, following, one.end or over.end)
        if begin >= end:
            continue
        if at < begin:
            yield None, Stretch(at, begin)
        yield one.post, Stretch(begin, end)
        at = end
    if at < over.end:
        yield None, Stretch(at, over.end)
