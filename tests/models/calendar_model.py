"""Time limits by counting minutes and days one at a time: slow, plain, and importing nothing of ours."""

from datetime import date, datetime, time, timedelta, timezone

INDIA = timezone(timedelta(hours=5, minutes=30))
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
HOLIDAYS = frozenset(
    {date(2026, 1, 26), date(2026, 8, 15), date(2026, 10, 2), date(2026, 11, 8), date(2026, 12, 25)}
)
OPENS, CLOSES = 9, 17


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def is_working_minute(at: datetime) -> bool:
    """Whether the minute that begins then is one of office hours in India."""
    local = at.astimezone(INDIA)
    return is_working_day(local.date()) and OPENS <= local.hour < CLOSES


def after_working_minutes(began: datetime, minutes: int) -> datetime:
    """The end of the n-th working minute from then on; n is at least 1."""
    at = began
    while minutes:
        minutes -= is_working_minute(at)
        at += MINUTE
    return at


def working_minutes(begin: datetime, end: datetime) -> int:
    """How many working minutes lie between two instants."""
    count, at = 0, begin
    while at < end:
        count += is_working_minute(at)
        at += MINUTE
    return count


def due(began: datetime, count: int, unit: str) -> datetime:
    """When a limit is over; ``began`` is a whole minute."""
    if unit == "days":
        return began + count * DAY
    if unit == "hours":
        return began + timedelta(hours=count)
    if unit == "working_hours":
        return after_working_minutes(began, 60 * count)
    day = began.astimezone(INDIA).date()
    while count:
        day += DAY
        count -= is_working_day(day)
    return datetime.combine(day, time(CLOSES), INDIA)


def resumed(unit: str, due_before: datetime, halted: datetime, at: datetime) -> datetime:
    """When a halted limit is over that goes on at an instant with the time that was left."""
    if not unit.startswith("working") or due_before <= halted:
        return due_before + (at - halted)
    left = working_minutes(halted, due_before)
    return after_working_minutes(at, left) if left else first_working(at)


def first_working(at: datetime) -> datetime:
    while not is_working_minute(at):
        at += MINUTE
    return at
