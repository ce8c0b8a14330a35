"""What is read while an open loop runs: CPU by process, Prefect's lag every five seconds, steps live and plain."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import Any, Final

from infra.bench.generator_process import GeneratorProcess
from infra.bench.practice_stack import PracticeStack
from infra.bench.prefect_watch import PrefectWatch
from infra.bench.processes import GROUPS, cpu_by_group, growing_mb
from infra.bench.steps_told import BEAT_S, settled_steps, share_live

SAMPLE_EVERY_S: Final = 5.0


@dataclass(slots=True)
class Readings:
    """Taken when the window begins and when it ends."""

    cpu: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    memory_mb: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    steps: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    lags_s: list[float] = field(default_factory=list[float])


class OpenMeasurement:
    """One open loop with its readings. ``watch`` None: Prefect is away and not asked."""

    def __init__(self, stack: PracticeStack, generator: GeneratorProcess, watch: PrefectWatch | None) -> None:
        self._stack, self._generator, self._watch = stack, generator, watch
        self.readings = Readings()
        self.ended = 0.0
        self._sampling: asyncio.Task[None] | None = None

    async def run(self, **load: float) -> dict[str, Any]:
        """The generator's result with ``cpu_ms``, ``prefect_lag_s`` and ``through_prefect``."""
        result = await self._generator.do("open", self._on_event, **load)
        self.ended = time.monotonic()
        await asyncio.sleep(BEAT_S)
        self.readings.steps.append(await settled_steps(self._stack.owner))
        return {**result, **self._summed_up(result["movements"])}

    async def _on_event(self, event: str) -> None:
        self.readings.cpu.append(cpu_by_group(self._groups()))
        self.readings.memory_mb.append(self._memory_mb())
        if event == "window_begins":
            self.readings.steps.append(await settled_steps(self._stack.owner))
            self._sampling = asyncio.create_task(self._sample()) if self._watch else None
        elif self._sampling is not None:
            self._sampling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sampling

    def _groups(self) -> dict[str, int]:
        parts = self._stack.parts()
        pids = {name: parts[name].pid for name in GROUPS}
        return {**{name: pid for name, pid in pids.items() if pid}, "client": self._generator.pid}

    def _memory_mb(self) -> dict[str, float]:
        """Of each part but Prefect's server, which may be away."""
        parts = self._stack.parts()
        return {name: growing_mb([pid]) for name in GROUPS if name != "prefect" and (pid := parts[name].pid)}

    async def _sample(self) -> None:
        assert self._watch is not None
        while True:
            self.readings.lags_s.append(await self._watch.lag_s())
            await asyncio.sleep(SAMPLE_EVERY_S)

    def _summed_up(self, movements: int) -> dict[str, Any]:
        found, per = self.readings, 1000 / max(1, movements)
        before, after = found.cpu[0], found.cpu[-1]
        grown = {name: round(mb - found.memory_mb[0][name], 1) for name, mb in found.memory_mb[-1].items()}
        return {
            "cpu_ms": {name: round((after[name] - before.get(name, 0)) * per, 2) for name in after},
            "prefect_lag_s": round(max(found.lags_s), 2) if found.lags_s else None,
            "through_prefect": share_live(found.steps[0], found.steps[-1]),
            "memory_growth_mb": round(sum(grown.values()), 1),
            "grown_mb": grown,
        }
