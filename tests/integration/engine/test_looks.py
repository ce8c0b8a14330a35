"""How often an engine looks for work: once for what it heard, and by itself when it hears nothing for a while."""

from __future__ import annotations

import time
from uuid import UUID

import psycopg

from flows.engine import POLL_S
from storage import instruction_queue
from storage.instruction_queue import ENGINE_LOCK, WORK_CHANNEL
from storage.settings import Settings
from tests.factories.engines import as_owner, running, told
from tests.factories.lives import PARKING, Life, new_file
from tests.factories.practice_office import PracticeOffice
from tests.factories.waiting import until

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


async def test_of_two_engines_the_one_to_which_a_docket_falls_looks(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    files = [await new_file(alone) for _ in range(3)]
    async with running(engine_settings) as first, running(engine_settings) as second:
        both = {first.number, second.number}
        for engine in (first, second):
            await until(lambda engine=engine: set(engine.hints.living) == both, "they know of each other")
            engine.hints.leaves_s = 600.0
        began, before = time.monotonic(), (first.looks.in_vain, second.looks.in_vain)
        for file in files:
            await rounds(file)
    for engine, was in zip((first, second), before, strict=True):
        assert engine.looks.in_vain - was <= looks_by_itself(began)
    assert sum(engine.looks.made - engine.looks.in_vain for engine in (first, second)) == 2 * ROUNDS * len(files)


async def test_what_falls_to_an_engine_that_does_not_look_is_taken_by_another(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    files = [await new_file(alone) for _ in range(4)]
    async with await psycopg.AsyncConnection.connect(alone.owner_url, autocommit=True) as stuck:
        await stuck.execute("select pg_advisory_lock(%s, 7)", (ENGINE_LOCK,))
        async with running(engine_settings) as engine:
            await until(lambda: 7 in engine.hints.living, "it lives, for it holds its lock")
            for file in files:
                assert (await told(file, "clerk", "park", **PARKING)).state == "parked"
            await stuck.close()
            await until(lambda: list(engine.hints.living) == [engine.number], "it is gone")


async def test_a_notification_that_names_no_docket_is_only_a_look(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    async with running(engine_settings) as engine:
        looks = engine.looks.made
        await as_owner(alone, f"select pg_notify('{WORK_CHANNEL}', 'कुछ भी')")
        await until(lambda: engine.looks.made > looks, "it has looked")
        assert engine.locked.is_set()
        assert (await told(file, "clerk", "park", **PARKING)).state == "parked"


async def test_a_look_says_whether_there_may_be_more_than_it_saw(alone: PracticeOffice) -> None:
    file, other = await new_file(alone), await new_file(alone)
    for _ in range(3):
        await file.accept("clerk", "add_document", document=True)
    await other.accept("clerk", "park", **PARKING)
    assert await looked(alone, 3) == [(file.docket, 3)], "the other one stands behind it"
    assert await looked(alone, 3, file.docket) == [(other.docket, 1)]


async def test_a_look_gives_back_what_is_done_with_but_for_what_waits_again(alone: PracticeOffice) -> None:
    files = [await new_file(alone) for _ in range(3)]
    for file in files:
        await file.accept("clerk", "add_document", document=True)
    at_work, done, again = files
    assert len(await looked(alone, 3)) == 3
    await as_owner(alone, "update instruction set state = 'withdrawn' where docket = %s", done.docket)
    assert await looked(alone, 3, at_work.docket) == [(again.docket, 1)]
    claimed = await alone.rows("select docket from claim where engine = 1")
    assert {row[0] for row in claimed} == {at_work.docket, again.docket}


async def looked(office: PracticeOffice, limit: int, *at_work: UUID) -> list[tuple[UUID, int]]:
    """What a look of engine 1 claims, while it is at work on these dockets, and how much it saw."""
    async with office.database.querying() as driver:
        rows = await instruction_queue.claim(driver, 1, limit, at_work)
    return [(row["docket"], row["seen"]) for row in rows]
