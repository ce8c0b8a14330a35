"""The Prefect tasks, one per act. Each carries one instruction out; its only parameter is the instruction's id."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final
from uuid import UUID, uuid5

from prefect import State, Task, task
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext
from prefect.states import Completed
from prefect.task_engine import run_task_async

from flows.births import movement_id
from flows.carry_out import Outcome, carry_out
from flows.rules.acts import every_act
from flows.runtime import current

# The instruction's row, as the turn has read it: the step need not read it again, and the movement's name in it is
# the task run's, for which Prefect asks without parameters.
_given: ContextVar[Mapping[str, Any]] = ContextVar("instruction_given")


class StepFault(Exception):
    """A step broke. Prefect keeps what it is told, so it is told the kind only: a text may name people."""


def _run_name() -> str:
    return _given.get()["movement_name"]


def _step(act: str) -> Task[[str], Any]:
    @task(
        name=act,
        task_run_name=_run_name,
        retries=0,
        persist_result=False,
        cache_policy=NO_CACHE,
        log_prints=False,
        description=f"The act “{act}” of an instruction: one transaction in the office's database.",
    )
    async def step(instruction_id: str) -> State[Any] | None:
        outcome = await _carry_out(UUID(instruction_id))
        if "refusal" in outcome:
            return Completed(name="Refused", message=str(outcome["refusal"]["code"]))
        return None

    return step


async def _carry_out(instruction: UUID) -> Outcome:
    runtime = current()
    try:
        return await carry_out(runtime.database, runtime.identity, instruction, _given.get(None))
    except Exception as fault:
        raise StepFault(type(fault).__name__) from fault


STEPS: Final[Mapping[str, Task[[str], Any]]] = {act: _step(act) for act in every_act()}


async def take_step(row: Mapping[str, Any], *, plainly: bool = False) -> bool:
    """Carries an instruction out: as a task of the flow run in whose context this is called, or plainly.

    Answers whether it was a task. The task run's id follows from the movement's, so that a record completed
    later is the same record.
    """
    step, instruction = STEPS[row["act"]], str(row["id"])
    token = _given.set(row)
    try:
        if plainly or FlowRunContext.get() is None:
            await step.fn(instruction)
            return False
        parameters = {"instruction_id": instruction}
        run_id = task_run_id(movement_id(row["id"], row["docket"]))
        # A run that is handed over is not told as Pending: what waits is the office's to know, and each state told
        # costs Prefect's server a third of what it does for a movement.
        run = await step.create_local_run(id=run_id, parameters=parameters)
        await run_task_async(step, task_run=run, parameters=parameters)
        return True
    except StepFault as told:
        raise (told.__cause__ or told) from None
    finally:
        _given.reset(token)


def task_run_id(movement: UUID) -> UUID:
    """The id of a movement's task run."""
    return uuid5(movement, "task-run")
