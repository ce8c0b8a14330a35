"""Instructions: kept durably when accepted, claimed docket by docket by engines, ended exactly once."""

from __future__ import annotations

from collections.abc import Collection
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
insert into instruction (id, docket, name, movement_name, act, side, person, post, prepared_by, tray_item, key,
    request_sha256, parameters, accepted_change, state, accepted_at, accepted_alive, finished_at, outcome)
select %(id)s, %(docket)s, %(name)s, %(movement_name)s, %(act)s, %(side)s, %(person)s, %(post)s,
    %(prepared_by)s, %(tray_item)s, %(key)s, %(request_sha256)s, %(parameters)s, %(accepted_change)s, %(state)s,
    office_now(), alive, case when %(state)s = 'waiting' then null else office_now() end, %(outcome)s
from engine_time
"""


async def by_key(driver: Driver, person: UUID, key: str) -> DictRow | None:
    """The instruction that a person gave under an idempotency key."""
    return await fetch_one(driver, _ONE, {"person": person, "key": key})


async def by_id(driver: Driver, instruction: UUID) -> DictRow | None:
    return await fetch_one(driver, _BY_ID, {"id": instruction})


async def by_tray_item(driver: Driver, item: UUID) -> DictRow | None:
    """The instruction by which a tray's item was confirmed, unless it came to nothing."""
    sql = "select * from instruction where tray_item = %(item)s and state in ('waiting', 'carried_out')"
    return await fetch_one(driver, sql, {"item": item})


async def waiting_movement(driver: Driver, docket: UUID) -> UUID | None:
    """The movement of a docket that waits, if any."""
    sql = "select id from instruction where docket = %(docket)s and state = 'waiting' and not side"
    row = await fetch_one(driver, sql, {"docket": docket})
    return row["id"] if row else None


async def side_acts_waiting(driver: Driver, docket: UUID) -> int:
    """How many side acts of a docket wait."""
    sql = "select count(*) as count from instruction where docket = %(docket)s and state = 'waiting' and side"
    row = await fetch_one(driver, sql, {"docket": docket})
    assert row is not None
    return row["count"]


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
    tray_item: UUID | None = None


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


async def lock_waiting(driver: Driver, instruction: UUID) -> bool:
    """Locks the docket of an instruction as a step does; answers whether the instruction still waits."""
    sql = """select 1 from docket where id = (select docket from instruction where id = %(id)s)
        for no key update"""
    await driver.execute(sql, {"id": instruction})
    row = await by_id(driver, instruction)
    return row is not None and row["state"] == "waiting"


# The numbers of the engines that live: those that hold their lock, in this database.
_LIVING = f"""
    select objid::int as engine from pg_locks
    where locktype = 'advisory' and classid = {ENGINE_LOCK} and objsubid = 2 and granted
        and database = (select oid from pg_database where datname = current_database())
"""

# Claims that killed engines left behind on dockets of which nothing waits.
ABANDONED = f"""not exists (select 1 from instruction i where i.docket = claim.docket and i.state = 'waiting')
    and claim.engine not in ({_LIVING})"""

# What a dead engine was at: the first instruction of each docket that it had claimed, if that waited already
# when it claimed the docket. Three deaths set it aside.
_BURY = f"""
with living as materialized ({_LIVING}), left_behind as (
    delete from claim where engine <> %(engine)s and engine not in (select engine from living)
    returning docket, since
), counted as (
    update instruction i set deaths = deaths + 1 from left_behind l
    where i.docket = l.docket and i.state = 'waiting' and i.accepted_at <= l.since and i.id = (
        select id from instruction where state = 'waiting' and docket = l.docket
        order by accepted_at, id limit 1)
)
select array(select docket from left_behind) as freed, array(select engine from living) as living
"""

# A docket whose first instruction is put off waits with all that stands behind it. What the engine is done with is
# its own to claim again in the statement that gives the rest of it back; nobody else sees it free before.
_CLAIM = """
with due as (
    select docket, accepted_at from instruction i
    where state = 'waiting'
        and not exists (select 1 from instruction o where o.docket = i.docket
            and o.state = 'waiting' and o.not_before > office_now())
        and not exists (select 1 from claim c where c.docket = i.docket
            and (c.engine <> %(engine)s or c.docket = any(%(at_work)s)))
    order by accepted_at limit %(limit)s for update skip locked
), given_back as (
    delete from claim where engine = %(engine)s and not docket = any(%(at_work)s)
        and not docket in (select docket from due)
), taken as (
    insert into claim (docket, engine, since)
    select docket, %(engine)s, office_now() from due group by docket order by min(accepted_at)
    on conflict (docket) do update set since = excluded.since where claim.engine = excluded.engine
    returning docket
)
select t.docket, d.flow_run_id, d.family, d.number, d.registered_at,
    (select min(accepted_at) from due where docket = t.docket) as oldest, office_now() as now,
    (select count(*) from due) as seen
from taken t join docket d on d.id = t.docket order by oldest
"""


