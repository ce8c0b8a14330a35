"""Reads what the judge looks at: the office's rows as they stand, and Prefect's runs from Prefect's own API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import httpx
import psycopg

from infra.bench.practice_stack import PracticeStack
from infra.chaos.judge import DocketRow, Evidence, FlowRun, InstructionRow, MovementRow

PAGE: Final = 200
_INSTRUCTIONS: Final = "select id, key, state from instruction"
_MOVEMENTS: Final = "select id, docket, sequence, instruction from movement"
_ENTRIES: Final = "select chain, data from audit_entry where chain like 'docket:%' order by chain, sequence"
_DOCKETS: Final = """
select id, number, state_class = 'closed', movements, chain_length, chain_head, flow_run_id from docket
"""


def read_evidence(stack: PracticeStack) -> Evidence:
    """The office's rows."""
    with psycopg.connect(stack.owner) as connection:
        entries: dict[str, list[bytes]] = defaultdict(list)
        for chain, data in connection.execute(_ENTRIES):
            entries[chain].append(data)
        return Evidence(
            [InstructionRow(*row) for row in connection.execute(_INSTRUCTIONS)],
            [MovementRow(*row) for row in connection.execute(_MOVEMENTS)],
            [_docket(row, entries) for row in connection.execute(_DOCKETS)],
        )


def _docket(row: Sequence[Any], entries: Mapping[str, Sequence[bytes]]) -> DocketRow:
    docket, number, closed, movements, length, head, run = row
    return DocketRow(docket, number, closed, movements, length, head, run, entries[f"docket:{docket}"])


def read_runs(stack: PracticeStack, ids: Sequence[UUID]) -> dict[UUID, FlowRun]:
    """These flow runs as Prefect shows them; those that it lacks are missing."""
    user, _, password = stack.addresses["prefect_auth"].partition(":")
    found: dict[UUID, FlowRun] = {}
    with httpx.Client(base_url=stack.addresses["prefect"], auth=(user, password), timeout=30) as http:
        for start in range(0, len(ids), PAGE):
            some = {"flow_runs": {"id": {"any_": [str(one) for one in ids[start : start + PAGE]]}}}
            completed = _completed(http, some)
            for run in _post(http, "/flow_runs/filter", {**some, "limit": PAGE}):
                key = UUID(run["id"])
                found[key] = FlowRun(run["name"], run["state_type"], completed[key])
    return found


def _completed(http: httpx.Client, some: dict[str, Any]) -> dict[UUID, list[UUID]]:
    """The task runs of these flow runs whose state is called Completed; a refused step's is called Refused."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    state = {"task_runs": {"state": {"name": {"any_": ["Completed"]}}}}
    for offset in range(0, 1_000_000, PAGE):
        page = {**some, **state, "limit": PAGE, "offset": offset, "sort": "ID_DESC"}
        tasks = _post(http, "/task_runs/filter", page)
        for task in tasks:
            found[UUID(task["flow_run_id"])].append(UUID(task["id"]))
        if len(tasks) < PAGE:
            break
    return found


def _post(http: httpx.Client, path: str, body: Any) -> Any:
    answer = http.post(path, json=body)
    answer.raise_for_status()
    return answer.json()
