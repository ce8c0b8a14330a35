"""What each family adds to a docket's row: the tables, and how queries take them in."""

from __future__ import annotations

from typing import Final

_TABLES: Final = {"f": "office_file", "c": "complaint", "y": "receipt"}

COLUMNS: Final = ", ".join(f"to_jsonb({alias}) as {table}" for alias, table in _TABLES.items())
"""SQL: each family's row as JSON under the family's name, null of the others."""

HELD_THROUGH: Final = """
(select coalesce(m.holder, (select g.holder from docket_tie u join docket g on g.id = u.other
        where u.docket = m.id and u.ended_at is null and u.sort = 'attached' limit 1))
        from docket_tie t join docket m on m.id = t.other where t.docket = d.id
        and t.ended_at is null and t.sort in ('in_file', 'attached') limit 1)"""
"""SQL: the post in whose hand a docket ``d`` is because it lies in a file, or is attached to one that is there."""

JOINS: Final = " ".join(f"left join {table} {alias} on {alias}.docket = d.id" for alias, table in _TABLES.items())
"""SQL: what ``COLUMNS`` reads, beside a docket ``d``."""
