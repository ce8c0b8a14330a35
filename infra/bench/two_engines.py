"""What a second engine is worth: movements for each second of engines' CPU, with two of them and with one."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import psutil

from infra.bench.practice_stack import PracticeStack, StackFault
from infra.bench.processes import cpu_seconds
from infra.bench.steps_told import BEAT_S, settled_steps, share_live
from infra.local_stack.part import last_lines

READY_WITHIN_S: Final = 180.0
"""As long as the stack gives its own engine: importing Prefect takes long where several do it at once."""
STOPS_WITHIN_S: Final = 20.0

Load = Callable[[], Awaitable[dict[str, Any]]]
"""Lets people move papers for some time; tells how many movements that were, and their p95."""


async def measure_two_engines(stack: PracticeStack, loads: Mapping[str, Load]) -> dict[str, Any]:
    """Each load on one engine and on two; ``ratio`` is movements a CPU second with two to those with one.

    Each engine has worked before it counts. ``through_prefect`` stands beside, for a step that ran plainly costs
    an engine less: where one engine lets work pile up and two carry it live, their ratio tells of that too. Raises
    StackFault where the second does not start.
    """
    first = stack.parts()["engine"].pid
    assert first is not None
    one = await _each_of(stack.owner, [first], loads)
    with second_engine(stack) as (process, folder):
        await _until_ready(process, folder)
        two = await _each_of(stack.owner, [first, process.pid], loads)
    return {name: _compared(one[name], two[name]) for name in loads}


def _compared(one: dict[str, Any], two: dict[str, Any]) -> dict[str, Any]:
    return {"one": one, "two": two, "ratio": round(two["per_cpu_s"] / one["per_cpu_s"], 3)}


async def _each_of(owner: str, engines: Sequence[int], loads: Mapping[str, Load]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, load in loads.items():
        await load()
        found[name] = await _movements_a_cpu_second(owner, engines, load)
    return found


async def _movements_a_cpu_second(owner: str, engines: Sequence[int], load: Load) -> dict[str, Any]:
    await asyncio.sleep(BEAT_S)
    steps = await settled_steps(owner)
    before = [cpu_seconds(pid) for pid in engines]
    found = await load()
    spent = [cpu_seconds(pid) - was for pid, was in zip(engines, before, strict=True)]
    await asyncio.sleep(BEAT_S)
    return {
        "through_prefect": share_live(steps, await settled_steps(owner)),
        "per_cpu_s": round(found["count"] / sum(spent), 1),
        "cpu_s": [round(seconds, 2) for seconds in spent],
        "movements": found["count"],
        "per_s": found["per_s"],
        "p95_ms": found["p95_ms"],
    }


@contextlib.contextmanager
def second_engine(stack: PracticeStack) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A further engine beside the stack's own, told the same but for the folder of its own things."""
    pid = stack.parts()["engine"].pid
    assert pid is not None
    first, folder = psutil.Process(pid), stack.data / "second-engine"
    folder.mkdir()
    told = {
        **first.environ(),
        "PATRAVALI_DATA": str(folder),
        "PATRAVALI_DOCUMENTS_DIR": str(stack.data / "documents"),
        "PREFECT_HOME": str(folder / "prefect"),
    }
    with _log_of(folder).open("wb") as log:
        process = subprocess.Popen(first.cmdline(), env=told, cwd=folder, stdout=log, stderr=log)
    try:
        yield process, folder
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOPS_WITHIN_S)
        process.kill()
        process.wait()


async def _until_ready(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not await asyncio.to_thread((folder / "engine.ready").exists):
        if process.poll() is not None or time.monotonic() > deadline:
            raise StackFault(f"the second engine did not start:\n{last_lines(_log_of(folder), 20)}")
        await asyncio.sleep(0.1)


def _log_of(folder: Path) -> Path:
    return folder / "engine.log"
