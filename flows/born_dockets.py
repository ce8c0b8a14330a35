"""Dockets that a movement on another brings into being: from what its effect planned to what is written."""

from __future__ import annotations

from uuid import UUID

from flows.births import NewDocket, movement_id
from flows.rules import numbering
from flows.rules.cases import Case
from flows.rules.effects_ties import tie_row
from flows.rules.plan import Birth, NewRow
from flows.rules.registration import citizen_clock, clocks_turn, docket_row
from storage import numbers
from storage.database import Driver


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
        "due": birth.due,
        **clocks_turn(case.scheme, birth.kind, birth.particulars, case.at, case.calendar),
    }
    kind = case.scheme.kinds[birth.kind]
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
        before=birth.others,
        after=(tie_row(birth.id, parent.id, birth.tie, movement, case.at),),
        clocks=citizen_clock(case.calendar, kind.categories.get(str(birth.particulars.get("category"))), case.at),
        to_post=None if birth.holder == case.actor.post.id else birth.holder,
        ordinal=ordinal,
        details={"other": str(parent.id), "number": parent.number},
    )
