"""The engine: claims dockets that have something waiting and takes each one's turn inside its own flow run.

It holds a session lock on its own number while it lives; what an engine without one had claimed is free within
a second. A notification only hastens: it looks for work every second in any case.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
import structlog
import uvloop
from structlog.contextvars import bound_contextvars

from flows import runtime, turn
from flows.gateways.opening import open_gateways
from flows.hints import Hints, docket_of
from flows.loops import cancel, endless
from flows.prefect_link import FLOWS, PrefectApi, PrefectLink
from flows.rules.errors import Refusal
from flows.schedules.complete_prefect_record import PrefectRecord
from flows.schedules.engine_jobs import engine_jobs
from flows.schedules.send_outbox import OutboxSender
from flows.schedules.standing_work import StandingWork, Ticker
from flows.turn import Taken
from storage import instruction_queue
from storage.connecting import PATIENCE
from storage.database import Database, DatabaseAway, TryAgain
from storage.instruction_queue import ENGINE_LOCK, WORK_CHANNEL, Steps
from storage.settings import Settings

TURNS_AT_ONCE: Final = 8
POLL_S: Final = 1.0
BEAT_S: Final = 1.0
PILED_UP: Final = timedelta(milliseconds=150)
CALM_S: Final = 2.0
SETTLED: Final = timedelta(seconds=5)
STOPS_WITHIN_S: Final = 2.0
"""How long turns under way are waited for at the end, seconds; the supervisor waits a little longer."""
STILL_THERE_S: Final = 5.0
"""How often the connection that holds the engine's lock is asked whether it still stands."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Looks:
    """How often an engine looked for work, and how many looks found none."""

    made: int = 0
    in_vain: int = 0

    def __add__(self, other: Looks) -> Looks:
        return Looks(self.made + other.made, self.in_vain + other.in_vain)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a movement may wait while an engine lives, and how often that is looked at, seconds."""

    movement_waits_s: float = 15 * 60.0
    look_every_s: float = 10.0


class Engine:
    """One engine process."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        link: PrefectLink,
        record: PrefectRecord,
        sender: OutboxSender,
        standing: Ticker,
        patience: Patience | None = None,
    ) -> None:
        self.settings, self.database, self.link, self.record = settings, database, link, record
        self.sender, self.standing = sender, standing
        self.patience = patience or Patience()
        self.number = random.SystemRandom().randrange(1, 2**31)
        self.hints = Hints(self.number)
        self.stopping = asyncio.Event()
        self.locked = asyncio.Event()
        self.steps = Steps()
        self.looks = Looks()
        self._turns: dict[UUID, asyncio.Task[None]] = {}
        # Dockets whose turn has ended: their claims are given back with the next look.
        self._done_with: set[UUID] = set()
        self._without_prefect: set[UUID] = set()
        self._plain_until = 0.0
        # Dockets whose turn is under way and of which something more was accepted meanwhile.
        self._more: set[UUID] = set()
        self._crowded = False

    async def run(self) -> None:
        """Works until ``stopping`` is set; then ends the turns that are under way."""
        loops = (self._listen, self._beat, self._bury, self._withdraw)
        loops += (self.link.watch, self.record.run, self.sender.run, self.standing.run)
        tasks = [asyncio.create_task(endless(loop)) for loop in loops]
        try:
            while not self.stopping.is_set():
                await self._claim_and_start()
        finally:
            await asyncio.gather(self._end_turns(), self.sender.finish(STOPS_WITHIN_S))
            await cancel(tasks)
            await self._leave()

    def stop(self) -> None:
        """Asks the engine to end; turns under way are finished."""
        self.stopping.set()
        self.hints.wake.set()

    async def _end_turns(self) -> None:
        turns = list(self._turns.values())
        if turns:
            await asyncio.wait(turns, timeout=STOPS_WITHIN_S)
        await cancel(turns)

    async def _leave(self) -> None:
        """Leaves no claim behind, and what was counted since the last beat."""
        with contextlib.suppress(DatabaseAway, TryAgain, TimeoutError):
            async with asyncio.timeout(STOPS_WITHIN_S), self.database.writing() as driver:
                await instruction_queue.beat(driver, self.steps)
                await instruction_queue.give_all_back(driver, self.number)
        self.ready_file.unlink(missing_ok=True)
        log.info("engine ends", looks=self.looks.made, in_vain=self.looks.in_vain)

    async def _claim_and_start(self) -> None:
        # Without its lock the engine counts as dead, and its claims as free.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.locked.wait(), POLL_S)
        if not self.locked.is_set():
            return
        self.hints.answer()
        if not await self._look():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.hints.wake.wait(), POLL_S)

    async def _look(self) -> bool:
        """Claims what waits and starts its turns; answers whether more may wait for hands that are free still.

        What is accepted after a look is heard of, so one that saw all there was needs no second one behind it.
        With its hands full the engine does not look: the end of a turn wakes it.
        """
        free = TURNS_AT_ONCE - len(self._turns)
        rows = await self._claim(free) if free else []
        for row in rows:
            if row["docket"] not in self._turns:
                self._turns[row["docket"]] = asyncio.create_task(self._turn(row))
        self._crowded = len(rows) == free
        return not self._crowded and any(row["seen"] == free for row in rows)

    async def _claim(self, free: int) -> list[Mapping[str, Any]]:
        done_with = set(self._done_with)
        try:
            async with self.database.querying() as driver:
                rows = await instruction_queue.claim(driver, self.number, free, self._turns.keys())
            self._done_with -= done_with
            self.looks += Looks(1, not rows)
            return list(rows)
        except (DatabaseAway, TryAgain) as hindrance:
            # Perhaps dockets were claimed and the answer was lost: the next look takes them or gives them back.
            log.warning("no claim", why=str(hindrance))
            await asyncio.sleep(0.2)
        return []

    async def _turn(self, row: Mapping[str, Any]) -> None:
        docket: UUID = row["docket"]
        try:
            await self._take(row)
        except (DatabaseAway, TryAgain) as hindrance:
            log.warning("turn put off", docket=str(docket), why=str(hindrance))
            self._without_prefect.add(docket)
            await asyncio.sleep(0.2)
        except Exception:
            # No step broke, for that ends inside the turn: nothing needs Prefect, so it is tried without.
            self._without_prefect.add(docket)
            log.exception("turn broke", docket=str(docket), breaks=await self._put_off(docket))
        finally:
            del self._turns[docket]
            self._done_with.add(docket)
            if self._crowded or docket in self._more:
                self._more.discard(docket)
                self.hints.wake.set()

    async def _put_off(self, docket: UUID) -> int:
        """The docket's next turn comes after a pause that grows with each break; other dockets pass meanwhile."""
        try:
            async with self.database.writing() as driver:
                return await instruction_queue.turn_broke(driver, docket)
        except (DatabaseAway, TryAgain) as hindrance:
            log.warning("broken turn not counted", docket=str(docket), why=str(hindrance))
            await asyncio.sleep(1)
            return 0

    async def _take(self, row: Mapping[str, Any]) -> None:
        """The flow's body is the turn: run in the docket's own flow run, or plainly where that cannot be."""
        body, docket = FLOWS[row["family"]].fn, str(row["docket"])
        if self._plainly(row):
            taken = await body(docket)
        else:
            async with self.link.inside(row["family"], row["flow_run_id"], row["number"]):
                taken = await body(docket)
        self.record.nobody_tells(taken.plain)
        self._count(row, taken)
        if taken.left:
            asyncio.get_running_loop().call_later(1.2 * turn.PAUSE_S, self.hints.wake.set)

    def _plainly(self, row: Mapping[str, Any]) -> bool:
        """Prefect is away, the run is not made yet, or work piles up: the record follows."""
        if row["now"] - row["oldest"] > PILED_UP:
            self._plain_until = asyncio.get_running_loop().time() + CALM_S
        piled_up = asyncio.get_running_loop().time() < self._plain_until
        if row["docket"] in self._without_prefect:
            self._without_prefect.discard(row["docket"])
            return True
        return piled_up or not self.link.up or row["flow_run_id"] is None

    def _count(self, row: Mapping[str, Any], taken: Taken) -> None:
        live, plain = len(taken.live), len(taken.plain)
        settled = row["now"] - row["registered_at"] > SETTLED
        self.steps += Steps(live, plain, live * settled, plain * settled)

    async def _listen(self) -> None:
        """Holds the engine's lock and hears of work, on a connection of its own."""
        url = self.settings.direct_url
        async with await psycopg.AsyncConnection.connect(url, autocommit=True, **PATIENCE) as connection:
            await connection.execute("select pg_advisory_lock(%s, %s)", (ENGINE_LOCK, self.number))
            await connection.execute(f"listen {WORK_CHANNEL}".encode())
            try:
                self._say_ready()
                while True:
                    async for hint in connection.notifies(timeout=STILL_THERE_S):
                        self._heard(hint.payload)
                    async with asyncio.timeout(STILL_THERE_S):
                        await connection.execute("select 1")
            finally:
                self.locked.clear()

    def _heard(self, hint: str) -> None:
        """Something of a docket waits. If its turn is under way, what is new is looked for when that ends."""
        docket = docket_of(hint)
        if docket is not None and docket in self._turns:
            self._more.add(docket)
        else:
            self.hints.hear(docket, is_ours=docket in self._done_with)

    def _say_ready(self) -> None:
        self.ready_file.parent.mkdir(parents=True, exist_ok=True)
        self.ready_file.write_text(str(os.getpid()))
        self.locked.set()
        self.hints.wake.set()

    @property
    def ready_file(self) -> Path:
        """What the supervisor waits for: it is written once the engine listens and claims."""
        return self.settings.data / "engine.ready"

    async def _beat(self) -> None:
        while True:
            steps, self.steps = self.steps, Steps()
            try:
                async with self.database.querying() as driver:
                    await instruction_queue.beat(driver, steps)
            except BaseException:
                self.steps += steps
                raise
            await asyncio.sleep(BEAT_S)

    async def _bury(self) -> None:
        """What engines that are gone had claimed is free again: at the start, and within a second at any time."""
        while True:
            async with self.database.querying() as driver:
                freed, living = await instruction_queue.bury(driver, self.number)
            self.hints.these_live(living)
            if freed:
                log.warning("claims of engines that are gone are free", count=len(freed), first=str(freed[0]))
                self.hints.wake.set()
            await asyncio.sleep(BEAT_S)

    async def _withdraw(self) -> None:
        """A movement that waited too long while an engine lived is withdrawn and its giver told."""
        while True:
            async with self.database.querying() as driver:
                late = await instruction_queue.overdue(driver, self.patience.movement_waits_s)
            for instruction in late:
                await self._withdraw_one(instruction)
            await asyncio.sleep(self.patience.look_every_s)

    async def _withdraw_one(self, instruction: UUID) -> None:
        with bound_contextvars(instruction=str(instruction)):
            try:
                await turn.end(instruction, "withdrawn", Refusal("waited-too-long"))
            except TryAgain as hindrance:
                # A step is at it this moment, or somebody else holds its docket.
                log.info("withdrawal put off", why=str(hindrance))


@contextlib.asynccontextmanager
async def engine_of(settings: Settings, patience: Patience | None = None) -> AsyncIterator[Engine]:
    """An engine with all that it needs, ready to run; entered and left in one task."""
    database = Database(settings.database_url.get_secret_value(), pool=settings.database_pool + TURNS_AT_ONCE)
    link = PrefectLink(PrefectApi(settings.prefect_url, settings.prefect_auth.get_secret_value()))
    try:
        office = (await runtime.office_of(database)).telling_by(settings.channels)
        runtime.install(runtime.Runtime(database, office))
        sender = OutboxSender(database, open_gateways(settings, practice=office.practice))
        await link.open()
        record = PrefectRecord(database, settings.direct_url, link)
        jobs = StandingWork(database, settings.direct_url, engine_jobs(database, office, link))
        yield Engine(settings, database, link, record, sender, Ticker(jobs, "engine"), patience)
    finally:
        await link.close()
        await database.close()


async def serve(settings: Settings) -> None:
    """Runs one engine until SIGINT or SIGTERM."""
    async with engine_of(settings) as engine:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, engine.stop)
        await engine.run()


def main(settings: Settings) -> None:
    """The process's entry."""
    uvloop.run(serve(settings))
