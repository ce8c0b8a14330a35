"""Lets the clock do a movement on a docket: one that is named, or what it does by itself when it looks."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID, uuid4

from flows.clock_acts import ClockAct, tick
from flows.clock_on_complaints import OVERDUE, WAITING
from flows.rules import decide
from flows.rules.cases import CLOCK
from flows.seen_cases import read_case
from flows.writing import write_movement
from storage import clock_batches
from storage.database import Driver, write
from tests.factories.lives import Answer, Life


async def clock_does(life: Life, action: str, seen_by: str = "hub") -> Answer:
    """What the clock's movement comes to, judged, planned and written as any other is.

    The case is read as the post ``seen_by`` sees it.
    """
    office, giver = life.office, life.office.giver(seen_by)
    async with office.database.writing() as driver:
        case = await read_case(driver, office.database.posts, giver.person, giver.post, life.order(action))
        case = replace(case, actor=CLOCK)
        refusal = decide.judge(case)
        if refusal is not None:
            return Answer(refusal.code, refusal.field)
        made = decide.plan(case, uuid4())
        statements, done = write_movement(case, made, None, office.identity.epoch)
        await write(driver, statements, commit=True)
    life.version = done.version
    return Answer(outcome=done.to_json())


_LOOKS: Final = 3
"""How many ticks it takes until what is put off from one act to the next has come to the one that is due."""


async def clock_ticks(life: Life) -> str | None:
    """The act that the clock does with a complaint by itself when the engine lets it tick; None: nothing."""
    for _ in range(_LOOKS):
        for act in (*OVERDUE, *WAITING):
            tally = await tick(life.office.database, life.office.identity, _with_one(act, life.docket))
            assert not tally.broken
            if tally.done:
                return act.name
    return None


def _with_one(act: ClockAct, docket: UUID) -> ClockAct:
    """An act that is done with this docket alone, where its turn has come."""

    async def lock_due(_: ClockAct, driver: Driver, after: UUID) -> list[UUID]:
        before = UUID(int=max(after.int, docket.int - 1))
        return [one for one in await clock_batches.lock_turns(driver, act.name, before, 1) if one == docket]

    return type(act.name, (type(act),), {"lock_due": lock_due})()
