"""What tells whether the database is fit to serve: its schema's revision and its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.database import Driver, fetch_one


@dataclass(frozen=True, slots=True)
class Vitals:
    """The revision that the schema stands at (None: no schema), and the time by the database's clock."""

    schema: str | None
    at: datetime


async def vitals(driver: Driver) -> Vitals:
    row = await fetch_one(driver, "select to_regclass('alembic_version') as there, clock_timestamp() as at", {})
    assert row is not None
    if row["there"] is None:
        return Vitals(None, row["at"])
    found = await fetch_one(driver, "select version_num from alembic_version", {})
    return Vitals(found["version_num"] if found else None, row["at"])
