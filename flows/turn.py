"""A docket's turn: its waiting instructions, in the order in which they were accepted, each as a step.

This is the body of every family's flow. What cannot be carried out ends as *failed* with an incident number, so
that the docket is never stuck behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import structlog
from structlog.contextvars import bound_contextvars

from flows.births import movement_id
from flows.rules.errors import Refusal
from flows.runtime import current
from flows.steps import take_step
from storage import instruction_queue
from storage.database import DatabaseAway, TryAgain, write

FAULTS_ALLOWED: Final = 5
DEATHS_ALLOWED: Final = 3
AT_ONCE: Final = 20
"""How many instructions one turn takes; further ones wait for the docket's next turn, behind other dockets."""
PAUSE_S: Final = 0.2
"""The pause after a first fault, seconds; it doubles with each."""

log = structlog.get_logger()


@dataclass(slots=True)
class Taken:
    """What a turn's steps gave or refused, as tasks of the flow run or plainly; ``left``: more waits."""

    live: list[UUID] = field(default_factory=list[UUID])
    plain: list[UUID] = field(default_factory=list[UUID])
    left: bool = False


async def take_turn(docket: UUID) -> Taken:
    """Carries out what waits of a docket.

    A fault ends the turn, and what stands behind it waits with it; what is accepted meanwhile waits for the
    next turn, which the engine takes at once. Raises DatabaseAway.
    """
    taken, waiting = Taken(), await _waiting(docket)
    taken.left = len(waiting) == AT_ONCE
    for row in waiting:
        with bound_contextvars(instruction=str(row["id"]), docket=str(docket), act=row["act"]):
            if row["put_off"] or not await _step(docket, row, taken):
                taken.left = True
                break
    return taken


async def _waiting(docket: UUID) -> list[Mapping[str, Any]]:
    async with current().database.querying() as driver:
        return list(await instruction_queue.waiting_of(driver, docket, AT_ONCE))


async def _step(docket: UUID, row: Mapping[str, Any], taken: Taken) -> bool:
    """One instruction's step; answers whether the instruction has ended."""
    if row["deaths"] >= DEATHS_ALLOWED:
        await fail(row["id"], "its engine died three times while it was carried out")
        return True
    try:
        live = await take_step(row, plainly=_was_tried(row))
    except DatabaseAway:
        raise
    except TryAgain as hindrance:
        # Somebody else held the docket too long; nothing is wrong with the instruction, so it is not counted.
        log.info("step put off", why=str(hindrance))
        await _pause(row["id"], PAUSE_S)
        return False
    except Exception:
        log.exception("step failed")
        return await _fault(row)
    (taken.live if live else taken.plain).append(movement_id(row["id"], docket))
    return True


def _was_tried(row: Mapping[str, Any]) -> bool:
    """A second try goes without Prefect: it may be what failed, and a task run replayed is a record rewritten."""
    return row["not_before"] is not None or row["deaths"] > 0


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
    log.error("instruction failed", incident=incident, why=why)
    await end(instruction, "failed", Refusal("step-failed", facts={"incident": incident}))


async def end(instruction: UUID, state: str, refusal: Refusal) -> None:
    """Ends an instruction that gave no movement; one that was carried out meanwhile stays so.

    Under the docket's lock, as a step: otherwise it could end while another engine carries it out.
    """
    async with current().database.writing() as driver:
        if await instruction_queue.lock_waiting(driver, instruction):
            statements = instruction_queue.finish(instruction, state, {"refusal": refusal.to_json()})
            await write(driver, statements, commit=True)
