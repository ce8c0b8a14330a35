"""Cursors: where a list goes on, as the keys of the last row that was given out."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from eoffice_api.problems import Problem


def give(at: datetime, row: UUID) -> str:
    """The cursor behind a row of a list in order of time and id."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), str(row)]).encode()).decode().rstrip("=")


def take(cursor: str | None) -> tuple[datetime | None, UUID | None]:
    """What ``give`` was given; nothing for the first page. Raises Problem for anything else."""
    if cursor is None:
        return None, None
    try:
        at, row = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        found = datetime.fromisoformat(at)
        if found.tzinfo is None:
            raise ValueError("no zone")
        return found, UUID(row)
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise Problem("bad-cursor", 400, field="cursor") from None


def page(rows: list[Any], limit: int, at: str, key: str = "id") -> dict[str, Any]:
    """A page of at most ``limit`` rows of the ``limit + 1`` that were asked for."""
    more = len(rows) > limit
    kept = rows[:limit]
    return {"items": kept, "next": give(kept[-1][at], kept[-1][key]) if more else None}
