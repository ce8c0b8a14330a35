"""PostgreSQL's host vanishes and no word comes of it: no pool waits for it, and all goes on with the next one."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import pytest

from storage import connecting
from storage.database import Database, DatabaseAway, fetch_one
from storage.instruction_queue import DONE_CHANNEL
from tests.factories.engines import running, settings_for, told
from tests.factories.lives import PARKING, new_file
from tests.factories.practice_office import PracticeOffice
from tests.factories.waiting import until
from tests.factories.wires import wire_to
from tests.fixtures import postgres
from tests.fixtures.api import serve

LIMIT_S: Final = 30.0
"""TCP by itself waits for a quarter of an hour, or for ever."""

IMPATIENT: Final = {"keepalives_idle": 1, "keepalives_interval": 1, "keepalives_count": 1, "tcp_user_timeout": 500}
Made = Callable[[Any], Awaitable[PracticeOffice]]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is silent is given up sooner than in an office."""
    for name, value in IMPATIENT.items():
        monkeypatch.setitem(connecting.PATIENCE, name, value)


async def answers(pool: Database, sql: str = "select 1 as one") -> bool:
    async with pool.querying() as driver:
        return await fetch_one(driver, sql, {}) is not None


async def is_at_work(pool: Database, query: str) -> bool:
    """Whether a session is at a query, or had this one last."""
    async with pool.querying() as driver:
        sql = "select 1 from pg_stat_activity where datname = current_database() and query = %(query)s"
        return await fetch_one(driver, sql, {"query": query}) is not None


async def listeners(office: PracticeOffice) -> set[int]:
    """The sessions in which an API hears of what came of instructions."""
    sql = "select pid from pg_stat_activity where datname = current_database() and query = %(query)s"
    return {row[0] for row in await office.rows(sql, query=f"listen {DONE_CHANNEL}")}


async def test_every_pool_is_told_when_to_give_a_silent_host_up(database: postgres.Database) -> None:
    pool = Database(database.app_url, pool=1)
    async with pool.writing() as driver:
        with socket.socket(fileno=os.dup(driver.fileno())) as made:
            probed = made.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            after, limit = (
                made.getsockopt(socket.IPPROTO_TCP, option)
                for option in (socket.TCP_KEEPIDLE, socket.TCP_USER_TIMEOUT)
            )
    await pool.close()
    assert probed == 1
    assert (after < connecting.GIVEN_UP_AFTER_S, limit) == (True, connecting.GIVEN_UP_AFTER_S * 1000)


@pytest.mark.usefixtures("impatient")
async def test_a_question_to_a_host_that_vanished_is_given_up(database: postgres.Database) -> None:
    async with wire_to(database.app_url) as wire, asyncio.timeout(LIMIT_S):
        pool = Database(wire.url, pool=2)
        assert await answers(pool)
        wire.vanish()
        with pytest.raises(DatabaseAway):
            await answers(pool)
        assert await answers(pool), "the next connection is a new one"
        await pool.close()


@pytest.mark.usefixtures("impatient")
async def test_an_answer_of_a_host_that_vanished_is_given_up(database: postgres.Database) -> None:
    """Nothing was sent that would lack its acknowledgement: only the probes tell."""
    looking, waits = Database(database.app_url, pool=1), "select pg_sleep(600)"
    async with wire_to(database.app_url) as wire, asyncio.timeout(LIMIT_S):
        pool = Database(wire.url, pool=2)
        asking = asyncio.create_task(answers(pool, waits))
        await until(lambda: is_at_work(looking, waits), "the question is there")
        wire.vanish()
        with pytest.raises(DatabaseAway):
            await asking
        await pool.close()
    await looking.close()


@pytest.mark.usefixtures("impatient")
async def test_an_engine_goes_on_when_its_host_vanished(
    database: postgres.Database, office_in: Made, tmp_path: Path
) -> None:
    life = await new_file(await office_in(database))
    async with wire_to(database.app_url) as wire, running(settings_for(wire.url, tmp_path)):
        await told(life, "clerk", "park", **PARKING)
        wire.vanish()
        assert (await told(life, "clerk", "bring_up", limit=LIMIT_S)).state == "in_hand"


@pytest.mark.usefixtures("impatient")
async def test_an_api_goes_on_when_its_host_vanished(
    database: postgres.Database, office_in: Made, tmp_path: Path
) -> None:
    office = await office_in(database)
    async with wire_to(database.app_url) as wire, serve(office, wire.url, tmp_path) as api:
        clerk = await api.desk("clerk")
        listening = await listeners(office)
        wire.vanish()

        async def serves() -> bool:
            return (await clerk.get("/me")).status_code == 200

        async with asyncio.timeout(LIMIT_S):
            await until(serves, "it answers again", limit=LIMIT_S)
            await clerk.new_file()

        async def listens_anew() -> bool:
            return bool(await listeners(office) - listening)

        await until(listens_anew, "it listens anew", limit=LIMIT_S)
