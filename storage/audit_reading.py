"""What the audit reads: chains with their entries and heads, the rows that entries tell of, protected values."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import suppress
from functools import cache
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow
from sqlalchemy import Table

from storage.database import Driver, fetch_all, fetch_one
from storage.models import AUDITED_TABLES
from storage.models.columns import audited_columns
from storage.rows import primary_key
from storage.snapshots import stream

OWNER: Final = "owner_of_row"

# How a row of a docket's table comes to its docket, where it does not name it.
_THROUGH: Final = {
    "docket": ("t.id", ""),
    "complainant": ("o.docket", "left join complaint o on o.complainant = t.id"),
    "note_fixed": ("o.docket", "left join note o on o.id = t.note"),
    "first_read": ("o.docket", "left join movement o on o.id = t.movement"),
}

_SIZES = """
select name, sum(entries)::bigint as entries from (
    select chain as name, count(*) as entries from audit_entry group by chain
    union all select ('docket:' || id) collate "C", 0 from docket
    union all select id, 0 from chain
    union all select chain, 0 from checkpoint_leaf group by chain
) every group by name order by name
"""

_ENTRIES = """
select chain, sequence, hash, data from audit_entry
where %(chains)s::text[] is null or chain = any(%(chains)s) order by chain, sequence
"""

_HEADS = """
select ('docket:' || id) as chain, chain_length as length, chain_head as head, number from docket
where id = any(%(dockets)s)
union all select id, length, head, null from chain where id = any(%(chains)s)
"""


def _through(table: Table) -> tuple[str, str]:
    return _THROUGH.get(table.name, ("t.docket", ""))


def _is_of_docket(table: Table) -> bool:
    return table.name in _THROUGH or "docket" in table.columns


DOCKET_TABLES: Final = tuple(name for name, table in AUDITED_TABLES.items() if _is_of_docket(table))
OFFICE_TABLES: Final = tuple(name for name in AUDITED_TABLES if name not in DOCKET_TABLES)


@cache
def _select(name: str) -> str:
    columns = ", ".join(f't."{column}"' for column in audited_columns(AUDITED_TABLES[name]))
    if name in OFFICE_TABLES:
        return f"select {columns} from {name} t"
    owner, join = _through(AUDITED_TABLES[name])
    return f"select {columns}, {owner} as {OWNER} from {name} t {join} where {owner} = any(%(dockets)s)"


async def has_office_rows(driver: Driver) -> bool:
    """Is there any row of which the office's own chain should tell?"""
    some = " or ".join(f"exists (select 1 from {table})" for table in OFFICE_TABLES)
    row = await fetch_one(driver, f"select {some} as some", {})
    return bool(row and row["some"])


async def count_entries(driver: Driver, chains: list[str] | None = None) -> int:
    """How many entries there are: of some chains, or of all."""
    sql = "select count(*) as entries from audit_entry where %(chains)s::text[] is null or chain = any(%(chains)s)"
    row = await fetch_one(driver, sql, {"chains": chains})
    return row["entries"] if row else 0


def chain_sizes(driver: Driver) -> AsyncIterator[DictRow]:
    """Every chain of which anything tells, by name, with how many entries it has."""
    return stream(driver, _SIZES)


def entries(driver: Driver, chains: list[str] | None = None) -> AsyncIterator[DictRow]:
    """Entries by chain, then by sequence: those of some chains, or all."""
    return stream(driver, _ENTRIES, {"chains": chains})


async def entries_of(driver: Driver, chains: list[str]) -> list[DictRow]:
    """The same of a few chains, all at once: for who works outside a transaction."""
    return await fetch_all(driver, _ENTRIES, {"chains": chains})


async def heads(driver: Driver, chains: list[str]) -> dict[str, DictRow]:
    """Where the tables say that chains end, and a docket's number."""
    found = await fetch_all(driver, _HEADS, {"dockets": dockets_of(chains), "chains": chains})
    return {row["chain"]: row for row in found}


def dockets_of(chains: Iterable[str]) -> list[UUID]:
    """The dockets whose chains these are; a name that is no docket's chain is passed over."""
    found: list[UUID] = []
    for name in chains:
        with suppress(ValueError):
            found.append(UUID(name.removeprefix("docket:")))
    return found


async def docket_rows(driver: Driver, table: str, dockets: list[UUID]) -> list[DictRow]:
    """The audited columns of a table's rows of these dockets; ``OWNER`` names the docket."""
    return await fetch_all(driver, _select(table), {"dockets": dockets})


async def office_rows(driver: Driver, table: str) -> list[DictRow]:
    """The audited columns of all rows of one of the office's tables."""
    return await fetch_all(driver, _select(table), {})


async def strays(driver: Driver, table: str) -> list[DictRow]:
    """The keys of rows of a docket's table that belong to no docket."""
    owner, join = _through(AUDITED_TABLES[table])
    keys = ", ".join(f't."{name}"' for name in primary_key(table))
    sql = f"select {keys} from {table} t {join} where not exists (select 1 from docket d where d.id = {owner})"
    return await fetch_all(driver, sql, {})


async def values(driver: Driver, ids: Iterable[UUID]) -> dict[UUID, DictRow]:
    """Protected values by id."""
    sql = "select id, salt, value, erased_by from protected_value where id = any(%(ids)s)"
    return {row["id"]: row for row in await fetch_all(driver, sql, {"ids": list(ids)})}


async def documents(driver: Driver, ids: Iterable[UUID]) -> dict[UUID, DictRow]:
    """What documents' commitments hide: salt and SHA-256."""
    sql = "select id, salt, sha256 from document where id = any(%(ids)s)"
    return {row["id"]: row for row in await fetch_all(driver, sql, {"ids": list(ids)})}


def document_hashes(driver: Driver, docket: UUID | None, without: Collection[UUID] = ()) -> AsyncIterator[DictRow]:
    """The SHA-256 of every document that is there and is to stay, each once: of one docket, or all.

    ``without``: documents that do not count, so that bytes which no other document is are left out.
    """
    sql = """select distinct sha256 from document
        where sha256 is not null and (%(docket)s::uuid is null or docket = %(docket)s)
            and id <> all(%(without)s)
            and not exists (select 1 from erasure_target t where t.target = document.id) order by sha256"""
    return stream(driver, sql, {"docket": docket, "without": list(without)})


async def values_about_people(driver: Driver) -> list[UUID]:
    """The values that say who complained or wrote: names, telephones and addresses."""
    sql = """select unnest(array[name, telephone, address]) as id from complainant
        union select unnest(array[sender_name, sender_telephone, sender_address]) from receipt"""
    return [row["id"] for row in await fetch_all(driver, sql, {}) if row["id"] is not None]


async def docket_by_number(driver: Driver, number: str) -> UUID | None:
    row = await fetch_one(driver, "select id from docket where number = %(number)s", {"number": number})
    return row["id"] if row else None
