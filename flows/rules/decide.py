"""The one judge of an action: may it be done (acceptance, step, buttons), and what it will write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID, uuid5

from flows.rules import clock_turns, clocks, words
from flows.rules.calendars import Span
from flows.rules.cases import Actor, Case, Parameters
from flows.rules.effects import EFFECTS
from flows.rules.errors import Refusal
from flows.rules.guards import NEEDS, WHO
from flows.rules.labels import ERASING as ERASING_LABELS
from flows.rules.labels import SETTLING as SETTLING_LABELS
from flows.rules.labels import Fact, Label
from flows.rules.plan import ChangedRow, Erasing, NewRow, Plan
from flows.rules.sending import relation
from flows.rules.tables import Row, StateClass

SETTLING: Final = frozenset(SETTLING_LABELS)
"""Actions of the second person; they are of every table in which a row has a ``second``."""
SETTLING_TAKES: Final = {"confirm": frozenset[str](), "decline": frozenset({"remark"})}
"""The parameters that each of them takes, none of which may be left out."""


def judge(case: Case) -> Refusal | None:
    """May this actor do this now? The first refusal, in the order: state, who, parameters, needs."""
    return _standing(case) or _taken(case) or _due(case) or _first(case, case.row.needs) or _judge_other(case)


def _due(case: Case) -> Refusal | None:
    """Nothing is to be done by a day that is over when it is asked for."""
    due = case.parameters.due
    return Refusal("due-past", "due") if due is not None and case.scheme.day_of(due) < case.today else None


def _judge_other(case: Case) -> Refusal | None:
    """What is against the movement that the other docket makes with it; the field to look at is the other."""
    other = case.other
    if other is None:
        return None
    if other.docket.destroyed_under is not None:
        return Refusal("destroyed", "other")
    if other.docket.state not in other.row.from_states:
        state = other.table.by_state[other.docket.state].label
        facts: dict[str, Fact] = {"action": case.row.label, "number": other.docket.number, "state": state}
        return Refusal("other-wrong-state", "other", facts)
    refusal = _who(other) or _first(other, other.row.needs)
    return None if refusal is None else replace(refusal, field="other")


def _standing(case: Case) -> Refusal | None:
    if case.docket.destroyed_under is not None:
        return Refusal("destroyed")
    if case.docket.state not in case.row.from_states:
        return wrong_state(case)
    return _who(case)


def wrong_state(case: Case) -> Refusal:
    """What the action may not be done in: the state that the docket is in."""
    state = case.table.by_state[case.docket.state].label
    return Refusal("wrong-state", facts={"action": case.row.label, "state": state})


def _who(case: Case) -> Refusal | None:
    answers = [WHO[name](case) for name in case.row.who]
    return None if None in answers else answers[0]


def _taken(case: Case) -> Refusal | None:
    return _not_taken(case, case.row.label, case.row.takes)


def _not_taken(case: Case, action: Label, takes: frozenset[str]) -> Refusal | None:
    extra = sorted(case.parameters.given() - takes - {"fixed_text"})
    if not extra:
        return None
    return Refusal("not-taken", extra[0], {"parameter": words.field(extra[0]), "action": action})


def _first(case: Case, names: Iterable[str]) -> Refusal | None:
    for name in names:
        refusal = NEEDS[name](case)
        if refusal is not None:
            return refusal
    return None


def judge_settling(case: Case, action: str) -> Refusal | None:
    """May this actor, as the second person, confirm or decline the open proposal? ``case.row`` is its row."""
    proposal = case.open_proposal
    if proposal is None:
        return Refusal("no-proposal")
    if case.actor.person == proposal.person:
        return Refusal("same-person")
    assert case.row.second is not None
    refusal = WHO[case.row.second](case) or _not_taken(case, SETTLING_LABELS[action], SETTLING_TAKES[action])
    if refusal is None and action == "decline" and case.parameters.remark is None:
        refusal = Refusal("needs-reason", "remark")
    return refusal or _still_possible(case)


_PROPOSED_IN_TIME: Final = frozenset({"within_reopening", "within_recategorising", "calling_hours"})
# What is read of the post that acts, which is now the second's, was asked of the proposer's when he proposed.
_OF_THE_PROPOSER: Final = frozenset({"competent", "competent_to_amend", "note_if_putting_up", "opinion"})
_ASKED_AT_PROPOSING: Final = frozenset({"no_proposal"}) | _PROPOSED_IN_TIME | _OF_THE_PROPOSER
"""What a movement needs only when it is proposed; everything else it needs on the day when it is confirmed too."""


def judge_proposed(case: Case) -> Refusal | None:
    """Is what was proposed still possible? ``case`` is the proposer's own, as things stand now."""
    return _first(case, (name for name in case.row.needs if name not in _ASKED_AT_PROPOSING))


