"""Every cell of the hand-written matrices, through acceptance and through the step, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import pytest

from flows.rules.decide import SETTLING
from flows.rules.known_schemes import shipped_schemes
from tests.factories.lives import (
    HIDDEN,
    REASON,
    Life,
    complaint_with,
    file_with,
)
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock
from tests.integration.rules import matrix_complaint, matrix_office_file, matrix_receipt
from tests.integration.rules.matrix_histories import (
    CLUBBED,
    HISTORIES,
    MADE_FOR,
    MADE_PARKED_FOR,
    Make,
    proposed,
    to_reject,
)
from tests.integration.rules.matrix_orders import ORDERS


@dataclass(frozen=True)
class Cell:
    family: str
    state: str
    action: str
    actor: str
    expected: str
    hidden: bool

    @property
    def who(self) -> str:
        return MATRICES[self.family].ACTORS[self.actor]

    def allowed(self) -> bool:
        """Whether the cell names a state, not a refusal."""
        return self.expected in MATRICES[self.family].MATRIX

    def __str__(self) -> str:
        return f"{self.family}-{self.state}-{self.action}-{self.actor}"


def cells_of(family: str, matrix: Mapping[str, str]) -> list[Cell]:
    found: list[Cell] = []
    for state, text in matrix.items():
        head, *rows = [line.split() for line in text.splitlines() if line.strip()]
        for action, *answers in rows:
            for actor, answer in zip(head, answers, strict=True):
                hidden = answer.startswith("(")
                found.append(Cell(family, state, action, actor, answer.strip("()"), hidden))
    return found


MATRICES: dict[str, Any] = {
    "office_file": matrix_office_file,
    "receipt": matrix_receipt,
    "complaint": matrix_complaint,
}
CELLS = [cell for family, matrix in MATRICES.items() for cell in cells_of(family, matrix.MATRIX)]


@dataclass
class Stock:
    """Dockets by history; one on which only refusals were tried serves again, for a refusal changes nothing."""

    office: PracticeOffice
    kept: dict[Make, Life] = field(default_factory=dict[Make, Life])

    async def life(self, cell: Cell) -> Life:
        make = HISTORIES[cell.family, cell.state]
        if cell.state == "closed" and cell.action in SETTLING and cell.family == "office_file":
            make = proposed
        if cell.state == "in_hand":
            make = MADE_FOR.get(cell.action, make)
        if cell.state == "parked":
            make = MADE_PARKED_FOR.get(cell.action, make)
        if cell.state == "in_work" and cell.action in SETTLING:
            make = to_reject
        if cell.action in ("unclub", "close_clubbed"):
            make = CLUBBED.get(cell.state, make)
        found = self.kept.pop(make, None) or await make(self.office)
        if not cell.allowed():
            self.kept[make] = found
        return found


@pytest.fixture(scope="module")
def stock(office: PracticeOffice) -> Stock:
    return Stock(office)


OTHERS: dict[str, Callable[[PracticeOffice, str], Awaitable[Life]]] = {
    "attach": file_with,
    "merge": file_with,
    "link": file_with,
    "put_in_file": file_with,
    "send_after": file_with,
    "made_complaint": complaint_with,
    "club": lambda office, _: complaint_with(office, "junior"),
}


async def order_of(cell: Cell, life: Life) -> dict[str, Any]:
    given = dict(ORDERS.get(cell.action, {}))
    if cell.action == "settle_condition":
        open_ones = await life.conditions()
        given["condition"] = open_ones[0] if open_ones else uuid4()
    if cell.action == "add_reference":
        given |= {"system": "cpgrams", "reference": f"R/{uuid4().hex}"}
    if cell.allowed() and cell.action in ("withhold_document", "release_document"):
        given |= {"document_id": (await life.documents())[0], **REASON}
    if cell.allowed() and cell.action in ("revise_letter", "drop_letter", "sign_letter", "dispatch"):
        named = await life.letter()
        given |= named if cell.action == "sign_letter" else {"letter": named["letter"]}
    if cell.allowed() and cell.action in ("unlink", "take_out", "detach", "unclub"):
        given["other"] = await life.tied()
    elif cell.allowed() and cell.action in OTHERS:
        given["other"] = (await OTHERS[cell.action](life.office, cell.who)).number
    return given


def _is_call(cell: Cell) -> bool:
    return cell.action == "record_attempt" and cell.allowed()


@pytest.mark.parametrize("cell", [cell for cell in CELLS if not _is_call(cell)], ids=str)
async def test_a_movement_comes_to_what_the_matrix_says(stock: Stock, cell: Cell) -> None:
    await _comes_to_what_is_said(await stock.life(cell), cell)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if _is_call(cell)], ids=str)
async def test_a_call_comes_to_what_the_matrix_says_by_day(
    stock: Stock, cell: Cell, office_clock: OfficeClock
) -> None:
    """The tests run at any hour, and citizens are called in the office's calling hours only."""
    life = await stock.life(cell)
    office_clock.set(datetime.now(UTC).replace(hour=6, minute=0) + timedelta(days=1))
    await _comes_to_what_is_said(life, cell)


async def _comes_to_what_is_said(life: Life, cell: Cell) -> None:
    before, given = await life.row(), await order_of(cell, life)
    assert before["state"] == cell.state
    answer = await life.act(cell.who, cell.action, **given)
    if not cell.allowed():
        assert answer.refused == (HIDDEN if cell.hidden else cell.expected)
        assert await life.row() == before, "a refusal at acceptance changed the docket"
        await _refused_at_the_step(life, cell, given)
        return
    assert not cell.hidden
    assert answer.state == cell.expected
    after = await life.row()
    assert after["state"] == cell.expected
    assert after["version"] == before["version"] + 1
    assert after["movements"] == before["movements"] + 1


async def _refused_at_the_step(life: Life, cell: Cell, given: Mapping[str, Any]) -> None:
    """The same rule stands at the step: it refuses an instruction that acceptance had let through."""
    if cell.expected == "unknown-action":
        return
    before = await life.row()
    answer = await life.force(cell.who, cell.action, **given)
    after = await life.row()
    assert answer.refused == cell.expected
    assert after["chain_length"] == before["chain_length"] + 1, "the refusal stands in the chain"
    unchanged = {name: value for name, value in after.items() if not name.startswith("chain_")}
    assert unchanged == {name: value for name, value in before.items() if not name.startswith("chain_")}


def test_the_matrix_has_every_state_and_movement_of_the_tables() -> None:
    """A row added to a table must be added to the matrix by hand, unless it only follows from another docket's."""
    tables = shipped_schemes()["haryana-eoffice"].tables
    for name in MATRICES:
        table = tables[name]
        movements = {row.name for row in table.rows if row.who != ("beside",)} | SETTLING
        asked = {(state.name, movement) for state in table.states for movement in movements}
        written = {(cell.state, cell.action) for cell in CELLS if cell.family == name}
        assert written == asked


def test_every_actor_of_a_matrix_stands_in_every_row() -> None:
    for family, matrix in MATRICES.items():
        rows = {(cell.state, cell.action) for cell in CELLS if cell.family == family}
        columns = {(cell.state, cell.action, cell.actor) for cell in CELLS if cell.family == family}
        assert columns == {(*row, actor) for row in rows for actor in cast("dict[str, str]", matrix.ACTORS)}
