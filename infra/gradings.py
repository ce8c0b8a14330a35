"""Gradings for an operator: the months of every kind that is graded, drafted, looked at and published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.grading.cases import MonthOfKind, graded_in
from flows.grading.draft import make_draft
from flows.grading.shown import ShownMonth, shown
from flows.office import carry_out_order
from flows.office.grading import PublishGrading
from flows.rules.months import Month
from infra.commands.operator import CommandFault
from infra.office_at import office_at
from infra.progress_bar import progress_bar
from storage.database import Driver


async def _graded(driver: Driver, month: Month) -> list[MonthOfKind]:
    found = await graded_in(driver, month)
    if not found:
        raise CommandFault(f"no scheme that was in force on {month.first_day} grades {month}")
    return found


async def draft_months(url: str, month: Month, *, quiet: bool = False) -> list[ShownMonth]:
    """Makes the drafts of a month anew where it is not published, and answers how it stands.

    Raises MonthNotOver, CommandFault where nothing is graded in that month.
    """
    async with office_at(url) as (database, _):
        async with database.querying() as driver:
            wanted = await _graded(driver, month)
        with progress_bar("cases graded", quiet=quiet) as advance:
            for of in wanted:
                await make_draft(database, of, advance)
    return await shown_months(url, month)


async def shown_months(url: str, month: Month) -> list[ShownMonth]:
    """How a month stands, for every kind that is graded."""
    async with office_at(url) as (database, _), database.querying() as driver:
        found = [await shown(driver, of.scheme.name, of.kind, str(month)) for of in await _graded(driver, month)]
    standing = [one for one in found if one is not None]
    if not standing:
        raise CommandFault(f"there is no draft of {month} yet; “patravali grade draft {month}” makes it")
    return standing


async def publish_months(url: str, month: Month) -> list[Mapping[str, Any]]:
    """Publishes every draft of a month, each as an order of its own. Raises Refused, CommandFault."""
    drafts = [one.row for one in await shown_months(url, month) if not one.published]
    if not drafts:
        raise CommandFault(f"{month} is published already, and a published month is never changed")
    async with office_at(url) as (database, identity):
        orders = [PublishGrading(r["scheme"], r["kind"], r["month"], r["cases_sha256"]) for r in drafts]
        return [(await carry_out_order(database, identity, None, order)).outcome for order in orders]
