"""Chains that belong to no docket: the office's own, and the access chains of processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from storage.database import Driver, Statement, fetch_one
from storage.movements import entry_rows
from storage.rows import insert
from storage.shapes import EntryShape

# What builds the next entry of a chain from its length and head (None: the chain is new).
NextEntry = Callable[[int, bytes | None], EntryShape]
NextEntries = Callable[[int, bytes | None], Sequence[EntryShape]]

_MOVED = "update chain set length = %(length)s, head = %(head)s where id = %(chain)s"


async def lock(driver: Driver, chain: str) -> None:
    """Keeps others from appending to a chain until the transaction ends; one without an entry cannot be locked."""
    await fetch_one(driver, "select 1 from chain where id = %(chain)s for update", {"chain": chain})


async def append(driver: Driver, chain: str, sort: str, build: NextEntry) -> list[Statement]:
    """Locks a chain and answers the statements that store its next entry; the caller writes and commits them."""
    return await append_all(driver, chain, sort, lambda length, head: [build(length, head)])


async def append_all(driver: Driver, chain: str, sort: str, build: NextEntries) -> list[Statement]:
    """The same for several entries at once; there must be at least one."""
    sql = "select length, head from chain where id = %(chain)s for update"
    row = await fetch_one(driver, sql, {"chain": chain})
    entries = build(row["length"] if row else 0, row["head"] if row else None)
    kept: dict[str, Any] = {"length": entries[-1].sequence, "head": entries[-1].hash}
    if row is None:
        moved = insert("chain", {"id": chain, "sort": sort, **kept})
    else:
        moved = _MOVED, {"chain": chain, **kept}
    return [moved, *(entry_rows(entry) for entry in entries)]
