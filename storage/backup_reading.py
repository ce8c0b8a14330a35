"""What a backup reads of the office beside its dump, all in the snapshot that the dump is taken from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage.database import Driver, fetch_one
from storage.health import vitals
from storage.identity import read_identity

_COUNTS = """
select (select count(*) from docket) as dockets, (select count(*) from audit_entry) as entries,
    (select coalesce(max(number), 0) from checkpoint) as checkpoint, office_now() as at
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """Whose backup it is, of when, and how much there is; ``checkpoint`` is the number of the last one."""

    office: UUID
    name: str
    epoch: int
    schema: str
    at: datetime
    dockets: int
    entries: int
    checkpoint: int


async def facts(driver: Driver) -> Facts:
    """Raises NotAnOffice."""
    identity, counts, found = (
        await read_identity(driver),
        await fetch_one(driver, _COUNTS, {}),
        await vitals(driver),
    )
    assert counts is not None
    return Facts(identity.id, identity.name_en, identity.epoch, found.schema or "", **counts)


async def export_snapshot(driver: Driver) -> str:
    """Lets another session see what this one's snapshot sees, as long as this transaction lasts."""
    row = await fetch_one(driver, "select pg_export_snapshot() as snapshot", {})
    assert row is not None
    return row["snapshot"]
