"""What a movement asks for only once something is chosen: a post above to which a file is put up, an outcome.

Each choice is tried on the case as it stands, by the needs of the row that will judge it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from flows.rules import decide
from flows.rules.cases import Case, nowhere
from flows.rules.errors import Refusal
from flows.rules.labels import Label
from flows.rules.words import NEEDS

_PUT_UP: Final = "put_up"


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a parameter that lets the rules ask for more, or that is not to be chosen now.

    ``code``: the outcome; of the parameter ``to``, how the file then goes by the chain of superiors. ``asks``:
    what is to be given besides; ``why``: the rule that asks, or where it is not ``possible``, that refuses.
    """

    parameter: str
    code: str
    label: Label
    possible: bool
    asks: tuple[str, ...]
    why: Refusal


def choices(case: Case) -> list[Choice]:
    """The choices that the case's own row leaves, but for those that change nothing."""
    before = decide.lacking(case)
    found = list[Choice]()
    for parameter, code, label, chosen in _tried(case):
        new = [one for one in decide.lacking(chosen) if one not in before and one.field != "to"]
        against = next((one for one in new if one.field in (None, parameter)), None)
        if new:
            asks = decide.parameters_asked(case.row, (one for one in new if one.field != parameter))
            found.append(Choice(parameter, code, label, against is None, asks, against or new[0]))
    return found


def _put_up(case: Case, above: UUID) -> Case:
    """Put up to a post of which it only matters that it is above; whether somebody is there is asked of ``to``."""
    posts = {above: nowhere(above), **case.posts}
    return replace(case, parameters=replace(case.parameters, to=above), posts=posts)


def _tried(case: Case) -> Iterator[tuple[str, str, Label, Case]]:
    """Parameter, code and label of each choice, and the case as it would be."""
    above = case.actor.post.above
    if case.row.naming == "by_relation" and above:
        yield "to", _PUT_UP, case.table.names.get(_PUT_UP, (case.row.label,))[0], _put_up(case, above[0])
    for name in case.row.needs:
        need = NEEDS[name]
        if need.asks == "outcome" and need.values is not None:
            for code, label in need.values.items():
                yield "outcome", code, label, replace(case, parameters=replace(case.parameters, outcome=code))
