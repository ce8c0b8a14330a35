"""What each family adds to a docket's row: the tables, and how queries take them in."""

from __future__ import annotations

from typing import Final

_TABLES: Final = {"f": "office_file", "c": "complaint", "y": "receipt"}

COLUMNS: Final = ", ".join(f"to_jsonb({alias}) as {table}" for alias, table in _TABLES.items())
"""SQL: each family's row as JSON under the family's name, null of the others."""

JOINS: Final = " ".join(f"left join {table} {alias} on {alias}.docket = d.id" for alias, table in _TABLES.items())
"""SQL: what ``COLUMNS`` reads, beside a docket ``d``."""
