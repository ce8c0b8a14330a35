"""Drives the generator from the process that measures: a command goes out, events and a result come back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

OnEvent = Callable[[str], Awaitable[None]]
LONGEST_LINE: Final = 1 << 20


class GeneratorFault(Exception):
    """The load could not be made; the message is the generator's."""


async def _ignore(_: str) -> None:
    return None


class GeneratorProcess:
    """The running generator."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._in, self._out = process, process.stdin, process.stdout

    @property
    def pid(self) -> int:
        return self._process.pid

    async def do(self, what: str, on_event: OnEvent = _ignore, **command: Any) -> Any:
        """Has one thing done and answers its result. Raises GeneratorFault."""
        self._in.write(json.dumps({"do": what, **command}).encode() + b"\n")
        await self._in.drain()
        while line := await self._out.readline():
            said = json.loads(line)
            if "event" in said:
                await on_event(said["event"])
            elif "fault" in said:
                raise GeneratorFault(f"{what}: {said['fault']}")
            else:
                return said["result"]
        raise GeneratorFault(f"{what}: the load generator ended")

    async def end(self) -> None:
        self._in.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), 5)
            return
        self._process.kill()
        await self._process.wait()


@contextlib.asynccontextmanager
async def generator_process() -> AsyncIterator[GeneratorProcess]:
    """The generator for as long as it is needed."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "infra.bench.generator", stdin=pipe, stdout=pipe, limit=LONGEST_LINE
    )
    generator = GeneratorProcess(process)
    try:
        yield generator
    finally:
        await generator.end()
