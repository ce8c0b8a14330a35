"""Chains that belong to no docket: the office's own, and the access chains of processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from storage.database import Driver, Statement, fetch_one
from storage.movements import entry_rows
from storage.rows import insert
from storage.shapes import EntryShape

# What builds the next entry of a chain from its length and head (None: the chain is new).
NextEntry = Callable[[int, bytes | None], EntryShape]


async def append(driver: Driver, chain: str, sort: str, build: NextEntry) -> list[Statement]:
    """Locks a chain and answers the statements that store its next entry; the caller writes and commits them."""
    sql = "select length, head from chain where id = %(chain)s for update"
    row = await fetch_one(driver, sql, {"chain": chain})
    entry = build(row["length"] if row else 0, row["head"] if row else None)
    kept: dict[str, Any] = {"length": entry.sequence, "head": entry.hash}
    if row is None:
        return [insert("chain", {"id": chain, "sort": sort, **kept}), entry_rows(entry)]
    moved = "update chain set length = %(length)s, head = %(head)s where id = %(chain)s"
    return [(moved, {"chain": chain, **kept}), entry_rows(entry)]
