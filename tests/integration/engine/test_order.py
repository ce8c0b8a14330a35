"""The engine carries out what waits of a docket in the order in which it was accepted."""

from __future__ import annotations

from uuid import UUID

import pytest

from flows.instructions import MOST_WAITING
from flows.rules.errors import Refused
from storage.settings import Settings
from tests.factories.engines import as_owner, ended, noted, row_of, running, told
from tests.factories.lives import PARKING, REASON, new_complaint, new_file
from tests.factories.practice_office import PracticeOffice


async def test_an_accepted_movement_is_carried_out(alone: PracticeOffice, engine_settings: Settings) -> None:
    file = await new_file(alone)
    async with running(engine_settings):
        answer = await told(file, "clerk", "forward", to="superintendent", **REASON)
    assert (answer.name, answer.state) == ("put_up", "in_transit")


async def test_side_acts_wait_behind_the_movement_that_was_accepted_before_them(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    first = await file.accept("clerk", "add_document", document=True)
    movement = await file.accept("clerk", "park", **PARKING)
    behind = [await file.accept("clerk", "add_document", document=True) for _ in range(3)]
    given = [first, movement, *behind]
    async with running(engine_settings):
        for accepted in given:
            assert (await ended(alone, accepted.instruction))["state"] == "carried_out"
    found = await alone.rows(
        "select instruction from movement where docket = %(id)s and sequence > 1 order by sequence", id=file.docket
    )
    assert [row[0] for row in found] == [accepted.instruction for accepted in given]


async def test_what_stands_behind_an_instruction_that_is_put_off_waits_with_it(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file, other = await new_file(alone), await new_file(alone)
    movement = await file.accept("clerk", "park", **PARKING)
    behind = await file.accept("clerk", "add_document", document=True)
    await _put_off(alone, movement.instruction, "1 hour")
    async with running(engine_settings):
        await told(other, "clerk", "forward", to="superintendent", **REASON)
        assert (await row_of(alone, behind.instruction))["state"] == "waiting"
        await _put_off(alone, movement.instruction, "0 s")
        noted(file, await ended(alone, movement.instruction))
        await ended(alone, behind.instruction)
    order = "select act from movement where docket = %(id)s order by sequence"
    assert [row[0] for row in await alone.rows(order, id=file.docket)] == ["register", "park", "add_document"]


async def test_a_refusal_at_the_step_is_told_and_the_next_is_carried_out(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    file = await new_file(alone)
    refused = await file.accept("clerk", "forward", to="superintendent", **REASON)
    await as_owner(alone, "update docket set last_change = last_change + 1 where id = %s", file.docket)
    behind = await file.accept("clerk", "add_document", document=True)
    async with running(engine_settings):
        row = await ended(alone, refused.instruction)
        assert (await ended(alone, behind.instruction))["state"] == "carried_out"
    assert (row["state"], row["outcome"]["refusal"]["code"]) == ("refused", "changed-meanwhile")
    assert await file.count("prefect_owed") == 2, "a refusal owes Prefect nothing"


async def test_a_docket_s_queue_has_an_end_and_a_movement_has_its_place_in_it(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    life = await new_complaint(alone)
    given = [await life.accept("calling", "remind", remark="कृपया शीघ्र") for _ in range(MOST_WAITING)]
    with pytest.raises(Refused) as fault:
        await life.accept("calling", "remind", remark="एक और")
    refusal = fault.value.refusal
    assert (refusal.code, str(MOST_WAITING) in refusal.sentence("hi")) == ("queue-full", True)
    given.append(await life.accept("hub", "assign", to="junior"))
    async with running(engine_settings):
        for accepted in given:
            assert (await ended(alone, accepted.instruction))["state"] == "carried_out"
        assert (await told(life, "calling", "remind", remark="फिर")).name == "remind"


async def _put_off(office: PracticeOffice, instruction: UUID, by: str) -> None:
    sql = "update instruction set not_before = clock_timestamp() + %s::interval where id = %s"
    await as_owner(office, sql, by, instruction)
