"""The closed vocabulary of effects: what follows from a movement. An effect adds to a plan; it does no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid5

from flows.rules.cases import Case, OpenDraft
from flows.rules.effects_complaint import EFFECTS_OF_COMPLAINTS
from flows.rules.effects_letters import (
    decide_letter,
    dispatch_letter,
    draft_letter,
    drop_letter,
    revise_letter,
    sign_letter,
    tell_addressees,
)
from flows.rules.effects_side import (
    along_route,
    back_on_route,
    begin_route,
    end_route,
    inform_posts,
    release,
    withhold,
)
from flows.rules.effects_split import split_off
from flows.rules.effects_ties import (
    copy_to_posts,
    name_unanswered,
    open_consultations,
    open_part,
    open_volume,
    stand_for_itself,
    tie,
    untie,
)
from flows.rules.guards_file import DECIDED
from flows.rules.parts import looks_at
from flows.rules.plan import ChangedRow, ClockChange, Message, NewRow, Plan
from flows.rules.references import NAMES, reference_row
from flows.rules.sending import Effect, relation, sent


def name_by_relation(case: Case, plan: Plan) -> None:
    assert case.target is not None
    plan.name = relation(case.actor.post, case.target)


def send_to_post(case: Case, plan: Plan) -> None:
    assert case.target is not None
    sent(case, plan, case.target)


def send_back(case: Case, plan: Plan) -> None:
    to = case.parameters.to or case.docket.sender
    assert to is not None
    sent(case, plan, to)


@looks_at("changed_by")
def take_in_hand(case: Case, plan: Plan) -> None:
    """Receiving names the movement that is received; the post was charged with it since it was sent."""
    plan.columns["receives"] = case.history.changed_by
    plan.touched[case.actor.post.id] = "held"


def take_to_actor(case: Case, plan: Plan) -> None:
    plan.hold(case.actor.post.id)
    plan.docket["sender"] = None


def leave_hands(case: Case, plan: Plan) -> None:
    """It is in nobody's hand from now on: it lies in a file."""
    plan.hold(None)
    plan.docket["sender"] = None


@looks_at("paragraphs")
def open_note(case: Case, plan: Plan) -> None:
    text = case.parameters.text
    assert text is not None
    note = uuid5(plan.movement, "note")
    plan.columns["note"] = note
    plan.rows.append(
        NewRow(
            "note",
            {
                "id": note,
                "docket": case.docket.id,
                "paragraph": case.history.paragraphs + 1,
                "author_post": case.actor.post.id,
                "author_person": case.actor.person,
                "movement": plan.movement,
                "first_text": text,
                "at": case.at,
            },
        )
    )
    plan.drafts_opened.append((note, text.value_id))


@looks_at("drafts")
def fix_draft(case: Case, plan: Plan) -> None:
    """The draft that the actor named becomes the note, for ever."""
    draft: OpenDraft | None = case.own_draft
    text = case.parameters.fixed_text
    if draft is None or text is None:
        return
    plan.rows.append(
        NewRow("note_fixed", {"note": draft.note, "text": text, "movement": plan.movement, "at": case.at})
    )
    plan.drafts_fixed.append(draft.note)
    plan.columns.setdefault("note", draft.note)


def record_decision(case: Case, plan: Plan) -> None:
    given = case.parameters
    plan.columns["decision"] = given.outcome
    plan.columns["note"] = given.basis or given.draft
    if given.outcome not in DECIDED:
        return
    plan.rows.append(
        NewRow(
            "decision",
            {
                "movement": plan.movement,
                "docket": case.docket.id,
                "outcome": given.outcome,
                "note": given.basis or given.draft,
                "subject_class": case.docket.particulars.get("subject_class"),
                "amount_paise": case.docket.particulars.get("amount_paise"),
                "post": case.actor.post.id,
                "at": case.at,
            },
        )
    )
    for ordinal, text in enumerate(given.conditions, 1):
        plan.rows.append(
            NewRow(
                "decision_condition",
                {
                    "id": uuid5(plan.movement, f"condition {ordinal}"),
                    "decision": plan.movement,
                    "docket": case.docket.id,
                    "ordinal": ordinal,
                    "text": text,
                    "settled": None,
                    "settled_by": None,
                },
            )
        )