def _still_possible(case: Case) -> Refusal | None:
    """The proposer's movement is judged again as things stand now: is it possible, and still for him to do?"""
    proposal = case.open_proposal
    assert proposal is not None
    proposer = Actor(proposal.person, case.posts[proposal.post].held_by(proposal.person))
    return _standing(replace(case, actor=proposer))


def movement_name(case: Case, action: str) -> str:
    """What an action's movement will be called; ``case.row`` is the proposal's for a second person."""
    if action == "decline":
        return action
    if case.row.second is not None and action not in SETTLING:
        return "propose"
    if case.row.naming == "by_relation" and case.target is not None:
        return relation(case.actor.post, case.target)
    return case.row.name


def plan(case: Case, movement: UUID) -> Plan:
    """What the movement writes. The case was judged before."""
    made = Plan(movement, case.row.name, case.row.to_state or case.docket.state)
    for name in case.row.follows:
        EFFECTS[name](case, made)
    clock_turns.follow(case, made)
    _finish(case, made)
    return made


def _finish(case: Case, made: Plan) -> None:
    made.columns["remark"] = case.parameters.remark
    in_transit = case.table.sort_of(case.docket.state) is StateClass.IN_TRANSIT
    holds = case.is_holder and not in_transit
    if not case.actor.is_clock and case.row.name not in case.table.from_outside:
        made.touched.setdefault(case.actor.post.id, "held" if holds else "named")


def plan_proposal(case: Case, movement: UUID, parameters: Mapping[str, object]) -> Plan:
    """The first person's part of a movement that needs two: it changes no state."""
    made = Plan(movement, "propose", case.docket.state)
    lapses = Span(count=case.scheme.proposal_lapses_days, unit="days")
    proposal: dict[str, object] = {
        "id": uuid5(movement, "proposal"),
        "docket": case.docket.id,
        "name": case.row.name,
        "parameters": parameters,
        "post": case.actor.post.id,
        "person": case.actor.person,
        "at": case.at,
        "lapses_at": clocks.due(case.at, lapses, case.calendar),
        "state": "open",
        "settled_at": None,
    }
    lapsed = case.history.proposal
    if lapsed is not None:
        settled: dict[str, object] = {"state": "lapsed", "settled_at": case.at}
        made.changed.append(ChangedRow("proposal", {"id": lapsed.id}, settled))
    made.rows.append(NewRow("proposal", proposal))
    made.columns["details"] = {"proposal": str(proposal["id"]), "proposed": case.row.name}
    _finish(case, made)
    return made


def plan_settling(case: Case, movement: UUID, action: str, proposed: Case) -> Plan:
    """The second person's part: the proposed movement itself (confirm), or a movement that declines it."""
    proposal = case.history.proposal
    assert proposal is not None
    if action == "confirm":
        made = plan(proposed, movement)
        made.columns |= {"second_post": case.actor.post.id, "second_person": case.actor.person}
    else:
        made = Plan(movement, "decline", case.docket.state)
        _finish(case, made)
    made.touched.setdefault(case.actor.post.id, "named")
    state = "confirmed" if action == "confirm" else "declined"
    made.changed.append(ChangedRow("proposal", {"id": proposal.id}, {"state": state, "settled_at": case.at}))
    return made


def judge_lapse(case: Case) -> Refusal | None:
    """May the clock say that the docket's proposal has lapsed? It must be open still, and its time be over."""
    lapsed = case.history.proposal is not None and case.open_proposal is None
    return WHO["the_clock"](case) or (None if lapsed else Refusal("no-proposal"))


def plan_lapse(case: Case, movement: UUID) -> Plan:
    """The clock's movement on a proposal that nobody confirmed in time: it is addressed to the post that proposed.

    The movement proposed is not carried out; the state stays.
    """
    proposal = case.history.proposal
    assert proposal is not None
    made = Plan(movement, "lapse", case.docket.state)
    made.columns |= {
        "to_post": proposal.post,
        "details": {"proposal": str(proposal.id), "proposed": proposal.name},
    }
    lapsed: dict[str, object] = {"state": "lapsed", "settled_at": case.at}
    made.changed.append(ChangedRow("proposal", {"id": proposal.id}, lapsed))
    return made


