"""A docket's flow run is entered for its turn only: nothing of it is left over, also when a step breaks."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.context import FlowRunContext, TaskRunContext
from structlog.contextvars import get_contextvars

from flows import runtime
from flows.prefect_link import FLOWS, PrefectApi, PrefectLink
from flows.runtime import Runtime
from flows.steps import take_step
from tests.factories.engines import NOBODY
from tests.factories.practice_office import PracticeOffice


def no_such_instruction() -> dict[str, Any]:
    """The row of an instruction that is not there, so that its step breaks."""
    names = {"act": "forward", "movement_name": "put_up", "parameters": {}}
    return {**names, "id": uuid4(), "docket": uuid4(), "post": uuid4()}


async def opened() -> PrefectLink:
    link = PrefectLink(PrefectApi(NOBODY, ""))
    link.flow_ids = {family: uuid4() for family in FLOWS}
    await link.open()
    return link


async def test_a_step_that_breaks_leaves_no_context(alone: PracticeOffice) -> None:
    runtime.install(Runtime(alone.database, alone.identity))
    link = await opened()
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever breaks, the contexts are left
        async with link.inside("office_file", uuid4(), "REV/2026/1"):
            await take_step(no_such_instruction())
    assert (FlowRunContext.get(), TaskRunContext.get(), get_contextvars()) == (None, None, {})
    await link.close()


async def test_turns_at_once_see_each_its_own_run(alone: PracticeOffice) -> None:
    link = await opened()
    runs = [uuid4() for _ in range(8)]
    inside, together = [0], asyncio.Event()

    async def turn(run: UUID) -> tuple[UUID | None, UUID | None]:
        async with link.inside("office_file", run, "REV/2026/1"):
            inside[0] += 1
            if inside[0] == len(runs):
                together.set()
            await together.wait()
            seen = FlowRunContext.get()
            first = seen.flow_run.id if seen and seen.flow_run else None
            await asyncio.sleep(0)
            again = FlowRunContext.get()
            return first, again.flow_run.id if again and again.flow_run else None

    assert await asyncio.gather(*(turn(run) for run in runs)) == [(run, run) for run in runs]
    assert FlowRunContext.get() is None
    await link.close()
