"""Every cell of the hand-written matrices, through acceptance and through the step, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from uuid import uuid4

import pytest

from flows.rules.decide import SETTLING
from flows.rules.known_schemes import shipped_schemes
from tests.factories.lives import (
    FAR_OFF,
    HIDDEN,
    LETTER,
    REASON,
    Life,
    closed_file,
    complaint_with,
    consultation_with,
    file_with,
    new_complaint,
    new_file,
    new_receipt,
    receipt_with,
    replied_complaint,
)
from tests.factories.practice_office import PracticeOffice
from tests.integration.rules import matrix_complaint, matrix_office_file, matrix_receipt

REMARK = {"remark": "टिप्पणी"}
# A good order of each action: one that is refused for nothing but its state and its giver.
ORDERS: dict[str, dict[str, Any]] = {
    "forward": {"to": "dc", **REASON},
    "return": REMARK,
    "note": {"text": "अवलोकनार्थ"},
    "approve": {"outcome": "approve"},
    "settle_condition": {"outcome": "met", **REMARK},
    "pull_back": REASON,
    "pull_up": REASON,
    "park": {"until": date(2030, 1, 1), **REASON},
    "reopen": REASON,
    "decline": REASON,
    "mark": {"to": "dc"},
    "send_after": REASON,
    "take_out": REASON,
    "replied": REMARK,
    "filed": REMARK,
    "no_action": REASON,
    "cancel": REASON,
    "unlink": REASON,
    "club": REASON,
    "unclub": REASON,
    "close_clubbed": REMARK,
    "split": {
        "to": "superintending",
        "subject": "बत्ती",
        "text": "बत्ती भी नहीं",
        "category": "street-light",
        **REASON,
    },
    "part": {"subject": "खंड"},
    "merge": REASON,
    "amend_particulars": {"particulars": {"retention_class": "B"}, **REASON},
    "reassign": {"to": "officer", **REASON},
    "add_document": {"document": True},
    "route": {"to": "officer", "posts": ("dc",), **REASON},
    "end_route": REASON,
    "draft_letter": LETTER,
    "revise_letter": LETTER,
    "drop_letter": REASON,
    "dispatch": {"mode": "post"},
    "mark_for_information": {"posts": ("accountant",)},
    "consult": {"posts": ("accountant",), "subject": "राय", "due": FAR_OFF},
    "answer_consultation": REMARK,
    "assign": {"to": "junior"},
    "attend": REMARK,
    "reply": REMARK,
    "satisfied": REMARK,
    "not_satisfied": REMARK,
    **dict.fromkeys(
        ("ask", "answer", "remind", "add", "withdraw", "interim_reply", "dispose", "return_to_hub"), REMARK
    ),
    **dict.fromkeys(("approve_special_close", "refuse_special_close", "reopen_by_superior", "appeal"), REASON),
    "assign_finally": {"to": "superintending", **REASON},
    "transfer": {"to": "superintending", **REASON},
    "recategorise": {"to": "superintending", "category": "street-light", **REASON},
    "direct_down": {"to": "superintending"},
    "recuse": {"to": "superintending", **REASON},
    "send_reply_back": {"quality": "incomplete", **REASON},
    "propose_special_close": {"ground": "court", **REMARK},
    "reject": {"ground": "untrue", **REASON},
    "escalate": {"to": "superintending", **REASON},
}


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


Make = Callable[[PracticeOffice], Awaitable[Life]]


async def _in_transit(office: PracticeOffice) -> Life:
    life = await new_file(office)
    await life.must("clerk", "forward", to="superintendent", **REASON)
    return life


async def _in_hand(office: PracticeOffice) -> Life:
    return await file_with(office, "superintendent")


async def _conditioned(office: PracticeOffice) -> Life:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "approve", outcome="approve_with_conditions", conditions=("शर्त",))
    return life


async def _parked(office: PracticeOffice) -> Life:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "park", **ORDERS["park"])
    return life


async def _proposed(office: PracticeOffice) -> Life:
    life = await closed_file(office)
    await life.must("superintendent", "reopen", **REASON)
    return life


async def _linked(office: PracticeOffice) -> Life:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "link", other=(await file_with(office, "superintendent")).number)
    return life


async def _attached(office: PracticeOffice) -> Life:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "attach", other=(await file_with(office, "superintendent")).number)
    return life


async def _routed(office: PracticeOffice) -> Life:
    life = await new_file(office)
    await life.must("clerk", "route", to="superintendent", posts=("officer",), **REASON)
    await life.must("superintendent", "receive")
    return life


async def _with_document(office: PracticeOffice) -> Life:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "add_document", document=True)
    return life


async def _withholding(office: PracticeOffice) -> Life:
    life = await _with_document(office)
    given = {"document_id": (await life.documents())[0], **REASON}
    await life.must("superintendent", "withhold_document", **given)
    await life.must("officer", "confirm")
    return life


async def _parked_after(make: Make, office: PracticeOffice) -> Life:
    life = await make(office)
    await life.must("superintendent", "park", **ORDERS["park"])
    return life


async def _parked_with_document(office: PracticeOffice) -> Life:
    return await _parked_after(_with_document, office)


async def _parked_withholding(office: PracticeOffice) -> Life:
    return await _parked_after(_withholding, office)


async def _routed_and_parked(office: PracticeOffice) -> Life:
    return await _parked_after(_routed, office)


async def _with_letter(office: PracticeOffice) -> Life:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "draft_letter", **LETTER)
    return life


async def _with_approved(office: PracticeOffice) -> Life:
    life = await _with_letter(office)
    await life.must("superintendent", "approve", outcome="approve", **await life.letter())
    return life


async def _with_signed(office: PracticeOffice) -> Life:
    life = await _with_approved(office)
    await life.must("superintendent", "sign_letter", **await life.letter())
    return life


async def _consulted(office: PracticeOffice) -> Life:
    return await consultation_with(office, "superintendent")


async def _cancelled_file(office: PracticeOffice) -> Life:
    life = await new_file(office)
    await life.must("clerk", "cancel", **REASON)
    return life


async def _assigned(office: PracticeOffice) -> Life:
    life = await new_complaint(office)
    await life.must("hub", "assign", to="junior")
    return life


async def _in_work(office: PracticeOffice) -> Life:
    return await complaint_with(office, "junior")


async def _replied(office: PracticeOffice) -> Life:
    return await replied_complaint(office)


async def _special(office: PracticeOffice) -> Life:
    life = await complaint_with(office, "junior")
    await life.must("junior", "propose_special_close", **ORDERS["propose_special_close"])
    return life


async def _to_reject(office: PracticeOffice) -> Life:
    life = await complaint_with(office, "junior")
    await life.must("junior", "reject", **ORDERS["reject"])
    return life


async def _satisfied(office: PracticeOffice) -> Life:
    life = await replied_complaint(office)
    await life.must("calling", "satisfied", **REMARK)
    return life


async def _marked(office: PracticeOffice) -> Life:
    life = await new_receipt(office)
    await life.must("clerk", "mark", to="superintendent")
    return life


async def _in_a_file(office: PracticeOffice) -> Life:
    life = await receipt_with(office, "superintendent")
    file = await file_with(office, "superintendent")
    await life.must("superintendent", "put_in_file", other=file.number)
    return life


async def _disposed(office: PracticeOffice) -> Life:
    life = await receipt_with(office, "superintendent")
    await life.must("superintendent", "filed", **REMARK)
    return life


async def _cancelled(office: PracticeOffice) -> Life:
    life = await new_receipt(office)
    await life.must("clerk", "cancel", **REASON)
    return life


async def _receipt_in_hand(office: PracticeOffice) -> Life:
    return await receipt_with(office, "superintendent")


async def _clubbed(life: Life) -> Life:
    """It is clubbed under a complaint that is closed meanwhile."""
    lead = await complaint_with(life.office, "junior")
    await life.must("hub", "club", other=lead.number, **REASON)
    await lead.must("calling", "withdraw", **REMARK)
    return life


async def _clubbed_registered(office: PracticeOffice) -> Life:
    return await _clubbed(await new_complaint(office))


async def _clubbed_assigned(office: PracticeOffice) -> Life:
    return await _clubbed(await _assigned(office))


async def _clubbed_in_work(office: PracticeOffice) -> Life:
    return await _clubbed(await _in_work(office))


async def _clubbed_replied(office: PracticeOffice) -> Life:
    life = await _clubbed_in_work(office)
    await life.must("junior", "reply", **REMARK)
    return life


HISTORIES: dict[tuple[str, str], Make] = {
    ("office_file", "in_hand"): _in_hand,
    ("office_file", "in_transit"): _in_transit,
    ("office_file", "parked"): _parked,
    ("office_file", "closed"): closed_file,
    ("office_file", "attached"): _attached,
    ("office_file", "cancelled"): _cancelled_file,
    ("receipt", "in_hand"): _receipt_in_hand,
    ("receipt", "in_transit"): _marked,
    ("receipt", "in_file"): _in_a_file,
    ("receipt", "disposed"): _disposed,
    ("receipt", "cancelled"): _cancelled,
    ("complaint", "registered"): new_complaint,
    ("complaint", "assigned"): _assigned,
    ("complaint", "in_work"): _in_work,
    ("complaint", "replied"): _replied,
    ("complaint", "special_close_proposed"): _special,
    ("complaint", "closed"): _satisfied,
}


CLUBBED: dict[str, Make] = {
    "registered": _clubbed_registered,
    "assigned": _clubbed_assigned,
    "in_work": _clubbed_in_work,
    "replied": _clubbed_replied,
}

# Files in hand on which alone an action is possible.
MADE_FOR: dict[str, Make] = {
    "settle_condition": _conditioned,
    "unlink": _linked,
    "revise_letter": _with_letter,
    "drop_letter": _with_letter,
    "sign_letter": _with_approved,
    "dispatch": _with_signed,
    "end_route": _routed,
    "withhold_document": _with_document,
    "release_document": _withholding,
    "answer_consultation": _consulted,
}


MADE_PARKED_FOR: dict[str, Make] = {
    "end_route": _routed_and_parked,
    "withhold_document": _parked_with_document,
    "release_document": _parked_withholding,
}


@dataclass
class Stock:
    """Dockets by history; one on which only refusals were tried serves again, for a refusal changes nothing."""

    office: PracticeOffice
    kept: dict[Make, Life] = field(default_factory=dict[Make, Life])

    async def life(self, cell: Cell) -> Life:
        make = HISTORIES[cell.family, cell.state]
        if cell.state == "closed" and cell.action in SETTLING and cell.family == "office_file":
            make = _proposed
        if cell.state == "in_hand":
            make = MADE_FOR.get(cell.action, make)
        if cell.state == "parked":
            make = MADE_PARKED_FOR.get(cell.action, make)
        if cell.state == "in_work" and cell.action in SETTLING:
            make = _to_reject
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


@pytest.mark.parametrize("cell", CELLS, ids=str)
async def test_a_movement_comes_to_what_the_matrix_says(stock: Stock, cell: Cell) -> None:
    life = await stock.life(cell)
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


# --- changed meanwhile -----------------------------------------------------------------------------------------

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
    life = await _in_hand(office)
    waiting = await life.accept("superintendent", "forward", **ORDERS["forward"])
    await life.must("superintendent", "add_document", document=True)
    assert (await life.step(waiting.instruction)).state == "in_transit"


async def _set_state(office: PracticeOffice, instruction: Any, state: str) -> None:
    async with office.database.writing() as driver:
        sql = b"update instruction set state = %(state)s where id = %(id)s"
        await driver.execute(sql, {"state": state, "id": instruction})
        await driver.commit()
