"""Rows that hold from a day until a day (that one not): begun, ended, and never taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flows.office.changes import OfficeChange

Rows = Sequence[Mapping[str, Any]]


def lasting(rows: Iterable[Mapping[str, Any]], day: date) -> list[Mapping[str, Any]]:
    """The rows that hold on that day or on one after it."""
    return [row for row in rows if row["to_day"] is None or row["to_day"] > max(day, row["from_day"])]


def begin(
    change: OfficeChange, table: str, key: Mapping[str, Any], rows: Rows, day: date, values: Mapping[str, Any]
) -> None:
    """A new row from a day on. One that began that very day stands under the same key and is set anew."""
    keyed = {**key, "from_day": day}
    if any(row["from_day"] == day for row in rows):
        change.set(table, keyed, values)
    else:
        change.insert(table, {**keyed, **values})


def end(change: OfficeChange, table: str, key: Mapping[str, Any], rows: Rows, day: date) -> None:
    """What holds on that day or later ends with it; what would begin later never does."""
    for row in lasting(rows, day):
        change.set(table, {**key, "from_day": row["from_day"]}, {"to_day": max(day, row["from_day"])})
