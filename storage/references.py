"""References in outside systems: which docket bears the number of one."""

from __future__ import annotations

from storage.database import Driver, fetch_one

_FIRST = """
select d.number from docket_reference r join docket d on d.id = r.docket
where r.system = %(system)s and r.number = %(number)s
"""


async def first_with(driver: Driver, system: str, number: str) -> str | None:
    """The number of the docket that bears a system's number; None: there is none."""
    row = await fetch_one(driver, _FIRST, {"system": system, "number": number})
    return None if row is None else row["number"]
