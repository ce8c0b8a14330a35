"""Time limits: when something is due, by calendar or working time, and how a halted clock goes on.

Days and hours are counted in the scheme's zone. A limit in days ends at the same time of day; a limit in
working days ends on the n-th working day after the day on which it began, at the close of office.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flows.rules.cases import RunningClock
from flows.rules.schemes import Limit, Scheme


def due(began: datetime, limit: Limit, scheme: Scheme) -> datetime:
    """The instant at which a limit that began then is over."""
    if limit.unit == "days":
        return began + timedelta(days=limit.count)
    if limit.unit == "hours":
        return began + timedelta(hours=limit.count)
    if limit.unit == "working_days":
        return _after_working_days(began, limit.count, scheme)
    return _after_working_hours(began, timedelta(hours=limit.count), scheme)


def _at(local: datetime, hour: int) -> datetime:
    """That local day at an hour; 24 is the next midnight."""
    midnight = datetime.combine(local.date(), time(0), tzinfo=local.tzinfo)
    return midnight + timedelta(hours=hour)


def _after_working_days(began: datetime, count: int, scheme: Scheme) -> datetime:
    local = scheme.local(began)
    left = count
    while left:
        local += timedelta(days=1)
        left -= scheme.calendar.is_working(local.date())
    return _at(local, scheme.calendar.closes).astimezone(began.tzinfo)


def _after_working_hours(began: datetime, left: timedelta, scheme: Scheme) -> datetime:
    calendar, local = scheme.calendar, scheme.local(began)
    while True:
        opens, closes = _at(local, calendar.opens), _at(local, calendar.closes)
        begin = max(local, opens)
        if calendar.is_working(local.date()) and begin < closes:
            if left <= closes - begin:
                return (begin + left).astimezone(began.tzinfo)
            left -= closes - begin
        local = _at(local, 24)


def _working_time(begin: datetime, end: datetime, scheme: Scheme) -> timedelta:
    """How much of the time between two instants is working time."""
    calendar, local, last = scheme.calendar, scheme.local(begin), scheme.local(end)
    found = timedelta(0)
    while local < last:
        opens, closes = _at(local, calendar.opens), _at(local, calendar.closes)
        if calendar.is_working(local.date()):
            found += max(min(closes, last) - max(opens, local), timedelta(0))
        local = _at(local, 24)
    return found


def resumed(clock: RunningClock, at: datetime, scheme: Scheme) -> datetime:
    """The new due instant of a halted clock that goes on with the time that was left.

    Time left of a working limit is working time, so that days off between cost the officer nothing. One that
    was over when it was halted stays over by as much.
    """
    assert clock.halted_at is not None
    if not clock.limit_unit.startswith("working") or clock.due <= clock.halted_at:
        return clock.due + (at - clock.halted_at)
    return _after_working_hours(at, _working_time(clock.halted_at, clock.due, scheme), scheme)
