"""Compares the locks that the store of documents was told to set with those that it has."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from storage import document_locks
from storage.database import Driver
from storage.documents.errors import BlobMissing
from storage.documents.protocol import DocumentStore

# A store may keep an instant to the second.
_EXACT: Final = timedelta(seconds=1)


async def unlocked(driver: Driver, store: DocumentStore) -> dict[str, datetime]:
    """Documents that the store does not keep as long as it was told, and until when it should.

    Raises StoreAway.
    """
    found: dict[str, datetime] = {}
    async for row in document_locks.standing(driver):
        try:
            until = await store.retained_until(row["sha256"])
        except BlobMissing:
            continue  # told as missing
        if until is None or until < row["until"] - _EXACT:
            found[row["sha256"]] = row["until"]
    return found


async def lock_again(store: DocumentStore, found: dict[str, datetime]) -> None:
    """Sets the locks that are missing. Raises StoreAway."""
    for sha256, until in found.items():
        await store.retain_until(sha256, until)
