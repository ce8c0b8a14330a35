"""Waiting for an instruction's outcome: one connection of the process listens, requests wait on it.

A notification is a hint only: what came of an instruction is always read from its row. Whoever waits is
woken too when the connection was lost and stands again, for hints may have been missed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import psycopg
import structlog

from storage import instruction_queue
from storage.connecting import PATIENCE
from storage.database import Database

log = structlog.get_logger()

PATIENCE_S = 2.0
_RETRY_S = 0.5


class Outcomes:
    """The listener of a process, and those who wait."""

    def __init__(self, database: Database, direct_url: str) -> None:
        self._database, self._url = database, direct_url
        self._waiting: dict[UUID, set[asyncio.Event]] = defaultdict(set)
        self.listening = asyncio.Event()
        self.patience_s = PATIENCE_S

    @contextlib.contextmanager
    def expecting(self, instruction: UUID) -> Iterator[asyncio.Event]:
        """An event that is set when the instruction may have ended. Enter before the acceptance commits."""
        woken = asyncio.Event()
        self._waiting[instruction].add(woken)
        try:
            yield woken
        finally:
            self._waiting[instruction].discard(woken)
            if not self._waiting[instruction]:
                del self._waiting[instruction]

    async def ended(self, instruction: UUID, woken: asyncio.Event) -> Mapping[str, Any] | None:
        """The instruction's row once it has ended; None where it still waits when patience ends."""
        deadline = asyncio.get_running_loop().time() + self.patience_s
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(deadline):
                    await woken.wait()
            late = not woken.is_set()
            woken.clear()
            row = await self.read(instruction)
            if row is not None and row["state"] != "waiting":
                return row
            if late:
                return None

    async def read(self, instruction: UUID) -> Mapping[str, Any] | None:
        async with self._database.querying() as driver:
            return await instruction_queue.by_id(driver, instruction)

    async def run(self) -> None:
        """Listens for as long as the process lives."""
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as fault:
                log.warning("outcomes.connection_lost", fault=str(fault))
            self.listening.clear()
            await asyncio.sleep(_RETRY_S)

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True, **PATIENCE)
        async with connection:
            await connection.execute(f"listen {instruction_queue.DONE_CHANNEL}".encode())
            self.listening.set()
            self._wake_all()
            async for hint in connection.notifies():
                self._wake(hint.payload)

    def _wake(self, payload: str) -> None:
        with contextlib.suppress(ValueError):
            for woken in self._waiting.get(UUID(payload), ()):
                woken.set()

    def _wake_all(self) -> None:
        for waiters in self._waiting.values():
            for woken in waiters:
                woken.set()
