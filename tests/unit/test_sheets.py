"""What is read out of a file: texts as a person sees them, and nothing that a hostile file can do."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from flows.imports import read_sheet as reading
from flows.imports.read_sheet import Columns, read_sheet
from flows.rules import sheets
from flows.rules.sheets import BadSheet, Sheet, circling, column_name

COLUMNS = Columns(("code", "name"), ("more",))


def xlsx(folder: Path, *rows: list[Any], formats: dict[str, str] | None = None) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cell, form in (formats or {}).items():
        sheet[cell].number_format = form
    book.save(folder / "sheet.xlsx")
    return folder / "sheet.xlsx"


def texts(sheet: Sheet) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, {name: cell.text for name, cell in row.cells.items()}) for row in sheet.rows]


def faults(path: Path, columns: Columns = COLUMNS) -> list[tuple[str, str]]:
    """What is found when a file is read, whether the rules may look at the rest of it or not."""
    try:
        found = read_sheet(path, path.name, columns).faults
    except BadSheet as bad:
        found = bad.faults
    return [(fault.cell, fault.why.code) for fault in found]


def test_a_number_keeps_the_zeros_before_it_and_a_text_stays_what_it_is(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path, ["code", "name"], [7, "007"], [12, "2026-01-02"], [3.0, 1.5], [None, None], [True, " x "],
        formats={"A2": "000"},
    )  # fmt: skip
    assert texts(read_sheet(path, "s", COLUMNS)) == [
        (2, {"code": "007", "name": "007"}),
        (3, {"code": "12", "name": "2026-01-02"}),
        (4, {"code": "3", "name": "1.5"}),
        (6, {"code": "True", "name": "x"}),
    ]


def test_a_day_is_told_from_a_text_that_looks_like_one(tmp_path: Path) -> None:
    path = xlsx(tmp_path, ["code", "name"], [datetime.date(2026, 2, 1), "2026-02-01"])
    (row,) = read_sheet(path, "s", COLUMNS).rows
    assert (row.cell("code").text, row.cell("code").day) == ("2026-02-01", True)
    assert (row.cell("name").text, row.cell("name").day) == ("2026-02-01", False)


def test_formulas_errors_and_cells_beyond_the_columns_are_named(tmp_path: Path) -> None:
    path = xlsx(tmp_path, ["code", "name"], ["=1+1", "a"], ["b", "#N/A", None, "stray"])
    assert faults(path) == [("A2", "cell-is-formula"), ("B3", "cell-is-error"), ("D3", "cell-without-column")]
    plain = tmp_path / "sheet.csv"
    plain.write_text("code,name\n=cmd(),a\n")
    assert faults(plain) == [("A2", "cell-is-formula")]
    (row,) = read_sheet(plain, "s", COLUMNS).rows
    assert (row.cell("code").unreadable, row.cell("name").unreadable, row.readable) == (True, False, False)


def test_under_columns_that_are_not_its_own_a_sheet_is_not_read(tmp_path: Path) -> None:
    path = xlsx(tmp_path, ["code", "colour"], ["=1+1", "a"])
    with pytest.raises(BadSheet):
        read_sheet(path, "s", COLUMNS)
    assert faults(path) == [("", "column-missing"), ("B1", "column-unknown"), ("A2", "cell-is-formula")]


def test_lines_in_a_cell_do_not_shift_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text('code,name\r\na,"one\ntwo"\r\n\r\nb,three\r\n', newline="")
    assert [number for number, _ in texts(read_sheet(path, "s", COLUMNS))] == [2, 4]


def test_a_file_that_would_unpack_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(reading._MOST_UNPACKED + 1))
    assert bomb.stat().st_size < 1_000_000
    assert faults(bomb) == [("", "sheet-unreadable")]
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    assert faults(xlsx(tmp_path, ["code", "name"], *[["a", "b"]] * 3)) == [("", "sheet-too-large")]
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    assert faults(bomb) == [("", "sheet-too-large")]


@pytest.mark.parametrize("called", ["sheet1.xml", "sheet1.data"])
@pytest.mark.parametrize("coding", ["ascii", "utf-16"])
def test_entities_of_xml_are_refused(tmp_path: Path, called: str, coding: str) -> None:
    """Whatever the part is called in which they stand: the file itself says which part is a sheet."""
    sound, evil = xlsx(tmp_path, ["code", "name"], ["a", "b"]), tmp_path / "evil.xlsx"
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(evil, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(b"sheet1.xml", called.encode())
            if name.startswith("xl/worksheets/"):
                head = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "grows">]>'
                text = data.partition(b"?>")[2] if data.startswith(b"<?xml") else data
                data = (head + text.decode().replace(">b<", ">&e;<")).encode(coding)
            new.writestr(name.replace("sheet1.xml", called), data)
    assert faults(evil) == [("", "sheet-unreadable")]


def test_a_sheet_with_nothing_right_in_it_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("code,name\n" + "=1,=2\n" * 10)
    monkeypatch.setattr(sheets, "MOST_FAULTS", 5)
    assert [cell for cell, _ in faults(path)] == ["A2", "B2", "A3", "B3", "A4"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "sheet-empty"),
        (b"code,name\n", "sheet-empty"),
        (b"code,name\n\xff,a\n", "sheet-not-utf8"),
        (b'code,name\n"a,b\n', "sheet-unreadable"),
        (b"PK\x03\x04nothing", "sheet-unreadable"),
        (b"a," * 200_000, "sheet-unreadable"),
        (b'"a\n",' * 100_000, "sheet-unreadable"),
    ],
)
def test_what_is_no_sheet_is_said_so(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(content)
    assert [why for _, why in faults(path)] == [reason]


def test_columns_have_the_names_of_a_spreadsheet() -> None:
    assert [column_name(number) for number in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


@given(st.dictionaries(st.integers(0, 8), st.none() | st.integers(0, 8)))
def test_a_circle_is_where_one_comes_round_to_oneself(above: dict[int, int | None]) -> None:
    named = {(str(one),): None if over is None else (str(over),) for one, over in above.items()}
    expected = set[tuple[str, ...]]()
    for start in named:
        here, steps = named.get(start), 0
        while here is not None and here != start and steps < 20:
            here, steps = named.get(here), steps + 1
        if here == start:
            expected.add(start)
    assert circling(named) == expected
