"""Places from a sheet: one row each, with the place in which it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flows.imports.changes import Changes, Row, by_code, check_parents, said_of
from flows.imports.read_sheet import Columns
from flows.rules.errors import Refusal
from flows.rules.schemes import Scheme
from flows.rules.sheets import BadSheet, Key, Reader, Sheet, SheetRow
from flows.schemes_in_force import some_in_force
from storage import importing
from storage.database import Driver

COLUMNS: Final = Columns(("scheme", "code", "name_en", "name_hi"), ("parent", "ended"))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a sheet of places is compared with."""

    schemes: Mapping[str, Scheme]
    own: Mapping[Key, Row]


async def standing(driver: Driver, at: datetime) -> Standing:
    """What holds at an instant. Raises Faults, NoSuchScheme, Refused (none is in force)."""
    own = {(row["scheme"], row["code"]): row for row in await importing.places(driver)}
    return Standing(await some_in_force(driver, at), own)


def places_of(scheme: Scheme) -> frozenset[str]:
    """The codes of the places of a scheme's own text, of whichever kind."""
    return frozenset(code for kind in scheme.kinds.values() for code in kind.places)


def check(sheet: Sheet, known: Standing, at: datetime) -> Changes:
    """What the sheet would change. Raises BadSheet with every fault."""
    reader, texts = Reader.of(sheet), {name: places_of(scheme) for name, scheme in known.schemes.items()}
    read = [(row, key, said) for row in sheet.rows for key, said in _read(reader, row, known, texts)]
    reader.once([(row, key) for row, key, _ in read], "code", lambda key: key)
    wanted = {key: said for _, key, said in read}
    rows = {key: row for row, key, _ in read}
    check_parents(reader, rows, known.own, wanted, lambda key: texts[key[0]])
    if reader.faults:
        raise BadSheet(reader.faults)
    return by_code("place", known.own, wanted, at, len(sheet.rows))


def _read(
    reader: Reader, row: SheetRow, known: Standing, texts: Mapping[str, frozenset[str]]
) -> list[tuple[Key, dict[str, Any] | None]]:
    scheme, code = reader.known(row, "scheme", known.schemes, needed=True), reader.code(row, "code")
    said = said_of(reader, row, _said)
    if scheme is None or code is None:
        return []
    if code in texts[scheme.name]:
        reader.fault(row.cell("code"), Refusal("cell-of-scheme"))
    named = {"scheme": scheme.name, "code": code}
    return [((scheme.name, code), None if said is None else {**named, **said})]


def _said(reader: Reader, row: SheetRow) -> dict[str, Any]:
    english, hindi = reader.label(row)
    return {"parent": reader.code(row, "parent", needed=False), "label_en": english, "label_hi": hindi}
