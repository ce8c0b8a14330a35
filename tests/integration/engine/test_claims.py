"""Which engine works on which docket: never two at once, none left behind, and what becomes of a dead one's."""

from __future__ import annotations

from uuid import UUID

from storage.settings import Settings
from tests.factories.engines import (
    as_owner,
    ended,
    engine_process,
    hanging,
    held,
    noted,
    row_of,
    running,
    told,
)
from tests.factories.lives import PARKING, new_file
from tests.factories.practice_office import PracticeOffice
from tests.factories.waiting import until


async def test_two_engines_at_once_do_nothing_twice(alone: PracticeOffice, engine_settings: Settings) -> None:
    files = [await new_file(alone) for _ in range(6)]
    given: list[UUID] = []
    async with running(engine_settings), running(engine_settings):
        for _ in range(3):
            for action, more in (("park", PARKING), ("bring_up", {})):
                accepted = [await file.accept("clerk", action, **more) for file in files]
                for file, one in zip(files, accepted, strict=True):
                    assert noted(file, await ended(alone, one.instruction)).outcome is not None
                given += [one.instruction for one in accepted]
    found = await alone.rows("select instruction, count(*) from movement where sequence > 1 group by instruction")
    assert {row[0]: row[1] for row in found} == dict.fromkeys(given, 1)


async def test_a_docket_that_one_engine_is_at_is_left_alone_by_another(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file, other = await new_file(alone), await new_file(alone)
    async with running(engine_settings):
        async with held(alone, file):
            hung = await file.accept("clerk", "park", **PARKING)
            await until(lambda: hanging(alone), "the first engine is at the file")
            async with running(engine_settings) as second:
                await told(other, "clerk", "park", **PARKING)
                assert (
                    await alone.one(
                        "select count(*) from claim where engine = %(n)s and docket = %(d)s",
                        n=second.number,
                        d=file.docket,
                    )
                    == 0
                )
        assert (await ended(alone, hung.instruction))["deaths"] == 0


async def test_what_a_killed_engine_was_at_is_taken_over(alone: PracticeOffice, engine_settings: Settings) -> None:
    file = await new_file(alone)
    with engine_process(engine_settings) as first:
        await first.ready()
        async with held(alone, file):
            accepted = await file.accept("clerk", "park", **PARKING)
            await until(lambda: hanging(alone), "the step hangs")
            first.kill()
        async with running(engine_settings):
            row = await ended(alone, accepted.instruction)
    assert (row["state"], row["deaths"]) == ("carried_out", 1)
    assert await file.count("movement") == 2


async def test_a_claim_that_a_killed_engine_left_on_a_docket_at_rest_is_cleared_away(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    claims = "select count(*) from claim where docket = %(d)s"
    with engine_process(engine_settings) as first:
        await first.ready()
        accepted = await file.accept("clerk", "park", **PARKING)
        noted(file, await ended(alone, accepted.instruction))
        # The claim is given back with the next one, and there is none.
        assert await alone.one(claims, d=file.docket) == 1
        first.kill()

    async def cleared() -> bool:
        return await alone.one(claims, d=file.docket) == 0

    async with running(engine_settings):
        await until(cleared, "the dead engine's claim is gone")


async def test_an_instruction_held_at_three_deaths_is_set_aside_and_its_docket_is_free(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    with engine_process(engine_settings) as doomed:
        await doomed.ready()
        async with held(alone, file):
            accepted = await file.accept("clerk", "park", **PARKING)
            await until(lambda: hanging(alone), "the step hangs")
            doomed.kill()
    await as_owner(alone, "update instruction set deaths = 2 where id = %s", accepted.instruction)
    async with running(engine_settings):
        row = await ended(alone, accepted.instruction)
        assert (row["state"], row["outcome"]["refusal"]["code"]) == ("failed", "step-failed")
        assert row["outcome"]["refusal"]["facts"] == {"incident": accepted.instruction.hex[:12].upper()}
        assert (await told(file, "clerk", "park", **PARKING)).state == "parked"


async def test_what_was_accepted_after_an_engine_died_counts_no_death(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    await as_owner(alone, "insert into claim values (%s, 7, clock_timestamp())", file.docket)
    accepted = await file.accept("clerk", "park", **PARKING)
    async with running(engine_settings):
        row = await ended(alone, accepted.instruction)
    assert (row["state"], row["deaths"]) == ("carried_out", 0)


async def test_a_clean_stop_finishes_what_is_under_way_and_leaves_no_claim(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    async with running(engine_settings) as engine:
        async with held(alone, file):
            accepted = await file.accept("clerk", "park", **PARKING)
            await until(lambda: hanging(alone), "the step hangs")
            engine.stop()
        await until(lambda: not engine.ready_file.exists(), "the engine has left")
    assert (await row_of(alone, accepted.instruction))["state"] == "carried_out"
    assert await alone.one("select count(*) from claim") == 0


async def test_a_stop_does_not_wait_for_ever_and_what_was_under_way_is_carried_out_later(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    async with held(alone, file):
        async with running(engine_settings) as engine:
            accepted = await file.accept("clerk", "park", **PARKING)
            await until(lambda: hanging(alone), "the step hangs")
            engine.stop()
        assert (await row_of(alone, accepted.instruction))["state"] == "waiting"
    async with running(engine_settings):
        row = await ended(alone, accepted.instruction)
    assert (row["state"], row["deaths"]) == ("carried_out", 0)


async def test_a_claim_whose_answer_was_lost_is_given_back(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file, other = await new_file(alone), await new_file(alone)
    async with running(engine_settings) as engine:
        # As when the connection broke between the claim's commit and its answer: the engine does not know of it.
        await as_owner(alone, f"insert into claim values (%s, {engine.number}, clock_timestamp())", file.docket)
        accepted = await file.accept("clerk", "park", **PARKING)
        await told(other, "clerk", "park", **PARKING)
        assert (await ended(alone, accepted.instruction))["state"] == "carried_out"


async def test_the_process_says_when_it_is_ready_and_ends_cleanly(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    with engine_process(engine_settings) as engine:
        await engine.ready()
        assert engine.ready_file.read_text() == str(engine.process.pid)
        await told(file, "clerk", "park", **PARKING)
        assert engine.stop() == 0
    assert not engine.ready_file.exists()
    assert await alone.one("select count(*) from claim") == 0
