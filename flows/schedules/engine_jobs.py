"""The standing jobs of an engine: what is due every minute. Of all engines one does each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flows.clock_acts import BringUp, ClockAct, tick
from flows.prefect_link import PrefectLink
from flows.schedules.standing_work import Work
from storage import prefect_debts
from storage.database import Database
from storage.identity import OfficeIdentity

LATE_S: Final = 600.0
"""With Prefect there, a live movement that is owed to it that long shows that its record is not completed."""


def engine_jobs(database: Database, identity: OfficeIdentity, link: PrefectLink) -> Mapping[str, Work]:
    """The jobs by their names in the timetable."""

    async def complete_prefect_record() -> Mapping[str, Any]:
        """The loop itself never rests (``flows.schedules.complete_prefect_record``): what it has left is told."""
        async with database.querying() as driver:
            debt = await prefect_debts.oldest_owed_s(driver)
        late = link.api.configured and (not link.up or debt["oldest_s"] > LATE_S)
        return {"ok": not late, "prefect": link.up, "owed": debt["owed"], "oldest_s": round(debt["oldest_s"])}

    return {
        "complete_prefect_record": complete_prefect_record,
        "bring_up_parked": clock_job(database, identity, BringUp()),
    }


def clock_job(database: Database, identity: OfficeIdentity, act: ClockAct) -> Work:
    """An act of the clock as a job; dockets on which it broke show the job as not in order."""

    async def work() -> Mapping[str, Any]:
        tally = await tick(database, identity, act)
        return {"ok": not tally.broken, **tally.to_json()}

    return work
