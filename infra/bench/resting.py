"""What a look of the clock costs where nothing is due: beside lakhs of open complaints whose limits are far off.

One complaint is registered, and its rows are copied set-based: the look goes by an index over dockets, so their
number counts and not their past. The copies have no chains; whoever verifies the office does it before.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any, Final

import psycopg

from flows.clock_acts import tick
from flows.clock_on_complaints import OVERDUE
from infra.bench.escalation import Desk, load_complaints
from infra.bench.history import columns_of
from storage.database import Database
from storage.identity import OfficeIdentity, read_identity
from storage.standing_jobs import alone_at

TICKS: Final = 5
_SERIAL: Final = 900_000
"""Of the one that is copied; no other measurement's complaint has it."""

_SAME: Final = "select id from docket where registered_at = %s and family = 'complaint'"
_COPIES: Final = """create temporary table copied as
    select gen_random_uuid() as docket, random() * interval '30 days' as later, n from generate_series(1, %s) n"""
# What differs between two of them; a clock that is due later is looked at later.
_NEW: Final = {
    "docket": {"id": "copied.docket", "number": "number || '-' || n", "clock_at": "clock_at + later"},
    "complaint": {"docket": "copied.docket"},
    "clock": {"docket": "copied.docket", "due": "due + later"},
}
_KEY: Final = {"docket": "id", "complaint": "docket", "clock": "docket"}


async def measure_idle_tick(
    owner_url: str, admin_url: str, app_url: str, resting: int, desk: Desk
) -> dict[str, Any]:
    """The shortest and the longest of some ticks of escalate_overdue, all its acts, in milliseconds."""
    database = Database(app_url, pool=2)
    try:
        async with alone_at(app_url, "escalate_overdue") as lock:
            assert lock is not None, "an engine is at it this very moment; measure again"
            now = datetime.now(UTC)
            await load_complaints(database, desk, now, range(_SERIAL, _SERIAL + 1))
            await asyncio.to_thread(copy_complaint, admin_url, now, resting)
            async with database.querying() as driver:
                identity = await read_identity(driver)
            for act in OVERDUE:  # what other measurements left due is done with first
                await tick(database, identity, act)
            took = [await _timed(database, identity) for _ in range(TICKS)]
    finally:
        await database.close()
    return {"resting": await asyncio.to_thread(_resting, owner_url), "ms": min(took), "longest_ms": max(took)}


async def _timed(database: Database, identity: OfficeIdentity) -> float:
    """Milliseconds of one tick; asserts that nothing was due, for else it would have measured something else."""
    began = time.perf_counter()
    tallies = [await tick(database, identity, act) for act in OVERDUE]
    took = 1000 * (time.perf_counter() - began)
    assert not any(any(tally.to_json().values()) for tally in tallies), "something was due"
    return round(took, 2)


def copy_complaint(admin_url: str, registered_at: datetime, count: int) -> None:
    """Copies the complaint of that instant so often, with clocks that are looked at within a month later."""
    with psycopg.connect(admin_url) as connection:
        # Copies of rows whose references hold need no checking, which would take longer than copying.
        connection.execute("set session_replication_role = replica")
        row = connection.execute(_SAME, (registered_at,)).fetchone()
        assert row is not None
        connection.execute(_COPIES.encode(), (count,))
        for table in _NEW:
            connection.execute(_copying(table).encode(), (row[0],))
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum analyze docket, complaint, clock")


def _copying(table: str) -> str:
    columns = columns_of(table)
    values = ", ".join(_NEW[table].get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    source = f"from {table}, copied where {table}.{_KEY[table]} = %s"
    return f"insert into {table} ({names}) select {values} {source}"


def _resting(owner_url: str) -> int:
    """How many open complaints have a time at which the clock looks at them."""
    with psycopg.connect(owner_url) as connection:
        row = connection.execute(
            "select count(*) from docket where clock_at is not null and family = 'complaint'"
        ).fetchone()
    assert row is not None
    return int(row[0])
