"""What is past its retention: the schemes' rules brought together with the papers that are closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flows import facts
from flows.schemes_in_force import know
from storage import retention
from storage.database import Driver
from storage.retention import Due

MOST: Final = 10_000
"""The most papers that one list is drawn up of: two people are to read it, and its entries to be read back."""
SHOWN: Final = 500
"""How many of those that are due are shown at once, where nobody asks for more."""


async def due_papers(
    driver: Driver,
    day: date,
    *,
    limit: int = SHOWN,
    numbers: Sequence[str] | None = None,
    office: UUID | None = None,
) -> list[dict[str, Any]]:
    """Papers that are past their retention on a day, on no list, and kept back by nobody; the oldest first.

    Of one office, or of all. A receipt that stands in a file is part of it and comes due with it, whatever its own
    kind says.
    """
    rules = await _rules(driver, day)
    if not rules:
        return []
    return list(await retention.due(driver, rules, day, limit=limit, numbers=numbers, office=office))


async def still_due(driver: Driver, day: date, papers: Sequence[UUID]) -> set[UUID]:
    """Which of these papers are past their retention on a day: one reopened meanwhile began its years anew."""
    rules = await _rules(driver, day)
    return await retention.past(driver, rules, papers) if rules else set()


async def _rules(driver: Driver, day: date) -> list[Due]:
    sorts = await retention.sorts_closed(driver)
    await know(driver, sorts)
    return [rule for rule in (_rule(sort, day) for sort in sorts) if rule is not None]


def _rule(sort: Mapping[str, Any], day: date) -> Due | None:
    """Since when papers of a sort must have been closed; None where none is ever due."""
    scheme = facts.scheme_of(sort)
    kept = scheme.kinds[sort["kind"]].retention_of(sort["retention_class"])
    last = kept.closed_until(day)
    if last is None:
        return None
    before = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(scheme.zone))
    which = (sort["scheme"], sort["scheme_version"], sort["kind"], sort["retention_class"])
    return Due(*which, before, kept.then)
