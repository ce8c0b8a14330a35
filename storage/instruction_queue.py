"""Instructions: kept durably when accepted, claimed docket by docket by engines, ended exactly once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from storage.database import Driver, Statement, fetch_all, fetch_one

WORK_CHANNEL = "patravali_work"
DONE_CHANNEL = "patravali_done"

# The first half of the two-part advisory lock that an engine holds on its own number while it lives.
ENGINE_LOCK = 0x504E

_ONE = "select * from instruction where person = %(person)s and key = %(key)s"
_BY_ID = "select * from instruction where id = %(id)s"

_INSERT = """
insert into instruction (id, docket, name, movement_name, act, side, person, post, prepared_by, key,
    request_sha256, parameters, accepted_change, state, accepted_at, accepted_alive, finished_at, outcome)
select %(id)s, %(docket)s, %(name)s, %(movement_name)s, %(act)s, %(side)s, %(person)s, %(post)s,
    %(prepared_by)s, %(key)s, %(request_sha256)s, %(parameters)s, %(accepted_change)s, %(state)s,
    office_now(), alive, case when %(state)s = 'waiting' then null else office_now() end, %(outcome)s
from engine_time
"""


async def by_key(driver: Driver, person: UUID, key: str) -> DictRow | None:
    """The instruction that a person gave under an idempotency key."""
    return await fetch_one(driver, _ONE, {"person": person, "key": key})


async def by_id(driver: Driver, instruction: UUID) -> DictRow | None:
    return await fetch_one(driver, _BY_ID, {"id": instruction})


async def waiting_movement(driver: Driver, docket: UUID) -> UUID | None:
    """The movement of a docket that waits, if any."""
    sql = "select id from instruction where docket = %(docket)s and state = 'waiting' and not side"
    row = await fetch_one(driver, sql, {"docket": docket})
    return row["id"] if row else None


@dataclass(frozen=True, slots=True)
class NewInstruction:
    """A row of ``instruction`` about to be stored; ``state`` is waiting, or carried_out for a registration."""

    id: UUID
    docket: UUID
    name: str
    movement_name: str
    act: str
    side: bool
    person: UUID
    post: UUID
    prepared_by: UUID | None
    key: str
    request_sha256: bytes
    parameters: dict[str, Any]
    accepted_change: int
    state: str = "waiting"
    outcome: dict[str, Any] | None = None


def store(new: NewInstruction) -> list[Statement]:
    """The statements that store an instruction and, where it waits, hint to the engines."""
    row = {name: getattr(new, name) for name in new.__dataclass_fields__}
    row["parameters"] = Jsonb(new.parameters)
    row["outcome"] = None if new.outcome is None else Jsonb(new.outcome)
    statements: list[Statement] = [(_INSERT, row)]
    if new.state == "waiting":
        statements.append((f"select pg_notify('{WORK_CHANNEL}', %(d)s)", {"d": str(new.docket)}))
    return statements


def finish(instruction: UUID, state: str, outcome: dict[str, Any]) -> list[Statement]:
    """The statements that end an instruction and tell who waits for it."""
    sql = """update instruction set state = %(state)s, outcome = %(outcome)s, finished_at = office_now()
        where id = %(id)s and state = 'waiting'"""
    return [
        (sql, {"id": instruction, "state": state, "outcome": Jsonb(outcome)}),
        (f"select pg_notify('{DONE_CHANNEL}', %(id)s)", {"id": str(instruction)}),
    ]


_RELEASE = "delete from claim where engine = %(engine)s and docket = any(%(dockets)s)"

_CANDIDATES = f"""
with alive as (
    select objid::int as engine from pg_locks
    where locktype = 'advisory' and classid = {ENGINE_LOCK} and objsubid = 2 and granted
        and database = (select oid from pg_database where datname = current_database())
), due as (
    select docket, accepted_at from instruction i
    where state = 'waiting' and (not_before is null or not_before <= office_now())
        and not exists (select 1 from claim c where c.docket = i.docket
            and c.engine in (select engine from alive))
    order by accepted_at limit %(limit)s for update skip locked
), taken as (
    insert into claim (docket, engine, since)
    select docket, %(engine)s, office_now() from due group by docket order by min(accepted_at)
    on conflict (docket) do update set engine = excluded.engine, since = excluded.since
        where claim.engine not in (select engine from alive)
    returning docket, (xmax <> 0) as orphaned
)
select t.docket, t.orphaned, d.flow_run_id, d.family, d.number, d.registered_at,
    (select min(accepted_at) from instruction where docket = t.docket and state = 'waiting') as oldest,
    office_now() as now
