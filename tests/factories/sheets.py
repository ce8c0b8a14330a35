"""Sheets as offices bring them: written as CSV or XLSX into a folder, and sheets of many categories."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

CATEGORY = {
    "scheme": "haryana-eoffice", "kind": "complaint", "code": "leak", "department": "", "parent": "",
    "name_en": "Leaking pipe", "name_hi": "पाइप से रिसाव", "citizen": "30 days", "attend": "1 working day",
    "level_1": "7 days", "level_2": "48 hours",
}  # fmt: skip
Rows = Sequence[Mapping[str, Any]]


def csv_text(rows: Rows, delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_csv(folder: Path, rows: Rows, *, delimiter: str = ",", bom: bool = False) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sheet.csv"
    path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + csv_text(rows, delimiter).encode())
    return path


def as_xlsx(folder: Path, rows: Rows, name: str = "Categories") -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    path = folder / "sheet.xlsx"
    book.save(path)
    return path


def many_categories(count: int, **same: Any) -> list[dict[str, Any]]:
    """That many categories, some under others."""
    return [{**CATEGORY, **same, **one} for one in _numbered(count)]


def _numbered(count: int) -> Iterable[dict[str, Any]]:
    for number in range(count):
        yield {
            "code": f"{number:05d}",
            "parent": f"{number // 20:05d}" if number >= 20 else "",
            "name_en": f"Category {number}",
            "name_hi": f"श्रेणी {number}",
        }
