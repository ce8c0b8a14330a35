"""What fsck reads and writes: time and posts as they are kept beside the movements, and what lies about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage import families
from storage.database import Driver, Statement, fetch_all, fetch_one, write
from storage.instruction_queue import ABANDONED
from storage.rows import insert
from storage.snapshots import stream

KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "holding": ("from_at",),
    "clock": ("sort", "began"),
    "docket_post": ("post",),
}
"""The tables that are rebuilt from movements, and what tells a docket's rows in them apart."""

_DOCKETS = f"""
select d.*, {families.COLUMNS}, to_jsonb(g) as own_category,
    (select jsonb_agg(to_jsonb(h) || jsonb_build_object('department_code',
        (select code from department x where x.id = h.department)))
        from category h where h.id = c.category_row or h.id in (
        select unnest(array[details ->> 'category_row', details ->> 'category_row_before'])::uuid
        from movement where docket = d.id and act = 'recategorise')) as own_categories
from docket d {families.JOINS}
left join category g on g.id = c.category_row
where d.id = any(%(dockets)s) order by d.id
"""

_MOVEMENTS = """
select docket, id, act, name, at, from_state, to_state, by_post, second_post, from_post, to_post, details
from movement where docket = any(%(dockets)s) order by docket, sequence
"""


def docket_ids(driver: Driver) -> AsyncIterator[DictRow]:
    """The id of every docket, in order."""
    return stream(driver, "select id from docket order by id")


async def count_dockets(driver: Driver) -> int:
    row = await fetch_one(driver, "select count(*) as dockets from docket", {})
    return row["dockets"] if row else 0


_OPEN: Final = f"""
select d.*, {families.COLUMNS}, to_jsonb(g) as own_category from docket d {families.JOINS}
left join category g on g.id = c.category_row
where d.state_class <> 'closed' and d.scheme = %(scheme)s
    and d.scheme_version = %(version)s order by d.id
"""


async def open_dockets(driver: Driver, scheme: str, version: int) -> list[DictRow]:
    """Open dockets under a version of a scheme, with what their family adds."""
    return await fetch_all(driver, _OPEN, {"scheme": scheme, "version": version})


async def dockets(driver: Driver, ids: list[UUID]) -> list[DictRow]:
    """Dockets' rows with what their families add.

    ``own_categories``: the office's own that each ever had, with the codes of their departments.
    """
    return await fetch_all(driver, _DOCKETS, {"dockets": ids})


async def movements(driver: Driver, ids: list[UUID]) -> list[DictRow]:
    """What the movements of dockets say of time and posts, in order."""
    return await fetch_all(driver, _MOVEMENTS, {"dockets": ids})


async def kept(driver: Driver, table: str, ids: list[UUID]) -> list[DictRow]:
    """The rows of one of the ``KEPT`` tables."""
    return await fetch_all(driver, f"select * from {table} where docket = any(%(dockets)s)", {"dockets": ids})


async def lock(driver: Driver, docket: UUID) -> None:
    """Nothing moves the docket until the transaction ends."""
    await driver.execute("select 1 from docket where id = %(id)s for update", {"id": docket})


async def replace(driver: Driver, docket: UUID, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Writes a docket's rows of the ``KEPT`` tables anew and commits."""
    statements: list[Statement] = []
    for table, found in rows.items():
        assert table in KEPT
        statements.append((f"delete from {table} where docket = %(docket)s", {"docket": docket}))
        statements += [insert(table, {"docket": docket, **row}) for row in found]
    await write(driver, statements, commit=True)


# What should not be, and the statement that clears it away where that loses nothing.
_LEFTOVERS: Final[tuple[tuple[str, str, str | None], ...]] = (
    (
        "a claim of an engine that is gone, on a docket with nothing waiting",
        f"select docket::text as what from claim where {ABANDONED}",
        "delete from claim where docket = any(%(what)s::uuid[])",
    ),
    (
        "a draft of a note that is fixed",
        "select d.note::text as what from note_draft d join note_fixed f on f.note = d.note",
        "delete from note_draft where note = any(%(what)s::uuid[])",
    ),
    (
        "a draft without its note",
        """select d.note::text as what from note_draft d
            where not exists (select 1 from note n where n.id = d.note)""",
        None,
    ),
    (
        "a note that is neither a draft nor fixed",
        """select n.id::text as what from note n where not exists (select 1 from note_draft d where d.note = n.id)
            and not exists (select 1 from note_fixed f where f.note = n.id)""",
        None,
    ),
    (
        "an instruction carried out that gave no movement",
        """select i.id::text as what from instruction i where i.state = 'carried_out'
            and not exists (select 1 from movement m where m.docket = i.docket and m.instruction = i.id)""",
        None,
    ),
    (
        "a movement of an instruction that was not carried out",
        """select m.id::text as what from movement m left join instruction i on i.id = m.instruction
            where m.instruction is not null and i.state is distinct from 'carried_out'""",
        None,
    ),
    (
        "a record owed to Prefect of a movement that is not there",
        """select o.movement::text as what from prefect_owed o
            where not exists (select 1 from movement m where m.id = o.movement)""",
        "delete from prefect_owed where movement = any(%(what)s::uuid[])",
    ),
    (
        "a document whose bytes no row names, or with another size",
        """select t.id::text as what from document t left join blob b on b.sha256 = t.sha256
            where t.sha256 is not null and b.size is distinct from t.size""",
        None,
    ),
)


async def leftovers(driver: Driver) -> AsyncIterator[tuple[str, str, bool]]:
    """What lies about: what it is, its id, and whether it can be cleared away."""
    for meaning, sql, clearing in _LEFTOVERS:
        async for row in stream(driver, sql):
            yield meaning, row["what"], clearing is not None


async def clear(driver: Driver, meaning: str, ids: list[str]) -> None:
    """Clears leftovers of one meaning away, those that are still such, and commits."""
    sql, clearing = next((sql, clearing) for known, sql, clearing in _LEFTOVERS if known == meaning)
    assert clearing is not None
    found = {row["what"] for row in await fetch_all(driver, sql, {})}
    await write(driver, [(clearing, {"what": [one for one in ids if one in found]})], commit=True)


# Bytes of which an erasure was begun may be gone, and their row not yet: the next run of it settles that.
_TO_STAY = """from blob b where not exists (select 1 from erasure_blob e where e.sha256 = b.sha256)
    or exists (select 1 from document d where d.sha256 = b.sha256)"""


def cited_blobs(driver: Driver) -> AsyncIterator[DictRow]:
    """SHA-256 (hexadecimal) and size of every blob that has a row and is to stay, in order."""
    return stream(driver, f"select encode(b.sha256, 'hex') as sha256, b.size {_TO_STAY} order by b.sha256")


async def count_blobs(driver: Driver) -> int:
    row = await fetch_one(driver, f"select count(*) as blobs {_TO_STAY}", {})
    return row["blobs"] if row else 0


async def is_cited(driver: Driver, sha256: str) -> bool:
    """Whether bytes have a row at this moment."""
    row = await fetch_one(
        driver, "select 1 from blob where sha256 = %(sha256)s", {"sha256": bytes.fromhex(sha256)}
    )
    return row is not None
