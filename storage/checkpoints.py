"""Checkpoints as the database keeps them: which chains changed since the last, signed bodies and leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import psycopg
from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one
from storage.rows import insert
from storage.snapshots import stream

_LAST = "select number, snapshot, body, signature from checkpoint order by number desc limit 1"
_NOW = "select pg_current_snapshot()::text as snapshot, greatest(office_now(), %(before)s::timestamptz) as at"
_IS_OURS = """
select pg_snapshot_xmax(%(snapshot)s::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) as ours
"""

# An entry carries the transaction that wrote it: one that the last checkpoint's snapshot did not see is new,
# whether it began before or after that checkpoint.
_CHANGED = """
select chain, max(sequence) as length from audit_entry
where xid >= pg_snapshot_xmin(%(since)s::pg_snapshot) and not pg_visible_in_snapshot(xid, %(since)s::pg_snapshot)
group by chain
"""

# After a restore transactions are counted anew, so that only the leaves tell how far a chain was signed.
_UNSIGNED = """
select chain, max(sequence) as length from audit_entry a group by chain
having not exists (select 1 from checkpoint_leaf l where l.chain = a.chain and l.length = max(a.sequence))
"""

_KEEP_LEAVES = """
insert into checkpoint_leaf (checkpoint, position, chain, length, head)
select %(number)s, row_number() over (order by c.chain) - 1, c.chain, c.length, sha256(e.data)
from ({ends}) c join audit_entry e on e.chain = c.chain and e.sequence = c.length
"""

_LEAVES_OF = "select position, chain, length, head from checkpoint_leaf where checkpoint = %(n)s order by position"
_NUMBERED_LEAVES = """
select l.chain, l.length, l.head, d.number from checkpoint_leaf l left join docket d
    on d.id = case when l.chain ~ '^docket:[0-9a-f-]{36}$' then substr(l.chain, 8)::uuid end
where l.checkpoint = %(n)s order by l.position
"""
_LEAVES_ON = """
select chain, checkpoint, length, head from checkpoint_leaf where chain = any(%(chains)s)
order by chain, checkpoint
"""
_ALL_LEAVES = "select chain, checkpoint, length, head from checkpoint_leaf order by chain, checkpoint"
_ALL = "select number, at, body, hash, signature from checkpoint order by number"
_SIGNED = """
select body, signature from checkpoint c
where %(chain)s::text is null or number = (select max(number) from checkpoint)
    or exists (select 1 from checkpoint_leaf l where l.chain = %(chain)s and l.checkpoint = c.number)
order by number
"""


async def last(driver: Driver) -> DictRow | None:
    """The row of the last checkpoint, as it stands: nothing of it was checked."""
    return await fetch_one(driver, _LAST, {})


async def has_leaves(driver: Driver, number: int) -> bool:
    """Whether leaves stand under a checkpoint's number."""
    sql = "select 1 from checkpoint_leaf where checkpoint = %(number)s limit 1"
    return await fetch_one(driver, sql, {"number": number}) is not None


async def is_of_this_server(driver: Driver, snapshot: str) -> bool:
    """Whether a snapshot that a checkpoint kept is one, and of this server's count of transactions."""
    try:
        async with driver.transaction():
            row = await fetch_one(driver, _IS_OURS, {"snapshot": snapshot})
    except psycopg.DataError:
        return False
    return bool(row and row["ours"])


async def this_moment(driver: Driver, before: datetime | None) -> tuple[str, datetime]:
    """The transaction's snapshot, and the time: never before that of the checkpoint before."""
    row = await fetch_one(driver, _NOW, {"before": before})
    assert row is not None
    return row["snapshot"], row["at"]


async def keep_leaves(driver: Driver, number: int, since: str | None) -> None:
    """A leaf for each chain that changed since a snapshot; for each with unsigned entries where there is none."""
    sql = _KEEP_LEAVES.format(ends=_UNSIGNED if since is None else _CHANGED)
    await driver.execute(sql.encode(), {"number": number, "since": since})


async def changed_since(driver: Driver, snapshot: str) -> list[str]:
    """The chains with entries that a snapshot did not see."""
    return [row["chain"] for row in await fetch_all(driver, _CHANGED, {"since": snapshot})]


async def keep(driver: Driver, number: int, at: datetime, snapshot: str, signed: dict[str, bytes]) -> None:
    """The checkpoint itself: ``signed`` has its body, hash and signature."""
    sql, row = insert("checkpoint", {"number": number, "at": at, "snapshot": snapshot, **signed})
    await driver.execute(sql.encode(), row)


def leaves_of(driver: Driver, number: int) -> AsyncIterator[DictRow]:
    """The leaves of one checkpoint in their order."""
    return stream(driver, _LEAVES_OF, {"n": number})


def numbered_leaves_of(driver: Driver, number: int) -> AsyncIterator[DictRow]:
    """The leaves of one checkpoint in their order, each with its docket's number where it is a docket's."""
    return stream(driver, _NUMBERED_LEAVES, {"n": number})


async def leaves_on(driver: Driver, chains: list[str]) -> list[DictRow]:
    """What checkpoints say of these chains, by chain and checkpoint."""
    return await fetch_all(driver, _LEAVES_ON, {"chains": chains})


async def cut_from(driver: Driver) -> list[int]:
    """Numbers of checkpoints that have leaves and are not in the table themselves."""
    sql = """select distinct checkpoint from checkpoint_leaf l
        where not exists (select 1 from checkpoint c where c.number = l.checkpoint) order by checkpoint"""
    return [row["checkpoint"] for row in await fetch_all(driver, sql, {})]


def all_leaves(driver: Driver) -> AsyncIterator[DictRow]:
    """Every leaf, by chain and checkpoint."""
    return stream(driver, _ALL_LEAVES)


def every(driver: Driver) -> AsyncIterator[DictRow]:
    """Every checkpoint by number."""
    return stream(driver, _ALL)


def signed(driver: Driver, chain: str | None = None) -> AsyncIterator[DictRow]:
    """Bodies and signatures by number; for one chain those with a leaf of it, and the last."""
    return stream(driver, _SIGNED, {"chain": chain})