def settle_condition(case: Case, plan: Plan) -> None:
    plan.columns["decision"] = case.parameters.outcome
    plan.changed.append(
        ChangedRow(
            "decision_condition",
            {"id": case.parameters.condition},
            {"settled": case.parameters.outcome, "settled_by": plan.movement},
        )
    )


def park(case: Case, plan: Plan) -> None:
    until = case.parameters.until
    assert until is not None
    plan.docket["parked_until"] = until
    plan.columns["details"] = {"until": until.isoformat()}


def bring_up(case: Case, plan: Plan) -> None:
    plan.docket["parked_until"] = None


@looks_at("clocks")
def end(case: Case, plan: Plan) -> None:
    """It closes, with the kind of closing that its row says: it is in nobody's hand, and no clock runs."""
    plan.hold(None)
    plan.docket |= {"closed_at": case.at, "sender": None, "ending": case.row.ends}
    plan.clocks += [ClockChange("end", clock.sort, clock.level) for clock in case.history.clocks]


@looks_at("ties")
def reopen(case: Case, plan: Plan) -> None:
    """It is open again, in the hand of whoever asked for it, and stands for itself (DESIGN §4 Office file)."""
    take_to_actor(case, plan)
    plan.docket |= {"closed_at": None, "ending": None}
    stand_for_itself(case, plan)


def document_id(movement: UUID) -> UUID:
    """The id of the document that a movement adds: known before it is carried out."""
    return uuid5(movement, "document")


@looks_at("documents")
def add_document(case: Case, plan: Plan) -> None:
    given = case.parameters.document
    assert given is not None
    row: dict[str, object] = {
        "id": document_id(plan.movement),
        "docket": case.docket.id,
        "ordinal": case.history.documents + 1,
        "movement": plan.movement,
        "at": case.at,
        **given,
    }
    plan.rows.append(NewRow("document", row))
    plan.document = document_id(plan.movement)
    plan.columns["details"] = {"document": str(plan.document), "ordinal": row["ordinal"]}


@looks_at("texts")
def amend(case: Case, plan: Plan) -> None:
    """What was said of it is said anew; the movement keeps what stood before."""
    given, old = case.parameters, case.docket.particulars
    before: dict[str, object] = {name: old.get(name) for name in given.particulars}
    plan.particulars |= given.particulars
    if given.subject is not None:
        plan.docket["subject"] = given.subject
        before["subject"] = str(case.history.texts["subject"].value_id)
    plan.tell(before=before, after=dict(given.particulars))


def add_reference(case: Case, plan: Plan) -> None:
    """It bears the number of an outside system too."""
    given = {name: getattr(case.parameters, name) for name in NAMES}
    plan.rows.append(reference_row(case.docket.id, given))
    plan.tell(system=given["system"], reference=given["reference"])


def tell_post(case: Case, plan: Plan) -> None:
    """The post that the docket goes to is told by e-mail."""
    if plan.holder is not None:
        plan.messages.append(Message(f"{case.table.family}.{case.row.name}", "email", "post", plan.holder))


EFFECTS: Mapping[str, Effect] = {
    "amend": amend,
    "tie": tie,
    "untie": untie,
    "open_part": open_part,
    "open_volume": open_volume,
    "copy_to_posts": copy_to_posts,
    "open_consultations": open_consultations,
    "split_off": split_off,
    "name_unanswered": name_unanswered,
    "inform_posts": inform_posts,
    "decide_letter": decide_letter,
    "dispatch_letter": dispatch_letter,
    "draft_letter": draft_letter,
    "drop_letter": drop_letter,
    "revise_letter": revise_letter,
    "sign_letter": sign_letter,
    "tell_addressees": tell_addressees,
    "withhold": withhold,
    "release": release,
    "begin_route": begin_route,
    "along_route": along_route,
    "back_on_route": back_on_route,
    "end_route": end_route,
    "leave_hands": leave_hands,
    "name_by_relation": name_by_relation,
    "send_to_post": send_to_post,
    "send_back": send_back,
    "take_in_hand": take_in_hand,
    "take_to_actor": take_to_actor,
    "open_note": open_note,
    "fix_draft": fix_draft,
    "record_decision": record_decision,
    "settle_condition": settle_condition,
    "park": park,
    "bring_up": bring_up,
    "end": end,
    "reopen": reopen,
    "add_document": add_document,
    "add_reference": add_reference,
    "tell_post": tell_post,
    **EFFECTS_OF_COMPLAINTS,
}
