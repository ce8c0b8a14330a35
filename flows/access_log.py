"""The access chain (DESIGN §6): who logged in, read or unmasked what is confidential, and was refused.

A chain per process and day. Entries are appended in the background, in batches, within a second; whoever
must not go on before an entry stands waits for it (``stands``). Entries hold ids and codes, never texts.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Final
from uuid import UUID, uuid4

import structlog

from flows.rules.audit_chain import Entry, RowChange, build_entry, genesis
from storage import audit_log, numbers
from storage.database import Database, write

log = structlog.get_logger()

_INDIA: Final = timezone(timedelta(hours=5, minutes=30))
_GATHER_S: Final = 0.5
_RETRY_S: Final = 1.0
_MOST_KEPT: Final = 20_000
_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Access:
    """Something that someone did or tried; ``what`` is the entry's name, ``code`` a rule's or document's."""

    what: str
    person: UUID | None = None
    post: UUID | None = None
    docket: UUID | None = None
    code: str | None = None


@dataclass(slots=True)
class _Pending:
    access: Access
    stood: asyncio.Future[None] | None = field(default=None)


class AccessLog:
    """The access chain of this process."""

    def __init__(self, database: Database, process: UUID | None = None) -> None:
        self._database, self.process = database, process or uuid4()
        self._pending: deque[_Pending] = deque()
        self._wake, self._urgent = asyncio.Event(), asyncio.Event()

    def note(self, access: Access) -> None:
        """Kept within a second, in the background."""
        if len(self._pending) >= _MOST_KEPT:
            log.error("access_log.full", lost=access.what)
            return
        self._pending.append(_Pending(access))
        self._wake.set()

    async def stands(self, access: Access) -> None:
        """Returns when the entry stands. Raises DatabaseAway, TryAgain: then nothing may be shown."""
        stood: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending.append(_Pending(access, stood))
        self._urgent.set()
        self._wake.set()
        await stood

    async def run(self, epoch: int) -> None:
        """Appends for as long as the process lives."""
        while True:
            await self._wake.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GATHER_S):
                    await self._urgent.wait()
            self._wake.clear()
            self._urgent.clear()
            if not await self.flush(epoch):
                self._wake.set()
                await asyncio.sleep(_RETRY_S)

    async def flush(self, epoch: int) -> bool:
        """Appends what is pending; False where that failed and has to be tried again."""
        while self._pending:
            batch = [self._pending.popleft() for _ in range(min(_BATCH, len(self._pending)))]
            try:
                await self._append([p.access for p in batch], epoch)
            except Exception as fault:
                log.warning("access_log.not_written", fault=str(fault), entries=len(batch))
                self._put_back(batch, fault)
                return False
            for pending in batch:
                _tell(pending, None)
        return True

    def _put_back(self, batch: list[_Pending], fault: Exception) -> None:
        """Who waits is told; the rest is tried again."""
        self._pending.extendleft(p for p in reversed(batch) if p.stood is None)
        for pending in batch:
            _tell(pending, fault)

    async def _append(self, accesses: list[Access], epoch: int) -> None:
        async with self._database.writing() as driver:
            at = await numbers.now(driver)
            chain = f"access:{self.process}:{at.astimezone(_INDIA).date().isoformat()}"

            def entries(length: int, head: bytes | None) -> list[Entry]:
                return _entries(accesses, chain, epoch, at, length, head)

            await write(driver, await audit_log.append_all(driver, chain, "access", entries), commit=True)


def _tell(pending: _Pending, fault: Exception | None) -> None:
    if pending.stood is None or pending.stood.done():
        return
    if fault is None:
        pending.stood.set_result(None)
    else:
        pending.stood.set_exception(fault)


def _entries(
    accesses: list[Access], chain: str, epoch: int, at: datetime, length: int, head: bytes | None
) -> list[Entry]:
    made: list[Entry] = []
    previous = head or genesis(chain)
    for sequence, access in enumerate(accesses, length + 1):
        row = {k: v for k, v in asdict(access).items() if k != "what" and v is not None}
        # A new id at each try: after a lost answer the event stands twice, instead of a row that breaks the chain.
        change = RowChange("access", "insert", {"id": uuid4()}, row)
        entry = build_entry(
            chain=chain,
            epoch=epoch,
            sequence=sequence,
            previous=previous,
            at=at,
            what=access.what,
            changes=[change],
        )
        made.append(entry)
        previous = entry.hash
    return made