async def bury(driver: Driver, engine: int) -> tuple[list[UUID], list[int]]:
    """Frees what engines had claimed that are gone, and counts a death of what each was at.

    An engine is gone when it holds no lock on its number; ``engine``, who asks, is not. Answers the dockets that
    are free, and the engines that live.
    """
    row = await fetch_one(driver, _BURY, {"engine": engine})
    assert row is not None
    await driver.commit()
    return row["freed"], row["living"]


async def claim(driver: Driver, engine: int, limit: int, at_work: Collection[UUID]) -> list[DictRow]:
    """Claims up to ``limit`` dockets that have something waiting and that nobody has claimed, oldest first.

    ``at_work`` are the dockets whose turn the engine is taking; all its other claims are given back: those that
    are done, and any whose answer was lost with a connection. ``seen``: how many instructions were looked at;
    where that is the limit, more may wait.
    """
    rows = await fetch_all(driver, _CLAIM, {"engine": engine, "limit": limit, "at_work": list(at_work)})
    await driver.commit()
    return rows


async def give_all_back(driver: Driver, engine: int) -> None:
    """An engine that ends leaves no claim behind."""
    await driver.execute("delete from claim where engine = %(engine)s", {"engine": engine})
    await driver.commit()


_WAITING_OF = """
select *, coalesce(not_before > office_now(), false) as put_off from instruction
where docket = %(docket)s and state = 'waiting' order by accepted_at, id limit %(most)s
"""


async def waiting_of(driver: Driver, docket: UUID, most: int) -> list[DictRow]:
    """What waits first of a docket, in the order of acceptance; ``put_off``: its next try is not due yet."""
    return await fetch_all(driver, _WAITING_OF, {"docket": docket, "most": most})


# The pause doubles from one second with each break, up to five minutes. What stands behind waits with the first.
_BROKE = """
update instruction set breaks = least(breaks + 1, 1000),
    not_before = office_now() + make_interval(secs => least(300, power(2, least(breaks, 10))))
where id = (select id from instruction where docket = %(docket)s and state = 'waiting'
    order by accepted_at, id limit 1) and state = 'waiting'
returning breaks
"""


async def turn_broke(driver: Driver, docket: UUID) -> int:
    """Counts a turn that broke outside its steps and puts the docket's next one off; answers how many there were.

    0 where nothing waits of the docket any more.
    """
    row = await fetch_one(driver, _BROKE, {"docket": docket})
    await driver.commit()
    return row["breaks"] if row else 0


async def broken_turns(driver: Driver) -> list[DictRow]:
    """The dockets whose turn broke and that still wait, worst first: number, breaks, since when (200 at most)."""
    sql = """select d.id, d.number, i.breaks, i.accepted_at as since, i.not_before from instruction i
        join docket d on d.id = i.docket where i.state = 'waiting' and i.breaks > 0
        order by i.breaks desc, i.accepted_at limit 200"""
    return await fetch_all(driver, sql, {})


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
order by accepted_at limit 200
"""


@dataclass(slots=True)
class Steps:
    """How many steps an engine ran since its last beat, and how; ``settled``: on dockets older than 5 s."""

    live: int = 0
    plain: int = 0
    settled_live: int = 0
    settled_plain: int = 0

    def __add__(self, other: Steps) -> Steps:
        return Steps(*(getattr(self, name) + getattr(other, name) for name in Steps.__slots__))


async def beat(driver: Driver, steps: Steps) -> None:
    """An engine says that it lives, and what it did since it last said so."""
    await driver.execute(_BEAT.encode(), {name: getattr(steps, name) for name in Steps.__slots__})
    await driver.commit()


async def overdue(driver: Driver, limit_s: float) -> list[UUID]:
    """Movements that waited that long while an engine lived."""
    return [row["id"] for row in await fetch_all(driver, _OVERDUE, {"limit": limit_s})]
