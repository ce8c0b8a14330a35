"""Dockets that a movement on another brings into being: from what its effect planned to what is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flows.births import NewDocket, movement_id
from flows.parameters import Protector
from flows.rules import numbering
from flows.rules.acts import COMPLAINT
from flows.rules.cases import Case
from flows.rules.effects_ties import tie_row
from flows.rules.plan import Birth, ClockChange, NewRow
from flows.rules.registration import clocks_turn, docket_row, first_clocks
from flows.rules.schemes import Category
from flows.writing import message_row
from storage import cases, numbers
from storage.database import Driver, Statement


async def draw_number(driver: Driver, case: Case, birth: Birth) -> str:
    """The next number of the new docket's kind."""
    kind = case.scheme.kinds[birth.kind]
    section = case.actor.post.section_code
    fields = {**birth.particulars, "year": case.scheme.day_of(case.at).year, "section": section}
    serial = await numbers.next_in(driver, numbering.series_of(birth.kind, kind, fields))
    return numbering.number_of(kind, fields, serial)


def new_docket(case: Case, birth: Birth, number: str, instruction: UUID, place: tuple[int, int]) -> NewDocket:
    """All that is written of it; ``place``: the epoch, and the ordinal of its movement in the instruction.

    It belongs where the docket does that bears it: to its office and section, with its classification.
    """
    (epoch, ordinal), parent = place, case.docket
    movement, table = movement_id(instruction, birth.id, ordinal), case.scheme.table_of(birth.kind)
    category = _category(case, birth)
    clocks = first_clocks(case.calendar, category, case.at, birth.since)
    row = {
        **docket_row(case.scheme, birth.kind, birth.row, case.at),
        "id": birth.id,
        "subject": birth.subject,
        "office": parent.office,
        "section": parent.section,
        "holder": birth.holder,
        "sender": birth.sender,
        "priority": parent.priority,
        "classification": parent.classification,
        "due": birth.due or _level_due(clocks),
        **clocks_turn(table, category, case.at, case.calendar, birth.since),
    }
    told = [NewRow("outbox", message_row(one, movement, birth.id, case.at)) for one in birth.messages]
    return NewDocket(
        docket=row,
        family=NewRow(table.family, {**birth.particulars, "docket": birth.id}),
        number=number,
        movement=movement,
        instruction=instruction,
        row=birth.row,
        act=table.by_name[birth.row].act,
        at=case.at,
        actor=case.actor,
        epoch=epoch,
        after=(tie_row(birth.id, parent.id, birth.tie, movement, case.at), *told),
        clocks=clocks,
        unaudited=_secret(case) if table.family == COMPLAINT else None,
        to_post=None if birth.holder == case.actor.post.id else birth.holder,
        ordinal=ordinal,
        details=_details(case, birth),
    )


def _category(case: Case, birth: Birth) -> Category | None:
    """What a complaint is about; of the office's own categories that of the docket which bears it is known."""
    code = birth.particulars.get("category")
    known = case.scheme.kinds[birth.kind].categories
    return known.get(str(code)) if code is None or code in known else case.category


def _level_due(clocks: tuple[ClockChange, ...]) -> Any:
    return next((one.due for one in clocks if one.sort == "level"), None)


def _secret(case: Case) -> Mapping[str, Any]:
    """The citizen's secret opens what was split off from his complaint too; its sum comes as PostgreSQL's JSON."""
    shown = str(case.docket.particulars["secret_sha256"])
    return {"secret_sha256": bytes.fromhex(shown.removeprefix("\\x"))}


def _details(case: Case, birth: Birth) -> dict[str, Any]:
    told = {"other": str(case.docket.id), "number": case.docket.number}
    return told if birth.since is None else {**told, "since": birth.since.isoformat()}


async def with_complainant(driver: Driver, case: Case, new: NewDocket) -> tuple[list[Statement], NewDocket]:
    """What a complaint that was split off keeps of who complained: his own words anew, under salts of their own.

    So that what is erased of the one, or shown of it, says nothing of the other. Who left no telephone is sent
    no message.
    """
    named = new.family.row.get("complainant")
    texts = None if named is None else await cases.complainant_of(driver, case.docket.id)
    if texts is None:
        return [], new
    protect = Protector(new.id)
    row: dict[str, object] = {"id": named} | {name: protect(name, text) for name, text in texts.items()}
    after = new.after if texts["telephone"] else [one for one in new.after if one.table != "outbox"]
    return protect.statements, replace(new, before=(NewRow("complainant", row),), after=tuple(after))
