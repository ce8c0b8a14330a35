"""Delay charged to posts: of one docket by the rules, of a month and many posts by sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flows import facts
from flows.rules.cases import RunningClock
from flows.rules.delay import Charge, Held, Overrun, Stretch, charged
from flows.rules.known_schemes import KNOWN
from flows.rules.months import Month
from flows.rules.working_time import CalendarInForce
from flows.schemes_in_force import know
from storage import delays, numbers
from storage.calendar_days import declared_days
from storage.database import Driver
from storage.delays import Asked, Ruler
from storage.kept_posts import DayRecord

_INDIA: Final = ZoneInfo("Asia/Kolkata")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_MINUTE: Final = timedelta(minutes=1)
_FOR_EVER: Final = 10**17
"""Microseconds: later than any instant that is asked for, and far from what a bigint holds."""


@dataclass(frozen=True, slots=True)
class ClockCharges:
    """What of one clock fell to which posts."""

    clock: RunningClock
    ended: datetime | None
    charges: tuple[Charge, ...]

    def to_json(self, shown: Mapping[UUID, Any]) -> dict[str, Any]:
        """``shown``: the posts as answers show them; none where nobody held it."""
        clock = self.clock
        told = {
            "sort": clock.sort,
            "level": clock.level,
            "unit": None if clock.sort == "due" else clock.limit_unit,
        }
        posts = [
            {
                "post": None if one.post is None else shown[one.post],
                "within_minutes": one.within // _MINUTE,
                "late_minutes": one.time // _MINUTE,
                "late_days": one.days,
            }
            for one in self.charges
        ]
        return told | {"began": clock.began, "due": clock.due, "ended": self.ended, "posts": posts}


def _us(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


async def of_docket(driver: Driver, row: Mapping[str, Any]) -> tuple[list[ClockCharges], dict[UUID, Any]]:
    """The charges of each clock of a docket, as things stand now, and the posts that they name, as they are shown.

    ``row``: its id, scheme and version.
    """
    await know(driver, [row])
    calendar = facts.calendar_of(KNOWN.of(row["scheme"], row["scheme_version"]), await declared_days(driver))
    kept, now = await delays.of_docket(driver, row["id"]), await numbers.now(driver)
    held = [Held(one["post"], one["from_at"], one["to_at"]) for one in kept.holdings]
    halts = [Stretch(one["begin"], one["end"] or now) for one in kept.halts]
    found = [_charges_of(one, held, halts, now, calendar) for one in kept.clocks]
    return found, {one["post"]: one["shown"] for one in kept.holdings}


def _charges_of(
    row: Mapping[str, Any],
    held: Sequence[Held],
    halts: Sequence[Stretch],
    now: datetime,
    calendar: CalendarInForce,
) -> ClockCharges:
    clock = clock_of(row)
    stood = [one for one in halts if clock.sort == "level" and one.begin >= clock.began]
    overrun = Overrun(clock, stood, min(row["ended"] or now, now), calendar)
    return ClockCharges(clock, row["ended"], charged(overrun, held, None))


def clock_of(row: Mapping[str, Any]) -> RunningClock:
    """A clock from its row."""
    left = row["left_us"]
    return RunningClock(
        sort=row["sort"],
        level=row["level"],
        began=row["began"],
        limit_unit=row["limit_unit"],
        due=row["due"],
        halted_at=row["halted_at"],
        limit_count=row["limit_count"],
        resumed_at=row["resumed_at"],
        left=None if left is None else left * _MICROSECOND,
    )


async def of_month(driver: Driver, month: Month, posts: Sequence[UUID]) -> dict[UUID, list[Mapping[str, Any]]]:
    """What fell to posts in a month, as far as it has passed, for each by sort of clock. The month is India's."""
    now, days = await numbers.now(driver), await declared_days(driver)
    begin, end = (datetime.combine(one.first_day, time(0), tzinfo=_INDIA) for one in (month, month.next))
    found: dict[UUID, list[Mapping[str, Any]]] = {post: [] for post in posts}
    if begin >= now:
        return found  # rulers that reach far ahead cost a second each, for nothing
    asked = Asked(posts, begin, end, now)
    versions = await delays.versions(driver, asked)
    await know(driver, versions)
    rulers = [ruler for row in versions for ruler in _rulers(row, days, month, now)]
    for row in await delays.of_posts(driver, asked, rulers):
        found[row["post"]].append(row)
    return found


def _rulers(row: Mapping[str, Any], days: tuple[DayRecord, ...], month: Month, now: datetime) -> Iterator[Ruler]:
    """Both rulers of a version: of all time, and of working time since its first docket."""
    name, version = row["scheme"], row["scheme_version"]
    calendar = facts.calendar_of(KNOWN.of(name, version), days)
    starts = [calendar.time_on(day, 0) for day in _days_of(month)]
    yield Ruler(name, version, False, [0], [_FOR_EVER], [0], [_us(at) for at in starts])
    hours = calendar.office_hours(
        calendar.local(row["since"]).year, max(calendar.local(now).year, month.next.year)
    )
    opens, closes, before = _passing(hours)
    first = _EPOCH + opens[0] * _MICROSECOND
    on_ruler = [calendar.worked(first, at) // _MICROSECOND for at in starts]
    yield Ruler(name, version, True, opens, closes, before, on_ruler)


def _passing(hours: Iterable[tuple[datetime, datetime]]) -> tuple[list[int], list[int], list[int]]:
    opens, closes, before, so_far = list[int](), list[int](), list[int](), 0
    for opened, closed in hours:
        opens.append(_us(opened))
        closes.append(_us(closed))
        before.append(so_far)
        so_far += closes[-1] - opens[-1]
    return opens, closes, before


def _days_of(month: Month) -> list[date]:
    """Its days, and the first one after it."""
    length = (month.next.first_day - month.first_day).days
    return [month.first_day + timedelta(days=n) for n in range(length + 1)]


def figures(row: Mapping[str, Any]) -> dict[str, Any]:
    """What fell to a post in a month by one sort of clock: whole minutes in the clock's own unit."""
    told = {name: row[name] for name in ("sort", "working", "dockets", "late_dockets")}
    minutes = {f"{name}_minutes": row[f"{name}_us"] * _MICROSECOND // _MINUTE for name in ("within", "late")}
    return told | minutes | {"late_days": row["days"]}
