"""How often an engine looks for work: once for what it heard, and by itself when it has heard nothing for a while."""

from __future__ import annotations

import time

from flows.engine import POLL_S
from storage import instruction_queue
from storage.settings import Settings
from tests.factories.engines import running, told
from tests.factories.lives import PARKING, Life, new_file
from tests.factories.practice_office import PracticeOffice

ROUNDS = 6
FIRST_LOOKS = 2
"""As it begins and as it learns who lives, an engine looks without having heard of anything."""


async def rounds(life: Life) -> None:
    for _ in range(ROUNDS):
        await told(life, "clerk", "park", **PARKING)
        await told(life, "clerk", "bring_up")


def looks_by_itself(since: float) -> float:
    """How many looks an engine may have made since an instant without having heard of anything."""
    return FIRST_LOOKS + (time.monotonic() - since) / POLL_S


async def test_what_is_heard_of_is_looked_for_once(alone: PracticeOffice, engine_settings: Settings) -> None:
    file, began = await new_file(alone), time.monotonic()
    async with running(engine_settings) as engine:
        await rounds(file)
    assert engine.looks.made - engine.looks.in_vain == 2 * ROUNDS
    assert engine.looks.in_vain <= looks_by_itself(began)


async def test_a_look_says_whether_there_may_be_more_than_it_saw(alone: PracticeOffice) -> None:
    file, other = await new_file(alone), await new_file(alone)
    for _ in range(3):
        await file.accept("clerk", "add_document", document=True)
    await other.accept("clerk", "park", **PARKING)
    assert await looked(alone, 3) == [(file.docket, 3)], "the other one stands behind it"
    assert await looked(alone, 3) == [(other.docket, 1)]


async def looked(office: PracticeOffice, limit: int) -> list[tuple[object, int]]:
    async with office.database.writing() as driver:
        rows = await instruction_queue.claim(driver, 1, limit)
    return [(row["docket"], row["seen"]) for row in rows]
