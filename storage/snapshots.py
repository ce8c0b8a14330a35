"""One snapshot of the whole database: for audit and fsck, so that work going on meanwhile changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from psycopg import IsolationLevel
from psycopg.rows import DictRow, dict_row

from storage.database import Database, Driver

# A look at the whole office takes longer than a role's limits, and thinks between its questions.
_PATIENT = "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0"
_AT_ONCE = 2000


@asynccontextmanager
async def one_snapshot(database: Database, *, read_only: bool = True) -> AsyncIterator[Driver]:
    """A connection in a REPEATABLE READ transaction; the caller commits what is to stay.

    Raises what ``Database.writing`` raises.
    """
    async with database.writing() as driver:
        await driver.set_isolation_level(IsolationLevel.REPEATABLE_READ)
        await driver.set_read_only(read_only)
        try:
            await driver.execute(_PATIENT)
            yield driver
        finally:
            if not (driver.closed or driver.broken):
                await driver.rollback()
                await driver.set_isolation_level(None)
                await driver.set_read_only(None)


async def stream(driver: Driver, sql: str, parameters: dict[str, Any] | None = None) -> AsyncIterator[DictRow]:
    """The rows of a query, however many, with few of them in memory."""
    name = f"stream_{uuid4().hex}"
    async with driver.cursor(name, row_factory=dict_row) as cursor:
        await cursor.execute(sql.encode(), parameters or {})
        # By the thousand: asking for each row anew takes longer than reading it.
        while rows := await cursor.fetchmany(_AT_ONCE):
            for row in rows:
                yield row
