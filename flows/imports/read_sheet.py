"""Reads a sheet from CSV or XLSX as rows of texts, whatever the spreadsheet takes a cell for.

A file comes from outside: its size, its rows and what it would unpack to are limited before they are believed,
and formulas are refused, as is XML that declares anything of its own.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL

from flows.rules.errors import Refusal
from flows.rules.sheets import BadSheet, Cell, Reader, Sheet, SheetRow, column_name
from storage.documents import zip_listing

MOST_BYTES: Final = 20_000_000
MOST_ROWS: Final = 100_000
_MOST_COLUMNS: Final = 60
_LONGEST_ROW: Final = 200_000
_MOST_UNPACKED: Final = 150_000_000
_PIECE: Final = 1_000_000
_DECLARES: Final = tuple("<!DOCTYPE".encode(coding) for coding in ("ascii", "utf-16-be", "utf-16-le"))

# openpyxl says in as many ways as there are that a file is not what it should be.
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, zip_listing.ZipBroken, ParseError, KeyError, ValueError, TypeError,
    AttributeError, IndexError, OverflowError, EOFError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a sheet has, and those that it may have beside them."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.needed + self.optional


@dataclass(frozen=True, slots=True)
class _Raw:
    """A cell before its column is known; ``wrong``: why it cannot be used at all."""

    text: str = ""
    day: bool = False
    wrong: str | None = None


_Row = Sequence[_Raw]
_NOTHING: Final = _Raw()


def read_sheet(path: Path, name: str, columns: Columns) -> Sheet:
    """The rows of a file under the columns that its first row names. Raises BadSheet where it is no such sheet.

    Single cells that cannot be read are among the sheet's faults.
    """
    if path.stat().st_size > MOST_BYTES:
        raise _refused(name, Refusal("sheet-too-large", facts={"limit": f"{MOST_BYTES} bytes"}))
    with path.open("rb") as file:
        packed = file.read(4) == b"PK\x03\x04"
    sheet, rows = _of_xlsx(path, name) if packed else (name, _of_csv(path, name))
    return _arranged(sheet, rows, columns)


def _refused(sheet: str, why: Refusal) -> BadSheet:
    reader = Reader(sheet)
    reader.fault(Cell("", ""), why)
    return BadSheet(reader.faults)


def _unreadable(name: str, fault: Exception) -> BadSheet:
    said = str(fault).strip().rstrip(".").partition("\n")[0][:200] or type(fault).__name__
    return _refused(name, Refusal("sheet-unreadable", facts={"reason": said}))


def _of_csv(path: Path, name: str) -> Iterator[_Row]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _refused(name, Refusal("sheet-not-utf8", facts={"byte": str(fault.start)})) from None
    head = text.partition("\n")[0]
    delimiter, lines = max(",;\t", key=head.count), _Lines(text)
    try:
        for row in csv.reader(lines, delimiter=delimiter, strict=True):
            lines.of_row = 0
            yield [_of_text(cell) for cell in row[: _MOST_COLUMNS + 1]]
    except csv.Error as fault:
        raise _unreadable(name, fault) from None


class _Lines:
    """The lines of a CSV. A row, of however many lines, has a limit: all its cells are in memory at once."""

    def __init__(self, text: str) -> None:
        self._lines, self.of_row = io.StringIO(text, newline=""), 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.of_row += len(line)
        if self.of_row > _LONGEST_ROW:
            raise csv.Error(f"a row has more than {_LONGEST_ROW:,} characters")
        return line


def _of_text(text: str) -> _Raw:
    plain = (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()
    return _Raw(plain, wrong="cell-is-formula" if plain.startswith("=") else None)


def _of_xlsx(path: Path, name: str) -> tuple[str, Iterator[_Row]]:
    try:
        _check_packing(path)
        book = load_workbook(path, read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not believed
    except _BROKEN as fault:
        raise _unreadable(name, fault) from None
    return sheet.title, _rows(sheet, name)


def _check_packing(path: Path) -> None:
    with path.open("rb") as file:
        entries = zip_listing.entries(file)
    if any(entry.encrypted for entry in entries):
        raise zip_listing.ZipBroken("it is locked with a password")
    if sum(entry.unpacked for entry in entries) > _MOST_UNPACKED:
        raise zip_listing.ZipBroken(f"it would unpack to more than {_MOST_UNPACKED} bytes")
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            _check_declares_nothing(packed, name)


def _check_declares_nothing(packed: zipfile.ZipFile, name: str) -> None:
    """No spreadsheet writes a document type; with one, entities could be made that grow without end.

    Whatever the part is called: the file itself says what is read as a sheet. Only in UTF-16 XML has zero bytes.
    """
    xml, before = name.endswith((".xml", ".rels")), b""
    with packed.open(name) as part:
        while piece := part.read(_PIECE):
            looked_at = before + piece
            if any(word in looked_at for word in _DECLARES) or (xml and b"\0" in piece):
                raise zip_listing.ZipBroken(f"{name} is XML of a sort that no spreadsheet writes")
            before = looked_at[-len(_DECLARES[-1]) :]


def _rows(sheet: Any, name: str) -> Iterator[_Row]:
    try:
        for row in sheet.iter_rows(max_col=_MOST_COLUMNS + 1):
            width = len(row)  # rows are filled up to the widest column that may be
            while width and row[width - 1] is EMPTY_CELL:
                width -= 1
            yield [_of_cell(cell) for cell in row[:width]]
    except _BROKEN as fault:
        raise _unreadable(name, fault) from None


def _of_cell(cell: Any) -> _Raw:
    """A cell as a person reads it: zeros that a format puts before a number belong to it."""
    value = cell.value
    if value is None:
        return _NOTHING
    if cell.data_type in ("f", "e"):
        return _Raw(str(value), wrong="cell-is-formula" if cell.data_type == "f" else "cell-is-error")
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, datetime) and value.time() == time(0):
        value = value.date()
    if isinstance(value, date | time | timedelta):
        return _Raw(str(value), day=True)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    zeros = cell.number_format if isinstance(value, int) and set(str(cell.number_format)) == {"0"} else ""
    return _Raw(str(value).zfill(len(zeros)))


def _arranged(name: str, rows: Iterator[_Row], columns: Columns) -> Sheet:
    """The rows under their columns, with the cells that cannot be read. Raises BadSheet for a column's fault.

    Under columns that are not those of the sort the rules would find faults where there are none.
    """
    reader = Reader(name)
    head = next(rows, None)
    names = [cell.text.lower() for cell in head or ()]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise _refused(name, Refusal("sheet-empty"))
    _check_columns(reader, names, columns)
    unfit = bool(reader.faults)
    found = [row for number, cells in _numbered(name, rows) if (row := _row(reader, number, names, cells))]
    if not found:
        reader.fault(Cell("", ""), Refusal("sheet-empty"))
    if unfit or not found:
        raise BadSheet(reader.faults)
    return Sheet(name, tuple(found), tuple(reader.faults))


def _numbered(name: str, rows: Iterator[_Row]) -> Iterator[tuple[int, _Row]]:
    for number, cells in enumerate(rows, 2):
        if number > MOST_ROWS + 1:
            raise _refused(name, Refusal("sheet-too-large", facts={"limit": f"{MOST_ROWS} rows"}))
        yield number, cells


def _check_columns(reader: Reader, names: Sequence[str], columns: Columns) -> None:
    allowed = ", ".join(columns.all)
    for place, name in enumerate(names):
        cell = Cell(f"{column_name(place)}1", name)
        if name not in columns.all:
            reader.fault(cell, Refusal("column-unknown", facts={"column": name[:80], "allowed": allowed}))
        elif name in names[:place]:
            reader.fault(cell, Refusal("column-twice", facts={"column": name}))
    for name in columns.needed:
        if name not in names:
            reader.fault(Cell("", ""), Refusal("column-missing", facts={"column": name}))


def _row(reader: Reader, number: int, names: Sequence[str], cells: _Row) -> SheetRow | None:
    """A row by its columns; None where nothing stands in it."""
    if not any(cell.text for cell in cells):
        return None
    for place, cell in enumerate(cells):
        wrong = cell.wrong or ("cell-without-column" if place >= len(names) and cell.text else None)
        if wrong is not None:
            reader.fault(Cell(f"{column_name(place)}{number}", cell.text), Refusal(wrong))
    padded = [*cells[: len(names)], *(_Raw() for _ in range(len(names) - len(cells)))]
    found = {
        name: Cell(f"{column_name(place)}{number}", cell.text, cell.day, cell.wrong is not None)
        for place, (name, cell) in enumerate(zip(names, padded, strict=True))
    }
    return SheetRow(number, found)
