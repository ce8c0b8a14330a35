"""Days that the office declared, and the running clocks that a declaration may move."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one
from storage.kept_posts import DayRecord

_DECLARED: Final = "select calendar, day, sort, declared_at from calendar_day order by declared_at, day"


async def declared_days(driver: Driver) -> tuple[DayRecord, ...]:
    """Every declaration of every calendar, in order."""
    return tuple(DayRecord(**row) for row in await fetch_all(driver, _DECLARED, {}))


_OF_YEAR: Final = """
select c.day, c.sort, c.label_en, c.label_hi, c.declared_at, c.by_person, p.code as by_post
from calendar_day c left join post p on p.id = c.by_post
where c.calendar = %(calendar)s and c.day between %(first)s and %(last)s order by c.day, c.declared_at
"""


async def of_year(driver: Driver, calendar: str, year: int) -> list[DictRow]:
    """What was declared of the days of a year, by day and in order of declaration."""
    bounds = {"calendar": calendar, "first": date(year, 1, 1), "last": date(year, 12, 31)}
    return await fetch_all(driver, _OF_YEAR, bounds)


async def of_ids(driver: Driver, ids: Collection[UUID]) -> list[DictRow]:
    """The declarations with these ids, as they were given."""
    sql = (
        "select id, calendar, day, sort, label_en, label_hi, declared_at from calendar_day where id = any(%(ids)s)"
    )
    return await fetch_all(driver, sql, {"ids": list(ids)})


async def next_instant(driver: Driver, calendar: str) -> datetime:
    """The instant of a declaration made now: after every other of the calendar, also if the clock was set back."""
    sql = "select movement_time(max(declared_at)) as at from calendar_day where calendar = %(calendar)s"
    row = await fetch_one(driver, sql, {"calendar": calendar})
    assert row is not None
    return row["at"]


@dataclass(frozen=True, slots=True)
class Affected:
    """Which clocks a declaration may move: of dockets under these schemes, running at some time in between."""

    schemes: Collection[str]
    begin: datetime
    end: datetime


_RUNNING: Final = """
select d.id, d.kind, d.scheme, d.scheme_version, jsonb_agg(to_jsonb(k) order by k.began) as clocks
from docket d join clock k on k.docket = d.id
where d.id > %(after)s and d.scheme = any(%(schemes)s) and k.ended is null and k.halted_at is null
    and k.limit_unit in ('working_days', 'working_hours', 'working_minutes')
    and k.due >= %(begin)s and k.began < %(end)s
group by d.id order by d.id limit %(limit)s
"""


async def running_clocks(
    driver: Driver, affected: Affected, after: UUID | None = None, limit: int = 500
) -> list[DictRow]:
    """Dockets with those of their running clocks that may be due later after a declaration, by id.

    The next batch begins after the last id of this one. A halted clock is not among them: it is counted anew
    when it goes on.
    """
    bound: dict[str, Any] = {
        "schemes": list(affected.schemes),
        "begin": affected.begin,
        "end": affected.end,
        "after": after or UUID(int=0),
        "limit": limit,
    }
    return await fetch_all(driver, _RUNNING, bound)
