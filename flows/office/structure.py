"""Departments, offices and sections: added and renamed, by an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID, uuid4

from flows.office import found
from flows.office.changes import OfficeTurn
from flows.rules.errors import Refusal, Refused
from storage import structure


def renamed(
    turn: OfficeTurn, table: str, row: Mapping[str, Any], names: Mapping[str, str | None]
) -> dict[str, Any]:
    """Sets the names that are given. Raises Refused where nothing would change."""
    new = {name: text for name, text in names.items() if text is not None and text != row[name]}
    if not new:
        raise Refused(Refusal("nothing-changed"))
    turn.change.set(table, {"id": row["id"]}, new)
    return {"id": str(row["id"])}


def added(turn: OfficeTurn, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A new row under a new id."""
    made: UUID = uuid4()
    turn.change.insert(table, {"id": made, **row})
    return {"id": str(made), "code": row["code"]}


@dataclass(frozen=True, slots=True)
class AddDepartment:
    """A department under a code of its own."""

    code: str
    name_en: str
    name_hi: str
    what: ClassVar[str] = "department.added"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        found.free(await structure.department(turn.driver, found.new_code(self.code)), self.code)
        row = {"code": self.code, "name_en": self.name_en, "name_hi": self.name_hi}
        return added(turn, "department", row)


@dataclass(frozen=True, slots=True)
class RenameDepartment:
    """Other names for a department; its code stays."""

    department: str
    name_en: str | None = None
    name_hi: str | None = None
    what: ClassVar[str] = "department.renamed"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        row = await found.department(turn, self.department)
        return renamed(turn, "department", row, {"name_en": self.name_en, "name_hi": self.name_hi})


@dataclass(frozen=True, slots=True)
class AddOffice:
    """An office of a department, at a place (a code of the scheme's places)."""

    department: str
    code: str
    name_en: str
    name_hi: str
    place: str
    what: ClassVar[str] = "office.added"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        department = await found.department(turn, self.department)
        found.free(await structure.office(turn.driver, found.new_code(self.code)), self.code)
        row = {"department": department["id"], "code": self.code, "place": self.place}
        return added(turn, "office", {**row, "name_en": self.name_en, "name_hi": self.name_hi})


@dataclass(frozen=True, slots=True)
class RenameOffice:
    """Other names for an office; its code stays."""

    office: str
    name_en: str | None = None
    name_hi: str | None = None
    what: ClassVar[str] = "office.renamed"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        row = await found.office(turn, self.office)
        return renamed(turn, "office", row, {"name_en": self.name_en, "name_hi": self.name_hi})


@dataclass(frozen=True, slots=True)
class AddSection:
    """A section of an office; ``record_room``: what is closed is kept there."""

    office: str
    code: str
    name_en: str
    name_hi: str
    record_room: bool = False
    what: ClassVar[str] = "section.added"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        office = await found.office(turn, self.office)
        taken = await structure.section(turn.driver, office["id"], found.new_code(self.code))
        found.free(taken, self.code)
        row = {"office": office["id"], "code": self.code, "record_room": self.record_room}
        return added(turn, "section", {**row, "name_en": self.name_en, "name_hi": self.name_hi})


@dataclass(frozen=True, slots=True)
class RenameSection:
    """Other names for a section; its code, which stands in numbers, stays."""

    office: str
    section: str
    name_en: str | None = None
    name_hi: str | None = None
    what: ClassVar[str] = "section.renamed"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        row = await found.section(turn, self.office, self.section)
        return renamed(turn, "section", row, {"name_en": self.name_en, "name_hi": self.name_hi})
