"""Locks that a test holds while steps wait for them, so that they come one after the other as it needs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.factories.lives import Life
from tests.factories.practice_office import PracticeOffice

LIMIT_S = 10.0


@dataclass
class Locks:
    """A session of its own that holds a lock, and what PostgreSQL says of who waits for it."""

    connection: psycopg.AsyncConnection[Any]

    async def waiting(self) -> list[int]:
        """The processes that wait for a lock: this session's, or one of another that waits for it."""
        cursor = await self.connection.execute("select distinct pid from pg_locks where not granted")
        return [row[0] for row in await cursor.fetchall()]

    async def until_waiting(self, count: int) -> list[int]:
        """Returns when that many sessions wait. Fails where they do not, for then nothing holds them back."""
        async with asyncio.timeout(LIMIT_S):
            # PostgreSQL tells nobody when a session begins to wait, so it is asked again and again.
            while len(found := await self.waiting()) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return found

    async def release(self) -> None:
        await self.connection.rollback()


@asynccontextmanager
async def locked(office: PracticeOffice, sql: str, **parameters: Any) -> AsyncIterator[Locks]:
    """Holds what a statement locks until it is released."""
    connection = await psycopg.AsyncConnection.connect(office.owner_url)
    async with connection:
        await connection.execute(sql.encode(), parameters)
        yield Locks(connection)
        await connection.rollback()


def docket_locked(life: Life):
    return locked(life.office, "select 1 from docket where id = %(d)s for update", d=life.docket)
