"""Filters of lists that take a value from a list: another value is refused with those that it takes.

An unknown value would give an empty list, which reads as if there were nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Query
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from eoffice_api.schemas.texts import Code
from flows import facts
from flows.rules import tables
from flows.rules.decide import TABLES

_KINDS = [(name, kind) for scheme in facts.SCHEMES.values() for name, kind in scheme.kinds.items()]


def _once(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _states(wanted: str | None = None) -> tuple[str, ...]:
    """The states of a kind; of all kinds where none is named."""
    found = [TABLES[kind.table] for name, kind in _KINDS if wanted in (None, name)]
    return _once([state.name for table in found for state in table.states])


def check_state(kind: str | None, state: str | None) -> None:
    """The state is one of the kind that is asked for as well. Raises RequestValidationError."""
    allowed = _states(kind)
    if state is not None and state not in allowed:
        fault = {"type": "unknown_value", "loc": ("query", "state"), "ctx": {"allowed": allowed}}
        raise RequestValidationError([fault])


def _one_of(allowed: Sequence[str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in allowed:
            raise PydanticCustomError("unknown_value", "a value that is not known", {"allowed": allowed})
        return value

    return check


def _listed(allowed: Sequence[str], description: str) -> Any:
    """A query with its values, which the validator alone would not show."""
    return Query(description=description, json_schema_extra={"enum": [*allowed, None]})


KINDS = _once([name for name, _ in _KINDS])
STATES = _states()
STATE_CLASSES = tuple(tables.StateClass)
PRIORITIES = _once([name for scheme in facts.SCHEMES.values() for name in scheme.priorities])

KindFilter = Annotated[Annotated[Code, AfterValidator(_one_of(KINDS))] | None, _listed(KINDS, "only this kind")]
StateFilter = Annotated[
    Annotated[Code, AfterValidator(_one_of(STATES))] | None,
    _listed(STATES, "only in this state; with a kind, one of its states"),
]
StateClassFilter = Annotated[
    Annotated[Code, AfterValidator(_one_of(STATE_CLASSES))] | None,
    _listed(STATE_CLASSES, "only in states of this class"),
]
PriorityFilter = Annotated[
    Annotated[Code, AfterValidator(_one_of(PRIORITIES))] | None, _listed(PRIORITIES, "only this priority")
]
