"""What waits for a power and for no post: complaints that nobody was given, replies to be heard of or reviewed.

A complaint waits where nobody has it yet, or while others are waited for, if the table's rows let only such posts
go on with it as have a power (or, to decide a special closing, a rung). A proposal waits for whoever may be its
second person. What is listed is what ``decide.option`` allows just then, so that it agrees with the options.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from flows.rules import decide
from flows.rules.acts import COMPLAINT
from flows.rules.cases import Case
from flows.rules.schemes import Kind, Scheme
from flows.rules.tables import Row, StateClass, Table

_POWERS: Final = {"hub": "hub", "calling_desk": "call", "reviewer": "review"}
_BY_RUNG: Final = "special_close_decider"
_ARBITER: Final = "arbiter"
_WORDS: Final = frozenset({*_POWERS, _BY_RUNG, _ARBITER})


def states_for(schemes: Iterable[Scheme], powers: Collection[str]) -> frozenset[str]:
    """The states in which something may wait for a post with these powers, in whichever scheme."""
    return frozenset(state for state, _ in _awaited_of(schemes, powers))


def actions_for(schemes: Iterable[Scheme], powers: Collection[str]) -> frozenset[str]:
    """The movements for which something may wait there, and those of a second person."""
    return decide.SETTLING | {row.name for _, row in _awaited_of(schemes, powers)}


def _awaited_of(schemes: Iterable[Scheme], powers: Collection[str]) -> Iterator[tuple[str, Row]]:
    for scheme in schemes:
        for kind in scheme.kinds.values():
            rows = _awaited(scheme.tables[kind.table])
            yield from ((state, row) for state, row in rows if _is_for(row, kind, powers))


def awaits(case: Case) -> list[str]:
    """The actions for which a docket waits at the acting post now."""
    state, powers = case.docket.state, case.actor.post.powers
    rows = [row for at, row in _awaited(case.table) if at == state and _is_for(row, case.kind, powers)]
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
    """Does a post with these powers come into question for a row?"""
    known = {**_POWERS, _ARBITER: kind.handling.arbiter}
    return _BY_RUNG in row.who or any(known.get(word) in powers for word in row.who)
