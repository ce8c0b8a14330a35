"""Which dockets the clock has to do with now: each question locks a batch of them, in the order of their ids.

Who is at work on a docket is not waited for, and one with an instruction waiting is passed over: both come with a
later tick. With nothing due a question is one look into an index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from storage.database import Driver, fetch_all, fetch_one

_FREE: Final = """d.id > %(after)s
    and not exists (select 1 from instruction i where i.docket = d.id and i.state = 'waiting')
order by d.id limit %(limit)s for no key update of d skip locked"""

# The day is asked for once and not row by row, so that the index on it serves.
PARKED: Final = f"""
with today as materialized (
    select scheme, (office_now() at time zone zone)::date as day
    from unnest(%(schemes)s::text[], %(zones)s::text[]) z(scheme, zone)
)
select d.id from today join docket d on d.scheme = today.scheme and d.parked_until <= today.day
where d.parked_until is not null and {_FREE}
"""

LAPSED: Final = f"""
select d.id from proposal p join docket d on d.id = p.docket
where p.state = 'open' and p.lapses_at <= (select office_now()) and {_FREE}
"""

# Planned for the very act and instant, which the application's role does for no other statement: a plan for any
# instant takes a third of all complaints to be due and goes by the ids, past every open complaint.
_PLANNED_ANEW: Final = "select office_now() as at, set_config('plan_cache_mode', 'force_custom_plan', true)"

TURNS: Final = f"""
select d.id from docket d
where d.clock_act = %(act)s and d.clock_at <= %(now)s and {_FREE}
"""


async def lock_parked(driver: Driver, zones: Mapping[str, str], after: UUID, limit: int) -> list[UUID]:
    """Parked dockets whose day has come in the zone of their scheme; ``zones`` by scheme."""
    given = {"schemes": list(zones), "zones": list(zones.values()), "after": after, "limit": limit}
    return [row["id"] for row in await fetch_all(driver, PARKED, given)]


async def lock_lapsed(driver: Driver, after: UUID, limit: int) -> list[UUID]:
    """Dockets with a proposal that nobody confirmed before it lapsed."""
    return [row["id"] for row in await fetch_all(driver, LAPSED, {"after": after, "limit": limit})]


async def lock_turns(driver: Driver, act: str, after: UUID, limit: int) -> list[UUID]:
    """Complaints at which it is the clock's turn, for one of its acts; begins the transaction that locks them."""
    began = await fetch_one(driver, _PLANNED_ANEW, {})
    assert began is not None
    given = {"act": act, "now": began["at"], "after": after, "limit": limit}
    return [row["id"] for row in await fetch_all(driver, TURNS, given)]


async def lock_these(driver: Driver, dockets: Sequence[UUID]) -> list[UUID]:
    """Those of these dockets that nobody else has locked."""
    sql = "select id from docket where id = any(%(dockets)s) order by id for no key update skip locked"
    return [row["id"] for row in await fetch_all(driver, sql, {"dockets": list(dockets)})]


async def lock_free(driver: Driver, dockets: Sequence[UUID], after: UUID, limit: int) -> list[UUID]:
    """The next of these dockets on which nobody is at work."""
    sql = f"select d.id from docket d where d.id = any(%(dockets)s) and {_FREE}"
    bound = {"dockets": list(dockets), "after": after, "limit": limit}
    return [row["id"] for row in await fetch_all(driver, sql, bound)]
