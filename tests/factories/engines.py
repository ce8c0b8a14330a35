"""Engines for tests: as an object in the test's own loop, and as the process that an office runs."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from flows.engine import Engine, Patience, engine_of
from storage.settings import Settings
from tests.factories.lives import Answer, Life, answer_of
from tests.factories.office_processes import spawned
from tests.factories.practice_office import PracticeOffice, Seat
from tests.factories.waiting import until

NOBODY = "http://127.0.0.1:1/api"
"""An address at which no Prefect answers, for ever."""

ENGINE_NAME = "engine-under-test"
"""What its sessions are called in PostgreSQL."""


@asynccontextmanager
async def running(settings: Settings, patience: Patience | None = None) -> AsyncIterator[Engine]:
    """An engine that works until the block ends, and then stops cleanly."""
    ready: asyncio.Future[Engine] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(_hold(settings, patience, ready))
    await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        await task
    engine = await ready
    try:
        await until(engine.locked.is_set, "the engine listens")
        yield engine
    finally:
        engine.stop()
        await task


async def _hold(settings: Settings, patience: Patience | None, ready: asyncio.Future[Engine]) -> None:
    async with engine_of(settings, patience) as engine:
        ready.set_result(engine)
        await engine.run()


@dataclass
class EngineProcess:
    """``patravali engine`` as an office runs it; what it logs stands in ``log``."""

    settings: Settings
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def ready_file(self) -> Path:
        return self.settings.data / "engine.ready"

    def lives(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """As a crash: nothing is finished, nothing is given back."""
        self.process.kill()
        self.process.wait()

    def stop(self, limit: float = 15.0) -> int:
        """As the supervisor stops it; answers the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(limit)

    async def ready(self) -> None:
        def written() -> bool:
            assert self.lives(), f"the engine ended:\n{self.log.read_text()[-2000:]}"
            return self.ready_file.exists()

        await until(written, "the engine is ready", limit=60)


@contextmanager
def engine_process(settings: Settings, extra: Mapping[str, str] | None = None) -> Iterator[EngineProcess]:
    """Starts an engine's process; whatever is left of it at the end is killed."""
    settings.data.mkdir(parents=True, exist_ok=True)
    log = settings.data / f"engine-{os.urandom(3).hex()}.log"
    with spawned(["engine"], {**_environment(settings), **(extra or {})}, log) as process:
        yield EngineProcess(settings, log, process)


def _environment(settings: Settings) -> dict[str, str]:
    auth = settings.prefect_auth.get_secret_value()
    return {
        "PATRAVALI_DATA": str(settings.data),
        "PATRAVALI_DATABASE_URL": settings.database_url.get_secret_value(),
        "PATRAVALI_PREFECT_URL": settings.prefect_url,
        "PATRAVALI_PREFECT_AUTH": auth,
    }


def settings_for(
    app_url: str, data: Path, prefect_url: str = NOBODY, prefect_auth: str = "", name: str = ENGINE_NAME
) -> Settings:
    """The settings of an engine's process for one database; ``name`` is what its sessions are called there."""
    named = f"{app_url}?application_name={name}"
    given: dict[str, Any] = {"data": data, "database_url": named, "database_pool": 4}
    return Settings.model_validate({**given, "prefect_url": prefect_url, "prefect_auth": prefect_auth})


async def row_of(office: PracticeOffice, instruction: UUID) -> dict[str, Any]:
    """An instruction's row."""
    return await office.one("select to_jsonb(i) from instruction i where id = %(id)s", id=instruction)


async def ended(office: PracticeOffice, instruction: UUID, limit: float = 20.0) -> dict[str, Any]:
    """An instruction's row, once it waits no more."""

    async def row() -> dict[str, Any] | None:
        found = await row_of(office, instruction)
        return found if found["state"] != "waiting" else None

    return await until(row, f"instruction {instruction} ends", limit=limit) or {}


async def told(life: Life, who: str | Seat, action: str, limit: float = 20.0, **given: Any) -> Answer:
    """Has an instruction accepted and waits until an engine has carried it out."""
    accepted = await life.accept(who, action, **given)
    return noted(life, await ended(life.office, accepted.instruction, limit))


def noted(life: Life, row: Mapping[str, Any]) -> Answer:
    """The answer of an instruction that ended; the life's version follows it."""
    answer = answer_of(row["outcome"])
    if answer.outcome is not None:
        life.version = answer.outcome["version"]
    return answer


async def as_owner(office: PracticeOffice, sql: str, *parameters: Any) -> None:
    """One statement as the database's owner, for what no part of the office may do.

    The loop goes on meanwhile: the statement may have to wait for an engine that runs in it.
    """
    async with await psycopg.AsyncConnection.connect(office.owner_url) as owner:
        await owner.execute(sql.encode(), parameters or None)


@asynccontextmanager
async def held(office: PracticeOffice, life: Life) -> AsyncIterator[psycopg.AsyncConnection]:
    """Somebody else holds the docket's row, so that a step of it hangs in the middle of its transaction.

    What is done on that connection is kept.
    """
    async with await psycopg.AsyncConnection.connect(office.owner_url) as owner:
        await owner.execute("select 1 from docket where id = %s for no key update", (life.docket,))
        yield owner
        await owner.commit()


async def hanging(office: PracticeOffice) -> bool:
    """Whether a step waits for a docket's row."""
    sql = """select exists (select 1 from pg_stat_activity where datname = current_database()
        and wait_event_type = 'Lock' and query like %(what)s)"""
    return await office.one(sql, what="select id from docket where id%")
