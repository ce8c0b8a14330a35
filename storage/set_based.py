"""The same statement for many rows at once: what one row's statement does, in one round trip and one plan.

A statement for one row may have a twin that takes all its parameters as the rows of one JSON value. ``folded``
puts the twin in place of many; a statement without one is sent row by row and does the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import orjson
from psycopg.types.json import Jsonb
from sqlalchemy import Column
from sqlalchemy.dialects import postgresql

from storage.database import Statement

_TWINS: Final[dict[str, str]] = {}
_DIALECT: Final = postgresql.dialect()


def with_twin(one: str, many: str) -> str:
    """Says that ``many``, over ``rows_given``, does what ``one`` does for each row; answers ``one``."""
    _TWINS[one] = many
    return one


def rows_given(columns: Mapping[str, str]) -> str:
    """SQL of the rows, called ``g``: a column for each parameter of the statement for one row, with its type."""
    listed = ", ".join(f'"{name}" {sort}' for name, sort in columns.items())
    return f"json_to_recordset(%(rows)s::json) as g({listed})"


@cache
def sort_of(column: Column[Any]) -> str:
    """The type of a column in SQL."""
    return column.type.compile(dialect=_DIALECT)


def folded(of_each: Iterable[Sequence[Statement]]) -> list[Statement]:
    """The statements of many dockets as few, in the order of one docket's.

    They must be of one act: the dockets' statements come in the same order, and none sets a row twice.
    """
    rows: dict[str, list[Any]] = {}
    for statements in of_each:
        for sql, bound in statements:
            rows.setdefault(sql, []).append(bound)
    found: list[Statement] = []
    for sql, many in rows.items():
        if sql in _TWINS and len(many) > 1:
            found.append((_TWINS[sql], {"rows": orjson.dumps(many, _as_json).decode()}))
        else:
            found += [(sql, bound) for bound in many]
    return found


def _as_json(value: object) -> object:
    """As the type of its column reads it; ids and instants orjson writes as PostgreSQL takes them."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, Jsonb):
        return value.obj
    raise TypeError(f"no column takes a {type(value).__name__}")
