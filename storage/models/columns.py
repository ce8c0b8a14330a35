"""What every table is made of: the metadata, the column types that recur, and which columns are audited.

A table with ``info={"audited": True}`` is rebuilt from the audit entries by ``patravali audit verify``; a
column of it with ``info={"audited": False}`` (``UNAUDITED``) does not stand in the entry, because it is
derived, only hastens a search, or holds what the entry commits to.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Column, DateTime, ForeignKey, MetaData, Table, Text, Uuid

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

AUDITED: dict[str, Any] = {"audited": True}
UNAUDITED: dict[str, Any] = {"audited": False}


def uid(name: str, target: str | None = None, *, null: bool = False, **more: Any) -> Column[Any]:
    """A UUID column; ``target`` names the column that it cites."""
    cites = [ForeignKey(target)] if target else []
    return Column(name, Uuid, *cites, nullable=null, **more)


def key() -> Column[Any]:
    return Column("id", Uuid, primary_key=True)


def word(name: str, *, null: bool = False, **more: Any) -> Column[Any]:
    """Text from a closed or official vocabulary: it stands in clear in an audit entry."""
    return Column(name, Text, nullable=null, **more)


def protected(name: str, *, null: bool = False) -> Column[Any]:
    """The id of a protected value: a text of a person, or about one."""
    return Column(name, Uuid, ForeignKey("protected_value.id"), nullable=null, info={"protected": True})


def instant(name: str, *, null: bool = False, **more: Any) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=null, **more)


@cache
def audited_columns(table: Table) -> tuple[str, ...]:
    """The names of the columns that stand in an audit entry."""
    # SQLAlchemy's own names are no plain texts, of which alone JSON is written fast.
    return tuple(str(column.name) for column in table.columns if column.info.get("audited", True))


@cache
def protected_columns(table: Table) -> frozenset[str]:
    """The names of the columns that hold the id of a protected value."""
    return frozenset(str(column.name) for column in table.columns if column.info.get("protected"))
