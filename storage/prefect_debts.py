"""What is owed to Prefect: flow runs to be made or set, and movements whose record is not read back yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, Statement, fetch_all, fetch_one, write

# The lock under which one engine of all completes the record.
RECORD_LOCK = 0x50455243

_RUNS = """
select o.docket, o.turn, o.since, d.family, d.kind, d.scheme, d.number, d.state_class, d.flow_run_id,
    p.code as department
from prefect_run_owed o join docket d on d.id = o.docket
join office f on f.id = d.office join department p on p.id = f.department
order by o.since limit %(limit)s
"""

_MOVEMENTS = """
select o.movement, o.docket, o.since, o.bulk, d.flow_run_id, m.act = 'register' as first,
    extract(epoch from office_now() - o.since)::float as age
from prefect_owed o join docket d on d.id = o.docket join movement m on m.id = o.movement
where d.flow_run_id is not null
order by o.bulk, o.since limit %(limit)s
"""

_RECORDS = """
select m.id as movement, m.act, m.name, m.at, coalesce(i.accepted_at, m.at) as accepted_at, d.flow_run_id, d.number
from movement m join docket d on d.id = m.docket left join instruction i on i.id = m.instruction
where m.id = any(%(ids)s) order by m.at
"""

_SWEPT = """
select d.id as docket, d.flow_run_id, d.state_class, d.movements, d.last_movement_at from docket d
where d.flow_run_id is not null and d.id > %(after)s
    and (d.closed_at is null or d.closed_at > office_now() - interval '60 days')
    and not exists (select 1 from prefect_owed o where o.docket = d.id)
    and not exists (select 1 from prefect_run_owed o where o.docket = d.id)
order by d.id limit %(limit)s
"""

_OWE_ALL = """
insert into prefect_owed (movement, docket, since, bulk)
select id, docket, office_now(), true from movement where docket = any(%(dockets)s)
on conflict (movement) do nothing
"""

_FORGET_RUNS = """
with gone as (
    update docket set flow_run_id = null where flow_run_id = any(%(runs)s) returning id
), owed as (
    insert into prefect_run_owed (docket, since, turn) select id, office_now(), 1 from gone
    on conflict (docket) do update set turn = prefect_run_owed.turn + 1
)
insert into prefect_owed (movement, docket, since, bulk)
select m.id, m.docket, office_now(), true from movement m join gone on gone.id = m.docket
on conflict (movement) do nothing
"""

# Loaded history owes nothing until its first live movement; from then on its run and all of it are owed.
_ADOPT = """
with first as (
    select distinct o.docket from prefect_owed o join docket d on d.id = o.docket
    where not o.bulk and d.flow_run_id is null
        and not exists (select 1 from prefect_run_owed r where r.docket = o.docket)
), owed as (
    insert into prefect_run_owed (docket, since, turn) select docket, office_now(), 1 from first
    on conflict (docket) do nothing
)
insert into prefect_owed (movement, docket, since, bulk)
select m.id, m.docket, office_now(), true from movement m join first on first.docket = m.docket
on conflict (movement) do nothing
"""

_OWE_STATES = """
insert into prefect_run_owed (docket, since, turn) select unnest(%(dockets)s::uuid[]), office_now(), 1
on conflict (docket) do update set turn = prefect_run_owed.turn + 1
"""


async def runs_owed(driver: Driver, limit: int) -> list[DictRow]:
    """Dockets whose flow run is to be made or set, longest owed first."""
    return await fetch_all(driver, _RUNS, {"limit": limit})


async def run_paid(driver: Driver, docket: UUID, turn: int, flow_run_id: UUID) -> None:
    """The docket's run stands and has the state that was owed at that turn."""
    statements: list[Statement] = [
        (
            "update docket set flow_run_id = %(run)s"
            " where id = %(docket)s and flow_run_id is distinct from %(run)s",
            {"run": flow_run_id, "docket": docket},
        ),
        (
            "delete from prefect_run_owed where docket = %(docket)s and turn = %(turn)s",
            {"docket": docket, "turn": turn},
        ),
    ]
    await write(driver, statements, commit=True)


async def run_put_behind(driver: Driver, docket: UUID) -> None:
    """The docket's flow run is tried again after all others."""
    sql = "update prefect_run_owed set since = office_now() where docket = %(docket)s"
    await write(driver, [(sql, {"docket": docket})], commit=True)


async def movements_owed(driver: Driver, limit: int) -> list[DictRow]:
    """Movements whose record is owed and whose flow run stands, live ones first."""
    return await fetch_all(driver, _MOVEMENTS, {"limit": limit})


async def records(driver: Driver, movements: Sequence[UUID]) -> list[DictRow]:
    """What a record says of each movement."""
    return await fetch_all(driver, _RECORDS, {"ids": list(movements)})


async def movements_paid(driver: Driver, movements: Sequence[UUID]) -> None:
    """These movements were read back Completed."""
    await driver.execute("delete from prefect_owed where movement = any(%(ids)s)", {"ids": list(movements)})
    await driver.commit()


async def to_sweep(driver: Driver, after: UUID, limit: int) -> list[DictRow]:
    """The next dockets to compare with Prefect: open, or closed within 60 days, and owing nothing."""
    return await fetch_all(driver, _SWEPT, {"after": after, "limit": limit})


async def owe_again(driver: Driver, dockets: Sequence[UUID]) -> None:
    """All movements of these dockets are owed again."""
    await driver.execute(_OWE_ALL.encode(), {"dockets": list(dockets)})
    await driver.commit()


async def owe_states(driver: Driver, dockets: Sequence[UUID]) -> None:
    """The states of these dockets' flow runs are owed."""
    await driver.execute(_OWE_STATES.encode(), {"dockets": list(dockets)})
    await driver.commit()


async def forget_runs(driver: Driver, flow_runs: Sequence[UUID]) -> None:
    """Prefect lost these flow runs: they and all their movements are owed again."""
    await driver.execute(_FORGET_RUNS.encode(), {"runs": list(flow_runs)})
    await driver.commit()


async def adopt_history(driver: Driver) -> None:
    """Dockets that were loaded without a run, and have moved since: their run and all their movements are owed."""
    await driver.execute(_ADOPT)
    await driver.commit()


async def oldest_owed_s(driver: Driver) -> dict[str, Any]:
    """How many live movements are owed, and the age of the oldest, seconds: the lag of Prefect's record."""
    sql = """select count(*) as owed, coalesce(extract(epoch from office_now() - min(since)), 0)::float as oldest_s
        from prefect_owed where not bulk"""
    row = await fetch_one(driver, sql, {})
    assert row is not None
    return row
