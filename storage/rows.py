"""SQL for single rows, made from the tables' descriptions: insert, and set by key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from psycopg.types.json import Jsonb
from sqlalchemy.dialects.postgresql import JSONB

from storage.database import Statement
from storage.models import TABLES
from storage.set_based import rows_given, sort_of, with_twin


@cache
def _json_columns(table: str) -> frozenset[str]:
    return frozenset(c.name for c in TABLES[table].columns if isinstance(c.type, JSONB))


@cache
def primary_key(table: str) -> tuple[str, ...]:
    """The names of a table's key columns."""
    return tuple(str(column.name) for column in TABLES[table].primary_key.columns)


@cache
def _insert(table: str, columns: tuple[str, ...]) -> str:
    unknown = set(columns) - set(TABLES[table].columns.keys())
    assert not unknown, f"{table} has no column {unknown}"
    names = ", ".join(f'"{name}"' for name in columns)
    places = ", ".join(f"%({name})s" for name in columns)
    into = f"insert into {table} ({names})"
    given = rows_given({name: sort_of(TABLES[table].columns[name]) for name in columns})
    return with_twin(f"{into} values ({places})", f"{into} select {names} from {given}")


@cache
def _update(table: str, key: tuple[str, ...], columns: tuple[str, ...]) -> str:
    sets = ", ".join(f'"{name}" = %({name})s' for name in columns)
    where = " and ".join(f'"{name}" = %(key_{name})s' for name in key)
    return with_twin(f"update {table} set {sets} where {where}", _update_many(table, key, columns))


def _update_many(table: str, key: tuple[str, ...], columns: tuple[str, ...]) -> str:
    of = TABLES[table].columns
    sorts = {name: sort_of(of[name]) for name in columns} | {f"key_{name}": sort_of(of[name]) for name in key}
    sets = ", ".join(f'"{name}" = g."{name}"' for name in columns)
    where = " and ".join(f't."{name}" = g."key_{name}"' for name in key)
    return f"update {table} t set {sets} from {rows_given(sorts)} where {where}"


def _bound(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    wrapped = _json_columns(table)
    return {k: Jsonb(v) if k in wrapped and v is not None else v for k, v in row.items()}


def insert(table: str, row: Mapping[str, Any], *, tail: str = "") -> Statement:
    """The statement that inserts a row; ``tail`` is an ``on conflict`` clause."""
    return _insert(table, tuple(row)) + tail, _bound(table, row)


_AT_ONCE: Final = 1_000


def insert_all(table: str, rows: Sequence[Mapping[str, Any]]) -> list[Statement]:
    """The statements that insert many rows, some hundred in each; absent columns are null, bytes have no place."""
    sql = f"insert into {table} select * from jsonb_populate_recordset(null::{table}, %(rows)s)"
    parts = [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]
    return [(sql, {"rows": Jsonb(part, dumps=_as_text)}) for part in parts]


def _as_text(rows: Any) -> str:
    """JSON in which what JSON does not know stands as PostgreSQL reads it from a text."""
    return json.dumps(rows, ensure_ascii=False, default=str)


def update(table: str, key: Mapping[str, Any], row: Mapping[str, Any]) -> Statement:
    """The statement that sets columns of one row."""
    bound = _bound(table, row)
    return _update(table, tuple(key), tuple(row)), bound | {f"key_{k}": v for k, v in key.items()}
