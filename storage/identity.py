"""The office's identity: its id, its names, the epoch of its chains, and whether it is a practice office."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from storage.database import Driver, fetch_one


class NotAnOffice(Exception):
    """The database holds no office yet: ``patravali office create`` makes one."""


@dataclass(frozen=True, slots=True)
class OfficeIdentity:
    """What a process needs to know of the office that it serves; read once at its start."""

    id: UUID
    name_en: str
    name_hi: str
    practice: bool
    epoch: int


async def read_identity(driver: Driver) -> OfficeIdentity:
    """The office of this database. Raises NotAnOffice where there is none."""
    row = await fetch_one(driver, "select id, name_en, name_hi, practice, epoch from office_identity", {})
    if row is None:
        raise NotAnOffice("this database holds no office; create one first")
    return OfficeIdentity(**row)
