"""Makes Prefect's record whole from the office's own rows. It never calls a step.

Flow runs are made first and set to the docket's present state; then movements are read back and struck off, and
those that Prefect lacks are posted as events, live ones before bulk.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg
import structlog

from flows.prefect_link import PrefectAway, PrefectLink
from flows.rules.tables import StateClass
from flows.schedules.prefect_events import events_of
from flows.schedules.prefect_sweep import sweep
from flows.steps import task_run_id
from storage import prefect_debts
from storage.database import Database

PAUSE_S: Final = 0.5
RUNS_A_ROUND: Final = 25
IDS_A_CALL: Final = 200
EVENTS_A_CALL: Final = 300
LIVE_GRACE_S: Final = 6.0
"""A live step's own events are waited for that long before ours are sent."""
POSTED_GRACE_S: Final = 8.0
"""How long posted events are waited for before they are sent again."""
SETTLES_S: Final = 1.5
"""A movement younger than this is not asked for yet: the recorder flushes once a second."""
SWEEP_EVERY_S: Final = 3600.0
BULK_BELOW: Final = 50
"""Bulk is posted only while fewer live movements than this are owed."""

log = structlog.get_logger()

Owed = Mapping[str, Any]


class PrefectRecord:
    """The loop; of all engines the one that holds its lock runs it."""

    def __init__(self, database: Database, direct_url: str, link: PrefectLink) -> None:
        self.database, self.direct_url, self.link = database, direct_url, link
        self._plain: set[UUID] = set()
        self._posted: dict[UUID, float] = {}
        self._swept_at = time.monotonic()
        self._holds = False

    def plain(self, docket: UUID) -> None:
        """Steps of this docket ran plainly: nobody else will tell Prefect of them."""
        self._plain.add(docket)

    async def run(self) -> None:
        """Waits for the lock, then works for ever; ends when the lock's connection breaks."""
        self._holds = False
        async with await psycopg.AsyncConnection.connect(self.direct_url, autocommit=True) as connection:
            while True:
                if not await self._locked(connection):
                    await asyncio.sleep(PAUSE_S)
                    continue
                worked = False
                try:
                    if self.link.up:
                        worked = await self.round()
                except PrefectAway as away:
                    log.warning("Prefect's record put off", why=str(away)[:200])
                await asyncio.sleep(0.05 if worked else PAUSE_S)

    async def _locked(self, connection: psycopg.AsyncConnection[Any]) -> bool:
        """Whether this engine holds the lock; a connection that broke is noticed here."""
        if self._holds:
            await connection.execute("select 1")
            return True
        cursor = await connection.execute("select pg_try_advisory_lock(%s)", (prefect_debts.RECORD_LOCK,))
        row = await cursor.fetchone()
        self._holds = bool(row and row[0])
        return self._holds

    async def round(self) -> bool:
        """One round: runs, then movements, then perhaps the sweep. Answers whether more waits."""
        more = await self._pay_runs()
        more = await self._pay_movements() or more
        if time.monotonic() - self._swept_at > SWEEP_EVERY_S:
            await sweep(self.database, self.link.api)
            self._swept_at = time.monotonic()
        return more

    async def _pay_runs(self) -> bool:
        async with self.database.querying() as driver:
            rows = await prefect_debts.runs_owed(driver, RUNS_A_ROUND)
        for row in rows:
            run = await self._pay_run(row)
            async with self.database.writing() as driver:
                await prefect_debts.run_paid(driver, row["docket"], row["turn"], run)
        return len(rows) == RUNS_A_ROUND

    async def _pay_run(self, row: Owed) -> UUID:
        """Makes the flow run, or sets its state to what the docket is now."""
        state = "COMPLETED" if row["state_class"] == StateClass.CLOSED else "RUNNING"
        known: UUID | None = row["flow_run_id"]
        if known is not None and await self.link.api.set_state(known, state):
            return known
        tags = (row["kind"], row["department"], row["scheme"])
        flow = self.link.flow_ids[row["family"]]
        made = await self.link.api.make_flow_run(flow, row["docket"], row["number"], tags, state)
        # A run that was made before under the same key comes back as it stands, perhaps in another state.
        await self.link.api.set_state(made, state) if known is not None else None
        return made

    async def _pay_movements(self) -> bool:
        async with self.database.querying() as driver:
            owed = await prefect_debts.movements_owed(driver, IDS_A_CALL, bulk=len(self._posted) < BULK_BELOW)
        ripe = [row for row in owed if row["age"] > SETTLES_S or self._nobody_tells(row)]
        if not ripe:
            self._plain &= {row["docket"] for row in owed}
            return False
        missing = await self._strike_off(ripe)
        due = [row for row in ripe if row["movement"] in missing and self._is_due(row)]
        await self._post(due, missing)
        return len(due) > 0 or (len(ripe) == IDS_A_CALL and len(missing) < len(ripe))

    def _nobody_tells(self, row: Owed) -> bool:
        return row["bulk"] or row["docket"] in self._plain

    def _is_due(self, row: Owed) -> bool:
        posted = self._posted.get(row["movement"])
        if posted is not None:
            return time.monotonic() - posted > POSTED_GRACE_S
        return self._nobody_tells(row) or row["first"] or row["age"] > LIVE_GRACE_S

    async def _strike_off(self, rows: Sequence[Owed]) -> dict[UUID, datetime | None]:
        """Strikes off what Prefect has as Completed; answers the rest, with the time of a state that stands."""
        runs = {task_run_id(row["movement"]): row["movement"] for row in rows}
        standing: dict[UUID, datetime | None] = {}
        if await self.link.api.count_completed(list(runs)) < len(runs):
            standing = dict.fromkeys(runs.values())
            for found in await self.link.api.task_runs(list(runs)):
                movement = runs[UUID(found["id"])]
                if found["state_type"] == "COMPLETED":
                    del standing[movement]
                else:
                    standing[movement] = _standing_since(found)
        paid = [movement for movement in runs.values() if movement not in standing]
        if paid:
            async with self.database.writing() as driver:
                await prefect_debts.movements_paid(driver, paid)
            for movement in paid:
                self._posted.pop(movement, None)
        return standing

    async def _post(self, due: Sequence[Owed], standing: Mapping[UUID, datetime | None]) -> None:
        """Posts what is missing. What was posted before in vain: perhaps its flow run is gone from Prefect."""
        again = [row for row in due if row["movement"] in self._posted]
        if again and await self._forget_lost({row["flow_run_id"] for row in again}):
            return
        async with self.database.querying() as driver:
            records = await prefect_debts.records(driver, [row["movement"] for row in due])
        events = [event for record in records for event in events_of(record, standing[record["movement"]])]
        for start in range(0, len(events), EVENTS_A_CALL):
            await self.link.api.post_events(events[start : start + EVENTS_A_CALL])
        now = time.monotonic()
        self._posted |= {row["movement"]: now for row in due}

    async def _forget_lost(self, flow_runs: set[UUID]) -> bool:
        """One event of a run that does not exist loses its whole batch, so lost runs are made again first."""
        wanted = list(flow_runs)[:IDS_A_CALL]
        found = {UUID(run["id"]) for run in await self.link.api.flow_runs(wanted)}
        lost = [run for run in wanted if run not in found]
        if lost:
            async with self.database.writing() as driver:
                await prefect_debts.forget_runs(driver, lost)
            self._posted.clear()
        return bool(lost)


def _standing_since(task_run: Owed) -> datetime | None:
    """When the state that a task run has was entered; the recorder may have written the run and not its state."""
    state = task_run.get("state")
    return datetime.fromisoformat(state["timestamp"]) if state else None
