"""The engine's link to Prefect: is it there, the contexts a task run needs, and the raw calls of its API.

Prefect's client makes flow runs without an idempotency key and does more per call than is wanted here, so the
few calls that the record needs are made by hand, one at a time (on SQLite two at once take longer than both).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import httpx
import structlog
from prefect import Flow
from prefect.client.schemas import FlowRun
from prefect.context import AsyncClientContext, FlowRunContext, SyncClientContext
from prefect.filesystems import LocalFileSystem, NullFileSystem
from prefect.results import ResultStore
from prefect.settings import PREFECT_LOCAL_STORAGE_PATH
from prefect.states import Running

from flows.complaint import complaint
from flows.office_file import office_file
from flows.receipt import receipt

FLOWS: Final[Mapping[str, Flow[..., Any]]] = {
    "office_file": office_file,
    "receipt": receipt,
    "complaint": complaint,
}

HEALTH_EVERY_S: Final = 1.0
HEALTH_WITHIN_S: Final = 2.0

log = structlog.get_logger()


class PrefectAway(Exception):
    """Prefect did not answer, or answered with a fault of its own."""


class PrefectRefused(PrefectAway):
    """Prefect answers, and does not take what was sent: sending it again will not help."""


class PrefectApi:
    """The raw calls. Each raises PrefectAway where Prefect cannot be reached."""

    def __init__(self, url: str, auth: str) -> None:
        self.configured = bool(url)
        user, _, password = auth.partition(":")
        self._client = httpx.AsyncClient(
            base_url=url,
            auth=(user, password) if auth else None,
            timeout=httpx.Timeout(30, connect=HEALTH_WITHIN_S),
            limits=httpx.Limits(max_connections=4),
        )
        self._one_at_a_time = asyncio.Lock()

    async def call(self, method: str, path: str, body: Any = None, *, missing_ok: bool = False) -> Any:
        """One call; None for 404 where that is allowed."""
        try:
            answer = await self._client.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise PrefectAway(f"{method} {path}: {error!r}") from error
        if missing_ok and answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.is_error:
            fault = PrefectRefused if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY else PrefectAway
            raise fault(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None

    async def healthy(self) -> bool:
        try:
            answer = await self._client.get("/health", timeout=HEALTH_WITHIN_S)
        except httpx.HTTPError:
            return False
        return answer.is_success

    async def flow_id(self, name: str) -> UUID:
        return UUID((await self.call("POST", "/flows/", {"name": name}))["id"])

    async def make_flow_run(
        self, flow: UUID, docket: UUID, number: str, tags: Iterable[str], state: str
    ) -> tuple[UUID, str]:
        """Makes a docket's flow run, or finds the one made before under the docket's id; its id and its state."""
        body = {
            "flow_id": str(flow),
            "name": number,
            "tags": list(tags),
            "parameters": {"docket_id": str(docket)},
            "idempotency_key": str(docket),
            "state": {"type": state},
        }
        async with self._one_at_a_time:
            made = await self.call("POST", "/flow_runs/", body)
        return UUID(made["id"]), str(made["state_type"])

    async def set_state(self, flow_run: UUID, state: str) -> bool:
        """Sets a flow run's state, whatever it is; False where the run is gone."""
        body = {"state": {"type": state}, "force": True}
        async with self._one_at_a_time:
            path = f"/flow_runs/{flow_run}/set_state"
            return await self.call("POST", path, body, missing_ok=True) is not None

    async def post_events(self, events: Sequence[Mapping[str, Any]]) -> None:
        await self.call("POST", "/events", list(events))

    async def count_completed(self, task_runs: Sequence[UUID]) -> int:
        """How many of these task runs are Completed."""
        return await self.call("POST", "/task_runs/count", {"task_runs": _completed(task_runs)})

    async def task_runs(self, ids: Sequence[UUID]) -> list[Mapping[str, Any]]:
        """These task runs as they stand; those that Prefect lacks are missing."""
        body = {"task_runs": {"id": {"any_": [str(i) for i in ids]}}, "limit": 200}
        return await self.call("POST", "/task_runs/filter", body)

    async def flow_runs(self, ids: Sequence[UUID]) -> list[Mapping[str, Any]]:
        """These flow runs as they stand; those that Prefect lacks are missing."""
        body = {"flow_runs": {"id": {"any_": [str(i) for i in ids]}}, "limit": 200}
        return await self.call("POST", "/flow_runs/filter", body)

    async def count_recorded(self, flow_runs: Sequence[UUID]) -> int:
        """How many Completed task runs these flow runs have; a refused step is not counted."""
        body = {
            "flow_runs": {"id": {"any_": [str(i) for i in flow_runs]}},
            "task_runs": {"state": {"name": {"any_": ["Completed"]}}},
        }
        return await self.call("POST", "/task_runs/count", body)

    async def close(self) -> None:
        await self._client.aclose()


