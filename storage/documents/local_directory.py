"""Documents in a folder of this machine: ``ab/cd/<sha256>``, for an office without an S3 server.

A blob gets its name by a hard link made after its bytes are on disk, so a crash leaves either the whole
blob or none; a lock file keeps the removal of an orphan apart from an upload of the same bytes.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from storage.documents.errors import BlobMissing, BlobRetained, RangeOutside, StoreAway
from storage.documents.protocol import BlobStat, DocumentStore, Put, checked
from storage.documents.spool import STALE_AFTER_S
from storage.documents.stream import BlobStream, span

_T = TypeVar("_T")
_RETAIN = ".retain"
_INCOMING = "incoming"
# A disk that is unplugged, read-only or full comes back; the call may be made again.
_AWAY = {
    errno.EIO,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.ENODEV,
    errno.ESTALE,
    errno.EACCES,
    errno.ENOTDIR,
    errno.EEXIST,
}


class LocalDirectory(DocumentStore):
    """The folder; every process of the office on this machine may use it at the same time."""

    def __init__(self, root: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._root, self._now = root, now
        self._swept = False

    async def put(self, upload: Put, *, anew: bool = False) -> None:
        await _threaded(self._put, upload, anew)

    async def stat(self, sha256: str) -> BlobStat:
        return await _threaded(self._stat, checked(sha256))

    async def exists(self, sha256: str) -> bool:
        return await _threaded(self._path(sha256).exists)

    async def open(self, sha256: str, *, start: int = 0, length: int | None = None) -> BlobStream:
        return await _threaded(self._open, checked(sha256), start, length)

    async def download_url(self, sha256: str, *, name: str, media_type: str, lasts: timedelta) -> str | None:
        await self.stat(sha256)
        return None

    async def retain_until(self, sha256: str, until: datetime) -> None:
        await _threaded(self._retain, checked(sha256), until)

    async def retained_until(self, sha256: str) -> datetime | None:
        return await _threaded(self._lock_of, checked(sha256))

    async def destroy(self, sha256: str, *, despite_retention: bool = False) -> int:
        return await _threaded(self._destroy, checked(sha256), despite_retention)

    async def remove_orphan(self, sha256: str, *, put_before: datetime) -> bool:
        return await _threaded(self._remove_orphan, checked(sha256), put_before)

    async def list_page(self, *, after: str = "", limit: int = 1000) -> list[BlobStat]:
        return await _threaded(self._list, after, limit)

    async def probe(self) -> None:
        await _threaded(self._probe)

    async def close(self) -> None:
        return None

    def _path(self, sha256: str) -> Path:
        return self._root / checked(sha256)[:2] / sha256[2:4] / sha256

    def _put(self, upload: Put, anew: bool) -> None:
        final = self._path(upload.sha256)
        self._sweep()
        _make_folder(final.parent, self._root)
        with self._locked(fcntl.LOCK_SH):
            if anew or not _same_size(final, upload.size):
                self._bring(upload.path, final)
            os.utime(final)
            # Also where another upload made the link: it may not have come to this line yet.
            _sync(final.parent)

    def _sweep(self) -> None:
        """Once in this store's life, remove what a killed process was about to name more than a day ago."""
        if not self._swept:
            self._swept = True
            before = time.time() - STALE_AFTER_S
            for staged in (self._root / _INCOMING).glob("*"):
                with suppress(FileNotFoundError):  # its writer has just named it
                    if staged.stat().st_mtime < before:
                        staged.unlink()

    def _bring(self, source: Path, final: Path) -> None:
        staged = self._root / _INCOMING / uuid4().hex
        _make_folder(staged.parent, self._root)
        try:
            _link_or_copy(source, staged)
            _sync(staged)
            staged.chmod(0o400)
            # A blob that the disk has damaged is replaced by the good bytes that have just come.
            os.replace(staged, final)
        finally:
            staged.unlink(missing_ok=True)

    def _stat(self, sha256: str) -> BlobStat:
        with _missing(sha256):
            found = self._path(sha256).stat()
        return BlobStat(sha256, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def _open(self, sha256: str, start: int, length: int | None) -> BlobStream:
        with _missing(sha256):
            file = self._path(sha256).open("rb")
        total = os.fstat(file.fileno()).st_size
        given = span(total, start, length)
        if given is None:
            file.close()
            raise RangeOutside(total)
        file.seek(start)
        return BlobStream(file, sha256=sha256, start=start, length=given, total=total)

    def _retain(self, sha256: str, until: datetime) -> None:
        path = self._path(sha256)
        with self._locked(fcntl.LOCK_EX):
            self._stat(sha256)
            if until > self._retained_until(sha256):
                staged = path.with_name(f"{sha256}{_RETAIN}.{uuid4().hex}")
                staged.write_text(until.astimezone(UTC).isoformat(), "ascii")
                _sync(staged)
                os.replace(staged, path.with_name(sha256 + _RETAIN))
                _sync(path.parent)

    def _lock_of(self, sha256: str) -> datetime | None:
        self._stat(sha256)
        until = self._retained_until(sha256)
        return until if until > self._now() else None

    def _retained_until(self, sha256: str) -> datetime:
        try:
            return datetime.fromisoformat(self._path(sha256).with_name(sha256 + _RETAIN).read_text("ascii"))
        except FileNotFoundError:
            return datetime.min.replace(tzinfo=UTC)

    def _destroy(self, sha256: str, despite_retention: bool) -> int:
        with self._locked(fcntl.LOCK_EX):
            self._stat(sha256)
            if not despite_retention and self._retained_until(sha256) > self._now():
                raise BlobRetained(sha256)
            self._unlink(sha256)
        return 1

    def _remove_orphan(self, sha256: str, put_before: datetime) -> bool:
        with self._locked(fcntl.LOCK_EX):
            try:
                found = self._stat(sha256)
            except BlobMissing:
                return False
            if found.put_at >= put_before or self._retained_until(sha256) > self._now():
                return False
            self._unlink(sha256)
        return True

    def _unlink(self, sha256: str) -> None:
        path = self._path(sha256)
        path.unlink()
        path.with_name(sha256 + _RETAIN).unlink(missing_ok=True)
        _sync(path.parent)

    def _list(self, after: str, limit: int) -> list[BlobStat]:
        page: list[BlobStat] = []
        for name in self._names(after):
            if len(page) == limit:
                break
            try:
                page.append(self._stat(name))
            except BlobMissing:
                continue
        return page

    def _names(self, after: str) -> Iterator[str]:
        """The blobs' names in order, one small folder in memory at a time."""
        for first in _folders(self._root, after[:2]):
            for second in _folders(first, after[2:4] if first.name == after[:2] else ""):
                yield from sorted(n for n in os.listdir(second) if n > after and len(n) == 64)

    def _probe(self) -> None:
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(self._root, os.W_OK | os.X_OK):
            raise StoreAway("the folder of documents cannot be written")

    @contextmanager
    def _locked(self, kind: int) -> Iterator[None]:
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._root / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, kind)
            yield
        finally:
            os.close(handle)


async def _threaded(call: Callable[..., _T], *given: object) -> _T:
    try:
        return await asyncio.to_thread(call, *given)
    except OSError as fault:
        if fault.errno in _AWAY:
            raise StoreAway(f"the folder of documents: {fault.strerror}") from fault
        raise


@contextmanager
def _missing(sha256: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise BlobMissing(sha256) from None


def _same_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(source, target)


def _make_folder(folder: Path, root: Path) -> None:
    """Make ``folder`` below ``root``; each folder's entry is on disk before a blob is named in it."""
    if folder.is_dir():
        return
    if folder != root:
        _make_folder(folder.parent, root)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sync(folder.parent)


def _folders(folder: Path, least: str) -> list[Path]:
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    return [folder / n for n in sorted(names) if len(n) == 2 and n >= least]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
