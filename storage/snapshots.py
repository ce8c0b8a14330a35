"""One snapshot of the whole database: for audit and fsck, so that work going on meanwhile changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from psycopg import IsolationLevel, sql
from psycopg.rows import DictRow, dict_row

from storage.database import Database, Driver, fetch_one

# A look at the whole office takes longer than a role's limits, and thinks between its questions.
_PATIENT = "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0"
_AT_ONCE = 2000


@asynccontextmanager
async def one_snapshot(
    database: Database, *, read_only: bool = True, of: str | None = None
) -> AsyncIterator[Driver]:
    """A connection in a REPEATABLE READ transaction; the caller commits what is to stay.

    ``of``: the snapshot that another connection shares, instead of one of this moment.
    Raises what ``Database.writing`` raises.
    """
    async with database.writing() as driver:
        await driver.set_isolation_level(IsolationLevel.REPEATABLE_READ)
        await driver.set_read_only(read_only)
        try:
            if of is not None:
                await driver.execute(sql.SQL("set transaction snapshot {}").format(of))
            await driver.execute(_PATIENT)
            yield driver
        finally:
            if not (driver.closed or driver.broken):
                await driver.rollback()
                await driver.set_isolation_level(None)
                await driver.set_read_only(None)


async def shared_snapshot(driver: Driver) -> str:
    """The name by which other connections take this one's snapshot, for as long as its transaction lasts."""
    row = await fetch_one(driver, "select pg_export_snapshot() as name", {})
    assert row is not None
    return row["name"]


async def stream(driver: Driver, query: str, parameters: dict[str, Any] | None = None) -> AsyncIterator[DictRow]:
    """The rows of a query, however many, with few of them in memory."""
    name = f"stream_{uuid4().hex}"
    async with driver.cursor(name, row_factory=dict_row) as cursor:
        await cursor.execute(query.encode(), parameters or {})
        # By the thousand: asking for each row anew takes longer than reading it.
        while rows := await cursor.fetchmany(_AT_ONCE):
            for row in rows:
                yield row
