"""Categories from a sheet: one row each, with the limits of its levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from flows.imports.changes import Changes, Row, by_code, check_parents, said_of
from flows.imports.read_sheet import Columns
from flows.rules.acts import COMPLAINT
from flows.rules.errors import Refusal
from flows.rules.schemes import Scheme
from flows.rules.sheets import BadSheet, Key, Reader, Sheet, SheetRow
from flows.schemes_in_force import some_in_force
from storage import importing
from storage.database import Driver

MOST_LEVELS: Final = 9
_LEVELS: Final = tuple(f"level_{number}" for number in range(1, MOST_LEVELS + 1))
COLUMNS: Final = Columns(
    ("scheme", "kind", "code", "name_en", "name_hi", "citizen", "attend", "level_1"),
    ("department", "parent", *_LEVELS[1:], "ended"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a sheet of categories is compared with."""

    schemes: Mapping[str, Scheme]
    departments: Mapping[str, UUID]
    own: Mapping[Key, Row]


async def standing(driver: Driver, at: datetime) -> Standing:
    """What holds at an instant. Raises Faults, NoSuchScheme, Refused (none is in force)."""
    own = {(row["scheme"], row["kind"], row["code"]): row for row in await importing.categories(driver)}
    return Standing(await some_in_force(driver, at), await importing.departments(driver), own)


def kind_of(reader: Reader, row: SheetRow, schemes: Mapping[str, Scheme]) -> tuple[Scheme, str] | None:
    """The scheme and the kind of complaint that a row names; None where it names none, which is a fault."""
    scheme = reader.known(row, "scheme", schemes, needed=True)
    kind = None if scheme is None else reader.known(row, "kind", {one: one for one in scheme.kinds}, needed=True)
    if scheme is None or kind is None:
        return None
    if scheme.table_of(kind).family != COMPLAINT:
        reader.fault(row.cell("kind"), Refusal("cell-kind-unfit"))
        return None
    return scheme, kind


def check(sheet: Sheet, known: Standing, at: datetime) -> Changes:
    """What the sheet would change. Raises BadSheet with every fault."""
    reader = Reader.of(sheet)
    read = [(row, key, said) for row in sheet.rows for key, said in _read(reader, row, known)]
    reader.once([(row, key) for row, key, _ in read], "code", lambda key: key)
    wanted = {key: said for _, key, said in read}
    rows = {key: row for row, key, _ in read}
    check_parents(reader, rows, known.own, wanted, lambda key: known.schemes[key[0]].kinds[key[1]].categories)
    if reader.faults:
        raise BadSheet(reader.faults)
    return by_code("category", known.own, wanted, at, len(sheet.rows))


def _read(reader: Reader, row: SheetRow, known: Standing) -> list[tuple[Key, dict[str, Any] | None]]:
    """The row's key, and what it says of it (None: that it ends); nothing where it cannot be told."""
    of, code = kind_of(reader, row, known.schemes), reader.code(row, "code")
    said = said_of(reader, row, partial(_said, known))
    if of is None or code is None:
        return []
    scheme, kind = of
    if code in scheme.kinds[kind].categories:
        reader.fault(row.cell("code"), Refusal("cell-of-scheme"))
    named = {"scheme": scheme.name, "kind": kind, "code": code}
    return [((scheme.name, kind, code), None if said is None else {**named, **said})]


def _said(known: Standing, reader: Reader, row: SheetRow) -> dict[str, Any]:
    english, hindi = reader.label(row)
    return {
        "department": reader.known(row, "department", known.departments),
        "parent": reader.code(row, "parent", needed=False),
        "label_en": english,
        "label_hi": hindi,
        "limits": {
            "levels": _levels(reader, row),
            "citizen": reader.limit(row, "citizen"),
            "attend": reader.limit(row, "attend"),
        },
    }


def _levels(reader: Reader, row: SheetRow) -> list[dict[str, object]]:
    """The limits of the levels, from the first on without one left out."""
    found = [reader.limit(row, name, needed=name == "level_1") for name in _LEVELS]
    for before, name in pairwise(_LEVELS):
        if row.text(name) and not row.text(before):
            reader.fault(row.cell(name), Refusal("cell-level-skipped"))
    return [limit for limit in found if limit is not None]
