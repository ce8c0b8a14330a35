"""Descriptions of the bodies' members, made of the rules' tables and words: nothing is said twice.

English only, as the rest of the API's description; `GET /api/v1/schemes` gives both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flows.rules.decide import SETTLING, SETTLING_TAKES
from flows.rules.known_schemes import shipped_schemes
from flows.rules.particulars import Values, particulars_of, texts_of
from flows.rules.tables import Row
from flows.rules.words import NEEDS, PARAMETERS, REGISTRATION, WHO, asked_by

_SHIPPED: Final = tuple(shipped_schemes().values())

# A document comes with its bytes and a registration begins the docket: each has a request of its own.
_MOVED: Final = tuple(
    row
    for scheme in _SHIPPED
    for table in scheme.tables.values()
    for row in table.rows
    if row.is_action and "document" not in row.takes
)

ACTIONS: Final = tuple(dict.fromkeys([row.name for row in _MOVED] + sorted(SETTLING)))
"""Every action that a movement may name, in the schemes that ship with the program."""
SCHEMES: Final[Values] = {scheme.name: scheme.label for scheme in _SHIPPED}
KINDS: Final[Values] = {name: kind.label for scheme in _SHIPPED for name, kind in scheme.kinds.items()}
PRIORITIES: Final[Values] = {name: label for scheme in _SHIPPED for name, label in scheme.priorities.items()}


def of_actions() -> str:
    """Which action takes what, in which states, and who may: one line an action, once for all that share it."""
    kinds_of: dict[Row, list[str]] = {}
    for scheme in _SHIPPED:
        for kind in scheme.kinds:
            for row in scheme.table_of(kind).rows:
                kinds_of.setdefault(row, []).append(kind)
    of_kinds: dict[tuple[str, ...], list[Row]] = {}
    for row in dict.fromkeys(_MOVED):
        of_kinds.setdefault(tuple(dict.fromkeys(kinds_of.get(row, ()))), []).append(row)
    parts = [f"**{', '.join(kinds)}**\n\n" + "\n".join(map(_of_row, rows)) for kinds, rows in of_kinds.items()]
    return "\n\n".join([*parts, _of_second_person()])


def _of_row(row: Row) -> str:
    to = row.to_state or "stays"
    needs = [NEEDS[name].label[0] for name in row.needs]
    second = f" Confirmed by {WHO[row.second][0]}." if row.second else ""
    return (
        f"- `{row.name}` ({row.label[0]}): {', '.join(sorted(row.from_states))} → {to}; "
        f"by {' or '.join(WHO[name][0] for name in row.who)}. Takes {_taken(row.takes, asked_by(row))}."
        + (f" Needs {'; '.join(needs)}." if needs else "")
        + second
    )


def _taken(takes: frozenset[str], needed: frozenset[str]) -> str:
    """The parameters in the order of the body; those that are always needed are marked."""
    marked = [f"`{name}`{' (always)' if name in needed else ''}" for name in PARAMETERS if name in takes]
    return ", ".join(marked) or "nothing"


def _of_second_person() -> str:
    lines = [
        f"- `{name}`: takes {_taken(SETTLING_TAKES[name], SETTLING_TAKES[name])}." for name in sorted(SETTLING)
    ]
    return "**the second person, where a proposal waits**\n\n" + "\n".join(lines)


def of_parameter(name: str) -> str:
    """What a parameter means, its values, and which actions take it."""
    rows = [row for row in _MOVED if name in row.takes]
    takers = dict.fromkeys([row.name for row in rows])
    takers |= dict.fromkeys(action for action in sorted(SETTLING) if name in SETTLING_TAKES[action])
    values = [_for_row(row, name) for row in rows]
    return " ".join(
        [PARAMETERS[name].meaning[0], *filter(None, dict.fromkeys(values)), f"Taken by {_code(takers)}."]
    )


def _for_row(row: Row, name: str) -> str:
    """The list from which a row's parameter is."""
    found = next((NEEDS[need].values for need in row.needs if NEEDS[need].asks == name), None)
    return "" if found is None else f"For `{row.name}`: {_code(found)}."


def of_registration(name: str, values: Values | None = None) -> str:
    """What a member of a registration means, its values where they are the same everywhere, and whose it is."""
    meaning = REGISTRATION[name].meaning[0]
    return " ".join(filter(None, [meaning, _one_of(values), _of_kinds(name)]))


def _one_of(values: Values | None) -> str:
    return "" if values is None else f"One of {_code(values)}."


def _of_kinds(name: str) -> str:
    """Of a particular: which kinds take it, whether they need it, and where its values are listed."""
    taken = {
        kind: found[name]
        for scheme in _SHIPPED
        for kind, one in scheme.kinds.items()
        if name in (found := particulars_of(scheme.table_of(kind).family, one))
    }
    if not taken:
        return ""
    needed = "Needed" if all(one.needed for one in taken.values()) else "May be given"
    listed = " `GET /api/v1/schemes` lists the values." if any(one.values for one in taken.values()) else ""
    return f"{needed} for {_code(taken)}.{listed}"


def of_words(name: str, *, needed: bool) -> str:
    """What is taken only where people's own words are registered."""
    kinds = [
        kind
        for scheme in _SHIPPED
        for kind, one in scheme.kinds.items()
        if name in texts_of(scheme.table_of(kind).family)
    ]
    return f"{REGISTRATION[name].meaning[0]} {'Needed' if needed else 'May be given'} for {_code(kinds)}."


def _code(names: Mapping[str, object] | list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
