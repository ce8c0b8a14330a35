"""People: added, shut out and let in again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID, uuid4

from flows.office import found
from flows.office.changes import OfficeChange, OfficeTurn, change_office
from flows.rules.errors import Refusal, Refused
from storage.database import Database
from storage.identity import OfficeIdentity


async def add_person(
    database: Database,
    identity: OfficeIdentity,
    *,
    login: str,
    name_en: str,
    name_hi: str,
    password_hash: str | None,
    language: str = "hi",
) -> UUID:
    """Adds a person and answers his id."""
    change, person = OfficeChange("person.added"), uuid4()
    row = {
        "id": person,
        "login": login,
        "name_en": change.protect(f"{person} en", name_en),
        "name_hi": change.protect(f"{person} hi", name_hi),
        "language": language,
        "disabled": False,
    }
    change.insert("person", row, password_hash=password_hash)
    await change_office(database, identity, change)
    return person


@dataclass(frozen=True, slots=True)
class ShutOut:
    """A person may log in no more: every session ends at once, and what the person did stays."""

    login: str
    what: ClassVar[str] = "person.disabled"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        return await _allow(turn, self.login, False)


@dataclass(frozen=True, slots=True)
class LetIn:
    """A person that was shut out may log in again."""

    login: str
    what: ClassVar[str] = "person.enabled"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        return await _allow(turn, self.login, True)


async def _allow(turn: OfficeTurn, login: str, may_log_in: bool) -> dict[str, Any]:
    await turn.needs_power("administer")
    row = await found.person(turn, login)
    turn.not_for_himself(row["id"])
    if row["disabled"] is not may_log_in:
        raise Refused(Refusal("nothing-changed"))
    turn.change.set("person", {"id": row["id"]}, {"disabled": not may_log_in})
    gone = "delete from login_session where person = %(person)s"
    turn.change.statements.append((gone, {"person": row["id"]}))
    return {"id": str(row["id"]), "login": login, "disabled": not may_log_in}