def _completed(ids: Sequence[UUID]) -> dict[str, Any]:
    return {"id": {"any_": [str(i) for i in ids]}, "state": {"type": {"any_": ["COMPLETED"]}}}


class PrefectLink:
    """What an engine keeps of Prefect for its life: the API, whether it answers, flows' ids, the contexts."""

    def __init__(self, api: PrefectApi) -> None:
        self.api = api
        self.up = False
        self.up_since = time.monotonic()
        self.flow_ids: dict[str, UUID] = {}
        self._contexts: list[Any] = []
        self._client: Any = None
        # No result is kept. Were the store left to Prefect, it would ask the server where to keep them, and wait.
        here = LocalFileSystem(basepath=str(PREFECT_LOCAL_STORAGE_PATH.value()))
        self._results = ResultStore(result_storage=here, metadata_storage=NullFileSystem())

    async def open(self) -> None:
        """Opens the contexts; Prefect may be away. They are kept here, for a collected one closes its client."""
        sync = SyncClientContext.get_or_create()
        sync.__enter__()
        manager = AsyncClientContext.get_or_create()
        context = await manager.__aenter__()
        self._contexts = [sync, manager]
        self._client = context.client

    async def close(self) -> None:
        """Ends the contexts, in the task that opened them."""
        if self._contexts:
            sync, manager = self._contexts
            await manager.__aexit__(None, None, None)
            sync.__exit__(None, None, None)
        await self.api.close()

    async def watch(self) -> None:
        """Asks every second whether Prefect answers; never ends."""
        while True:
            await self.ask()
            await asyncio.sleep(HEALTH_EVERY_S)

    async def ask(self) -> bool:
        """Asks whether Prefect answers; ``up`` holds what it was."""
        was, answers = self.up, await self.api.healthy()
        self.up = answers and (was or await self._learn_flows())
        if self.up and not was:
            self.up_since = time.monotonic()
        return self.up

    async def _learn_flows(self) -> bool:
        """The flows' ids; asked again each time that Prefect comes back, for it may have been emptied."""
        try:
            self.flow_ids = {family: await self.api.flow_id(flow.name) for family, flow in FLOWS.items()}
        except PrefectAway as away:
            log.warning("Prefect answers, but not us", why=str(away))
            return False
        log.info("Prefect is there")
        return True

    @asynccontextmanager
    async def inside(self, family: str, flow_run_id: UUID, number: str) -> AsyncIterator[None]:
        """Enters a docket's own flow run: tasks called inside are its task runs."""
        flow = FLOWS[family]
        run = FlowRun(id=flow_run_id, flow_id=self.flow_ids[family], name=number, state=Running(), run_count=1)
        with FlowRunContext(
            flow=flow,
            flow_run=run,
            parameters={},
            client=self._client,
            task_runner=flow.task_runner,
            result_store=self._results,
            persist_result=False,
        ):
            yield
