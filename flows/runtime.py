"""What a process that carries steps out has at hand: its database and the office that it serves.

A step's task has only an instruction's id as its parameter, so that nothing of a docket ever reaches Prefect;
what else it needs it finds here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from storage.database import Database, DatabaseAway
from storage.identity import NotAnOffice, OfficeIdentity, read_identity

OFFICE_WITHIN_S: Final = 60

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Runtime:
    """The process's database and office."""

    database: Database
    identity: OfficeIdentity


_current: list[Runtime] = []


def install(runtime: Runtime) -> None:
    """Makes this the process's runtime; the engine does it once, tests may do it again."""
    _current[:] = [runtime]


def current() -> Runtime:
    """The process's runtime."""
    assert _current, "no runtime was installed in this process"
    return _current[0]


async def office_of(database: Database) -> OfficeIdentity:
    """The office that is served; it may be made, and the database may come, while a process starts."""
    last: Exception = NotAnOffice()
    for _ in range(OFFICE_WITHIN_S):
        try:
            async with database.writing() as driver:
                return await read_identity(driver)
        except (NotAnOffice, DatabaseAway) as missing:
            last = missing
            log.warning("waiting for PostgreSQL and the office in it", why=str(missing))
            await asyncio.sleep(1)
    raise last
