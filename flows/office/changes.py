"""Writes that are no movement (departments, posts, people, powers): each one transaction with its audit entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from flows.parameters import Protector
from flows.rules.audit_chain import RowChange, build_entry, genesis
from flows.writing import plain, stated_insert, stated_set
from storage import audit_log, numbers
from storage.database import Database, Statement, write
from storage.identity import OfficeIdentity
from storage.rows import insert, update


@dataclass(slots=True)
class OfficeChange:
    """Rows of one change of the office, gathered in order, and what the change is called in the audit."""

    what: str
    protect: Protector = field(default_factory=lambda: Protector(uuid4()))
    statements: list[Statement] = field(default_factory=list[Statement])
    stated: list[RowChange] = field(default_factory=list[RowChange])

    def insert(self, table: str, row: Mapping[str, Any], **unaudited: Any) -> None:
        """A new row; ``unaudited`` are columns that do not stand in the entry."""
        self.statements.append(insert(table, {**plain(row), **unaudited}))
        self.stated.append(stated_insert(table, row))

    def set(self, table: str, key: Mapping[str, Any], row: Mapping[str, Any], **unaudited: Any) -> None:
        self.statements.append(update(table, key, {**plain(row), **unaudited}))
        self.stated.append(stated_set(table, key, row))


async def change_office(database: Database, identity: OfficeIdentity, change: OfficeChange) -> None:
    """Carries a change of the office out and writes it in the office's chain."""
    chain = f"office:{identity.id}"
    async with database.writing() as driver:
        at = await numbers.now(driver)

        def entry(length: int, head: bytes | None):
            return build_entry(
                chain=chain,
                epoch=identity.epoch,
                sequence=length + 1,
                previous=head or genesis(chain),
                at=at,
                what=f"office:{change.what}",
                changes=change.stated,
            )

        appended = await audit_log.append(driver, chain, "office", entry)
        await write(driver, change.protect.statements + change.statements + appended, commit=True)


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
