"""Standing jobs as Prefect's deployments: one flow a job, called by Prefect's schedule, run in this process.

Prefect's own runner starts a new Python process for each run, with seconds of imports. Here the process asks for
the runs that are due, as that runner does, and Prefect's flow engine runs each in it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from prefect import Flow, State, flow
from prefect.client.schemas import FlowRun
from prefect.flow_engine import run_flow_async
from prefect.states import Completed

from flows.loops import cancel
from flows.prefect_link import PrefectApi, PrefectAway
from flows.rules.timetable import ZONE, Standing
from flows.schedules.standing_work import Outcome, StandingWork

DEPLOYMENT: Final = "standing"
POLL_S: Final = 5.0
RUNS_A_CALL: Final = 20
DEAD_AFTER: Final = timedelta(minutes=1)
"""A run that Prefect still shows so long after its job's limit belongs to a process that was killed."""

log = structlog.get_logger()


class JobBroke(Exception):
    """The job broke. Prefect keeps what it is told, so it is told no more."""


class Deployments:
    """The process's jobs in Prefect."""

    def __init__(self, api: PrefectApi, work: StandingWork, poll_s: float = POLL_S) -> None:
        self.api, self.work, self.poll_s = api, work, poll_s
        self.flows = {name: _flow(work, name) for name in work.jobs}
        self._jobs: dict[UUID, str] = {}
        self._under_way: dict[UUID, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Registers the deployments, then takes what is due; both again each time that Prefect comes back."""
        try:
            while True:
                try:
                    await self._serve()
                except PrefectAway as away:
                    log.warning("Prefect calls no standing job; the ticker does", why=str(away)[:200])
                await asyncio.sleep(self.poll_s)
        finally:
            await cancel(list(self._under_way.values()))

    async def _serve(self) -> None:
        self._jobs = {await self._register(job): name for name, job in self.work.standing.items()}
        await self._bury()
        log.info("Prefect calls the standing jobs", jobs=sorted(self._jobs.values()))
        while True:
            await self._take_due()
            await asyncio.sleep(self.poll_s)

    async def _register(self, job: Standing) -> UUID:
        """Makes a job's deployment or brings it up to date; answers its id."""
        body = {
            "name": DEPLOYMENT,
            "flow_id": str(await self.api.flow_id(job.name)),
            "description": job.label[0],
            "schedules": [{"schedule": {"cron": job.when.cron, "timezone": ZONE}, "active": True}],
            "concurrency_limit": 1,
            "concurrency_options": {"collision_strategy": "CANCEL_NEW"},
        }
        return UUID((await self.api.call("POST", "/deployments/", body))["id"])

    async def _take_due(self) -> None:
        body = {
            "deployment_ids": [str(deployment) for deployment in self._jobs],
            "scheduled_before": datetime.now(UTC).isoformat(),
            "limit": RUNS_A_CALL,
        }
        for run in await self.api.call("POST", "/deployments/get_scheduled_flow_runs", body):
            if UUID(run["id"]) not in self._under_way:
                await self._take(run)

    async def _take(self, run: Mapping[str, Any]) -> None:
        """Of several processes one gets the run; its job may be covered already all the same."""
        body = {"state": {"type": "PENDING"}}
        answer = await self.api.call("POST", f"/flow_runs/{run['id']}/set_state", body)
        if answer["status"] != "ACCEPT" or answer["state"]["type"] != "PENDING":
            return
        taken = FlowRun.model_validate({**run, "state": answer["state"]})
        self._under_way[taken.id] = asyncio.create_task(self._run(taken))

    async def _run(self, run: FlowRun) -> None:
        assert run.deployment_id is not None
        name = self._jobs[run.deployment_id]
        try:
            await run_flow_async(self.flows[name], flow_run=run, return_type="state")
        except Exception as fault:
            # Prefect broke, not the job: what the job did was kept, and if it did nothing it is due still.
            log.warning("Prefect's run of a standing job broke", job=name, why=repr(fault)[:200])
        finally:
            del self._under_way[run.id]

    async def _bury(self) -> None:
        """Runs that killed processes left behind are told as crashed."""
        for deployment, name in self._jobs.items():
            before = datetime.now(UTC) - self.work.standing[name].limit - DEAD_AFTER
            body = {
                "deployments": {"id": {"any_": [str(deployment)]}},
                "flow_runs": {
                    "state": {"type": {"any_": ["PENDING", "RUNNING"]}},
                    "expected_start_time": {"before_": before.isoformat()},
                },
            }
            for run in await self.api.call("POST", "/flow_runs/filter", body):
                await self.api.set_state(UUID(run["id"]), "CRASHED")


def _flow(work: StandingWork, name: str) -> Flow[[], Any]:
    @flow(name=name, persist_result=False, log_prints=False)
    async def standing() -> State[Any]:
        try:
            outcome = await work.run(name, "prefect")
        except Exception as fault:
            raise JobBroke("patravali schedules status says why") from fault
        if outcome is None:
            return Completed(name="NotDue", message="its interval is covered, or another process is at it")
        return Completed(message=json.dumps(_figures(outcome)))

    return standing


def _figures(outcome: Outcome) -> dict[str, int | float]:
    """What Prefect is told of an outcome: figures, never a text."""
    return {name: value for name, value in outcome.items() if isinstance(value, int | float)}
