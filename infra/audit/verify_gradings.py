"""Compares the cases of every published grading with the sum that the office's chain states of their list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.rules.grading import CaseFacts, ListHash
from infra.audit.report import Report
from storage import gradings
from storage.database import Driver


async def verify_gradings(driver: Driver, report: Report) -> None:
    """A case that was changed, added or taken away since its month was published is a fault of the month."""
    for month in await gradings.every_published(driver):
        found = ListHash()
        async for row in gradings.cases(driver, month["draft"]):
            found.take(CaseFacts(**row))
        report.counts.rows += found.cases
        if found.digest != month["cases_sha256"]:
            report.fault(_meaning(month, found.cases))


def _meaning(month: Mapping[str, Any], cases: int) -> str:
    what = f"the cases of the grading of {month['scheme']}, {month['kind']}, {month['month']}"
    if cases != month["cases"]:
        return f"{what} were changed: {cases} cases stand where {month['cases']} were published"
    return f"{what} are not those that were published"
