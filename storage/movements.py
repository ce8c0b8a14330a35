"""Writing a movement: the statements for its rows, its audit entry, time and posts, and what Prefect is owed."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from storage.database import Statement
from storage.models import TABLES
from storage.rows import insert
from storage.set_based import rows_given, sort_of, with_twin
from storage.shapes import EntryShape

_OPEN_DRAFT = """
insert into note_draft (note, text, sha256, saved_at)
select %(note)s, value, sha256(convert_to(value, 'UTF8')), %(at)s from protected_value where id = %(value)s
"""

_TOUCH_INTO = "insert into docket_post (docket, post, since, last_act, role)"
_TOUCH_AGAIN = """
on conflict (docket, post) do update set last_act = coalesce(excluded.last_act, docket_post.last_act),
    role = case when 'held' in (docket_post.role, excluded.role) then 'held'
        when 'marked' in (docket_post.role, excluded.role) then 'marked' else 'named' end
"""
_TOUCHED = {"docket": "uuid", "post": "uuid", "at": "timestamptz", "acted": "timestamptz", "role": "text"}
_TOUCH = with_twin(
    f"{_TOUCH_INTO} values (%(docket)s, %(post)s, %(at)s, %(acted)s, %(role)s) {_TOUCH_AGAIN}",
    f"{_TOUCH_INTO} select docket, post, at, acted, role from {rows_given(_TOUCHED)} {_TOUCH_AGAIN}",
)

_OWE_RUN_INTO = "insert into prefect_run_owed (docket, since, turn)"
_OWE_RUN_AGAIN = "on conflict (docket) do update set turn = prefect_run_owed.turn + 1"
_AT_DOCKETS = rows_given({"docket": "uuid", "at": "timestamptz"})
_OWE_RUN = with_twin(
    f"{_OWE_RUN_INTO} values (%(docket)s, %(at)s, 1) {_OWE_RUN_AGAIN}",
    f"{_OWE_RUN_INTO} select docket, at, 1 from {_AT_DOCKETS} {_OWE_RUN_AGAIN}",
)
_END_HOLDING = with_twin(
    "update holding set to_at = %(at)s where docket = %(docket)s and to_at is null",
    f"update holding t set to_at = g.at from {_AT_DOCKETS} where t.docket = g.docket and t.to_at is null",
)


def protect(value_id: UUID, salt: bytes, value: str) -> Statement:
    """The statement that stores a protected text."""
    return insert("protected_value", {"id": value_id, "salt": salt, "value": value, "erased_by": None})


def entry_rows(entry: EntryShape) -> Statement:
    """The statement that stores an audit entry."""
    row = {"chain": entry.chain, "sequence": entry.sequence, "hash": entry.hash, "data": entry.data}
    return insert("audit_entry", row)


def open_draft(note: UUID, value: UUID, at: datetime) -> Statement:
    return _OPEN_DRAFT, {"note": note, "value": value, "at": at}


def drop_draft(note: UUID) -> Statement:
    return "delete from note_draft where note = %(note)s", {"note": note}


def change_holding(docket: UUID, post: UUID | None, level: int | None, at: datetime) -> list[Statement]:
    """The present holding ends and, where a post is given, the next begins."""
    ended: Statement = (_END_HOLDING, {"docket": docket, "at": at})
    if post is None:
        return [ended]
    row = {"docket": docket, "post": post, "level": level, "from_at": at, "to_at": None}
    return [ended, insert("holding", row)]


def touch(docket: UUID, post: UUID, role: str, at: datetime, *, acted: bool) -> Statement:
    """A post has to do with a docket: it holds it, or acts on it."""
    parameters = {"docket": docket, "post": post, "role": role, "at": at, "acted": at if acted else None}
    return _TOUCH, parameters


def start_clock(docket: UUID, at: datetime, row: dict[str, Any]) -> Statement:
    return insert("clock", {"docket": docket, "began": at, "halted_at": None, "ended": None, **row})


def change_clock(docket: UUID, sort: str, level: int, row: dict[str, Any]) -> Statement:
    return _change_clock(tuple(row)), {"docket": docket, "sort": sort, "level": level, **row}


@cache
def _change_clock(columns: tuple[str, ...]) -> str:
    of = TABLES["clock"].columns
    which = ("docket", "sort", "level")
    sets = ", ".join(f"{name} = %({name})s" for name in columns)
    where = " and ".join(f"{name} = %({name})s" for name in which)
    many = ", ".join(f"{name} = g.{name}" for name in columns)
    same = " and ".join(f"t.{name} = g.{name}" for name in which)
    given = rows_given({name: sort_of(of[name]) for name in (*which, *columns)})
    return with_twin(
        f"update clock set {sets} where {where} and ended is null",
        f"update clock t set {many} from {given} where {same} and t.ended is null",
    )


def owe(movement: UUID, docket: UUID, at: datetime, *, bulk: bool) -> Statement:
    """Prefect is owed the record of a movement."""
    return insert("prefect_owed", {"movement": movement, "docket": docket, "since": at, "bulk": bulk})


def owe_run(docket: UUID, at: datetime) -> Statement:
    """Prefect is owed the docket's flow run, or its present state."""
    return _OWE_RUN, {"docket": docket, "at": at}
