"""Filters of lists that take a value from a list: another value is refused with those that it takes.

An unknown value would give an empty list, which reads as if there were nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

from fastapi import Query
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from eoffice_api.schemas.texts import Code
from flows.rules import messages, tables
from flows.rules.known_schemes import KNOWN, shipped_schemes
from flows.rules.schemes import Scheme


def _schemes() -> list[Scheme]:
    """Those that ship with the program, and those that this process has come to know."""
    return [*shipped_schemes().values(), *KNOWN.all()]


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _states(wanted: str | None = None) -> tuple[str, ...]:
    """The states of a kind; of all kinds where none is named."""
    found = [scheme.table_of(name) for scheme in _schemes() for name in scheme.kinds if wanted in (None, name)]
    return _once(state.name for table in found for state in table.states)


def _kinds() -> tuple[str, ...]:
    return _once(name for scheme in _schemes() for name in scheme.kinds)


def _priorities() -> tuple[str, ...]:
    return _once(name for scheme in _schemes() for name in scheme.priorities)


def _state_classes() -> tuple[str, ...]:
    return tuple(tables.StateClass)


def check_state(kind: str | None, state: str | None) -> None:
    """The state is one of the kind that is asked for as well. Raises RequestValidationError."""
    allowed = _states(kind)
    if state is not None and state not in allowed:
        fault = {"type": "unknown_value", "loc": ("query", "state"), "ctx": {"allowed": allowed}}
        raise RequestValidationError([fault])


def _one_of(known: Callable[[], Sequence[str]]) -> Callable[[str], str]:
    def check(value: str) -> str:
        allowed = known()
        if value not in allowed:
            raise PydanticCustomError("unknown_value", "a value that is not known", {"allowed": allowed})
        return value

    return check


def _listed(known: Callable[[], Sequence[str]], description: str) -> Any:
    """A query with the values that ship with the program, which the validator alone would not show."""
    return Query(description=description, json_schema_extra={"enum": [*known(), None]})


def _message_states() -> tuple[str, ...]:
    return tuple(messages.STATES)


def _channels() -> tuple[str, ...]:
    return tuple(messages.CHANNELS)


KindFilter = Annotated[Annotated[Code, AfterValidator(_one_of(_kinds))] | None, _listed(_kinds, "only this kind")]
StateFilter = Annotated[
    Annotated[Code, AfterValidator(_one_of(_states))] | None,
    _listed(_states, "only in this state; with a kind, one of its states"),
]
StateClassFilter = Annotated[
    Annotated[Code, AfterValidator(_one_of(_state_classes))] | None,
    _listed(_state_classes, "only in states of this class"),
]
PriorityFilter = Annotated[
    Annotated[Code, AfterValidator(_one_of(_priorities))] | None, _listed(_priorities, "only this priority")
]
MessageStateFilter = Annotated[
    Annotated[Code, AfterValidator(_one_of(_message_states))] | None,
    _listed(_message_states, "only messages in this state"),
]
ChannelFilter = Annotated[
    Annotated[Code, AfterValidator(_one_of(_channels))] | None, _listed(_channels, "only by this channel")
]
