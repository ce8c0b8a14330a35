"""Sheets that are brought into an office: rows to begin with, what came of one, and what was against it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.imports.carry_in import Given, Imported, import_sheet
from flows.rules.sheets import BadSheet
from infra.audit.verify_database import Trust, verify_database
from storage.snapshots import one_snapshot
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.postgres import Database

MONDAY = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
POST = {
    "code": "je-2", "abbreviation": "JE2", "name_en": "Junior Engineer 2", "name_hi": "कनिष्ठ अभियंता 2",
    "office": "ph", "section": "PH-WORKS", "superior": "engineer", "powers": "register",
}  # fmt: skip
ROUTE = {"scheme": "haryana-eoffice", "kind": "complaint", "department": "", "category": "pension", "place": "",
         "level": "1", "post": "junior", "from_day": "", "to_day": ""}  # fmt: skip
PLACE = {"scheme": "haryana-eoffice", "code": "ward-1", "name_en": "Ward 1", "name_hi": "वार्ड 1", "parent": ""}


async def brought(office: PracticeOffice, what: str, path: Path, *, dry_run: bool = False) -> Imported:
    given = Given(what, path, path.name)
    return await import_sheet(office.database, office.identity, None, given, dry_run=dry_run)


async def refused(office: PracticeOffice, what: str, path: Path) -> list[tuple[str, str, str]]:
    """The faults of a sheet: cell, value and reason; nothing of the office is another."""
    before = await entries(office)
    with pytest.raises(BadSheet) as bad:
        await brought(office, what, path)
    assert await entries(office) == before
    return [(one.cell, one.value, one.why.code) for one in bad.value.faults]


async def entries(office: PracticeOffice) -> int:
    return await office.one("select count(*) from audit_entry")


async def verified(place: Database) -> list[str]:
    """What the audit's verifier has to say against the office."""
    from storage.database import Database as Pool  # noqa: PLC0415 - a name of its own

    pool = Pool(place.reader_url, pool=2)
    try:
        async with one_snapshot(pool) as driver:
            return [str(fault) for fault in (await verify_database(driver, Trust({}, True))).faults]
    finally:
        await pool.close()
