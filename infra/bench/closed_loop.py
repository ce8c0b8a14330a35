"""Closed loops: so many clients at once, each sending its next request when the last was answered."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Any

from infra.bench.caller import Caller, LoadFault
from infra.bench.lives import ROUND, File, Heads, Role, registration
from infra.bench.percentiles import summary
from infra.bench.roads import Road

Turn = Callable[[], Awaitable[None]]


def posts_of(road: Road) -> dict[Role, str]:
    """The posts' codes of a road's three desks."""
    return {"clerk": road.clerk.post, "middle": road.middle.post, "officer": road.officer.post}


async def run_loops(workers: Sequence[Turn], seconds: float, pause_s: float = 0.0) -> dict[str, Any]:
    """Lets each worker take turns for so many seconds, with a pause after each.

    Gives the latencies and the ``count`` of the turns that went well, and counts the faults.
    """
    latencies: list[float] = []
    faults: Counter[str] = Counter()
    began = time.perf_counter()

    async def work(turn: Turn) -> None:
        while (start := time.perf_counter()) - began < seconds:
            try:
                await turn()
            except LoadFault as fault:
                faults[str(fault)] += 1
                return
            latencies.append(time.perf_counter() - start)
            await asyncio.sleep(pause_s)

    await asyncio.gather(*(work(turn) for turn in workers))
    found = summary(latencies, time.perf_counter() - began)
    return {**found, "count": len(latencies), "faults": dict(faults)}


def mover(caller: Caller, file: File) -> Turn:
    """A worker that takes one file round and round."""
    steps = (ROUND[number % len(ROUND)] for number in count())

    async def turn() -> None:
        await caller.take(file, next(steps))

    return turn


def registrar(caller: Caller, road: Road, heads: Heads) -> Turn:
    """A worker that registers files at one desk."""

    async def turn() -> None:
        head, serial = heads.next()
        await caller.register(posts_of(road), registration(head, road.subject_class, serial))

    return turn


def reader(caller: Caller, posts: Sequence[str], path: str) -> Turn:
    """A worker that reads one page at one post after another."""
    turns = (posts[number % len(posts)] for number in count())

    async def turn() -> None:
        await caller.get(next(turns), path)

    return turn
