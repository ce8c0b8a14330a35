"""The rules of a kind as an answer: its states, and each action with who may, what it needs and what it takes."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from eoffice_api import labels
from eoffice_api.catalogue import listed
from flows.rules.calendars import Span
from flows.rules.decide import SETTLING, SETTLING_TAKES
from flows.rules.guards import NEEDS as GUARDS
from flows.rules.known_schemes import KNOWN
from flows.rules.parts import taken_by
from flows.rules.schemes import Category, Kind, Procedure, Scheme
from flows.rules.tables import Row, State, Table
from flows.rules.words import NEEDS, PARAMETERS, WHO, Need

Answer = dict[str, Any]

MOVEMENTS: Final = "POST /api/v1/dockets/{docket}/movements"
_OWN_REQUESTS: Final = {
    "register": "POST /api/v1/dockets",
    "add_document": "POST /api/v1/dockets/{docket}/documents",
}


def request_of(row: Row) -> str:
    """The request that does what a row says."""
    return _OWN_REQUESTS.get(row.act, MOVEMENTS)


def rules(scheme: Scheme, kind: str) -> Answer | None:
    """The table of a kind under a known scheme; None where it has no such kind."""
    return _rules(scheme.name, scheme.version, kind) if kind in scheme.kinds else None


@cache  # only for kinds that are there, so that nobody fills it by inventing names
def _rules(name: str, version: int, kind: str) -> Answer:
    scheme = KNOWN.of(name, version)
    table = scheme.table_of(kind)
    return {
        "scheme": name,
        "version": version,
        "kind": kind,
        "label": labels.both(scheme.kinds[kind].label),
        "family": table.family,
        "states": [_state(state) for state in table.states],
        "actions": [_action(scheme, scheme.kinds[kind], row) for row in table.rows],
        "second_person": _settling(table),
        "called": [_called(name, both) for name, both in table.names.items()],
        "departments": listed(scheme.kinds[kind].departments),
        "categories": [_category(scheme.kinds[kind], *one) for one in scheme.kinds[kind].categories.items()],
    }


def _category(kind: Kind, name: str, category: Category) -> Answer:
    """What a complaint may be about: who answers for it, within what time, by which procedure and evidence."""
    classes, department = kind.handling.document_classes, category.department
    return labels.coded(name, category.label) | {
        "department": None if department is None else labels.coded(department, kind.departments[department]),
        "citizen": _span(category.citizen),
        "attend": _span(category.attend),
        "levels": [_span(limit) for limit in category.levels],
        "evidence": [labels.coded(name, classes[name]) for name in category.evidence],
        "procedure": None if category.sop is None else _procedure(category.sop),
    }


def _procedure(sop: Procedure) -> Answer:
    return {
        "version": sop.version,
        "steps": [labels.both(step) for step in sop.steps],
        "within": _span(sop.within),
    }


def _span(limit: Span) -> Answer:
    return {"count": limit.count, "unit": limit.unit}


def _state(state: State) -> Answer:
    return labels.coded(state.name, state.label) | {"state_class": state.sort.value}


def _action(scheme: Scheme, kind: Kind, row: Row) -> Answer:
    return {
        "action": row.name,
        "label": labels.both(row.label),
        "done_label": labels.both(row.done),
        "request": request_of(row),
        "from_states": sorted(row.from_states),
        "to_state": row.to_state,
        "who": [labels.coded(name, WHO[name]) for name in row.who],
        "needs": [labels.coded(name, NEEDS[name].label) for name in row.needs],
        "takes": [_parameter(scheme, kind, row, name) for name in PARAMETERS if name in row.takes],
        "needs_second_person": None if row.second is None else labels.coded(row.second, WHO[row.second]),
        "side": row.side,
    }


def _parameter(scheme: Scheme, kind: Kind, row: Row, name: str) -> Answer:
    needed = any(NEEDS[need].asks == name for need in row.needs)
    needs = [NEEDS[need] for need in row.needs if name in taken_by([GUARDS[need]])]
    return _explained(name, needed=needed, values=_values(scheme, kind, name, needs))


def _values(scheme: Scheme, kind: Kind, name: str, needs: list[Need]) -> list[Answer] | None:
    """The list from which a parameter is: that of the need or of the kind, or the scheme's priorities."""
    lists = [need.of_kind(kind) if need.of_kind else need.values for need in needs]
    known = scheme.priorities if name == "priority" else next(filter(None, lists), None)
    return None if known is None else listed(known)


def _explained(name: str, *, needed: bool, values: list[Answer] | None = None) -> Answer:
    words = PARAMETERS[name]
    return {
        "name": name,
        "label": labels.both(words.label),
        "meaning": labels.both(words.meaning),
        "needed": needed,
        "values": values,
    }


def _settling(table: Table) -> list[Answer]:
    """What the second person does with a proposal, where any action of the table needs one."""
    if not any(row.second for row in table.rows):
        return []
    return [
        {
            "action": action,
            "label": labels.of_settling(action),
            "request": MOVEMENTS,
            "takes": [_explained(name, needed=True) for name in sorted(SETTLING_TAKES[action])],
        }
        for action in sorted(SETTLING)
    ]


def _called(name: str, both: tuple[tuple[str, str], tuple[str, str]]) -> Answer:
    label, done = both
    return {"name": name, "label": labels.both(label), "done_label": labels.both(done)}
