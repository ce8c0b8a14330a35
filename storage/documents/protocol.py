"""What every store of documents does; errors.py says how it can fail.

A blob is bytes named by their SHA-256 (64 lower-case hexadecimal digits). It is written once, whole or
not at all, and never changed; who may see it and for how long it is kept is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from storage.documents.stream import BlobStream

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class BlobStat:
    """A blob as the store sees it: its size in bytes and when it was last put."""

    sha256: str
    size: int
    put_at: datetime


class Put(Protocol):
    """What a store reads of an upload: a closed file whose bytes were hashed as they were written."""

    @property
    def path(self) -> Path: ...

    @property
    def sha256(self) -> str: ...

    @property
    def size(self) -> int: ...


class DocumentStore(Protocol):
    """Bytes kept under their SHA-256. Every call may raise StoreAway."""

    async def put(self, upload: Put, *, anew: bool = False) -> None:
        """Keep the bytes. Durable when it returns; the same bytes again, or twice at once, are one blob.

        Bytes that are there already count as put now, so that the removal of orphans leaves them alone. ``anew``:
        what stands there was found damaged, though of the same size, and these take its place.
        """
        ...

    async def stat(self, sha256: str) -> BlobStat:
        """Size and time; raises BlobMissing."""
        ...

    async def exists(self, sha256: str) -> bool: ...

    async def open(self, sha256: str, *, start: int = 0, length: int | None = None) -> BlobStream:
        """The bytes from ``start``, at most ``length`` of them, in pieces.

        Raises BlobMissing or RangeOutside at once. A read of the whole blob is checked on the way and ends
        with BlobDamaged before its last piece is handed out; a range cannot be checked.
        """
        ...

    async def download_url(self, sha256: str, *, name: str, media_type: str, lasts: timedelta) -> str | None:
        """An address that gives the bytes to whoever knows it, as a download called ``name``.

        None where the store has no addresses of its own: the caller then streams the bytes. Raises BlobMissing.
        """
        ...

    async def retain_until(self, sha256: str, until: datetime) -> None:
        """Refuse removal before ``until``. An earlier day than the one that stands changes nothing."""
        ...

    async def retained_until(self, sha256: str) -> datetime | None:
        """Until when every version of the bytes is kept at least; None: one can be removed at once.

        Raises BlobMissing. A store may keep the instant to the second.
        """
        ...

    async def destroy(self, sha256: str, *, despite_retention: bool = False) -> int:
        """Delete every version of the bytes and return how many there were.

        Raises BlobMissing; raises BlobRetained, with the bytes still there, while they are held. An S3
        server also holds old bytes for two days after they were uploaded again. ``despite_retention`` is
        for a lawful order, and needs credentials that may do so.
        """
        ...

    async def remove_orphan(self, sha256: str, *, put_before: datetime) -> bool:
        """Delete bytes last put before that instant; False where they were put since, are held or gone.

        An upload of the same bytes at the same time either finds them gone and writes them again, or keeps
        them here.
        """
        ...

    async def list_page(self, *, after: str = "", limit: int = 1000) -> list[BlobStat]:
        """Up to ``limit`` blobs whose SHA-256 comes after ``after``, in order; empty at the end."""
        ...

    async def probe(self) -> None:
        """Return if the store can be reached and is set up; raises StoreAway or StoreUnfit."""
        ...

    async def close(self) -> None: ...


def checked(sha256: str) -> str:
    """The digest itself; raises ValueError for anything else, for it becomes a path or a key."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("a blob is named by 64 lower-case hexadecimal digits")
    return sha256
