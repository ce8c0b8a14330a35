"""Compares what the rows cite with what the store of documents holds, and names each difference.

Both sides come in order of SHA-256, so an office of any size is checked in little memory. The rows come as
an iterable and the store as its protocol: nothing here knows of a database.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from storage.documents.errors import BlobDamaged, BlobMissing, StoreAway
from storage.documents.protocol import BlobStat, DocumentStore

# An upload writes its bytes first and its row second; a day is far longer than that takes.
ORPHAN_AFTER = timedelta(hours=24)
PAGE = 1000

Cited = tuple[str, int]
IsCited = Callable[[str], Awaitable[bool]]


class Trouble(StrEnum):
    """What is wrong with a blob that a row cites."""

    MISSING = "missing"
    WRONG_SIZE = "wrong_size"
    DAMAGED = "damaged"
    # The store is there, but fails each time at these bytes: so MinIO tells of a block that the disk changed.
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Fault:
    """A row that cites bytes which are not there, or not those."""

    sha256: str
    trouble: Trouble


@dataclass
class Report:
    """What a check found; ``removed`` are those of the orphans that are gone now."""

    checked: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])
    orphans: list[BlobStat] = field(default_factory=list[BlobStat])
    removed: list[str] = field(default_factory=list[str])


async def check(
    cited: Iterable[Cited] | AsyncIterable[Cited],
    store: DocumentStore,
    *,
    now: datetime,
    is_cited: IsCited,
    read_bytes: bool = True,
    remove_orphans: bool = False,
    tell: Callable[[int], None] = lambda _checked: None,
) -> Report:
    """Check every blob that a row cites and every blob of the store.

    ``cited`` gives (SHA-256, size) in order, each digest once; ValueError otherwise. ``is_cited`` asks the
    rows as they are at that moment. With ``read_bytes`` every blob is read and compared with its name.
    Orphans are removed only on request, when older than 24 hours, and when still uncited just before.
    StoreAway ends the check: nothing can be said of a store that does not answer.
    """
    report = Report()
    async for sha256, size, blob in _side_by_side(_ordered(cited), _listed(store)):
        if size is None:
            await _look_at_orphan(report, store, blob, is_cited, now if remove_orphans else None)
        else:
            if trouble := await _trouble(store, sha256, size, read_bytes):
                report.faults.append(Fault(sha256, trouble))
            report.checked += 1
            tell(report.checked)
    return report


async def _trouble(store: DocumentStore, sha256: str, size: int, read_bytes: bool) -> Trouble | None:
    for _ in range(2):
        try:
            return await _compared(store, sha256, size, read_bytes)
        except StoreAway:
            await store.probe()  # raises where it is the store that is away, and not just these bytes
    return Trouble.UNREADABLE


async def _compared(store: DocumentStore, sha256: str, size: int, read_bytes: bool) -> Trouble | None:
    # The store is asked again rather than its list believed, which is older than this moment.
    try:
        if (await store.stat(sha256)).size != size:
            return Trouble.WRONG_SIZE
        if read_bytes:
            await _read(store, sha256)
    except BlobMissing:
        return Trouble.MISSING
    except BlobDamaged:
        return Trouble.DAMAGED
    return None


async def _read(store: DocumentStore, sha256: str) -> None:
    async with await store.open(sha256) as stream:
        async for _ in stream:
            pass


async def _look_at_orphan(
    report: Report, store: DocumentStore, blob: BlobStat | None, is_cited: IsCited, now: datetime | None
) -> None:
    """``now`` is given where an old orphan is to be removed."""
    if blob is None or await is_cited(blob.sha256):
        return
    report.orphans.append(blob)
    if now is None or blob.put_at >= now - ORPHAN_AFTER:
        return
    # The store itself refuses where the same bytes were put meanwhile; their row may not stand yet.
    if await store.remove_orphan(blob.sha256, put_before=now - ORPHAN_AFTER):
        report.removed.append(blob.sha256)


async def _side_by_side(
    cited: AsyncIterator[Cited], listed: AsyncIterator[BlobStat]
) -> AsyncIterator[tuple[str, int | None, BlobStat | None]]:
    """Each digest of either side once: with its size where a row cites it, with its blob where one is listed."""
    row, blob = await anext(cited, None), await anext(listed, None)
    while row or blob:
        if blob is None or (row and row[0] < blob.sha256):
            assert row is not None
            yield row[0], row[1], None
            row = await anext(cited, None)
        elif row is None or blob.sha256 < row[0]:
            yield blob.sha256, None, blob
            blob = await anext(listed, None)
        else:
            yield row[0], row[1], blob
            row, blob = await anext(cited, None), await anext(listed, None)


async def _ordered(cited: Iterable[Cited] | AsyncIterable[Cited]) -> AsyncIterator[Cited]:
    last = ""
    async for sha256, size in _each(cited):
        if sha256 <= last:
            raise ValueError("the rows must come in order of SHA-256, each once")
        last = sha256
        yield sha256, size


async def _each(cited: Iterable[Cited] | AsyncIterable[Cited]) -> AsyncIterator[Cited]:
    if isinstance(cited, AsyncIterable):
        async for row in cited:
            yield row
    else:
        for row in cited:
            yield row


async def _listed(store: DocumentStore) -> AsyncIterator[BlobStat]:
    after = ""
    while page := await store.list_page(after=after, limit=PAGE):
        for blob in page:
            yield blob
        after = page[-1].sha256