from taken t join docket d on d.id = t.docket order by oldest
"""

# What a dead engine was at: the first instruction of each docket that it had claimed. Three deaths set it aside.
_COUNT_DEATHS = """
update instruction set deaths = deaths + 1 where id in (
    select distinct on (docket) id from instruction where state = 'waiting' and docket = any(%(dockets)s)
    order by docket, accepted_at, id)
"""


async def claim(driver: Driver, engine: int, done: list[UUID], limit: int) -> list[DictRow]:
    """Gives back finished dockets and claims up to ``limit`` that have something waiting, oldest first.

    A claim of an engine that holds no lock on its number is free; what that engine was at counts one death.
    """
    if done:
        await driver.execute(_RELEASE, {"engine": engine, "dockets": done})
    rows = await fetch_all(driver, _CANDIDATES, {"engine": engine, "limit": limit})
    orphaned = [row["docket"] for row in rows if row["orphaned"]]
    if orphaned:
        await driver.execute(_COUNT_DEATHS, {"dockets": orphaned})
    await driver.commit()
    return rows


_WAITING_OF = """
select * from instruction
where docket = %(docket)s and state = 'waiting' and (not_before is null or not_before <= office_now())
order by accepted_at, id
"""


async def waiting_of(driver: Driver, docket: UUID) -> list[DictRow]:
    """What waits of a docket, in the order of acceptance."""
    return await fetch_all(driver, _WAITING_OF, {"docket": docket})


async def put_off(driver: Driver, instruction: UUID, pause_s: float) -> None:
    """Puts the next try of an instruction off, without counting a fault."""
    sql = """update instruction set not_before = office_now() + make_interval(secs => %(pause)s)
        where id = %(id)s and state = 'waiting'"""
    await driver.execute(sql, {"id": instruction, "pause": pause_s})
    await driver.commit()


async def count_fault(driver: Driver, instruction: UUID, pause_s: float) -> int:
    """Counts a fault of the step and puts the next try off; answers how many there have been."""
    sql = """update instruction set faults = faults + 1,
        not_before = office_now() + make_interval(secs => %(pause)s)
        where id = %(id)s and state = 'waiting' returning faults"""
    row = await fetch_one(driver, sql, {"id": instruction, "pause": pause_s})
    await driver.commit()
    return row["faults"] if row else 0


# A beat adds the time since the last one if that is under five seconds: then an engine lived throughout.
_BEAT = """
update engine_time set last_beat = clock_timestamp(), alive = alive + case
    when clock_timestamp() - last_beat < interval '5 s'
    then extract(epoch from clock_timestamp() - last_beat) else 0 end,
    steps_live = steps_live + %(live)s, steps_plain = steps_plain + %(plain)s,
    settled_live = settled_live + %(settled_live)s, settled_plain = settled_plain + %(settled_plain)s
"""

_OVERDUE = """
select id from instruction, engine_time
where state = 'waiting' and not side and alive - accepted_alive > %(limit)s
order by accepted_at limit 200 for update of instruction skip locked
"""


@dataclass(slots=True)
class Steps:
    """How many steps an engine ran since its last beat, and how; ``settled``: on dockets older than 5 s."""

    live: int = 0
    plain: int = 0
    settled_live: int = 0
    settled_plain: int = 0


async def beat(driver: Driver, steps: Steps) -> None:
    """An engine says that it lives, and what it did since it last said so."""
    await driver.execute(_BEAT.encode(), {name: getattr(steps, name) for name in Steps.__slots__})
    await driver.commit()


async def overdue(driver: Driver, limit_s: float) -> list[UUID]:
    """Movements that waited that long while an engine lived, locked."""
    return [row["id"] for row in await fetch_all(driver, _OVERDUE, {"limit": limit_s})]
