"""An upload on its way in: hashed while it is written to a temporary file, in bounded memory.

Nothing of it is kept unless a store takes it: the file goes when the block ends, however it ends, and what
a killed process left is swept at the next start.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import time
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

from storage.documents.errors import StoreAway

BATCH = 1024 * 1024
STALE_AFTER_S = 24 * 3600.0
SUFFIX = ".upload"


class UploadTooLarge(Exception):
    """The upload is larger than the office accepts; ``limit`` is in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a document may have at most {limit} bytes")
        self.limit = limit


class UploadIncomplete(Exception):
    """Fewer or more bytes arrived than were announced."""

    def __init__(self, announced: int, arrived: int) -> None:
        super().__init__(f"{announced} bytes were announced and {arrived} arrived")
        self.announced, self.arrived = announced, arrived


@dataclass(frozen=True)
class Spooled:
    """A whole upload in a file of its own, which lasts as long as the block that received it."""

    path: Path
    sha256: str
    size: int


class Spool:
    """The folder where uploads wait; best on the same file system as the folder of documents."""

    def __init__(self, folder: Path, *, limit: int) -> None:
        self._folder, self._limit = folder, limit

    def sweep(self, *, now: float | None = None) -> int:
        """Remove what an ended process left more than a day ago; returns how many files went."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = (time.time() if now is None else now) - STALE_AFTER_S
        stale = [p for p in self._folder.glob(f"*{SUFFIX}") if p.stat().st_mtime < before]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    @asynccontextmanager
    async def receive(
        self, pieces: AsyncIterable[bytes], *, announced: int | None = None
    ) -> AsyncIterator[Spooled]:
        """Take an upload in; ``announced`` is its Content-Length, refused at once where it is too large.

        Raises UploadTooLarge, UploadIncomplete, and StoreAway where the disk is full.
        """
        if announced is not None and announced > self._limit:
            raise UploadTooLarge(self._limit)
        path = self._folder / f"{uuid4().hex}{SUFFIX}"
        try:
            spooled = await self._write(path, pieces)
            if announced is not None and spooled.size != announced:
                raise UploadIncomplete(announced, spooled.size)
            yield spooled
        finally:
            path.unlink(missing_ok=True)

    async def _write(self, path: Path, pieces: AsyncIterable[bytes]) -> Spooled:
        digest, size = hashlib.sha256(), 0
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _private(path) as file:
            async for batch in _batches(pieces):
                size += len(batch)
                if size > self._limit:
                    raise UploadTooLarge(self._limit)
                await asyncio.to_thread(_append, file, digest, batch)
        return Spooled(path, digest.hexdigest(), size)


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)


async def _batches(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Small pieces joined, for a thread's turn costs more than writing a few kilobytes."""
    waiting = bytearray()
    async for piece in pieces:
        waiting += piece
        if len(waiting) >= BATCH:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _append(file: IO[bytes], digest: hashlib._Hash, batch: bytes) -> None:
    digest.update(batch)
    rest = memoryview(batch)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreAway("there is no room left to take an upload in") from fault
        raise
