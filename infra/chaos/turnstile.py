"""Lets the clients through bit by bit, so that the kills are spread over the run, and knows who is inside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from infra.chaos.ledger import LedgerEntry


class Turnstile:
    """Clients ``pass_through`` before each instruction; whoever kills ``allow``s so many more."""

    def __init__(self) -> None:
        self.allowed = self.passed = 0
        self.outstanding: dict[str, LedgerEntry] = {}
        self._changed = asyncio.Condition()
        self._closed = False

    async def pass_through(self) -> bool:
        """Returns when one more may be given; False when no more will be."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.passed < self.allowed or self._closed)
            if self.passed >= self.allowed:
                return False
            self.passed += 1
            self._changed.notify_all()
            return True

    async def allow(self, more: int) -> None:
        async with self._changed:
            self.allowed += more
            self._changed.notify_all()

    async def close(self) -> None:
        """Whoever finds nothing more allowed ends."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    @contextmanager
    def inside(self, entry: LedgerEntry) -> Iterator[None]:
        """The entry is in flight: sent, and its client does not know yet what came of it."""
        self.outstanding[entry.key] = entry
        try:
            yield
        finally:
            del self.outstanding[entry.key]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Returns when a condition on the counts holds; looked at every few milliseconds."""
        while not condition():  # noqa: ASYNC110 - what is in flight changes without notice
            await asyncio.sleep(0.002)
