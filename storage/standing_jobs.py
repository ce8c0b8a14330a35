"""Standing work as the database keeps it: one row a job with its last run, and the lock that one run holds."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import psycopg
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from storage.connecting import PATIENCE
from storage.database import DatabaseAway, Driver, fetch_all, fetch_one, write

# The first half of the two-part advisory lock that whoever runs a job holds on its name.
JOB_LOCK: Final = 0x534A

ANSWERS_WITHIN_S: Final = 5.0
"""How long the connection that holds a lock may take to answer; behind a network that is gone it never does."""

_KNOW: Final = """
insert into standing_job (name, covered) select unnest(%(names)s::text[]), office_now()
on conflict (name) do nothing
"""

# Whoever holds a job's lock in this database is at it; a killed process holds none.
_ALL: Final = f"""
select s.*, office_now() as now, exists (select 1 from pg_locks l
    where l.locktype = 'advisory' and l.classid = {JOB_LOCK} and l.objsubid = 2 and l.granted
        and l.objid = (hashtext(s.name)::bigint & 4294967295)::oid
        and l.database = (select oid from pg_database where datname = current_database())) as running
from standing_job s
"""

# Until it ends well a run counts as a try that failed, so that one which was killed is begun again, and later each
# time: a job that kills its process must not do so without end.
_BEGIN: Final = """
update standing_job set last_started = office_now(), last_by = %(by)s, runs = runs + 1, tries = tries + 1,
    not_before = office_now() + least(make_interval(secs => %(pause)s * 2 ^ least(tries, 10)),
        make_interval(secs => %(longest)s))
where name = %(name)s
"""

_END: Final = """
update standing_job set covered = last_started, last_finished = office_now(), seconds = %(seconds)s,
    outcome = %(outcome)s, holds = %(holds)s, tries = 0, not_before = null
where name = %(name)s
"""

_BREAK: Final = """
update standing_job set last_finished = office_now(), seconds = %(seconds)s, last_error = %(error)s,
    last_error_at = office_now() where name = %(name)s
"""


async def know(driver: Driver, names: Sequence[str]) -> None:
    """These jobs are there; one that is new is first due at its next beginning."""
    await driver.execute(_KNOW.encode(), {"names": list(names)})
    await driver.commit()


async def all_jobs(driver: Driver) -> list[DictRow]:
    """Every job that some process has known, as it stands: ``now`` and ``running`` beside its columns."""
    return await fetch_all(driver, _ALL + "order by name", {})


async def one(driver: Driver, name: str) -> DictRow | None:
    return await fetch_one(driver, _ALL + "where name = %(name)s", {"name": name})


async def begin(driver: Driver, name: str, by: str, *, pause_s: float, longest_s: float) -> None:
    """A run begins. Should it not end well, it may be begun again after a pause that doubles up to the longest."""
    row = {"name": name, "by": by, "pause": pause_s, "longest": longest_s}
    await write(driver, [(_BEGIN, row)], commit=True)


async def end_well(driver: Driver, name: str, seconds: float, outcome: Mapping[str, Any], *, holds: bool) -> None:
    """The run ended; its interval is covered. ``holds``: what it looked at was in order."""
    row = {"name": name, "seconds": seconds, "outcome": Jsonb(dict(outcome)), "holds": holds}
    await write(driver, [(_END, row)], commit=True)


async def end_badly(driver: Driver, name: str, seconds: float, error: str) -> None:
    """The run broke; the job stays due."""
    await write(driver, [(_BREAK, {"name": name, "seconds": seconds, "error": error})], commit=True)


@asynccontextmanager
async def alone_at(direct_url: str, name: str) -> AsyncIterator[psycopg.AsyncConnection[Any] | None]:
    """Holds a job's lock on a connection of its own; None where another holds it. Raises DatabaseAway."""
    connecting = psycopg.AsyncConnection.connect(
        direct_url, autocommit=True, application_name=f"standing work: {name}", **PATIENCE
    )
    try:
        connection = await connecting
    except (psycopg.Error, OSError) as fault:
        raise DatabaseAway(str(fault)) from fault
    async with connection:
        taken = await _ask(connection, "select pg_try_advisory_lock(%s, hashtext(%s))", name)
        try:
            yield connection if taken else None
        finally:
            # The server notices a closed connection a moment later; another need not wait for that.
            if taken:
                with contextlib.suppress(psycopg.Error, TimeoutError):
                    async with asyncio.timeout(ANSWERS_WITHIN_S):
                        await _ask(connection, "select pg_advisory_unlock(%s, hashtext(%s))", name)


async def _ask(connection: psycopg.AsyncConnection[Any], sql: str, name: str) -> Any:
    cursor = await connection.execute(sql.encode(), (JOB_LOCK, name))
    row = await cursor.fetchone()
    return row[0] if row else None


async def holds_still(connection: psycopg.AsyncConnection[Any]) -> bool:
    """Whether the connection that holds a job's lock still stands: one that answers no more does not."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            await connection.execute("select 1")
    except (psycopg.Error, TimeoutError):
        return False
    return True
