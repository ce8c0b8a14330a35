"""What a migration after the first says of a new table: who may do what with its rows, and what is never changed.

Each answer is a list of statements for ``op.execute``; those of the first schema stand in ``protections``.
"""

from __future__ import annotations

from typing import Final

WORKING: Final = "patravali_app, patravali_reader, patravali_signer, patravali_destroyer"
"""Every role that works in the database: each reads all of it."""


def readable(table: str) -> list[str]:
    """Every role reads it; whoever else may do something with it is named beside this."""
    return [f"grant select on {table} to {WORKING}"]


def written_once(table: str) -> list[str]:
    """No row is ever changed or taken away."""
    return [
        f"create trigger written_once before update or delete on {table} "
        f"for each row execute function written_once()",
        f"create trigger written_once_whole before truncate on {table} "
        f"for each statement execute function written_once()",
    ]


def appended(table: str) -> list[str]:
    """The application adds rows; none is ever changed or taken away."""
    return [*readable(table), f"grant insert on {table} to patravali_app", *written_once(table)]


def changed(table: str) -> list[str]:
    """The application adds rows and changes them in place."""
    return [*readable(table), f"grant insert, update on {table} to patravali_app"]


def fleeting(table: str) -> list[str]:
    """Rows that come and go with the work."""
    return [*changed(table), f"grant delete on {table} to patravali_app"]


def of_the_structure(table: str) -> list[str]:
    """What processes keep of the office is read anew after a change of this table (ADR 0009)."""
    return [
        f"create trigger structure_changed after insert or update or delete or truncate on {table} "
        f"for each statement execute function structure_changed()"
    ]


def ended(table: str, column: str) -> list[str]:
    """The application adds rows and says when one ends, in this column; nothing else of a row ever changes."""
    return [
        *readable(table),
        f"grant insert on {table} to patravali_app",
        f"grant update ({column}) on {table} to patravali_app",
    ]
