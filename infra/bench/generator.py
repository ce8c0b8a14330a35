"""The load generator, a process of its own so that its CPU is counted apart.

It reads one command a line (JSON) from standard input and writes what happens, one JSON object a line, to
standard output: events while a measurement runs, then ``{"result": …}`` or ``{"fault": …}``.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from itertools import cycle
from typing import Any, Final

import uvloop

from infra.bench.caller import Caller
from infra.bench.closed_loop import mover, posts_of, reader, registrar, run_loops
from infra.bench.desk import Desk, log_in
from infra.bench.http_client import HttpClient
from infra.bench.limit import measure_limit
from infra.bench.lives import File, Heads, registration
from infra.bench.open_loop import run_open_loop
from infra.bench.roads import roads_of
from infra.bench.schedule import Load
from infra.practice.plan import load_plan

SETTLED_S: Final = 6.0
"""A file counts as settled from this age: its flow run has been made by then."""
HEADS: Final = ("N-11016", "E-21011", "A-31012", "R-41013")


def tell(**event: Any) -> None:
    """One line to whoever started us."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


class Generator:
    """What stays between commands: the log-ins, the connections, the files that are used again."""

    def __init__(self) -> None:
        self.roads = roads_of(load_plan())
        self.heads = Heads(HEADS)
        self.files: list[File] = []
        self._settled_at = 0.0
        self._caller: Caller | None = None

    @property
    def caller(self) -> Caller:
        assert self._caller is not None, "log in first"
        return self._caller

    async def log_in(self, url: str, passwords: Mapping[str, str]) -> None:
        """Logs everyone in who sits on a road."""
        client = HttpClient(url)
        seats = {seat for road in self.roads for seat in (road.clerk, road.middle, road.officer)}
        tokens = {login: await log_in(client, login, passwords[login]) for login in {s.login for s in seats}}
        self._caller = Caller(client, {s.post: Desk(s.login, s.post, tokens[s.login]) for s in seats})

    async def files_at_hand(self, count: int) -> None:
        """Registers so many files, for movements that are measured when these have settled."""
        for road, _ in zip(cycle(self.roads), range(count), strict=False):
            head, serial = self.heads.next()
            body = registration(head, road.subject_class, serial)
            self.files.append(await self.caller.register(posts_of(road), body))
        self._settled_at = time.monotonic() + SETTLED_S

    async def closed(self, at_once: int, seconds: float, pause_s: float = 0.0) -> dict[str, Any]:
        """Movements on settled files, so many at once, each of them after a pause."""
        await asyncio.sleep(max(0.0, self._settled_at - time.monotonic()))
        return await run_loops([mover(self.caller, self.files.pop()) for _ in range(at_once)], seconds, pause_s)

    async def register(self, at_once: int, seconds: float) -> dict[str, Any]:
        """Registrations, so many at once."""
        workers = [
            registrar(self.caller, road, self.heads)
            for road, _ in zip(cycle(self.roads), range(at_once), strict=False)
        ]
        return await run_loops(workers, seconds)

    async def open(self, **load: Any) -> dict[str, Any]:
        """Whole lives by a schedule."""
        planned = Load(**load)
        return await run_open_loop(self.caller, self.roads, self.heads, planned, lambda event: tell(event=event))

    async def inbox(self, posts: list[str], seconds: float) -> dict[str, Any]:
        """First pages of inboxes, one after another."""
        return await run_loops([reader(self.caller, posts, "/inbox")], seconds)

    async def limit(self, url: str, at_once: int, seconds: float) -> dict[str, Any]:
        """The hand-written transaction."""
        return await measure_limit(url, at_once, seconds)


async def serve() -> None:
    """Takes commands until standard input ends."""
    generator = Generator()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command = json.loads(line)
        try:
            tell(result=await getattr(generator, command.pop("do"))(**command))
        except Exception as fault:
            tell(fault=f"{type(fault).__name__}: {fault}")


if __name__ == "__main__":
    uvloop.run(serve())
