"""Lets the clock do a movement on a docket, judged, planned and written as any other movement is."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from flows.rules import decide
from flows.rules.cases import CLOCK
from flows.seen_cases import read_case
from flows.writing import write_movement
from storage.database import write
from tests.factories.lives import Answer, Life


async def clock_does(life: Life, action: str, seen_by: str = "hub") -> Answer:
    """What the clock's movement comes to; the case is read as the post ``seen_by`` sees it."""
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
