"""The tables, by aggregate. ``TABLES`` finds one by its name, as the rules and the audit name it."""

from __future__ import annotations

from sqlalchemy import Table

from storage.models import (
    audit,
    calendar,
    charge,
    dockets,
    documents,
    grading,
    letters,
    office,
    outbox,
    receipts,
    retention,
    routing,
    schemes,
    second_factor,
    side_acts,
    standing,
    ties,
    time_kept,
    tray,
    work,
)
from storage.models.columns import metadata

TABLES: dict[str, Table] = dict(metadata.tables)
AUDITED_TABLES: dict[str, Table] = {name: table for name, table in TABLES.items() if table.info.get("audited")}

__all__ = [
    "AUDITED_TABLES",
    "TABLES",
    "audit",
    "calendar",
    "charge",
    "dockets",
    "documents",
    "grading",
    "letters",
    "metadata",
    "office",
    "outbox",
    "receipts",
    "retention",
    "routing",
    "schemes",
    "second_factor",
    "side_acts",
    "standing",
    "ties",
    "time_kept",
    "tray",
    "work",
]
