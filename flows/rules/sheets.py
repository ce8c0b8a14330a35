"""A sheet that an office brings in: its rows by column, what is read out of a cell, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Final, TypeVar

from flows.rules.characters import TURNING, is_blank
from flows.rules.errors import Refusal
from flows.rules.labels import POWERS

Value = TypeVar("Value")
Key = tuple[str, ...]
"""What tells the things of a sort apart: a code, with that within which it is one."""

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,59}", re.ASCII)
_LIMIT: Final = re.compile(
    r"([0-9]{1,4}) *(working[ _]days?|working[ _]hours?|working[ _]minutes?|days?|hours?|minutes?)", re.ASCII
)
_CONTROL: Final = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{''.join(sorted(TURNING))}]")
_LONGEST_TEXT: Final = 200
_LONGEST_SHOWN: Final = 80
MOST_SHOWN: Final = 500
"""How many faults of a sheet are told; their number is told besides."""
MOST_FAULTS: Final = 10_000
"""With so many a sheet is not read on: a large one with nothing right in it would fill the memory with them."""
_NAMING: Final = ("scheme", "kind", "code")
"""The columns that say together what a row is about."""
YES: Final = frozenset({"yes", "हाँ", "हां"})


def _says_nothing(text: str) -> bool:
    """Is a cell as good as empty? One with a control character is not: that is a fault of its own."""
    return is_blank(text) and not _CONTROL.search(text)


@cache
def column_name(number: int) -> str:
    """What a spreadsheet calls its n-th column, counted from 0: A, B … Z, AA."""
    name = ""
    while number >= 0:
        number, letter = divmod(number, 26)
        name, number = chr(ord("A") + letter) + name, number - 1
    return name


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text, and where it stands (``B17``); ``day``: the spreadsheet keeps it as a day, not as a text.

    ``unreadable``: it says nothing (a formula, an error), which was told when the sheet was read.
    """

    place: str
    text: str
    day: bool = False
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: its number in the spreadsheet, and its cells by the names of their columns."""

    number: int
    cells: Mapping[str, Cell]

    def cell(self, column: str) -> Cell:
        """The cell of a column; one that the sheet does not have counts as empty, before the first."""
        return self.cells.get(column) or Cell(f"A{self.number}", "")

    def text(self, column: str) -> str:
        return self.cell(column).text

    @property
    def readable(self) -> bool:
        return not any(cell.unreadable for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was read: its name and rows, without the one that names the columns.

    ``faults``: cells that cannot be read. The rules look at the others, so that all is told at once.
    """

    name: str
    rows: tuple[SheetRow, ...]
    faults: tuple[SheetFault, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetFault:
    """What is wrong with a cell, or with the sheet as a whole (``cell`` empty)."""

    sheet: str
    cell: str
    value: str
    why: Refusal

    def to_json(self) -> dict[str, object]:
        """The fault as a command and the API answer it, its reason in both languages."""
        reason = {"en": self.why.sentence("en"), "hi": self.why.sentence("hi")}
        told = {"sheet": self.sheet, "cell": self.cell, "value": self.value, "code": self.why.code}
        return {**told, "reason": reason}


class BadSheet(Exception):
    """The sheet is refused whole, and nothing was changed; ``faults`` are all of them, in its order."""

    def __init__(self, faults: Iterable[SheetFault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: _in_order(fault.cell)))
        super().__init__(f"{len(self.faults)} faults in the sheet")


def _in_order(cell: str) -> tuple[int, int, str]:
    """Faults of the whole sheet first, then row by row from left to right."""
    column = cell.rstrip("0123456789")
    return int(cell.removeprefix(column) or 0), len(column), column


@dataclass(slots=True)
class Reader:
    """Reads the cells of one sheet and gathers what is wrong with them.

    ``unnamed``: what a row is about cannot be read, so nobody knows all the things that the sheet has.
    """

    sheet: str
    faults: list[SheetFault] = field(default_factory=list[SheetFault])
    unnamed: bool = False

    @classmethod
    def of(cls, sheet: Sheet) -> Reader:
        """Goes on with what was found when the sheet was read."""
        unnamed = any(row.cell(column).unreadable for row in sheet.rows for column in _NAMING)
        return cls(sheet.name, list(sheet.faults), unnamed)

    def fault(self, cell: Cell, why: Refusal) -> None:
        """Gathers one. Raises BadSheet with all of them when there are too many."""
        shown = cell.text if len(cell.text) <= _LONGEST_SHOWN else cell.text[:_LONGEST_SHOWN] + "…"
        self.faults.append(SheetFault(self.sheet, cell.place, shown, why))
        if len(self.faults) == MOST_FAULTS:
            raise BadSheet(self.faults)

    def text(self, row: SheetRow, column: str) -> str:
        """A text that must be given, of one line."""
        found = self.optional(row, column)
        if not found and _says_nothing(row.text(column)):
            self.fault(row.cell(column), Refusal("cell-empty", facts={"column": column}))
        return found

    def optional(self, row: SheetRow, column: str) -> str:
        """A text of one line, or nothing; what cannot be used counts as nothing, and is a fault."""
        cell = row.cell(column)
        if cell.unreadable:
            return ""
        if cell.day:
            self.fault(cell, Refusal("cell-is-day"))
        elif len(cell.text) > _LONGEST_TEXT:
            self.fault(cell, Refusal("cell-too-long", facts={"limit": str(_LONGEST_TEXT)}))
        elif _CONTROL.search(cell.text):
            self.fault(cell, Refusal("cell-bad-character"))
        else:
            return "" if _says_nothing(cell.text) else cell.text
        return ""

    def code(self, row: SheetRow, column: str, *, needed: bool = True) -> str | None:
        """A code that the row gives to something or names; None: nothing, or nothing that can be used."""
        found = self.text(row, column) if needed else self.optional(row, column)
        if not found:
            return None
        if _CODE.fullmatch(found):
            return found
        self.fault(row.cell(column), Refusal("cell-no-code"))
        return None

    def known(
        self, row: SheetRow, column: str, known: Mapping[str, Value], *, needed: bool = False
    ) -> Value | None:
        """What a code names; None where none is given, and where there is no such thing, which is a fault."""
        found = self.code(row, column, needed=needed)
        if found is not None and found not in known:
            self.fault(row.cell(column), Refusal("cell-unknown", facts={"column": column}))
            return None
        return None if found is None else known[found]

    def names_none(self, row: SheetRow, column: str) -> None:
        """What the cell names is neither there nor in the sheet, unless a row that cannot be read is about it."""
        if not self.unnamed:
            self.fault(row.cell(column), Refusal("cell-unknown", facts={"column": column}))

    def label(self, row: SheetRow) -> tuple[str, str]:
        """What people call it, in both languages, from ``name_en`` and ``name_hi``."""
        english, hindi = self.text(row, "name_en"), self.text(row, "name_hi")
        letters = any(letter.isalpha() for letter in hindi)
        if letters and not any("\u0900" <= letter <= "\u097f" for letter in hindi):
            self.fault(row.cell("name_hi"), Refusal("cell-not-hindi"))
        return english, hindi

    def limit(self, row: SheetRow, column: str, *, needed: bool = True) -> dict[str, object] | None:
        """A time limit (``7 days``, ``3 working days``, ``8 working hours``), in the form of a scheme's."""
        found = self.text(row, column) if needed else self.optional(row, column)
        if not found:
            return None
        said = _LIMIT.fullmatch(found)
        if said is None or int(said[1]) == 0:
            self.fault(row.cell(column), Refusal("cell-no-limit"))
            return None
        unit = said[2].replace(" ", "_")
        return {"count": int(said[1]), "unit": unit if unit.endswith("s") else unit + "s"}

    def day(self, row: SheetRow, column: str) -> date | None:
        """A day, as 2027-04-01 or as the spreadsheet keeps days; None where none is given."""
        cell = row.cell(column)
        if cell.unreadable or not cell.text:
            return None
        try:
            found = date.fromisoformat(cell.text)
        except ValueError:
            found = date.min
        if len(cell.text) == 10 and 2000 <= found.year <= 2200:
            return found
        self.fault(cell, Refusal("cell-no-day"))
        return None

    def level(self, row: SheetRow, column: str, highest: int) -> int:
        """A level from 1 up to the highest; 1 stands in for one that cannot be used, which is a fault."""
        found = self.text(row, column)
        if found.isascii() and found.isdecimal() and 1 <= int(found) <= highest:
            return int(found)
        if found:
            self.fault(row.cell(column), Refusal("cell-no-level", facts={"highest": str(highest)}))
        return 1

    def powers(self, row: SheetRow, column: str) -> frozenset[str]:
        """Powers of a post, with commas or spaces between them."""
        found = frozenset(self.optional(row, column).replace(",", " ").split())
        for name in sorted(found - POWERS.keys()):
            facts = {"power": name, "allowed": ", ".join(POWERS)}
            self.fault(row.cell(column), Refusal("cell-no-power", facts=facts))
        return found & POWERS.keys()

    def yes(self, row: SheetRow, column: str) -> bool:
        """Whether a mark is set: yes (हाँ) or nothing."""
        found = self.optional(row, column).lower()
        if found and found not in YES:
            self.fault(row.cell(column), Refusal("cell-not-yes"))
        return found in YES

    def once(self, rows: Iterable[tuple[SheetRow, Value]], column: str, key: Callable[[Value], object]) -> None:
        """Nothing is said twice in a sheet; the second is a fault that names the first."""
        seen: dict[object, int] = {}
        for row, value in rows:
            first = seen.setdefault(key(value), row.number)
            if first != row.number:
                self.fault(row.cell(column), Refusal("cell-twice", facts={"row": str(first)}))

    def no_circle(self, rows: Mapping[Key, SheetRow], above: Mapping[Key, Key | None], column: str) -> None:
        """Following ``above`` from any row of the sheet ends somewhere; ``above`` tells of what stands, too."""
        around = circling(above)
        for code, row in rows.items():
            if code in around:
                self.fault(row.cell(column), Refusal("cell-circle"))


def circling(above: Mapping[Key, Key | None]) -> set[Key]:
    """Those from which one comes round to oneself; each is passed once, however many lie under it."""
    passed, found = set[Key](), set[Key]()
    for start in above:
        way: list[Key] = []
        here: Key | None = start
        while here is not None and here not in passed:
            passed.add(here)
            way.append(here)
            here = above.get(here)
        if here is not None and here in way:
            found.update(way[way.index(here) :])
    return found
