"""Makes Prefect's record whole from the office's own rows. It never calls a step.

Flow runs are made first and set to the docket's present state; then movements are read back and struck off, and
those that Prefect lacks are posted as events, live ones before bulk.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import psycopg
import structlog

from flows.prefect_link import PrefectAway, PrefectLink, PrefectRefused
from flows.schedules.prefect_events import Standing, events_of, standing_of
from flows.schedules.prefect_sweep import state_of
from flows.steps import task_run_id
from storage import prefect_debts
from storage.connecting import PATIENCE
from storage.database import Database

PAUSE_S: Final = 0.5
RUNS_A_ROUND: Final = 25
IDS_A_CALL: Final = 200
EVENTS_A_CALL: Final = 300
LIVE_GRACE_S: Final = 6.0
"""A live step's own events are waited for that long before ours are sent, also after Prefect came back: its client
sends again what was not confirmed, and a state that is told by both stands there twice."""
POSTED_GRACE_S: Final = 8.0
"""How long posted events are waited for before they are sent again."""
SETTLES_S: Final = 1.5
"""A movement younger than this is not asked for yet: the recorder flushes once a second."""
ADOPT_EVERY_S: Final = 10.0
"""How often loaded dockets that have moved since are looked for."""

log = structlog.get_logger()

Owed = Mapping[str, Any]


class PrefectRecord:
    """The loop; of all engines the one that holds its lock runs it."""

    def __init__(self, database: Database, direct_url: str, link: PrefectLink) -> None:
        self.database, self.direct_url, self.link = database, direct_url, link
        self._untold: set[UUID] = set()
        self._posted: dict[UUID, float] = {}
        self._adopted_at = -ADOPT_EVERY_S
        self.holds = False

    def nobody_tells(self, movements: Iterable[UUID]) -> None:
        """These steps ran plainly, so their record need not be waited for.

        What is not noted here, because Prefect is away or another engine completes the record, is recorded
        all the same, after the grace that a live step's events have.
        """
        if self.holds and self.link.up:
            self._untold.update(movements)

    async def run(self) -> None:
        """Waits for the lock, then works for ever; ends when the lock's connection breaks."""
        self.holds = False
        self._posted.clear()
        self._untold.clear()
        connecting = psycopg.AsyncConnection.connect(self.direct_url, autocommit=True, **PATIENCE)
        async with await connecting as connection:
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
        if self.holds:
            await connection.execute("select 1")
            return True
        cursor = await connection.execute("select pg_try_advisory_lock(%s)", (prefect_debts.RECORD_LOCK,))
        row = await cursor.fetchone()
        self.holds = bool(row and row[0])
        return self.holds

    async def round(self) -> bool:
        """One round: runs, then movements. Answers whether more waits."""
        if time.monotonic() - self._adopted_at > ADOPT_EVERY_S:
            async with self.database.writing() as driver:
                await prefect_debts.adopt_history(driver)
            self._adopted_at = time.monotonic()
        more = await self.pay_runs()
        return await self._pay_movements() or more

    async def pay_runs(self) -> bool:
        """Makes the flow runs that are owed and sets their states. Answers whether more waits."""
        async with self.database.querying() as driver:
            rows = await prefect_debts.runs_owed(driver, RUNS_A_ROUND)
        for row in rows:
            try:
                run = await self._pay_run(row)
            except PrefectRefused as refused:
                # Something is wrong with this one: the others must not wait for it.
                log.error("Prefect refuses a flow run", number=row["number"], why=str(refused)[:200])
                async with self.database.writing() as driver:
                    await prefect_debts.run_put_behind(driver, row["docket"])
                continue
            async with self.database.writing() as driver:
                if run is not None:
                    await prefect_debts.run_paid(driver, row["docket"], row["turn"], run)
                else:
                    await prefect_debts.forget_runs(driver, [row["flow_run_id"]])
        return len(rows) == RUNS_A_ROUND

    async def _pay_run(self, row: Owed) -> UUID | None:
        """Makes the flow run, or sets its state to what the docket is now; None where Prefect lost it."""
        state = state_of(row)
        known: UUID | None = row["flow_run_id"]
        if known is not None:
            return known if await self.link.api.set_state(known, state) else None
        tags = (row["kind"], row["department"], row["scheme"])
        flow = self.link.flow_ids[row["family"]]
        made, standing = await self.link.api.make_flow_run(flow, row["docket"], row["number"], tags, state)
        if standing != state:
            # Made before, and the answer was lost: it comes back as it stands.
            await self.link.api.set_state(made, state)
        return made

    async def _pay_movements(self) -> bool:
        async with self.database.querying() as driver:
            owed = await prefect_debts.movements_owed(driver, IDS_A_CALL)
        ripe = [row for row in owed if row["age"] > SETTLES_S or self._nobody_tells(row)]
        if not ripe:
            return False
        missing = await self._strike_off(ripe)
        due = [row for row in ripe if row["movement"] in missing and self._is_due(row)]
        if due:
            await self._post(due, missing)
        return len(due) > 0 or (len(ripe) == IDS_A_CALL and len(missing) < len(ripe))

    def _nobody_tells(self, row: Owed) -> bool:
        return row["first"] or row["bulk"] or row["movement"] in self._untold

    def _is_due(self, row: Owed) -> bool:
        posted = self._posted.get(row["movement"])
        if posted is not None:
            return time.monotonic() - posted > POSTED_GRACE_S
        return self._nobody_tells(row) or min(row["age"], self._up_for()) > LIVE_GRACE_S

    def _up_for(self) -> float:
        return time.monotonic() - self.link.up_since

    async def _strike_off(self, rows: Sequence[Owed]) -> dict[UUID, Standing | None]:
        """Strikes off what Prefect has as Completed; answers the rest, with the state that stands there."""
        runs = {task_run_id(row["movement"]): row["movement"] for row in rows}
        standing: dict[UUID, Standing | None] = {}
        if await self.link.api.count_completed(list(runs)) < len(runs):
            standing = dict.fromkeys(runs.values())
            for found in await self.link.api.task_runs(list(runs)):
                movement = runs[UUID(found["id"])]
                if found["state_type"] == "COMPLETED":
                    del standing[movement]
                else:
                    standing[movement] = standing_of(found)
        paid = [movement for movement in runs.values() if movement not in standing]
        if paid:
            async with self.database.writing() as driver:
                await prefect_debts.movements_paid(driver, paid)
            self._untold.difference_update(paid)
            for movement in paid:
                self._posted.pop(movement, None)
        return standing

    async def _post(self, due: Sequence[Owed], standing: Mapping[UUID, Standing | None]) -> None:
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
