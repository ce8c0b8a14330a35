"""Time limits: when something is due, and what a halt, another category, another level or a holiday does to it.

A limit in days ends at the same time of day, one in working days on the n-th working day after the day on which
it began, at the close of office. Lapses (of a proposal, of the time for feedback or for reopening) are limits
like the others. Transferring or commenting touches no clock, and the citizen's ends only at close.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from flows.rules.calendars import Span, Warn
from flows.rules.cases import RunningClock
from flows.rules.working_time import CalendarInForce


def due(began: datetime, limit: Span, calendar: CalendarInForce) -> datetime:
    """The instant at which a limit that began then is over; at that very instant it is not over yet."""
    return _past(began, limit, 1, calendar)


def _past(began: datetime, span: Span, times: int, calendar: CalendarInForce) -> datetime:
    """The end of so many spans, one after the other."""
    if span.length is not None:
        passes = span.length * times
        return calendar.after(began, passes) if span.working else began + passes
    if span.working:
        day = calendar.working_day(calendar.day_of(began), span.count * times)
        return calendar.closing(day).astimezone(began.tzinfo)
    wall = calendar.local(began).replace(tzinfo=None) + timedelta(days=span.count * times)
    return calendar.instant(wall).astimezone(began.tzinfo)


def started(sort: str, level: int, at: datetime, limit: Span, calendar: CalendarInForce) -> RunningClock:
    """A clock that begins now: at registration, at a level, at a reopening."""
    return RunningClock(sort, level, at, limit.unit, due(at, limit, calendar), None, limit.count)


def escalated(
    clock: RunningClock, at: datetime, levels: Sequence[Span], calendar: CalendarInForce
) -> RunningClock | None:
    """The next level's clock, which begins with the escalation; None at the top, where it stays and reminds."""
    if clock.level >= len(levels):
        return None
    return started(clock.sort, clock.level + 1, at, levels[clock.level], calendar)


def extended(clock: RunningClock, calendar: CalendarInForce) -> datetime:
    """When a clock is due in a calendar that was declared since: the later of its present due and the due anew.

    So a holiday that is declared late never shortens a limit, and a working day that is declared late takes no
    time away from what runs. One that was over before it was halted stays as it is.
    """
    if not clock.limit.working:
        return clock.due
    if clock.resumed_at is None:
        return max(clock.due, due(clock.began, clock.limit, calendar))
    return clock.due if clock.left is None else max(clock.due, calendar.after(clock.resumed_at, clock.left))


def is_over(clock: RunningClock, at: datetime, calendar: CalendarInForce) -> bool:
    """Whether a clock runs and its limit is over, what was declared since it began taken into account."""
    return clock.halted_at is None and at > extended(clock, calendar)


def resumed(clock: RunningClock, at: datetime, calendar: CalendarInForce) -> RunningClock:
    """A halted clock that goes on with the time that was left.

    Time left of a working limit is working time, so that days off between cost the officer nothing. One that
    was over when it was halted stays over by as much. It is never due earlier than it was, also where the
    office's clock was set back meanwhile.
    """
    assert clock.halted_at is not None
    halted, was = clock.halted_at, extended(clock, calendar)
    at = max(at, halted)
    goes_on = replace(clock, halted_at=None, resumed_at=at, left=None)
    if not clock.limit.working:
        return replace(goes_on, due=was + (at - halted))
    if was <= halted:
        return replace(goes_on, due=max(was, calendar.before(at, calendar.worked(was, halted))))
    left = calendar.worked(halted, was)
    return replace(goes_on, due=max(was, calendar.after(at, left)), left=left)


def recategorised(clock: RunningClock, limit: Span, calendar: CalendarInForce) -> RunningClock:
    """A clock under another category's limit, counted from the same beginning.

    It may be due before now: what the new limit asks for is over then, and who recategorises wins no time by it.
    The time for which it stood halted stays granted.
    """
    fresh = due(clock.began, limit, calendar)
    changed = replace(clock, limit_unit=limit.unit, limit_count=limit.count, due=fresh)
    if clock.resumed_at is None:
        return changed
    never_halted, was = due(clock.began, clock.limit, calendar), extended(clock, calendar)
    if not limit.working:
        return replace(changed, due=fresh + max(was - never_halted, timedelta(0)), left=None)
    new = calendar.after(fresh, calendar.worked(never_halted, was))
    left = calendar.worked(clock.resumed_at, new)
    return replace(changed, due=new, left=left or None)


def warnings_due(clock: RunningClock, warnings: Sequence[Warn], calendar: CalendarInForce) -> tuple[datetime, ...]:
    """The instants at which somebody is told that the limit will be over, in order; none while it is halted.

    After a halt they are those of the time that was left then; a warning whose moment came before the halt is
    not among them, nor one that would come before the clock began.
    """
    if clock.halted_at is not None:
        return ()
    since = clock.resumed_at or clock.began
    found = {at for warning in warnings if (at := _warns(clock, warning, calendar)) is not None}
    return tuple(sorted(at for at in found if since <= at < clock.due))


def _warns(clock: RunningClock, warning: Warn, calendar: CalendarInForce) -> datetime | None:
    if warning.before is not None:
        return _ahead(clock.due, warning.before, calendar)
    assert warning.percent is not None
    whole = _measured(clock, clock.began, due(clock.began, clock.limit, calendar), calendar)
    since = clock.resumed_at or clock.began
    passes = _measured(clock, since, clock.due, calendar) - whole * (100 - warning.percent) // 100
    if passes < timedelta(0):
        return None
    return calendar.after(since, passes) if clock.limit.working else since + passes


def _measured(clock: RunningClock, begin: datetime, end: datetime, calendar: CalendarInForce) -> timedelta:
    """The time between two instants as the clock counts it."""
    return calendar.worked(begin, end) if clock.limit.working else end - begin


def _ahead(at: datetime, span: Span, calendar: CalendarInForce) -> datetime:
    """The instant that lies so long before another."""
    if span.length is not None:
        return calendar.before(at, span.length) if span.working else at - span.length
    if span.working:
        day = calendar.working_day(_day_ending(at, calendar), -span.count)
        return calendar.closing(day).astimezone(at.tzinfo)
    wall = calendar.local(at).replace(tzinfo=None) - timedelta(days=span.count)
    return calendar.instant(wall).astimezone(at.tzinfo)


def _day_ending(at: datetime, calendar: CalendarInForce) -> date:
    """The day that an instant ends or lies in: midnight ends the day of an office that closes then."""
    return calendar.day_of(at - timedelta(microseconds=1))


def reminder_at(clock: RunningClock, every: Span, ordinal: int, calendar: CalendarInForce) -> datetime:
    """The instant of a reminder of an overdue clock; that of ordinal 0 is the clock's due itself."""
    if ordinal == 0:
        return clock.due
    if every.unit != "working_days":
        return _past(clock.due, every, ordinal, calendar)
    day = calendar.working_day(_day_ending(clock.due, calendar), every.count * ordinal)
    return calendar.closing(day).astimezone(clock.due.tzinfo)


def reminders_past(clock: RunningClock, every: Span, at: datetime, calendar: CalendarInForce) -> int:
    """How many reminders after the one at its due had their instant by then."""

    def instant(ordinal: int) -> datetime:
        return reminder_at(clock, every, ordinal, calendar)

    many = 1
    while instant(many) <= at:
        many *= 2
    return bisect_right(range(1, many), at, key=instant)
