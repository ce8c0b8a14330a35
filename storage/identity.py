"""The office's identity: its id, its names, the epoch of its chains, and whether it is a practice office."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from storage.database import Driver, fetch_one

CHANNELS: Final = frozenset({"email", "sms", "webhook"})
"""Every way to the outside."""


class NotAnOffice(Exception):
    """The database holds no office yet: ``patravali office create`` makes one."""


@dataclass(frozen=True, slots=True)
class OfficeIdentity:
    """What a process needs to know of the office that it serves; read once at its start.

    ``channels``: the ways to the outside for which messages are written; none unless the process says so.
    """

    id: UUID
    name_en: str
    name_hi: str
    practice: bool
    epoch: int
    channels: frozenset[str] = frozenset()

    def telling_by(self, configured: frozenset[str]) -> OfficeIdentity:
        """The office with its channels: those that are configured; of a practice office all, for none is real."""
        return replace(self, channels=CHANNELS if self.practice else configured)


async def read_identity(driver: Driver) -> OfficeIdentity:
    """The office of this database. Raises NotAnOffice where there is none."""
    row = await fetch_one(driver, "select id, name_en, name_hi, practice, epoch from office_identity", {})
    if row is None:
        raise NotAnOffice("this database holds no office; create one first")
    return OfficeIdentity(**row)
