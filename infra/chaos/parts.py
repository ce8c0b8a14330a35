"""The parts of the stack as targets: is it up again under a new process, and kill it."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Final, Literal

import httpx
import psutil
import psycopg

from infra.bench.practice_stack import PracticeStack

PartName = Literal["engine", "api", "prefect", "postgres"]
PARTS: Final[tuple[PartName, ...]] = ("engine", "api", "prefect", "postgres")
UP_WITHIN_S: Final = 120.0
LOOK_EVERY_S: Final = 0.1


class StaysDown(Exception):
    """A part that was killed is not up again within two minutes."""


class Parts:
    """Looks after which processes were killed, so that an old one is never taken for the new."""

    def __init__(self, stack: PracticeStack) -> None:
        self._stack, self._killed = stack, set[int]()
        self._http = httpx.AsyncClient(timeout=2)

    async def close(self) -> None:
        await self._http.aclose()

    def pid(self, part: PartName) -> int | None:
        """The process that runs the part now; None while there is none, or only the killed one."""
        pid = self._stack.parts()[part].pid
        return None if pid in self._killed else pid

    async def until_up(self, part: PartName) -> int:
        """The part's process once it serves. Raises StaysDown."""
        try:
            async with asyncio.timeout(UP_WITHIN_S):
                while True:
                    pid = self.pid(part)
                    if pid is not None and await self._serves(part):
                        return pid
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            raise StaysDown(f"{part} was killed and is not up again within {UP_WITHIN_S:.0f} seconds") from None

    def kill(self, part: PartName, pid: int) -> None:
        """Kill it as a crash would."""
        self._killed.add(pid)
        os.kill(pid, signal.SIGKILL)

    def last_start(self) -> float:
        """When the youngest of the parts' processes was started, seconds of the clock."""
        pids = [pid for part in PARTS if (pid := self.pid(part)) is not None]
        return max(psutil.Process(pid).create_time() for pid in pids)

    async def _serves(self, part: PartName) -> bool:
        if part == "engine":
            return await asyncio.to_thread(_exists, self._stack.data / "engine.ready")
        if part == "postgres":
            return await self._database_answers()
        address = f"{self._stack.api}/readyz" if part == "api" else f"{self._stack.addresses['prefect']}/health"
        try:
            return (await self._http.get(address)).is_success
        except httpx.HTTPError:
            return False

    async def _database_answers(self) -> bool:
        try:
            async with await psycopg.AsyncConnection.connect(self._stack.owner, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False


def _exists(path: Path) -> bool:
    return path.exists()
