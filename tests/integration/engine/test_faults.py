"""What stands in a step's way: faults of the step itself are counted, hindrances from outside are not."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest

from flows import turn
from flows.engine import TURNS_AT_ONCE
from storage.instruction_queue import broken_turns
from storage.settings import Settings
from tests.factories.engines import ENGINE_NAME, as_owner, ended, hanging, held, running, told
from tests.factories.lives import PARKING, new_file
from tests.factories.practice_office import PracticeOffice
from tests.factories.waiting import until

_BREAK = """
create function break_movement() returns trigger language plpgsql as $$
begin raise exception 'a fault of the step' using errcode = '%s'; end $$;
create trigger break_movement before insert on movement for each row
    when (new.act = 'park') execute function break_movement();
"""


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "PAUSE_S", 0.01)


async def test_a_step_that_breaks_is_tried_five_times_and_then_set_aside(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    await as_owner(alone, _BREAK % "XX000")
    file = await new_file(alone)
    async with running(engine_settings):
        accepted = await file.accept("clerk", "park", **PARKING)
        row = await ended(alone, accepted.instruction)
        assert (row["state"], row["faults"]) == ("failed", 5)
        assert row["outcome"]["refusal"]["facts"] == {"incident": accepted.instruction.hex[:12].upper()}
        # The docket is free, and what broke left nothing behind.
        assert (await told(file, "clerk", "note", text="टिप्पणी")).state == "in_hand"
    assert await file.count("movement") == 2


async def test_a_step_that_broke_and_is_mended_is_carried_out(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    await as_owner(alone, _BREAK % "XX000")
    file = await new_file(alone)
    async with running(engine_settings):
        accepted = await file.accept("clerk", "park", **PARKING)
        await until(lambda: _faults(alone, file.docket), "the first fault is counted")
        await as_owner(alone, "drop trigger break_movement on movement")
        row = await ended(alone, accepted.instruction)
    assert row["state"] == "carried_out"
    assert 1 <= row["faults"] < 5


@pytest.mark.parametrize("code", ["40P01", "55P03", "57014", "08006"])
async def test_deadlocks_time_outs_and_lost_connections_are_not_counted(
    alone: PracticeOffice, engine_settings: Settings, code: str
) -> None:
    await as_owner(alone, "create sequence tries; grant usage, select on tries to patravali_app")
    # The first six tries meet the hindrance; counted, it would have been given up after five.
    await as_owner(
        alone,
        (_BREAK % code).replace("begin raise", "begin if nextval('tries') > 6 then return new; end if; raise"),
    )
    file = await new_file(alone)
    async with running(engine_settings):
        answer = await told(file, "clerk", "park", limit=60, **PARKING)
    assert answer.state == "parked"
    assert await alone.one("select sum(faults) from instruction") == 0
    assert await alone.one("select last_value from tries") == 7


async def test_a_broken_connection_in_the_middle_of_a_step_is_tried_again(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    async with running(engine_settings):
        async with held(alone, file):
            accepted = await file.accept("clerk", "park", **PARKING)
            await until(lambda: hanging(alone), "the step hangs")
            _break_connections(engine_settings)
        row = await ended(alone, accepted.instruction)
    assert (row["state"], row["faults"], row["deaths"]) == ("carried_out", 0, 0)


async def test_an_engine_that_lost_its_lock_takes_it_again(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    async with running(engine_settings) as engine:
        _break_connections(engine_settings)
        await until(lambda: not engine.locked.is_set(), "the engine has noticed")
        assert (await told(file, "clerk", "park", **PARKING)).state == "parked"


async def test_turns_that_break_outside_their_steps_are_told_pause_longer_and_let_others_pass(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    broken = [await new_file(alone) for _ in range(TURNS_AT_ONCE)]
    waiting = [await file.accept("clerk", "park", **PARKING) for file in broken]
    ids = [file.docket for file in broken]
    await as_owner(alone, "update docket set family = 'none' where id = any(%s)", ids)
    file = await new_file(alone)
    async with running(engine_settings):
        assert (await told(file, "clerk", "park", **PARKING)).state == "parked"
        await until(lambda: _all_broke(alone, ids, 2), "each turn broke twice")
        async with alone.database.querying() as driver:
            told_of = await broken_turns(driver)
        assert {row["number"] for row in told_of} == {one.number for one in broken}
        await as_owner(alone, "update docket set family = 'office_file' where id = any(%s)", ids)
        await as_owner(alone, "update instruction set not_before = null where docket = any(%s)", ids)
        for accepted in waiting:
            assert (await ended(alone, accepted.instruction))["state"] == "carried_out"
    async with alone.database.querying() as driver:
        assert await broken_turns(driver) == []


async def _all_broke(office: PracticeOffice, dockets: list[UUID], times: int) -> bool:
    """Each so often, and put off by a pause that has doubled since the first."""
    sql = """select bool_and(breaks >= %(times)s) from instruction where docket = any(%(ids)s)
        and state = 'waiting'"""
    return await office.one(sql, ids=dockets, times=times)


async def _faults(office: PracticeOffice, docket: object) -> int:
    return await office.one("select coalesce(sum(faults), 0) from instruction where docket = %(id)s", id=docket)


def _break_connections(settings: Settings) -> None:
    """Ends every session of the engine, as a failing network would."""
    with psycopg.connect(settings.direct_url, application_name="test", autocommit=True) as connection:
        connection.execute(
            """select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name = %s""",
            (ENGINE_NAME,),
        )
