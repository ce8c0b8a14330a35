"""Cursors: where a list goes on, as the keys of the last row that was given out."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from eoffice_api.problems import Problem
from storage.pages import Page


def give(at: datetime, row: UUID) -> str:
    """The cursor behind a row of a list in order of time and id."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), str(row)]).encode()).decode().rstrip("=")


def wanted(cursor: str | None, limit: int, **filters: Any) -> Page:
    """The page behind a cursor, and one row more, which tells whether there is a next. Raises Problem."""
    at, row = _taken(cursor) if cursor is not None else (None, None)
    return Page(limit + 1, at, row, filters)


def _taken(cursor: str) -> tuple[datetime, UUID]:
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


def behind(asked: Page) -> str:
    """The cursor of a page that was not looked at yet."""
    assert asked.at is not None
    assert asked.id is not None
    return give(asked.at, asked.id)
