"""How dockets come to the states of the matrices, and to what an action needs there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.factories.lives import (
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
from tests.integration.rules.matrix_orders import ORDERS, REMARK

Make = Callable[[PracticeOffice], Awaitable[Life]]


async def _in_transit(office: PracticeOffice) -> Life:
    life = await new_file(office)
    await life.must("clerk", "forward", to="superintendent", **REASON)
    return life


async def in_hand(office: PracticeOffice) -> Life:
    return await file_with(office, "superintendent")


async def _conditioned(office: PracticeOffice) -> Life:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "approve", outcome="approve_with_conditions", conditions=("शर्त",))
    return life


async def _parked(office: PracticeOffice) -> Life:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "park", **ORDERS["park"])
    return life


async def proposed(office: PracticeOffice) -> Life:
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


async def to_reject(office: PracticeOffice) -> Life:
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
    ("office_file", "in_hand"): in_hand,
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
