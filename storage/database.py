"""Connections to PostgreSQL: SQLAlchemy's for reading and lists, the driver's own pipeline for the hot path.

One pool serves both. A fault of the connection or of concurrency becomes one of two exceptions, so that
nobody above reads a driver's error codes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import Pool

from storage.connecting import PATIENCE, driver_url
from storage.kept_posts import KeptPosts

Statement = tuple[str, Sequence[Any] | dict[str, Any]]
Driver = psycopg.AsyncConnection[Any]


class DatabaseAway(Exception):
    """PostgreSQL cannot be reached, or the connection broke; what was not committed did not happen."""


class TryAgain(Exception):
    """A deadlock, a lock or a statement that took too long: the same transaction may be tried again."""


class AlreadyThere(Exception):
    """A unique key is taken. ``constraint`` names it."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


_AGAIN = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.QueryCanceled,
    psycopg.errors.SerializationFailure,
)


def fault_of(error: BaseException) -> Exception | None:
    """The exception that we raise for a driver's error; None where it is an error of ours."""
    if isinstance(error, psycopg.errors.UniqueViolation):
        return AlreadyThere(error.diag.constraint_name or "")
    if isinstance(error, _AGAIN):
        return TryAgain(str(error))
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | PoolTimeout | OSError):
        return DatabaseAway(str(error))
    return None


class Database:
    """The pool of a process, and what the process keeps of the office's posts; ``url`` holds the password."""

    def __init__(self, url: str, *, pool: int = 10, statement_cache: bool = True) -> None:
        self.url, self.posts = url, KeptPosts()
        self._engine = create_async_engine(
            driver_url(url),
            pool_size=pool,
            max_overflow=0,
            pool_timeout=5,
            connect_args={**PATIENCE, "prepare_threshold": 3 if statement_cache else None},
        )

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A SQLAlchemy connection; nothing that is written through it is kept."""
        pool = self._engine.pool
        try:
            async with self._engine.connect() as connection:
                yield connection
                await connection.commit()
        except (DBAPIError, PoolTimeout, OSError) as error:
            await self._explain(error.orig if isinstance(error, DBAPIError) and error.orig else error, pool)
            raise

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Driver]:
        """The driver's connection in a transaction that ``commit`` ends; otherwise it is rolled back."""
        pool = self._engine.pool
        try:
            async with self._engine.connect() as connection:
                driver = await _driver(connection)
                try:
                    yield driver
                finally:
                    await _leave(connection, driver)
        except (psycopg.Error, DBAPIError, PoolTimeout, OSError) as error:
            await self._explain(error.orig if isinstance(error, DBAPIError) and error.orig else error, pool)
            raise

    @asynccontextmanager
    async def querying(self) -> AsyncIterator[Driver]:
        """The driver's connection for queries, each by itself: no transaction is begun or ended around them.

        That spares two round trips a query; and after a rollback the driver would forget the statements that
        it had prepared, when planning them anew is most of what a query costs.
        """
        async with self.writing() as driver:
            await driver.set_autocommit(True)
            try:
                yield driver
            finally:
                await _end_queries(driver)

    async def _explain(self, error: BaseException, pool: Pool) -> None:
        fault = fault_of(error)
        broke = isinstance(fault, DatabaseAway) and not isinstance(error, PoolTimeout)
        if broke and self._engine.pool is pool:
            # The other connections of the pool broke with this one: the next caller gets a new pool. Only the
            # first to notice drops it, and a pool that is merely busy stays: each one dropped may leave its
            # connections open for a while, and PostgreSQL would run out of them.
            await self._engine.dispose(close=False)
        if fault is not None:
            raise fault from error

    async def close(self) -> None:
        await self._engine.dispose()


async def _driver(connection: AsyncConnection) -> Driver:
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, psycopg.AsyncConnection)
    return driver


async def _leave(connection: AsyncConnection, driver: Driver) -> None:
    """Rolls back what was not committed; a broken connection does not go back to the pool."""
    if driver.closed or driver.broken:
        await connection.invalidate()
    elif driver.info.transaction_status != TransactionStatus.IDLE:
        await driver.rollback()


async def _end_queries(driver: Driver) -> None:
    if driver.closed or driver.broken:
        return
    if driver.info.transaction_status != TransactionStatus.IDLE:
        await driver.rollback()
    await driver.set_autocommit(False)


async def fetch_one(driver: Driver, sql: str, parameters: dict[str, Any]) -> DictRow | None:
    """The first row of a query as a dictionary."""
    async with driver.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(sql.encode(), parameters)
        return await cursor.fetchone()


async def fetch_all(driver: Driver, sql: str, parameters: dict[str, Any]) -> list[DictRow]:
    """All rows of a query as dictionaries."""
    async with driver.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(sql.encode(), parameters)
        return await cursor.fetchall()


async def write(driver: Driver, statements: Sequence[Statement], *, commit: bool) -> None:
    """Sends statements in one go and, if asked, the commit behind them; the first error is raised."""
    async with driver.pipeline():
        for sql, parameters in statements:
            await driver.execute(sql.encode(), parameters)
        if commit:
            await driver.commit()
