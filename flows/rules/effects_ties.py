"""Effects between two dockets: what ties them, what ends a tie, and dockets that a movement brings into being."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid5

from flows.rules.acts import ACTS
from flows.rules.audit_chain import Commitment
from flows.rules.cases import Case, Tie
from flows.rules.guards_consultation import unanswered
from flows.rules.guards_file import DECIDED
from flows.rules.parts import looks_at
from flows.rules.plan import Birth, ChangedRow, NewRow, Plan


def tie_row(docket: UUID, other: UUID, sort: str, movement: UUID, at: object) -> NewRow:
    """The row of a tie by which a docket belongs to another; it stands in the chain of the one that belongs."""
    row: dict[str, object] = {
        "id": uuid5(movement, f"tie {other}"),
        "docket": docket,
        "other": other,
        "sort": sort,
        "movement": movement,
        "at": at,
        "ended_by": None,
        "ended_at": None,
    }
    return NewRow("docket_tie", row)


def tie(case: Case, plan: Plan) -> None:
    """This docket belongs to the other from now on, in the way of its act."""
    sort = ACTS[case.row.act].ties
    assert case.other is not None
    assert sort is not None
    other = case.other.docket
    plan.rows.append(tie_row(case.docket.id, other.id, sort, plan.movement, case.at))
    plan.tell(other=str(other.id), number=other.number)


@looks_at("ties")
def untie(case: Case, plan: Plan) -> None:
    """The tie ends. Its row is of the docket that belonged to the other, in whose chain this is told."""
    other = case.beside.id if case.beside is not None else case.parameters.other
    for one in case.history.ties:
        if one.other == other and one.sort == _ended_sort(case):
            _end(case, plan, one)


def stand_for_itself(case: Case, plan: Plan) -> None:
    """What it was merged into has it no more: that tie ends, and stays on record with the movement that ended it.

    The other file keeps what came to it meanwhile, and makes no movement: it may be with somebody else by now.
    """
    for one in case.history.ties:
        if one.belongs and one.sort == ACTS["merge"].ties:
            _end(case, plan, one)


def _end(case: Case, plan: Plan, one: Tie) -> None:
    plan.tell(other=str(one.other), number=one.number)
    if one.belongs:
        ended: dict[str, object] = {"ended_by": plan.movement, "ended_at": case.at}
        plan.changed.append(ChangedRow("docket_tie", {"id": one.id}, ended))


def _ended_sort(case: Case) -> str | None:
    """The sort of tie that ends: by the act of this docket, or of the one beside which it acts."""
    act = case.beside_act if case.beside_act is not None else case.row.act
    return ACTS[act].unties


@looks_at("born")
def open_part(case: Case, plan: Plan) -> None:
    """A part of the file begins in the same hand, under the file's number and its own."""
    assert case.parameters.subject is not None
    _begin_below(case, plan, case.parameters.subject, ("part", "P", 1))


@looks_at("born", "texts")
def open_volume(case: Case, plan: Plan) -> None:
    """The file goes on in a further volume; the first is the file itself, so the next is the second."""
    _begin_below(case, plan, case.history.texts["subject"], ("volume", "V", 2))


def _begin_below(case: Case, plan: Plan, subject: Commitment, place: tuple[str, str, int]) -> None:
    (sort, letter, first), row = place, case.row.beside
    assert row is not None
    ordinal = case.history.born.get(sort, 0) + first
    born = Birth(
        id=uuid5(plan.movement, f"{sort} {ordinal}"),
        kind=case.docket.kind,
        row=row,
        tie=sort,
        subject=subject,
        holder=case.actor.post.id,
        sender=None,
        particulars=case.docket.particulars,
        number=f"{case.docket.number}/{letter}-{ordinal}",
    )
    plan.births.append(born)
    plan.tell(begun=str(born.id), number=born.number)


@looks_at("born")
def open_consultations(case: Case, plan: Plan) -> None:
    """Each section that is asked gets a part file of its own, on its way to it at once, to answer by its due."""
    row, before = case.row.beside, case.history.born.get("consultation", 0)
    assert row is not None
    assert case.parameters.subject is not None
    for ordinal, post in enumerate(case.parameters.posts, before + 1):
        plan.births.append(
            Birth(
                id=uuid5(plan.movement, f"consultation {ordinal}"),
                kind=case.docket.kind,
                row=row,
                tie="consultation",
                subject=case.parameters.subject,
                holder=post,
                sender=case.actor.post.id,
                particulars=case.docket.particulars,
                number=f"{case.docket.number}/C-{ordinal}",
                due=case.parameters.due,
            )
        )
    plan.tell(begun=[str(born.id) for born in plan.births])


@looks_at("ties")
def name_unanswered(case: Case, plan: Plan) -> None:
    """A decision that did not wait tells which consultations were out."""
    out = [str(tie.other) for tie in unanswered(case)] if case.parameters.outcome in DECIDED else []
    if out:
        plan.tell(unanswered=out)


@looks_at("born", "texts")
def copy_to_posts(case: Case, plan: Plan) -> None:
    """Each further post gets one of its own: diary number/1, /2 (DESIGN §4 Receipt)."""
    texts, row, before = case.history.texts, case.row.beside, case.history.born.get("copy", 0)
    if not case.parameters.posts:
        return
    assert row is not None
    for ordinal, post in enumerate(case.parameters.posts, before + 1):
        plan.births.append(
            Birth(
                id=uuid5(plan.movement, f"copy {ordinal}"),
                kind=case.docket.kind,
                row=row,
                tie="copy",
                subject=texts["subject"],
                holder=post,
                sender=case.actor.post.id,
                particulars={**case.docket.particulars, **without_subject(texts)},
                number=f"{case.docket.number}/{ordinal}",
                due=case.parameters.due,
            )
        )
    plan.tell(copies=[str(born.id) for born in plan.births])


def without_subject(texts: Mapping[str, Commitment]) -> dict[str, Commitment]:
    """The protected texts of a family's own columns."""
    return {name: text for name, text in texts.items() if name != "subject"}
