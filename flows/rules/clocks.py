"""Time limits: when something is due, by calendar or working time, and how a halted clock goes on.

Days and hours are counted in the scheme's zone. A limit in days ends at the same time of day; a limit in
working days ends on the n-th working day after the day on which it began, at the close of office.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

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


def resumed(due_before: datetime, halted_at: datetime, at: datetime) -> datetime:
    """The new due instant of a clock that goes on with the time that was left when it was halted."""
    return due_before + (at - halted_at)
