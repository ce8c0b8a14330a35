"""Tells the store of documents until when it is to keep each of them: as long as the schemes say (DESIGN §8).

The lock is set after the row of the document stands, so that bytes which no row came for can be removed. Only who
may erase can lift it. What was locked is noted, for fsck to compare; after a kill the same is told once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flows import facts
from flows.schemes_in_force import know
from storage import document_locks
from storage.database import Database, Driver, Statement, write
from storage.document_locks import Kept
from storage.documents.errors import BlobMissing
from storage.documents.protocol import DocumentStore

AT_ONCE: Final = 200
FOR_EVER: Final = 100
"""Years of a lock on what is permanent, or of which a scheme says no years: a lawful order alone erases it."""


async def lock_documents(database: Database, store: DocumentStore) -> Mapping[str, Any]:
    """Locks what is not locked, or not for long enough. Bytes that the store lacks are ``missing``: see fsck.

    Raises StoreAway, DatabaseAway, TryAgain.
    """
    async with database.querying() as driver:
        kept = await _kept(driver)
    locked, missing, after = 0, 0, ""
    while True:
        async with database.querying() as driver:
            found = await document_locks.wanting(driver, kept, after=after, limit=AT_ONCE) if kept else []
        if not found:
            return {"ok": not missing, "locked": locked, "missing": missing}
        told = [statement for row in found if (statement := await _lock(store, row))]
        async with database.writing() as driver:
            await write(driver, told, commit=True)
        locked, missing, after = locked + len(told), missing + len(found) - len(told), found[-1]["sha256"]


async def _lock(store: DocumentStore, row: Mapping[str, Any]) -> Statement | None:
    try:
        await store.retain_until(row["sha256"], row["until"])
    except BlobMissing:
        return None
    return document_locks.told(row["sha256"], row["until"])


async def _kept(driver: Driver) -> list[Kept]:
    sorts = await document_locks.sorts(driver)
    await know(driver, sorts)
    return [_rule(sort) for sort in sorts]


def _rule(sort: Mapping[str, Any]) -> Kept:
    scheme = facts.scheme_of(sort)
    years = scheme.kinds[sort["kind"]].retention_of(sort["retention_class"]).years
    which = (sort["scheme"], sort["scheme_version"], sort["kind"], sort["retention_class"])
    return Kept(*which, FOR_EVER if years is None else years)
