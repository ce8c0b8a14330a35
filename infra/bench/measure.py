"""The measurements one after another, each on a stack whose record is whole again, under the keys of the JSON."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial
from typing import Any, Final

from infra.bench.backup_time import time_backup
from infra.bench.clock_batch import measure_clock_batch
from infra.bench.escalation import desk_of, measure_escalation
from infra.bench.generator_process import GeneratorProcess, generator_process
from infra.bench.history import Loaded, load_history
from infra.bench.lives import LIFE
from infra.bench.open_measurement import OpenMeasurement
from infra.bench.practice_stack import PracticeStack
from infra.bench.prefect_watch import PrefectWatch
from infra.bench.processes import pss_mb
from infra.bench.resting import measure_idle_tick
from infra.bench.scale import Scale
from infra.bench.two_engines import measure_two_engines
from infra.bench.verification import time_verification

STEPS_A_LIFE: Final = 1 + len(LIFE)
SUSTAINED_RATE: Final = 40.0
BURST_RATE: Final = 80.0
AT_ONCE: Final = {"at_1": 1, "at_8": 8, "at_32": 32}
INBOX_POSTS: Final = 12
PEOPLE: Final = 8
"""How many people move their papers while complaints climb, or on one engine and on two."""
PAUSE_S: Final = 0.5
"""How long each of them thinks between two movements while complaints climb: some 14 movements a second in all."""
SHORT_PAUSE_S: Final = 0.25
"""The same on one engine and on two, where one engine is to carry all of it live: some 25 movements a second."""
MEASUREMENTS: Final = (
    "idle_memory_mb",
    *AT_ONCE,
    "limit_at_8",
    "register_at_8",
    "sustained",
    "burst",
    "prefect_down",
    "two_engines",
    "inbox_p95_ms",
    "clock_batch",
    "escalation",
    "verification",
    "backup",
    "idle_tick",
)
"""The measurements in their order: what fills the database comes late, what no audit would bear at the end."""

Results = dict[str, Any]


class Measurements:
    """What can be measured, by the key of its result."""

    def __init__(self, stack: PracticeStack, generator: GeneratorProcess, scale: Scale) -> None:
        self._stack, self._generator, self._scale = stack, generator, scale
        self._watch = PrefectWatch(stack)
        self._history: Loaded | None = None
        self.results: Results = {}

    async def take(self, name: str) -> None:
        """Takes one of MEASUREMENTS."""
        if name in AT_ONCE:
            await self._closed(name, AT_ONCE[name])
            return
        taken: Mapping[str, Callable[[], Awaitable[None]]] = {
            "idle_memory_mb": self._idle_memory,
            "limit_at_8": self._limit,
            "register_at_8": self._register,
            "sustained": self._sustained,
            "burst": self._burst,
            "prefect_down": self._prefect_down,
            "two_engines": self._two_engines,
            "inbox_p95_ms": self._inbox,
            "clock_batch": self._clock_batch,
            "escalation": self._escalation,
            "verification": self._verification,
            "backup": self._backup,
            "idle_tick": self._idle_tick,
        }
        await taken[name]()

    async def close(self) -> None:
        await self._watch.close()

    async def _idle_memory(self) -> None:
        await asyncio.sleep(self._scale.idle_s)
        self.results["idle_memory_mb"] = pss_mb([self._stack.supervisor])

    async def _closed(self, name: str, at_once: int) -> None:
        seconds = self._scale.closed_s
        self.results[name] = await self._generator.do("closed", at_once=at_once, seconds=seconds)
        await self._settle()

    async def _limit(self) -> None:
        found = await self._generator.do("limit", url=self._stack.owner, at_once=8, seconds=self._scale.closed_s)
        self.results["limit_at_8"] = found
        if "at_8" in self.results:
            self.results["ratio"] = round(self.results["at_8"]["p50_ms"] / found["p50_ms"], 1)

    async def _register(self) -> None:
        seconds = self._scale.closed_s
        self.results["register_at_8"] = await self._generator.do("register", at_once=8, seconds=seconds)
        await self._settle()

    async def _sustained(self) -> None:
        found = await self._open(SUSTAINED_RATE, self._scale.sustained_s)
        self.results["cpu_ms"] = found.pop("cpu_ms")
        self.results["sustained"] = found

    async def _burst(self) -> None:
        found = await self._open(BURST_RATE, self._scale.burst_s)
        del found["cpu_ms"]
        self.results["burst"] = found

    async def _open(self, rate: float, window_s: float) -> Results:
        measurement = OpenMeasurement(self._stack, self._generator, self._watch)
        ended, found = await self._run(measurement, rate, window_s)
        found["drain_s"] = await self._whole_after(ended)
        del found["memory_growth_mb"], found["grown_mb"]
        return found

    async def _run(self, measurement: OpenMeasurement, rate: float, window_s: float) -> tuple[float, Results]:
        load = {"rate": rate, "window_s": window_s, "steps": STEPS_A_LIFE, "gap_s": self._scale.gap_s}
        found = await measurement.run(**load)
        return measurement.ended, found

    async def _prefect_down(self) -> None:
        """The rate of ``sustained`` with Prefect's server gone, then the record made whole after its return."""
        server = self._stack.parts()["prefect"].pid
        assert server is not None
        self._stack.hold_prefect()
        os.kill(server, signal.SIGKILL)
        window_s = self._scale.down_movements / SUSTAINED_RATE
        _, found = await self._run(OpenMeasurement(self._stack, self._generator, None), SUSTAINED_RATE, window_s)
        self._stack.release_prefect()
        await self._watch.until_healthy()
        whole = await self._whole_after(time.monotonic())
        kept = ("movements", "per_s", "p50_ms", "p95_ms", "memory_growth_mb", "grown_mb", "cut", "faults")
        down: Results = {name: found[name] for name in kept}
        down["whole_after_min"] = None if whole is None else round(whole / 60, 2)
        if "sustained" in self.results:
            down["p95_ratio"] = round(down["p95_ms"] / self.results["sustained"]["p95_ms"], 2)
        self.results["prefect_down"] = down

    async def _two_engines(self) -> None:
        """The same loads on one engine and on two, each of them warm."""
        await self._generator.do("files_at_hand", count=8 * PEOPLE)
        loads = {"paced": partial(self._people_move, SHORT_PAUSE_S), "full": self._people_move}
        self.results["two_engines"] = await measure_two_engines(self._stack, loads)
        await self._settle()

    async def _people_move(self, pause_s: float = 0.0) -> Results:
        seconds = self._scale.closed_s
        return await self._generator.do("closed", at_once=PEOPLE, seconds=seconds, pause_s=pause_s)

    async def _inbox(self) -> None:
        """Pages of inboxes with hundreds of files, beside a long history."""
        loaded = await self._loaded()
        posts = loaded.fullest(INBOX_POSTS)
        found = await self._generator.do("inbox", posts=posts, seconds=self._scale.inbox_s)
        self.results["inbox_p95_ms"] = found["p95_ms"]
        self.results["inbox"] = {**found, "items": loaded.items_of(posts), "movements": loaded.movements}

    async def _escalation(self) -> None:
        """Overdue complaints climb while people move papers; their speed is asked before and meanwhile."""

        async def people() -> float:
            return (await self._people_move(PAUSE_S))["p95_ms"]

        await self._generator.do("files_at_hand", count=2 * PEOPLE)
        addresses, overdue = self._stack.addresses, self._scale.overdue
        desk = desk_of(addresses["owner"])
        self.results["escalation"] = await measure_escalation(addresses["app"], desk, overdue, people)

    async def _clock_batch(self) -> None:
        await self._loaded()
        addresses = self._stack.addresses
        postgres, dockets = self._stack.parts()["postgres"].pid, self._scale.clock_dockets
        assert postgres is not None
        found = await measure_clock_batch(addresses["owner"], addresses["app"], postgres, dockets)
        self.results["clock_batch"] = found

    async def _loaded(self) -> Loaded:
        """The long history, loaded by the first measurement that wants it."""
        if self._history is None:
            self._history = await asyncio.to_thread(load_history, self._stack, self._scale.history, _say)
        return self._history

    async def _verification(self) -> None:
        """The whole audit with its long history: every chain, every protected row."""
        await self._loaded()
        self.results["verification"] = await time_verification(self._stack)

    async def _backup(self) -> None:
        """The office with its long history, as one folder and back."""
        await self._loaded()
        self.results["backup"] = await asyncio.to_thread(time_backup, self._stack)

    async def _idle_tick(self) -> None:
        """A look of the clock at an office with lakhs of open complaints, none of them overdue."""
        addresses, resting = self._stack.addresses, self._scale.resting
        desk = desk_of(addresses["owner"])
        self.results["idle_tick"] = await measure_idle_tick(
            addresses["owner"], addresses["admin"], addresses["app"], resting, desk
        )

    async def _settle(self) -> None:
        await self._watch.until_whole(self._scale.whole_within_s)

    async def _whole_after(self, since: float) -> float | None:
        """Seconds from then until the record was whole."""
        waited = await self._watch.until_whole(self._scale.whole_within_s)
        return None if waited is None else round(time.monotonic() - since, 1)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


async def measure(stack: PracticeStack, scale: Scale, only: Collection[str]) -> Results:
    """Takes the measurements, or ``only`` those named. Raises GeneratorFault."""
    async with generator_process() as generator:
        await generator.do("log_in", url=stack.api, passwords=dict(stack.passwords))
        await generator.do("files_at_hand", count=sum(AT_ONCE.values()))
        measurements = Measurements(stack, generator, scale)
        try:
            for name in (name for name in MEASUREMENTS if not only or name in only):
                began = time.monotonic()
                await measurements.take(name)
                _say(f"  {name}: measured in {time.monotonic() - began:.0f} s")
        finally:
            await measurements.close()
        return measurements.results
