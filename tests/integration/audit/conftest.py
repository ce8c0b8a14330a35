"""The audited office of these tests, and an intruder with every right over its database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from flows.rules.audit_chain import ChainEnd, Entry, RowChange, build_entry, genesis, parse_entry
from infra.audit.report import Report
from infra.audit.verify_database import Trust, verify_database
from storage.database import fetch_one
from tests.factories.audited_office import AuditedOffice, make_audited_office


class Intruder:
    """A superuser for whom no trigger and no foreign key counts; all that is done here is undone at the end."""

    def __init__(self, connection: psycopg.AsyncConnection[Any], made: AuditedOffice) -> None:
        self.connection, self.made = connection, made

    async def do(self, sql: str, *values: object, **named: object) -> int:
        cursor = await self.connection.execute(sql.encode(), values or named or None)
        return cursor.rowcount

    async def one(self, sql: str, *values: object) -> Any:
        cursor = await self.connection.execute(sql.encode(), values)
        row = await cursor.fetchone()
        return row[0] if row else None

    async def all(self, sql: str, *values: object) -> list[Any]:
        """The first column of every row."""
        cursor = await self.connection.execute(sql.encode(), values)
        return [row[0] for row in await cursor.fetchall()]

    async def verify(self, trust: Trust | None = None) -> Report:
        return await verify_database(self.connection, trust or self.made.trust())

    async def end_of(self, chain: str) -> ChainEnd:
        sql = "select data from audit_entry where chain = %(chain)s order by sequence desc limit 1"
        row = await fetch_one(self.connection, sql, {"chain": chain})
        if row is None:
            return ChainEnd(0, genesis(chain))
        last = parse_entry(row["data"])
        return ChainEnd(last.sequence, last.hash, last.epoch)

    async def append(self, chain: str, what: str, *changes: RowChange, at: Any = None) -> Entry:
        """An entry with right hashes at the end of a chain, and the chain's head behind it."""
        end = await self.end_of(chain)
        entry = build_entry(
            chain=chain,
            epoch=end.epoch,
            sequence=end.length + 1,
            previous=end.head,
            at=at or await self.one("select office_now()"),
            what=what,
            changes=changes,
        )
        await self.put(entry)
        await self.move_head(chain)
        return entry

    async def put(self, entry: Entry) -> None:
        sql = "insert into audit_entry (chain, sequence, hash, data) values (%s, %s, %s, %s)"
        await self.do(sql, entry.chain, entry.sequence, entry.hash, entry.data)

    async def move_head(self, chain: str) -> None:
        """The tables say again that the chain ends where its last entry stands."""
        end = await self.end_of(chain)
        docket = chain.removeprefix("docket:")
        if docket != chain:
            sql = "update docket set chain_length = %s, chain_head = %s where id = %s::uuid"
            await self.do(sql, end.length, end.head, docket)
        else:
            await self.do("update chain set length = %s, head = %s where id = %s", end.length, end.head, chain)


@pytest.fixture(scope="module")
async def made(
    new_database: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[AuditedOffice]:
    """The office, with a checkpoint over the whole of it."""
    folder: Path = tmp_path_factory.mktemp("audited")
    office = await make_audited_office(new_database(), folder)
    await office.checkpoint()
    yield office
    await office.close()


@asynccontextmanager
async def intrusion(made: AuditedOffice) -> AsyncIterator[Intruder]:
    """A transaction of the intruder's, rolled back."""
    database = made.database
    connection = await psycopg.AsyncConnection.connect(database.server.admin_url, dbname=database.name)
    try:
        await connection.execute("set local session_replication_role = replica")
        yield Intruder(connection, made)
    finally:
        await connection.rollback()
        await connection.close()


@pytest.fixture
async def intruder(made: AuditedOffice) -> AsyncIterator[Intruder]:
    async with intrusion(made) as one:
        yield one
