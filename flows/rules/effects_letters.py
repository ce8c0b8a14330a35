"""Effects of letters: versions written once, the decision on one, its signing, and its dispatch."""

from __future__ import annotations

from uuid import UUID, uuid5

from flows.rules.cases import Case
from flows.rules.guards_file import DECIDED
from flows.rules.letters import Letter
from flows.rules.parts import looks_at
from flows.rules.plan import Message, NewRow, Plan


@looks_at("letters")
def draft_letter(case: Case, plan: Plan) -> None:
    """A letter begins with its first version."""
    letter, ordinal = uuid5(plan.movement, "letter"), len(case.history.letters) + 1
    row: dict[str, object] = {
        "id": letter,
        "docket": case.docket.id,
        "ordinal": ordinal,
        "movement": plan.movement,
        "at": case.at,
    }
    plan.rows.append(NewRow("letter", row))
    _write_version(case, plan, letter, 1)


@looks_at("letters")
def revise_letter(case: Case, plan: Plan) -> None:
    """The letter has a further version, which was not approved yet; the versions before it stay."""
    letter = _letter(case)
    _write_version(case, plan, letter.id, letter.version + 1)


def _write_version(case: Case, plan: Plan, letter: UUID, version: int) -> None:
    of: dict[str, object] = {"letter": letter, "docket": case.docket.id}
    row: dict[str, object] = {
        **of,
        "ordinal": version,
        "subject": case.parameters.subject,
        "text": case.parameters.text,
        "author_post": case.actor.post.id,
        "author_person": case.actor.person,
        "movement": plan.movement,
        "at": case.at,
    }
    plan.rows.append(NewRow("letter_version", row))
    for ordinal, one in enumerate(case.parameters.addressees, 1):
        said: dict[str, object] = {"name": one.name, "address": one.address, "email": one.email, "copy": one.copy}
        place: dict[str, object] = {"id": uuid5(plan.movement, f"addressee {ordinal}"), "ordinal": ordinal}
        plan.rows.append(NewRow("letter_addressee", {**place, **of, "version": version, **said}))
    plan.tell(letter=str(letter), version=version)


@looks_at("letters")
def decide_letter(case: Case, plan: Plan) -> None:
    """A decision that names a letter is one on its latest version, which is the one that was read."""
    letter, outcome = case.letter, case.parameters.outcome
    if letter is None:
        return
    plan.tell(letter=str(letter.id), version=letter.version)
    if outcome in DECIDED:
        plan.rows.append(NewRow("letter_decision", {**_of_version(case, plan, letter), "outcome": outcome}))


@looks_at("letters")
def sign_letter(case: Case, plan: Plan) -> None:
    letter = _letter(case)
    signer: dict[str, object] = {"post": case.actor.post.id, "person": case.actor.person}
    plan.rows.append(NewRow("letter_signing", {**_of_version(case, plan, letter), **signer}))
    plan.tell(letter=str(letter.id), version=letter.version)


@looks_at("letters")
def drop_letter(case: Case, plan: Plan) -> None:
    """The letter is given up; its versions stay. The movement is what says so, and no row beside it."""
    letter = _letter(case)
    plan.tell(letter=str(letter.id), version=letter.version)


@looks_at("letters")
def dispatch_letter(case: Case, plan: Plan) -> None:
    """It goes out to every addressee; the numbers are drawn when it is carried out."""
    letter = _letter(case)
    for addressee in letter.addressees:
        row: dict[str, object] = {
            "id": uuid5(plan.movement, f"dispatch {addressee}"),
            "docket": case.docket.id,
            "letter": letter.id,
            "addressee": addressee,
            "mode": case.parameters.mode,
            "day": case.today,
            "movement": plan.movement,
            "at": case.at,
        }
        plan.dispatches.append(row)
    plan.tell(letter=str(letter.id), version=letter.version)


@looks_at("letters")
def tell_addressees(case: Case, plan: Plan) -> None:
    """What goes by e-mail goes through the outbox, to each addressee once."""
    if case.parameters.mode == "email":
        purpose = f"{case.table.family}.{case.row.act}"
        plan.messages += [Message(purpose, "email", "addressee", one) for one in _letter(case).addressees]


def _letter(case: Case) -> Letter:
    assert case.letter is not None
    return case.letter


def _of_version(case: Case, plan: Plan, letter: Letter) -> dict[str, object]:
    return {
        "letter": letter.id,
        "version": letter.version,
        "docket": case.docket.id,
        "movement": plan.movement,
        "at": case.at,
    }
