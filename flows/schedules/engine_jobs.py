"""The standing jobs of an engine: what is due every minute. Of all engines one does each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flows.clock_acts import BringUp, ClockAct, tick
from flows.clock_on_complaints import OVERDUE
from flows.prefect_link import PrefectLink
from flows.schedules.standing_work import Work
from storage import outbox, prefect_debts
from storage.database import Database
from storage.identity import OfficeIdentity

LATE_S: Final = 600.0
"""With Prefect there, a live movement that is owed to it that long shows that its record is not completed."""

UNSENT_S: Final = 600.0
"""A message that was due that long, and that nobody claimed, shows that its channel is not served."""


def engine_jobs(database: Database, identity: OfficeIdentity, link: PrefectLink) -> Mapping[str, Work]:
    """The jobs by their names in the timetable."""

    async def complete_prefect_record() -> Mapping[str, Any]:
        """The loop itself never rests (``flows.schedules.complete_prefect_record``): what it has left is told."""
        async with database.querying() as driver:
            debt = await prefect_debts.oldest_owed_s(driver)
        late = link.api.configured and (not link.up or debt["oldest_s"] > LATE_S)
        return {"ok": not late, "prefect": link.up, "owed": debt["owed"], "oldest_s": round(debt["oldest_s"])}

    async def send_outbox() -> Mapping[str, Any]:
        """The loop itself never rests (``flows.schedules.send_outbox``): how the outbox stands is told."""
        async with database.querying() as driver:
            found = await outbox.standing(driver)
        return {"ok": found["oldest_s"] <= UNSENT_S, **found, "oldest_s": round(found["oldest_s"])}

    return {
        "complete_prefect_record": complete_prefect_record,
        "send_outbox": send_outbox,
        "bring_up_parked": clock_job(database, identity, BringUp()),
        "escalate_overdue": clock_job(database, identity, *OVERDUE),
    }


def clock_job(database: Database, identity: OfficeIdentity, act: ClockAct, *others: ClockAct) -> Work:
    """An act of the clock as a job, or several in their order; dockets on which one broke show it as not in order.

    Of several acts each one's counts stand under its name.
    """

    async def work() -> Mapping[str, Any]:
        tallies = {one.name: await tick(database, identity, one) for one in (act, *others)}
        whole = not any(tally.broken for tally in tallies.values())
        counts = {name: tally.to_json() for name, tally in tallies.items()}
        return {"ok": whole, **(counts if others else counts[act.name])}

    return work
