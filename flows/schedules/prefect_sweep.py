"""The hourly comparison with Prefect: what someone cancelled or deleted in its pages is put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flows.prefect_link import PrefectApi
from flows.rules.tables import StateClass
from storage import prefect_debts
from storage.database import Database

DOCKETS_A_CALL: Final = 200


async def sweep(database: Database, api: PrefectApi) -> int:
    """Compares dockets that are open, or closed within 60 days; answers how many were not as they should be."""
    after, wrong = UUID(int=0), 0
    while True:
        async with database.querying() as driver:
            rows = await prefect_debts.to_sweep(driver, after, DOCKETS_A_CALL)
        if not rows:
            return wrong
        wrong += await _compare(database, api, rows)
        after = rows[-1]["docket"]


async def _compare(database: Database, api: PrefectApi, rows: Sequence[Mapping[str, Any]]) -> int:
    found = {UUID(run["id"]): run["state_type"] for run in await api.flow_runs([r["flow_run_id"] for r in rows])}
    lost = [row["flow_run_id"] for row in rows if row["flow_run_id"] not in found]
    standing = [row for row in rows if row["flow_run_id"] in found]
    changed = [row["docket"] for row in standing if found[row["flow_run_id"]] != state_of(row)]
    short = await _short(api, standing)
    async with database.writing() as driver:
        if lost:
            await prefect_debts.forget_runs(driver, lost)
        if changed:
            await prefect_debts.owe_states(driver, changed)
        if short:
            await prefect_debts.owe_again(driver, short)
    return len({*lost, *changed, *short})


def state_of(row: Mapping[str, Any]) -> str:
    """The state of a docket's flow run: what the docket is now."""
    return "COMPLETED" if row["state_class"] == StateClass.CLOSED else "RUNNING"


async def _short(api: PrefectApi, rows: Sequence[Mapping[str, Any]]) -> list[UUID]:
    """Dockets of which Prefect lacks task runs; halved until found, so that a whole batch costs one call."""
    if not rows or await api.count_recorded([r["flow_run_id"] for r in rows]) >= sum(r["movements"] for r in rows):
        return []
    if len(rows) == 1:
        return [rows[0]["docket"]]
    middle = len(rows) // 2
    return await _short(api, rows[:middle]) + await _short(api, rows[middle:])
