"""What a real Prefect server shows of a docket, read from its API; and servers that a test may kill."""

from __future__ import annotations

import base64
import json
import signal
import subprocess
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from flows.births import movement_id
from flows.prefect_link import PrefectApi, PrefectLink
from flows.schedules.complete_prefect_record import PrefectRecord
from flows.steps import task_run_id
from infra.local_stack.part import end, launch
from infra.local_stack.prefect_server import PrefectServer
from tests.factories.lives import Life
from tests.factories.practice_office import PracticeOffice
from tests.factories.prefect_processes import PrefectProcess
from tests.factories.waiting import until

WHOLE_WITHIN = 60.0


@dataclass
class Prefect:
    """A Prefect server as a test sees it: through its API, and as a process that can be killed."""

    server: PrefectServer | PrefectProcess
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    async def start(self) -> None:
        self.process = launch(self.server.part(), self.log)
        await until(self.server.ready, "the Prefect server answers", limit=120)

    def kill(self) -> None:
        """As a crash: what it had not written yet is lost."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        if self.process is not None:
            end(self.process, signal.SIGTERM, 5.0)
            self.process = None

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the API."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.server.url}{path}", data, method=method)
        request.add_header("Content-Type", "application/json")
        request.add_header("Authorization", f"Basic {base64.b64encode(self.server.auth_string.encode()).decode()}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def flow_runs(self, life: Life) -> list[dict[str, Any]]:
        """The flow runs named by a docket's number: one. Other offices of the tests number alike."""
        named = self.ask("POST", "/flow_runs/filter", {"flow_runs": {"name": {"any_": [life.number]}}})
        return [run for run in named if run["parameters"] == {"docket_id": str(life.docket)}]

    def flow_run(self, life: Life) -> dict[str, Any]:
        (run,) = self.flow_runs(life)
        return run

    def task_runs(self, life: Life) -> list[dict[str, Any]]:
        """The task runs of a docket's flow run, in the order of their movements."""
        body = {"flow_runs": {"id": {"any_": [run["id"] for run in self.flow_runs(life)]}}, "limit": 200}
        return sorted(self.ask("POST", "/task_runs/filter", body), key=lambda run: run["end_time"] or "")

    def states(self, task_run: str) -> list[str]:
        """The names of the states that a task run has been in, in their order."""
        found = self.ask("GET", f"/task_run_states/?task_run_id={task_run}")
        return [state["name"] for state in sorted(found, key=lambda state: state["timestamp"])]


async def whole(life: Life, limit: float = WHOLE_WITHIN) -> None:
    """Returns when nothing is owed to Prefect of this docket."""

    async def nothing_owed() -> bool:
        return await _owed(life) == 0

    await until(nothing_owed, f"Prefect's record of {life.number} is whole", limit=limit, every=0.1)


@asynccontextmanager
async def recording(office: PracticeOffice, prefect: Prefect) -> AsyncIterator[PrefectRecord]:
    """What completes the record, with nothing else of an engine."""
    link = PrefectLink(PrefectApi(prefect.server.url, prefect.server.auth_string))
    assert await link.ask()
    try:
        yield PrefectRecord(office.database, "", link)
    finally:
        await link.api.close()


async def complete(office: PracticeOffice, prefect: Prefect, *lives: Life) -> None:
    """Completes the record of these dockets by rounds, as an engine does."""
    async with recording(office, prefect) as record:

        async def nothing_owed() -> bool:
            await record.round()
            return all([await _owed(life) == 0 for life in lives])

        await until(nothing_owed, "the record is whole", limit=WHOLE_WITHIN, every=0.2)


async def _owed(life: Life) -> int:
    return await life.count("prefect_owed") + await life.count("prefect_run_owed")


async def movements(life: Life) -> list[tuple[UUID, str, datetime]]:
    """The movements of a docket as the office has them: id, name, time."""
    sql = "select id, name, at from movement where docket = %(id)s order by sequence"
    return [tuple(row) for row in await life.office.rows(sql, id=life.docket)]


async def the_same(
    prefect: Prefect,
    life: Life,
    *,
    within_s: float = 0.0,
    resent: bool = False,
    several: bool = False,
    refused: bool = False,
) -> list[dict[str, Any]]:
    """Asserts that the record of a docket is that of the office; answers its runs as it moved.

    A live step's run ends when its engine says so, which may be after the next movement that another engine made.
    ``within_s``: by how much a live step's times may differ from the movement's; those of a record completed
    later are the movement's own. ``resent``: Prefect's client may have sent a live step's events once more after
    a server came back, so that a state stands there twice. ``several``: servers record side by side, and the one
    that has Completed may be quicker than the one that has Running, which is passed over then. ``refused``: of
    two wishes at once the later one may have got as far as a step of its own, which moved nothing.
    """
    passed_over = {"Refused"} if refused else set[str]()
    found = [run for run in prefect.task_runs(life) if run["state_name"] not in passed_over]
    moved = await movements(life)
    ids = [str(task_run_id(movement)) for movement, _, _ in moved]
    assert sorted(run["id"] for run in found) == sorted(ids), (found, moved)
    runs = sorted(found, key=lambda run: ids.index(run["id"]))
    assert [run["name"] for run in runs] == [name for _, name, _ in moved]
    assert {run["state_name"] for run in runs} == {"Completed"}
    assert {run["flow_run_id"] for run in runs} == {prefect.flow_run(life)["id"]}
    for run, (_, _, at) in zip(runs, moved, strict=True):
        assert abs((datetime.fromisoformat(run["end_time"]) - at).total_seconds()) <= within_s
        states = prefect.states(run["id"])
        whole_ways = [["Running", "Completed"], ["Completed"]][: 2 if several else 1]
        assert (list(dict.fromkeys(states)) if resent else states) in whole_ways, states
    return runs


def run_of(life: Life, instruction: UUID) -> str:
    """The id of the task run of an instruction on this docket."""
    return str(task_run_id(movement_id(instruction, life.docket)))
