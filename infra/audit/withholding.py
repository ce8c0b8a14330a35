"""What an export keeps back: texts and documents that whoever is handed it is not to read (DESIGN §6).

Their entries stand in the export as they are, with the hashes that commit to them, so it verifies all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from infra.audit.export_lines import ExportedValue
from infra.commands.operator import InputFault
from storage import audit_reading, erasures
from storage.database import Driver

PEOPLE, TEXTS, DOCUMENTS = "people", "texts", "documents"
MEANING: Final = (
    "people (names, telephones, addresses of complainants and senders), texts (every text), documents, or "
    "NUMBER=PART, as 1/2026=name or 1/2026=remark:3; may be repeated"
)


@dataclass(frozen=True, slots=True)
class Withheld:
    """Which values are kept back: these, and every text or every document where that is asked for."""

    values: frozenset[UUID] = field(default_factory=frozenset[UUID])
    texts: bool = False
    documents: bool = False

    def applied(self, value: ExportedValue) -> ExportedValue:
        """The value as the export gives it out; one that is erased stays so."""
        whole = self.texts if value.document is None else self.documents
        if value.state == "present" and (whole or value.value_id in self.values):
            return ExportedValue(value.chain, value.value_id, "withheld")
        return value


async def withheld(driver: Driver, words: Sequence[str]) -> Withheld:
    """What an operator's words name. Raises InputFault for a word that names nothing."""
    found = set[UUID]()
    for word in words:
        if word == PEOPLE:
            found.update(await audit_reading.values_about_people(driver))
        elif word not in (TEXTS, DOCUMENTS):
            found.update(await _part(driver, word))
    return Withheld(frozenset(found), TEXTS in words, DOCUMENTS in words)


async def _part(driver: Driver, word: str) -> list[UUID]:
    number, _, part = word.rpartition("=")
    docket = await audit_reading.docket_by_number(driver, number)
    found = [] if docket is None or not erasures.is_part(part) else await erasures.of_part(driver, docket, part)
    if not found:
        raise InputFault(f"“{word}” names nothing to withhold: give {MEANING}")
    return found
