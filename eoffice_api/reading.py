"""Reading a docket: how much of it the caller sees, and the entry that a confidential read leaves first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from eoffice_api.auth import Acting
from eoffice_api.parts import Parts
from flows.access_log import Access
from flows.seen_cases import NoSuchDocket
from storage import docket_page

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Extent:
    """How far texts may be read: not at all, up to an instant, or all (``until`` None)."""

    texts: bool
    until: datetime | None

    def reads(self, at: datetime) -> bool:
        """May a text of that instant be read?"""
        return self.texts and (self.until is None or at <= self.until)


def extent_of(row: Mapping[str, Any]) -> Extent:
    """From ``sight`` and ``last_act``; a post that never acted reads none of the notes."""
    if row["sight"] == "until":
        return Extent(True, row["last_act"] or _NEVER)
    return Extent(row["sight"] == "all", None)


async def opened(parts: Parts, acting: Acting, docket: UUID, what: str) -> tuple[Mapping[str, Any], Extent]:
    """A docket that is about to be read. Raises NoSuchDocket; a confidential read is entered before."""
    async with parts.database.querying() as driver:
        row = await docket_page.standing(driver, acting.visibility, docket)
    if row is None:
        raise NoSuchDocket
    await enter_if_told(parts, acting, row, what)
    return row, extent_of(row)


async def enter_if_told(parts: Parts, acting: Acting, row: Mapping[str, Any], what: str) -> None:
    """Enters a read of texts; auditors, who see none, leave no entry."""
    if row["sight"] != "movements":
        await enter_reading(parts, acting, row["classification"], row["id"], what)


async def enter_reading(parts: Parts, acting: Acting, classification: str, docket: UUID, what: str) -> None:
    """A confidential read: returns when its entry stands. An assistant's of anything else is entered behind it."""
    code = "assistant" if acting.assists else None
    access = Access(f"access:read.{what}", acting.person, acting.post.id, docket, code)
    if classification != "ordinary":
        await parts.access.stands(access)
    elif acting.assists:
        parts.access.note(access)
