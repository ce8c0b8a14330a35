"""A pool that is busy is not one that broke: who waits in vain is told so, and no further connections open."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Final

import psycopg
import pytest

from storage.database import Database, DatabaseAway, fetch_one
from tests.fixtures import postgres

POOL: Final = 2


def connections(database: postgres.Database) -> int:
    sql = "select count(*) from pg_stat_activity where datname = %s and usename = 'patravali_app'"
    with psycopg.connect(database.server.admin_url) as connection:
        row = connection.execute(sql, (database.name,)).fetchone()
    assert row is not None
    return row[0]


async def answers(pool: Database) -> bool:
    async with pool.querying() as driver:
        return await fetch_one(driver, "select 1 as one", {}) is not None


async def test_waiting_in_vain_for_a_busy_pool_opens_no_further_connections(database: postgres.Database) -> None:
    pool = Database(database.app_url, pool=POOL)
    async with AsyncExitStack() as held:
        for _ in range(POOL):
            await held.enter_async_context(pool.writing())
        waited = await asyncio.gather(*(answers(pool) for _ in range(4)), return_exceptions=True)
        assert [type(fault) for fault in waited] == [DatabaseAway] * 4
        with pytest.raises(DatabaseAway):
            await answers(pool)
        assert connections(database) == POOL
    assert await answers(pool)
    await pool.close()


async def test_after_the_connections_broke_there_is_one_new_pool(database: postgres.Database) -> None:
    pool = Database(database.app_url, pool=POOL)
    async with pool.writing(), pool.writing():
        pass
    with psycopg.connect(database.server.admin_url, autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (database.name,)
        )
    await asyncio.gather(*(answers(pool) for _ in range(12)), return_exceptions=True)
    assert all(await asyncio.gather(*(answers(pool) for _ in range(12))))
    # Whoever was waiting at the old pool may still have opened one there.
    assert connections(database) <= 2 * POOL
    await pool.close()
