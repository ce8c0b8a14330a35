"""How long things wait: withdrawal, lost notifications, an engine's counters, who completes the record."""

from __future__ import annotations

from flows.engine import Patience
from storage.settings import Settings
from tests.factories.engines import as_owner, ended, hanging, held, row_of, running, settings_for, told
from tests.factories.lives import PARKING, Life, new_file
from tests.factories.practice_office import PracticeOffice
from tests.factories.waiting import until

SHORT = Patience(movement_waits_s=1.0, look_every_s=0.1)


async def alive(office: PracticeOffice) -> float:
    return await office.one("select alive from engine_time")


async def put_off_for_ever(office: PracticeOffice, life: Life) -> None:
    await as_owner(office, "update instruction set not_before = '2099-01-01' where docket = %s", life.docket)


async def test_a_movement_that_waited_too_long_while_an_engine_lived_is_withdrawn(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    accepted = await file.accept("clerk", "park", **PARKING)
    await put_off_for_ever(alone, file)
    async with running(engine_settings, SHORT):
        row = await ended(alone, accepted.instruction)
        assert (row["state"], row["outcome"]["refusal"]["code"]) == ("withdrawn", "waited-too-long")
        assert await alive(alone) - row["accepted_alive"] >= SHORT.movement_waits_s
        assert (await told(file, "clerk", "park", **PARKING)).state == "parked"


async def test_time_without_an_engine_does_not_count(alone: PracticeOffice, engine_settings: Settings) -> None:
    file = await new_file(alone)
    accepted = await file.accept("clerk", "park", **PARKING)
    sql = "update instruction set accepted_at = accepted_at - interval '1 day' where id = %s"
    await as_owner(alone, sql, accepted.instruction)
    await as_owner(alone, "update engine_time set last_beat = last_beat - interval '1 day'")
    async with running(engine_settings, SHORT):
        assert (await ended(alone, accepted.instruction))["state"] == "carried_out"
    assert await alive(alone) < 60


async def test_side_acts_are_never_withdrawn(alone: PracticeOffice, engine_settings: Settings) -> None:
    file = await new_file(alone)
    side = await file.accept("clerk", "add_document", document=True)
    movement = await file.accept("clerk", "park", **PARKING)
    await put_off_for_ever(alone, file)
    async with running(engine_settings, SHORT):
        assert (await ended(alone, movement.instruction))["state"] == "withdrawn"
        assert (await row_of(alone, side.instruction))["state"] == "waiting"
        await as_owner(alone, "update instruction set not_before = null where id = %s", side.instruction)
        assert (await ended(alone, side.instruction))["state"] == "carried_out"


async def test_what_is_being_carried_out_is_not_withdrawn(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    async with running(engine_settings, SHORT):
        async with held(alone, file):
            accepted = await file.accept("clerk", "park", **PARKING)
            await until(lambda: hanging(alone), "the step hangs")
            late = "select alive - accepted_alive > 1.5 from instruction, engine_time where id = %(id)s"
            await until(lambda: alone.one(late, id=accepted.instruction), "the movement is late")
        row = await ended(alone, accepted.instruction)
    # The one or the other, but not both.
    assert (await file.count("movement") == 2) == (row["state"] == "carried_out")


async def test_a_lost_notification_only_delays(alone: PracticeOffice, engine_settings: Settings) -> None:
    file, other = await new_file(alone), await new_file(alone)
    async with running(engine_settings) as engine:
        await told(other, "clerk", "park", **PARKING)
        accepted = await file.accept("clerk", "park", **PARKING)
        # As if it had been lost: the engine that is asleep hears of nothing.
        engine.hints.wake.clear()
        assert (await ended(alone, accepted.instruction))["state"] == "carried_out"


async def test_what_engines_did_is_counted(alone: PracticeOffice, engine_settings: Settings) -> None:
    file = await new_file(alone)
    async with running(engine_settings):
        await told(file, "clerk", "park", **PARKING)
        await told(file, "clerk", "bring_up")
    found = await alone.one("select to_jsonb(t) from engine_time t")
    assert (found["steps_live"], found["steps_plain"]) == (0, 2)
    assert found["settled_live"] + found["settled_plain"] <= 2


async def test_of_two_engines_one_completes_prefect_s_record(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    async with running(engine_settings) as first:
        await until(lambda: first.record.holds, "the first has the lock")
        async with running(engine_settings) as second:
            file = await new_file(alone)
            await told(file, "clerk", "park", **PARKING)
            assert (first.record.holds, second.record.holds) == (True, False)
            first.stop()
            await until(lambda: second.record.holds, "the second takes over")


async def test_without_prefect_nothing_is_missing_and_the_debts_stand(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    async with running(settings_for(engine_settings.direct_url.partition("?")[0], engine_settings.data, "")):
        await told(file, "clerk", "park", **PARKING)
    assert await file.count("prefect_owed") == 2
    assert await file.count("prefect_run_owed") == 1
