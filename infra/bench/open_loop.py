"""The open loop: whole lives arrive by a schedule; a latency counts from when the request was due.

A slow answer thus makes what stands behind it late, as it does for people, and is not left out of the figures.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from infra.bench.caller import Caller, LoadFault
from infra.bench.closed_loop import posts_of
from infra.bench.lives import LIFE, Heads, registration
from infra.bench.percentiles import summary
from infra.bench.roads import Road
from infra.bench.schedule import Load, lives_of

Tell = Callable[[str], None]


@dataclass(slots=True)
class _Tally:
    """What was due within the window, and what came of it."""

    load: Load
    offered: int = 0
    done_in_window: int = 0
    latencies: list[float] = field(default_factory=list[float])
    faults: Counter[str] = field(default_factory=Counter[str])
    cut: int = 0

    def counts(self, due: float) -> bool:
        return due >= self.load.ramp_s

    def note(self, due: float, done: float) -> None:
        """A request that was due then was answered then, seconds from the start."""
        self.done_in_window += self.load.ramp_s <= done <= self.load.end_s
        if self.counts(due):
            self.latencies.append(done - due)


async def run_open_loop(
    caller: Caller, roads: Sequence[Road], heads: Heads, load: Load, tell: Tell
) -> dict[str, Any]:
    """Sends the load; ``tell`` hears when the window begins and ends, so that others can take their readings."""
    tally = _Tally(load)
    began = time.perf_counter()
    lives = [
        asyncio.create_task(_life(caller, road, heads, due, tally, began))
        for road, due in zip(cycle(roads), lives_of(load), strict=False)
    ]
    await _until(began + load.ramp_s)
    tell("window_begins")
    await _until(began + load.end_s)
    tell("window_ends")
    await asyncio.gather(*lives)
    return _told(tally)


def _told(tally: _Tally) -> dict[str, Any]:
    window = tally.load.window_s
    rates = {"per_s": tally.done_in_window, "offered_per_s": tally.offered}
    told = summary(tally.latencies, window) | {name: round(count / window, 1) for name, count in rates.items()}
    return {**told, "movements": len(tally.latencies), "cut": tally.cut, "faults": dict(tally.faults)}


async def _life(
    caller: Caller, road: Road, heads: Heads, dues: Sequence[float], tally: _Tally, began: float
) -> None:
    """One life: its registration and steps, each not before it is due and not before the last was answered."""
    tally.offered += sum(tally.counts(due) for due in dues)
    steps = _steps(caller, road, heads)
    for done, due in enumerate(dues):
        await _until(began + due)
        try:
            await anext(steps)
        except LoadFault as fault:
            tally.faults[str(fault)] += 1
            tally.cut += len(dues) - done
            return
        tally.note(due, time.perf_counter() - began)


async def _steps(caller: Caller, road: Road, heads: Heads) -> AsyncIterator[None]:
    """Yields when a request of the life was answered; what the next one needs is looked up when that is due."""
    head, serial = heads.next()
    file = await caller.register(posts_of(road), registration(head, road.subject_class, serial))
    yield
    for step in LIFE:
        await caller.take(file, step)
        yield
        if step.opens_note:
            await caller.look_up_note(file)


async def _until(at: float) -> None:
    await asyncio.sleep(max(0.0, at - time.perf_counter()))
