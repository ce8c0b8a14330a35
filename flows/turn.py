"""A docket's turn: its waiting instructions, in the order in which they were accepted, each as a step.

This is the body of every family's flow. What cannot be carried out ends as *failed* with an incident number, so
that the docket is never stuck behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import structlog

from flows.rules.errors import Refusal
from flows.runtime import current
from flows.steps import take_step
from storage import instruction_queue
from storage.database import DatabaseAway, TryAgain, write

FAULTS_ALLOWED: Final = 5
DEATHS_ALLOWED: Final = 3
PAUSE_S: Final = 0.2
"""The pause after a first fault, seconds; it doubles with each."""

log = structlog.get_logger()


async def take_turn(docket: UUID) -> int:
    """Carries out what waits of a docket; answers how many steps were taken.

    A fault ends the turn; what stands behind it, and what is accepted meanwhile, waits for the next, which
    the engine takes at once. Raises DatabaseAway.
    """
    taken = 0
    for row in await _waiting(docket):
        if not await _step(docket, row):
            break
        taken += 1
    return taken


async def _waiting(docket: UUID) -> list[Mapping[str, Any]]:
    async with current().database.querying() as driver:
        return list(await instruction_queue.waiting_of(driver, docket))


async def _step(docket: UUID, row: Mapping[str, Any]) -> bool:
    if row["deaths"] >= DEATHS_ALLOWED:
        await fail(row["id"], "its engine died three times while it was carried out")
        return True
    try:
        await take_step(row)
    except DatabaseAway:
        raise
    except TryAgain as hindrance:
        # Somebody else held the docket too long; nothing is wrong with the instruction, so it is not counted.
        log.info("step put off", instruction=str(row["id"]), why=str(hindrance))
        await _pause(row["id"], PAUSE_S)
        return False
    except Exception:
        log.exception("step failed", instruction=str(row["id"]), docket=str(docket))
        return await _fault(row)
    return True


async def _pause(instruction: UUID, seconds: float) -> None:
    async with current().database.writing() as driver:
        await instruction_queue.put_off(driver, instruction, seconds)


async def _fault(row: Mapping[str, Any]) -> bool:
    """Counts a fault of the step itself; answers whether the instruction has ended."""
    async with current().database.writing() as driver:
        faults = await instruction_queue.count_fault(driver, row["id"], PAUSE_S * 2 ** row["faults"])
    if faults < FAULTS_ALLOWED:
        return False
    await fail(row["id"], "five faults of the step")
    return True


async def fail(instruction: UUID, why: str) -> None:
    """Sets an instruction aside; its giver is told an incident number that the logs have too."""
    incident = instruction.hex[:12].upper()
    log.error("instruction failed", instruction=str(instruction), incident=incident, why=why)
    await end(instruction, "failed", Refusal("step-failed", facts={"incident": incident}))


async def end(instruction: UUID, state: str, refusal: Refusal) -> None:
    """Ends an instruction that gave no movement."""
    async with current().database.writing() as driver:
        statements = instruction_queue.finish(instruction, state, {"refusal": refusal.to_json()})
        await write(driver, statements, commit=True)
