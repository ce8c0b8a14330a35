"""The process ``patravali schedules``: Prefect's deployments of the standing jobs, and the ticker behind them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import uvloop

from flows import runtime
from flows.loops import cancel, endless
from flows.prefect_link import PrefectApi
from flows.schedules.deployments import Deployments
from flows.schedules.standing_work import StandingWork, Ticker
from infra.standing_jobs import Office, schedules_jobs
from storage.database import Database
from storage.settings import Settings

GRACE: Final = timedelta(seconds=90)
"""How long Prefect has to call a job that is due before the process's own ticker does."""
READY: Final = "schedules.ready"
"""What the supervisor waits for, in the data folder: it is written once the ticker looks."""


class Schedules:
    """One process of standing work."""

    def __init__(self, settings: Settings, work: StandingWork, api: PrefectApi, grace: timedelta) -> None:
        self.settings, self.work = settings, work
        loops = [Ticker(work, "ticker", grace if api.configured else timedelta(0)).run]
        self.loops = [*loops, Deployments(api, work).run] if api.configured else loops
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Works until ``stopping`` is set. A job that is under way then is due again."""
        tasks = [asyncio.create_task(endless(loop)) for loop in self.loops]
        self.ready_file.parent.mkdir(parents=True, exist_ok=True)
        self.ready_file.write_text(str(os.getpid()))
        try:
            await self.stopping.wait()
        finally:
            await cancel(tasks)
            self.ready_file.unlink(missing_ok=True)

    @property
    def ready_file(self) -> Path:
        return self.settings.data / READY


@asynccontextmanager
async def schedules_of(settings: Settings, grace: timedelta = GRACE) -> AsyncIterator[Schedules]:
    """The process with all that it needs, ready to run."""
    database = Database(settings.database_url.get_secret_value(), pool=settings.database_pool)
    api = PrefectApi(settings.prefect_url, settings.prefect_auth.get_secret_value())
    try:
        office = Office(settings, database, await runtime.office_of(database), api)
        work = StandingWork(database, settings.direct_url, schedules_jobs(office))
        yield Schedules(settings, work, api, grace)
    finally:
        await api.close()
        await database.close()


async def serve(settings: Settings) -> None:
    """Runs the process until SIGINT or SIGTERM."""
    async with schedules_of(settings) as schedules:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, schedules.stopping.set)
        await schedules.run()


def main(settings: Settings) -> None:
    """The process's entry."""
    uvloop.run(serve(settings))
