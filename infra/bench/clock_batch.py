"""What an act of the clock costs a docket: parked files of the loaded history whose day has come, brought up."""

from __future__ import annotations

import time
from typing import Any, Final

import psycopg

from flows.clock_acts import BATCH, BringUp, tick
from infra.bench.processes import cpu_seconds
from storage.database import Database
from storage.identity import read_identity
from storage.standing_jobs import alone_at

# By hand, for it is the bench's own office: its chains do not tell of it.
_PARK: Final = """
update docket set state = 'parked', state_class = 'waiting', parked_until = current_date - 1
where id in (select id from docket where family = 'office_file' and state_class in ('in_hand', 'in_transit')
    order by id limit %s)
"""


async def measure_clock_batch(owner_url: str, app_url: str, postgres: int, dockets: int) -> dict[str, Any]:
    """Parks so many files and brings them up, while engines stand aside: what a docket costs, and what 50,000.

    ``postgres`` is the process whose CPU, with that of its children, is counted beside our own.
    """
    async with alone_at(app_url, "bring_up_parked") as lock:
        assert lock is not None, "an engine is at it this very moment; measure again"
        async with await psycopg.AsyncConnection.connect(owner_url) as owner:
            await owner.execute(_PARK.encode(), (dockets,))
        began, own, its = time.perf_counter(), time.process_time(), cpu_seconds(postgres)
        done = await _brought_up(app_url)
        took, own, its = time.perf_counter() - began, time.process_time() - own, cpu_seconds(postgres) - its
    each = 1000 / max(done, 1)
    return {
        "dockets": done,
        "batch": BATCH,
        "ms_a_docket": round(took * each, 3),
        "cpu_ms_a_docket": {"own": round(own * each, 3), "postgres": round(its * each, 3)},
        "s_for_50000": round(took * each * 50, 1),
    }


async def _brought_up(app_url: str) -> int:
    database = Database(app_url, pool=2)
    try:
        async with database.querying() as driver:
            identity = await read_identity(driver)
        return (await tick(database, identity, BringUp())).done
    finally:
        await database.close()
