"""An instruction whose docket another movement changed between its acceptance and its step."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.practice_office import PracticeOffice
from tests.integration.rules.matrix_histories import HISTORIES, in_hand
from tests.integration.rules.matrix_orders import ORDERS

# By state and action: who gives it, and the movement of another that is carried out between acceptance and step.
BENEATH: dict[tuple[str, str], tuple[str, str, str]] = {
    ("in_hand", "forward"): ("superintendent", "officer", "pull_up"),
    ("in_hand", "return"): ("superintendent", "officer", "pull_up"),
    ("in_hand", "note"): ("superintendent", "officer", "pull_up"),
    ("in_hand", "approve"): ("superintendent", "officer", "pull_up"),
    ("in_hand", "park"): ("superintendent", "officer", "pull_up"),
    ("in_hand", "close"): ("superintendent", "officer", "pull_up"),
    ("in_hand", "pull_up"): ("officer", "superintendent", "note"),
    ("in_transit", "receive"): ("superintendent", "clerk", "pull_back"),
    ("in_transit", "pull_back"): ("clerk", "superintendent", "receive"),
    ("in_transit", "pull_up"): ("officer", "superintendent", "receive"),
    ("parked", "bring_up"): ("superintendent", "officer", "pull_up"),
    ("parked", "pull_up"): ("officer", "superintendent", "bring_up"),
    ("closed", "reopen"): ("superintendent", "record_room", "reopen"),
}


@pytest.mark.parametrize(("state", "action"), BENEATH)
async def test_a_step_is_refused_when_another_movement_came_between(
    office: PracticeOffice, state: str, action: str
) -> None:
    who, other, meanwhile = BENEATH[state, action]
    life = await HISTORIES["office_file", state](office)
    waiting = await life.accept(who, action, **ORDERS.get(action, {}))
    # One waiting movement a docket: the first is set aside for as long as the other overtakes it.
    await _set_state(office, waiting.instruction, "withdrawn")
    await life.must(other, meanwhile, **ORDERS.get(meanwhile, {}))
    await _set_state(office, waiting.instruction, "waiting")
    before = await life.row()
    answer = await life.step(waiting.instruction)
    assert answer.refused == "changed-meanwhile"
    assert (await life.row())["version"] == before["version"]


async def test_a_side_act_between_does_not_refuse_the_step(office: PracticeOffice) -> None:
    life = await in_hand(office)
    waiting = await life.accept("superintendent", "forward", **ORDERS["forward"])
    await life.must("superintendent", "add_document", document=True)
    assert (await life.step(waiting.instruction)).state == "in_transit"


async def _set_state(office: PracticeOffice, instruction: Any, state: str) -> None:
    async with office.database.writing() as driver:
        sql = b"update instruction set state = %(state)s where id = %(id)s"
        await driver.execute(sql, {"state": state, "id": instruction})
        await driver.commit()
