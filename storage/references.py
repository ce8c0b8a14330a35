"""References in outside systems: which docket bears the number of one."""

from __future__ import annotations

from typing import Final

from storage.database import Driver, fetch_one

BEARER: Final = """select b.number from docket_reference r join docket b on b.id = r.docket
    where r.system = %(system)s and r.number = %(reference)s"""
"""SQL: the number of the docket that bears the number ``reference`` of an outside ``system``."""


async def first_with(driver: Driver, system: str, number: str) -> str | None:
    """The number of the docket that bears a system's number; None: there is none."""
    row = await fetch_one(driver, BEARER, {"system": system, "reference": number})
    return None if row is None else row["number"]
