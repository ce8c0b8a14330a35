"""Delay: how much of the time within and over a limit falls to which post, by the time for which each held it.

For one docket it is worked out here; ``storage.delays`` asks the same of all dockets of a post at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from flows.rules.cases import RunningClock
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
    """What of a clock's time falls to a post: within the limit and over it, in the clock's own unit, and days.

    ``post``: None where nobody held it and no assigner was named. A day on which delay fell is counted whole
    for the post that had most of that day's; of equals, for the one that had it first. Of a working limit only
    working days are counted.
    """

    post: UUID | None
    within: timedelta
    time: timedelta
    days: int


@dataclass(frozen=True, slots=True)
class Overrun:
    """A clock, the stretches for which it was halted, and the instant until which it is looked at.

    The limit ends when the clock says that it is due: what is declared later moves a clock that runs
    (``extend_clocks``), and none that has ended.
    """

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
        return self.measured(self.clock.due, self.end)

    def stretches(self) -> tuple[Stretch, ...]:
        """When it ran and its limit was over, in order: the last of its running time, as much as the delay."""
        return self._parted()[1]

    def kept(self) -> tuple[Stretch, ...]:
        """When it ran within its limit, in order."""
        return self._parted()[0]

    def _parted(self) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
        left, within, over = self.delay, list[Stretch](), list[Stretch]()
        for stretch in reversed(list(self._running())):
            size = min(self.measured(stretch.begin, stretch.end), left)
            begin = self._over_since(stretch, size)
            within += [Stretch(stretch.begin, begin)] if stretch.begin < begin else []
            over += [Stretch(begin, stretch.end)] if begin < stretch.end else []
            left -= size
        return tuple(reversed(within)), tuple(reversed(over))

    def _over_since(self, stretch: Stretch, over: timedelta) -> datetime:
        """The instant of a stretch from which on its limit was over, for so long of it."""
        if not over:
            return stretch.end
        whole = over == self.measured(stretch.begin, stretch.end)
        return stretch.begin if whole else self._back(stretch.end, over)

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
    """Time within and over the limit and days by post; of days that several may share, each one's time."""

    overrun: Overrun
    within: dict[UUID | None, timedelta] = field(default_factory=dict[UUID | None, timedelta])
    time: dict[UUID | None, timedelta] = field(default_factory=dict[UUID | None, timedelta])
    days: dict[UUID | None, int] = field(default_factory=dict[UUID | None, int])
    shared: dict[date, dict[UUID | None, timedelta]] = field(
        default_factory=dict[date, dict[UUID | None, timedelta]]
    )

    def take_kept(self, post: UUID | None, held: Stretch) -> None:
        if time := self.overrun.measured(held.begin, held.end):
            self.within[post] = self.within.get(post, _NONE) + time

    def take(self, post: UUID | None, held: Stretch) -> None:
        time = self.overrun.measured(held.begin, held.end)
        if not time:
            return
        self.time[post] = self.time.get(post, _NONE) + time
        calendar = self.overrun.calendar
        first, last = calendar.day_of(held.begin), calendar.day_of(held.end)
        if first == last:
            self._share(first, post, time)
            return
        after_first, begin_last = first + _DAY, calendar.time_on(last, 0)
        self._share(first, post, self.overrun.measured(held.begin, calendar.time_on(after_first, 0)))
        self._share(last, post, self.overrun.measured(begin_last, held.end))
        between = calendar.working_days(after_first, last) if self.overrun.clock.limit.working else None
        self.days[post] = self.days.get(post, 0) + ((last - after_first).days if between is None else between)

    def _share(self, day: date, post: UUID | None, time: timedelta) -> None:
        if time:
            of_day = self.shared.setdefault(day, {})
            of_day[post] = of_day.get(post, _NONE) + time

    def charges(self) -> tuple[Charge, ...]:
        days = dict(self.days)
        for of_day in self.shared.values():
            most = max(of_day, key=of_day.__getitem__)
            days[most] = days.get(most, 0) + 1
        return tuple(
            Charge(post, self.within.get(post, _NONE), self.time.get(post, _NONE), days.get(post, 0))
            for post in dict.fromkeys([*self.within, *self.time])
        )


def charged(
    overrun: Overrun, holdings: Iterable[Held], assigner: UUID | None, only: Stretch | None = None
) -> tuple[Charge, ...]:
    """A clock's time by posts, in the order in which they first had a share; the parts sum up to the whole.

    ``assigner``: the post or cell that should have assigned it answers for the time when nobody held it; None
    where it is not named. ``only``: no more than what falls into this stretch, a month. Where holdings overlap,
    the one that began last counts.
    """
    lasting = (one for one in holdings if one.end is None or one.begin < one.end)
    tally, held = _Tally(overrun), sorted(lasting, key=lambda one: one.begin)
    for stretches, take in ((overrun.kept(), tally.take_kept), (overrun.stretches(), tally.take)):
        for stretch in _clipped(stretches, only):
            for post, part in _cut(stretch, held):
                take(assigner if post is None else post, part)
    return tally.charges()


def _clipped(stretches: Iterable[Stretch], only: Stretch | None) -> Iterator[Stretch]:
    """What of some stretches lies in another."""
    for one in stretches:
        begin, end = (one.begin, one.end) if only is None else (max(one.begin, only.begin), min(one.end, only.end))
        if begin < end:
            yield Stretch(begin, end)


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
