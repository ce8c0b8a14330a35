"""What waits for a power and for no post: complaints that nobody was given, replies to be heard of or reviewed.

A complaint waits where nobody has it yet, or while others are waited for, if the table's rows let only such posts
go on with it as have a power, or a rung above who had it: to decide a special closing, and where the scheme lets
superiors review replies. A proposal waits for whoever may be its second person. What is listed is what
``decide.option`` allows just then, so that it agrees with the options.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from flows.rules import decide
from flows.rules.acts import COMPLAINT
from flows.rules.cases import Case
from flows.rules.schemes import Kind, Scheme
from flows.rules.tables import Row, StateClass, Table

_POWERS: Final = {"hub": "hub", "calling_desk": "call", "reviewer": "review"}
_DECIDER: Final = "special_close_decider"
_REVIEWER: Final = "reviewer"
_ARBITER: Final = "arbiter"
_WORDS: Final = frozenset({*_POWERS, _DECIDER, _ARBITER})


@dataclass(frozen=True, slots=True)
class Awaited:
    """What may wait for a post with certain powers, in whichever scheme.

    ``states``: where something may wait for one of the powers; ``states_under``: where it may wait for whoever is
    above the post that has or had it. ``actions``: the movements for which it waits, and those of a second person.
    """

    states: frozenset[str]
    states_under: frozenset[str]
    actions: frozenset[str]


def awaited_by(schemes: Iterable[Scheme], powers: Collection[str]) -> Awaited:
    """What may wait for a post with these powers."""
    kinds = [(scheme, kind) for scheme in schemes for kind in scheme.kinds.values()]
    found = [(kind, *one) for scheme, kind in kinds for one in _awaited(scheme.tables[kind.table])]
    states = {state for kind, state, row in found if _is_for(row, kind, powers)}
    under = {state for kind, state, row in found if _is_by_rung(row, kind)}
    actions = {row.name for kind, _, row in found if _is_for(row, kind, powers) or _is_by_rung(row, kind)}
    return Awaited(frozenset(states), frozenset(under), decide.SETTLING | actions)


def awaits(case: Case) -> list[str]:
    """The actions for which a docket waits at the acting post now."""
    state, powers, kind = case.docket.state, case.actor.post.powers, case.kind
    here = [row for at, row in _awaited(case.table) if at == state]
    rows = [row for row in here if _is_for(row, kind, powers) or _is_by_rung(row, kind)]
    found = [row.name for row in rows if decide.option(replace(case, row=row)).blocked is None]
    return found + [action for action in sorted(decide.SETTLING) if _may_settle(case, action)]


def _may_settle(case: Case, action: str) -> bool:
    """May the acting person confirm or decline the open proposal, once he gives what that asks for?"""
    if case.open_proposal is None:
        return False
    refusal = decide.judge_settling(case, action)
    return refusal is None or refusal.field is not None


def _awaited(table: Table) -> Iterable[tuple[str, Row]]:
    """Rows that only a power lets do, by the states in which a complaint waits for them."""
    if table.family != COMPLAINT:
        return
    given_to_nobody = {row.to_state for row in table.rows if row.act == "register"}
    for row in table.rows:
        if row.side or not row.who or not _WORDS.issuperset(row.who):
            continue
        for state in sorted(row.from_states):
            if state in given_to_nobody or table.sort_of(state) is StateClass.WAITING:
                yield state, row


def _is_for(row: Row, kind: Kind, powers: Collection[str]) -> bool:
    """Does a post come into question for a row by one of these powers?"""
    known = {**_POWERS, _ARBITER: kind.handling.arbiter}
    return any(known.get(word) in powers for word in row.who)


def _is_by_rung(row: Row, kind: Kind) -> bool:
    """Does a post come into question for a row because it is above the one that has or had it?"""
    review = kind.handling.review
    reviews = _REVIEWER in row.who and review is not None and "superior" in review.by
    return reviews or _DECIDER in row.who