@dataclass(frozen=True, slots=True)
class SignedOrder:
    """A list or an order that two people signed; ``signed``: the posts and persons of both, by name of column."""

    id: UUID
    sort: str
    number: int
    signed: Mapping[str, str]


def plan_erasing(case: Case, order: SignedOrder, erasing: Erasing) -> Plan:
    """The movement that says under which order what is erased, and who signed that. The state stays.

    Under a list of papers past their retention the docket goes whole. Nobody's post acts on the docket by it: to
    have signed a list lets nobody see its papers.
    """
    name = "destroy" if case.row.act == "destroy" else "erase"
    movement = _erasing_movement(case.docket.id, order.id, name, erasing)
    made = Plan(movement, name, case.docket.state, erasing=erasing)
    made.tell(order=str(order.id), sort=order.sort, number=order.number, **order.signed)
    if name == "destroy":
        made.docket["destroyed_under"] = order.id
    return made


def _erasing_movement(docket: UUID, order: UUID, name: str, erasing: Erasing) -> UUID:
    """The id of that movement: a docket is destroyed once, and each of its texts is said to be erased once."""
    first = min((*erasing.values, *erasing.documents), default=None)
    return uuid5(docket, f"{name} {order}" if name == "destroy" else f"{name} {order} {first}")


def erasing_row(name: str) -> Row:
    """The row by which a docket is destroyed, or something of it erased; no scheme's table has it."""
    label = ERASING_LABELS[name]
    return Row(name, name, frozenset(), None, ("the_clock",), label, label, side=name == "erase")


def as_proposed(case: Case, proposer: Actor, parameters: Parameters) -> Case:
    """The case as the proposer's own, for the plan of the movement that he proposed."""
    other = None if case.other is None else replace(case.other, actor=proposer)
    return replace(case, actor=proposer, parameters=parameters, other=other)


@dataclass(frozen=True, slots=True)
class Option:
    """What a button needs to know: may it be done now, why not, and which fields are asked for.

    What is asked for only where something else is chosen stands in ``flows.rules.choices``.
    """

    row: Row
    blocked: Refusal | None
    asks: tuple[str, ...]


def options(case: Case) -> list[Option]:
    """Every movement of the table, as this actor stands now: possible, or why not."""
    return [option(replace(case, row=row)) for row in case.table.rows if row.is_action]


def option(case: Case) -> Option:
    """How the case's own row stands to its actor."""
    refusals = lacking(case)
    blocked = _standing(case) or next((one for one in refusals if one.field is None), None)
    return Option(case.row, blocked, parameters_asked(case.row, refusals))


def parameters_asked(row: Row, refusals: Iterable[Refusal]) -> tuple[str, ...]:
    """The parameters for which these refusals of a row ask, each once. A letter is named with its sum."""
    asks = list[str]()
    for one in refusals:
        asks += [] if one.field is None else [one.field]
        asks += ["letter_sha256"] if one.field == "letter" and "letter_sha256" in row.takes else []
    return tuple(dict.fromkeys(asks))


def lacking(case: Case) -> list[Refusal]:
    """All that the row's needs still refuse. What is known of a parameter that is asked for counts as given for
    those after it: the actor's own draft and its sum, and the next stop of a route."""
    found, case = list[Refusal](), _along_route(case)
    for name in case.row.needs:
        refusal = NEEDS[name](case)
        while refusal is not None:
            found.append(refusal)
            given = _own_draft_given(case, refusal.field)
            if given is None:
                break
            case, refusal = given, NEEDS[name](given)
    return found


def _own_draft_given(case: Case, asked: str | None) -> Case | None:
    """The case with what is asked for of the actor's own draft; None where that is something else or missing."""
    given, draft = case.parameters, case.own_draft if asked in ("draft", "draft_sha256") else None
    if draft is None or asked is None or getattr(given, asked) is not None:
        return None
    values = {"draft": draft.note, "draft_sha256": draft.sha256.hex()}
    return replace(case, parameters=replace(given, **{asked: values[asked]}))


def _along_route(case: Case) -> Case:
    """Where no post is named it goes to the next of its route (``flows.seen_cases``)."""
    if "along_route" not in case.row.follows or case.parameters.to is not None or not case.history.route:
        return case
    return replace(case, parameters=replace(case.parameters, to=case.history.route[0].post))
