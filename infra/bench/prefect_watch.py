"""How far Prefect's record is behind the office, asked of Prefect's own API.

The office's own list of what it owes is not used: each movement that an instruction gave is looked for in Prefect,
as the Completed task run whose id follows from the movement's, until Prefect says that it has it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

import httpx
import psycopg

from infra.bench.practice_stack import PracticeStack

IDS_A_CALL: Final = 200
# Commits are not seen in the order of their times: each look goes back a little.
LOOK_BACK: Final = timedelta(seconds=20)
LOOK_EVERY_S: Final = 0.5

_NEW: Final = """
select id, at from movement where instruction is not null and at > %s order by at
"""
_NOW: Final = "select clock_timestamp()"
_DOCKETS: Final = """
select count(*) filter (where state_class <> 'closed'), count(*) filter (where state_class = 'closed')
from docket d where exists (select 1 from movement m where m.docket = d.id and m.instruction is not null)
"""


def task_run_of(movement: UUID) -> UUID:
    """The id of a movement's task run, as the design fixes it."""
    return uuid5(movement, "task-run")


class PrefectWatch:
    """Keeps the movements that Prefect is not known to have."""

    def __init__(self, stack: PracticeStack) -> None:
        self._owner = stack.owner
        user, _, password = stack.addresses["prefect_auth"].partition(":")
        self._http = httpx.AsyncClient(base_url=stack.addresses["prefect"], auth=(user, password), timeout=30)
        self._missing: dict[UUID, datetime] = {}
        self._seen: dict[UUID, datetime] = {}
        self._upto: datetime | None = None

    async def lag_s(self) -> float:
        """The age of the oldest committed movement whose task run is not Completed in Prefect; 0 with none."""
        now = await self._look()
        await self._strike_off()
        oldest = min(self._missing.values(), default=None)
        return 0.0 if oldest is None else (now - oldest).total_seconds()

    async def whole(self) -> bool:
        """Has Prefect every movement as a Completed task run, and every docket's run in the docket's state?"""
        try:
            if await self.lag_s() > 0:
                return False
            async with await psycopg.AsyncConnection.connect(self._owner) as connection:
                wanted = await (await connection.execute(_DOCKETS)).fetchone()
            found = await self._count_runs("RUNNING"), await self._count_runs("COMPLETED")
        except (httpx.HTTPError, psycopg.OperationalError):
            return False
        return found == wanted

    async def until_whole(self, within_s: float) -> float | None:
        """Seconds until the record was whole; None where it was not within the time."""
        began = time.monotonic()
        while time.monotonic() - began < within_s:
            if await self.whole():
                return time.monotonic() - began
            await asyncio.sleep(LOOK_EVERY_S)
        return None

    async def healthy(self) -> bool:
        """Does Prefect's server answer?"""
        try:
            return (await self._http.get("/health", timeout=2)).is_success
        except httpx.HTTPError:
            return False

    async def until_healthy(self) -> None:
        """Returns when Prefect's server answers."""
        while not await self.healthy():  # noqa: ASYNC110 - nothing tells when a server is back
            await asyncio.sleep(0.2)

    @property
    def missing(self) -> int:
        return len(self._missing)

    async def close(self) -> None:
        await self._http.aclose()

    async def _look(self) -> datetime:
        """Takes up the movements that are new; answers the database's time."""
        since = self._upto - LOOK_BACK if self._upto else datetime.fromisoformat("2000-01-01T00:00:00+00:00")
        async with await psycopg.AsyncConnection.connect(self._owner) as connection:
            rows = await (await connection.execute(_NEW, (since,))).fetchall()
            row = await (await connection.execute(_NOW)).fetchone()
        assert row is not None
        self._seen = {movement: at for movement, at in self._seen.items() if at > since}
        for movement, at in rows:
            if movement not in self._seen:
                self._seen[movement] = self._missing[movement] = at
        self._upto = max((at for _, at in rows), default=self._upto)
        return row[0]

    async def _strike_off(self) -> None:
        """Strikes off the oldest movements that Prefect has, up to the first that it has not."""
        waiting = sorted(self._missing, key=lambda movement: self._missing[movement])
        for start in range(0, len(waiting), IDS_A_CALL):
            some = waiting[start : start + IDS_A_CALL]
            recorded = await self._recorded_before_a_gap(some)
            for movement in some[:recorded]:
                del self._missing[movement]
            if recorded < len(some):
                return

    async def _recorded_before_a_gap(self, movements: Sequence[UUID]) -> int:
        """How many from the front are recorded, found by halving: counting is cheap for the server."""
        low, high = 0, len(movements)
        while low < high:
            middle = high if low == 0 and high == len(movements) else (low + high + 1) // 2
            if await self._count(movements[low:middle]) == middle - low:
                low = middle
            else:
                high = middle - 1
        return low

    async def _count(self, movements: Sequence[UUID]) -> int:
        ids = [str(task_run_of(movement)) for movement in movements]
        wanted = {"id": {"any_": ids}, "state": {"name": {"any_": ["Completed"]}}}
        return await self._post("/task_runs/count", {"task_runs": wanted})

    async def _count_runs(self, state: str) -> int:
        return await self._post("/flow_runs/count", {"flow_runs": {"state": {"type": {"any_": [state]}}}})

    async def _post(self, path: str, body: Any) -> Any:
        answer = await self._http.post(path, json=body)
        answer.raise_for_status()
        return answer.json()
