"""Verifies chains in several processes, each with a connection of its own to one and the same snapshot."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections import deque
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import Final

from infra.audit.verify_page import Findings, Known, verify_page
from infra.collecting import collect_seldom
from storage.database import Database, Driver
from storage.snapshots import one_snapshot, shared_snapshot

PAGES_A_PROCESS: Final = 2
"""One that is verified, and one that waits, so that none waits for work."""


class CrewLost(Exception):
    """A process that verified was ended from outside."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Processes that share the work. ``url``: the database, as a role that reads all of it.

    ``from_entries``: with fewer, starting them costs more than they bring.
    """

    url: str
    processes: int
    from_entries: int = 20_000

    def is_worth_it(self, entries: int) -> bool:
        return self.processes > 1 and entries >= self.from_entries

    async def verify(
        self, driver: Driver, known: Known, pages: AsyncIterator[Sequence[str]]
    ) -> AsyncIterator[Findings]:
        """What these pages of chains come to, in their order, in the snapshot of this connection.

        Raises CrewLost, and what ``verify_page`` raises.
        """
        snapshot, loop = await shared_snapshot(driver), asyncio.get_running_loop()
        pool = ProcessPoolExecutor(self.processes, mp_context=get_context("spawn"), initializer=_begin)
        under_way: deque[asyncio.Future[Findings]] = deque()
        try:
            async for names in pages:
                if len(under_way) == PAGES_A_PROCESS * self.processes:
                    yield await under_way.popleft()
                under_way.append(loop.run_in_executor(pool, _verify, self.url, snapshot, known, names))
            while under_way:
                yield await under_way.popleft()
        except BrokenProcessPool:
            raise CrewLost from None
        finally:
            pool.shutdown(cancel_futures=True)
            await asyncio.gather(*under_way, return_exceptions=True)


def _begin() -> None:
    """A process that verifies ends with the one that began it, and not by the terminal, which ends that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_seldom()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def _verify(url: str, snapshot: str, known: Known, names: Sequence[str]) -> Findings:
    return asyncio.run(_in_snapshot(url, snapshot, known, names))


async def _in_snapshot(url: str, snapshot: str, known: Known, names: Sequence[str]) -> Findings:
    database = Database(url, pool=1)
    try:
        async with one_snapshot(database, of=snapshot) as driver:
            return await verify_page(driver, known, names)
    finally:
        await database.close()
