"""Runs standing jobs: when one is due, alone, within its limit, and keeps how the run went.

Whoever calls a job (Prefect's deployment, the process's own ticker) only asks: it runs when its interval is not
covered yet and nobody else is at it, so that it never runs twice at once or twice in one interval.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import uuid4

import psycopg
import structlog
from psycopg.rows import DictRow

from flows.loops import cancel
from flows.rules.timetable import LONGEST_PAUSE, TIMETABLE, Standing, is_due
from flows.standing_status import progress_of
from storage import standing_jobs
from storage.database import Database, DatabaseAway, TryAgain

Outcome = Mapping[str, Any]
Work = Callable[[], Awaitable[Outcome]]
"""A job's function: answers counts of what it did. ``ok`` false says that what it looked at does not hold."""
By = Literal["prefect", "ticker", "engine"]

PAUSE_S: Final = 30.0
"""The pause after a first run that did not end well, seconds; it doubles with each, up to ``LONGEST_PAUSE``."""
LOCK_SEEN_S: Final = 5.0
"""How often the connection that holds a job's lock is asked whether it still stands."""
CUT_WITHIN_S: Final = 10.0
"""How long a job that was cut may take to leave its transaction."""

log = structlog.get_logger()


class JobFault(Exception):
    """A job could not do its work; the message says why, and operators are shown it."""


class StandingWork:
    """The jobs that a process can run, by their names in the timetable."""

    def __init__(self, database: Database, direct_url: str, jobs: Mapping[str, Work]) -> None:
        self.database, self.direct_url, self.jobs = database, direct_url, jobs
        self.standing: Mapping[str, Standing] = {name: TIMETABLE[name] for name in jobs}
        self._known = False

    async def due(self, grace: timedelta = timedelta(0)) -> list[str]:
        """The jobs that should run now, and that nobody is at. ``grace`` is left to another that calls them."""
        rows = {row["name"]: row for row in await self._rows()}
        return [
            name
            for name, job in self.standing.items()
            if not rows[name]["running"] and is_due(job, progress_of(rows[name]), rows[name]["now"], grace)
        ]

    async def _rows(self) -> list[DictRow]:
        async with self.database.querying() as driver:
            if not self._known:
                await standing_jobs.know(driver, list(self.jobs))
                self._known = True
            return await standing_jobs.all_jobs(driver)

    async def run(self, name: str, by: By) -> Outcome | None:
        """Runs a job and answers what it did; None where it is not due, or another process is at it.

        Raises JobFault where the run broke or was cut, which was logged and kept; DatabaseAway, TryAgain.
        """
        await self._rows()
        async with standing_jobs.alone_at(self.direct_url, name) as lock:
            if lock is None or not await self._begin(name, by):
                return None
            began = time.monotonic()
            try:
                outcome = await self._within_limits(name, lock)
            except Exception as fault:
                raise await self._broke(name, time.monotonic() - began, fault) from fault
            await self._ended(name, time.monotonic() - began, outcome)
            return outcome

    async def _begin(self, name: str, by: By) -> bool:
        """Under the job's lock: is it still due? Then the run is counted."""
        async with self.database.writing() as driver:
            row = await standing_jobs.one(driver, name)
            assert row is not None
            if not is_due(self.standing[name], progress_of(row), row["now"]):
                return False
            longest_s = LONGEST_PAUSE.total_seconds()
            await standing_jobs.begin(driver, name, by, pause_s=PAUSE_S, longest_s=longest_s)
        return True

    async def _within_limits(self, name: str, lock: psycopg.AsyncConnection[Any]) -> Outcome:
        """The job's work, cut when its time is over or when its lock is lost, for then another may begin it."""
        limit = self.standing[name].limit.total_seconds()
        work, lost = asyncio.ensure_future(self.jobs[name]()), asyncio.ensure_future(_lost(lock))
        try:
            await asyncio.wait({work, lost}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            why = "the connection that held its lock broke" if lost.done() else f"cut after {limit:g} s"
            raise JobFault(why)
        finally:
            for one in (work, lost):
                one.cancel()
            await asyncio.wait({work, lost}, timeout=CUT_WITHIN_S)

    async def _ended(self, name: str, seconds: float, outcome: Outcome) -> None:
        holds = bool(outcome.get("ok", True))
        async with self.database.writing() as driver:
            await standing_jobs.end_well(driver, name, seconds, outcome, holds=holds)
        tell = log.info if holds else log.error
        tell("standing job done", job=name, seconds=round(seconds, 2), outcome=dict(outcome))

    async def _broke(self, name: str, seconds: float, fault: Exception) -> JobFault:
        """Keeps why; should the database be away, the run counts as one that was killed."""
        told = _told(fault)
        log.error("standing job broke", job=name, why=str(told), exc_info=None if told is fault else fault)
        with contextlib.suppress(DatabaseAway, TryAgain):
            async with self.database.writing() as driver:
                await standing_jobs.end_badly(driver, name, seconds, str(told))
        return told


def _told(fault: Exception) -> JobFault:
    """What operators are shown: of a fault that nobody expected only its kind, for its text may name people."""
    if isinstance(fault, JobFault):
        return fault
    if isinstance(fault, DatabaseAway | TryAgain):
        return JobFault(str(fault))
    return JobFault(f"{type(fault).__name__}; the log has more under incident {uuid4().hex[:12].upper()}")


async def _lost(lock: psycopg.AsyncConnection[Any]) -> None:
    """Returns when the connection that holds a lock stands no more."""
    while await standing_jobs.holds_still(lock):  # noqa: ASYNC110 - nothing tells when a connection breaks
        await asyncio.sleep(LOCK_SEEN_S)


class Ticker:
    """Runs what is due and was not called by another within a grace; each job in a task of its own."""

    def __init__(
        self, work: StandingWork, by: By, grace: timedelta = timedelta(0), look_every_s: float = 5.0
    ) -> None:
        self.work, self.grace, self.look_every_s = work, grace, look_every_s
        self.by: By = by
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Looks again and again; never ends by itself."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(self.look_every_s)
        finally:
            await cancel(list(self._under_way.values()))

    async def _look(self) -> None:
        try:
            due = await self.work.due(self.grace)
        except (DatabaseAway, TryAgain) as hindrance:
            log.warning("standing work put off", why=str(hindrance))
            return
        for name in due:
            if name not in self._under_way:
                self._under_way[name] = asyncio.create_task(self._call(name))

    async def _call(self, name: str) -> None:
        try:
            await self.work.run(name, self.by)
        except JobFault:
            pass  # logged and kept; it is tried again after its pause
        except (DatabaseAway, TryAgain) as hindrance:
            log.warning("standing job put off", job=name, why=str(hindrance))
        except Exception:
            log.exception("standing job could not be run", job=name)
        finally:
            del self._under_way[name]
