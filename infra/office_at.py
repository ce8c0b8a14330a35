"""The office of a database, for an operator's command: opened, changed by an order, read, and closed again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from flows.office import OfficeOrder, carry_out_order
from storage.database import Database
from storage.identity import OfficeIdentity, read_identity
from storage.post_page import post_page


@asynccontextmanager
async def office_at(url: str) -> AsyncIterator[tuple[Database, OfficeIdentity]]:
    """The connections of one command, and whose office it is. Raises NotAnOffice, DatabaseAway."""
    database = Database(url, pool=2)
    try:
        async with database.writing() as driver:
            identity = await read_identity(driver)
        yield database, identity
    finally:
        await database.close()


async def carried_out(url: str, order: OfficeOrder) -> Mapping[str, Any]:
    """Carries an operator's order out and answers its outcome. Raises Refused, NotAnOffice, DatabaseAway."""
    async with office_at(url) as (database, identity):
        return (await carry_out_order(database, identity, None, order)).outcome


async def read_post(url: str, code: str) -> Mapping[str, Any] | None:
    """A post with all that was ever said of it; None: there is none."""
    async with office_at(url) as (database, _), database.querying() as driver:
        return await post_page(driver, code)
