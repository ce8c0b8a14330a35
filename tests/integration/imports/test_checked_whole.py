"""Sheets are checked whole before anything is written: all of it or nothing, each fault by its cell and reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.rules.sheets import BadSheet
from tests.factories.imported_sheets import PLACE, POST, ROUTE, brought, entries, refused, verified
from tests.factories.practice_office import PracticeOffice
from tests.factories.sheets import CATEGORY, as_csv, as_xlsx, many_categories
from tests.fixtures.postgres import Database


async def test_one_bad_row_of_twenty_thousand_changes_nothing_and_is_named(
    own: PracticeOffice, database: Database, tmp_path: Path
) -> None:
    rows = many_categories(20_000)
    bad = [{**row, "name_hi": "Not Hindi"} if row["code"] == "16999" else row for row in rows]
    assert await refused(own, "categories", as_csv(tmp_path, bad)) == [("G17001", "Not Hindi", "cell-not-hindi")]
    assert await own.one("select count(*) from category") == 0
    done = await brought(own, "categories", as_csv(tmp_path, rows))
    assert (done.rows, done.added, done.unchanged) == (20_000, 20_000, 0)
    assert await own.one("select count(*) from category where to_at is null") == 20_000
    assert await verified(database) == []


async def test_the_same_sheet_again_changes_nothing(own: PracticeOffice, tmp_path: Path) -> None:
    for what, rows in (
        ("categories", many_categories(30)),
        ("places", [PLACE]),
        ("posts", [POST]),
        ("routes", [ROUTE, {**ROUTE, "level": "2", "to_day": "2027-05-01"}]),
    ):
        path = as_csv(tmp_path, rows)
        assert (await brought(own, what, path)).added == len(rows)
        before = await entries(own)
        again = await brought(own, what, path)
        assert (again.added, again.changed, again.ended, again.unchanged) == (0, 0, 0, len(rows))
        assert await entries(own) == before


@pytest.mark.parametrize("form", ["bom", "semicolons", "xlsx"])
async def test_every_form_of_a_sheet_says_the_same(own: PracticeOffice, tmp_path: Path, form: str) -> None:
    rows = many_categories(40)
    await brought(own, "categories", as_csv(tmp_path, rows))
    other = {
        "bom": lambda: as_csv(tmp_path, rows, bom=True),
        "semicolons": lambda: as_csv(tmp_path, rows, delimiter=";"),
        "xlsx": lambda: as_xlsx(tmp_path, rows),
    }[form]()
    assert (await brought(own, "categories", other)).unchanged == 40
    bad = [*rows[:15], {**rows[15], "citizen": "soon"}, *rows[16:]]
    assert await refused(own, "categories", as_xlsx(tmp_path, bad)) == [("H17", "soon", "cell-no-limit")]
    assert await refused(own, "categories", as_csv(tmp_path, bad)) == [("H17", "soon", "cell-no-limit")]


async def test_a_dry_run_checks_and_writes_nothing(own: PracticeOffice, tmp_path: Path) -> None:
    before = await entries(own)
    done = await brought(own, "categories", as_csv(tmp_path, many_categories(5)), dry_run=True)
    assert (done.added, done.dry_run) == (5, True)
    assert (await own.one("select count(*) from category"), await entries(own)) == (0, before)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("scheme", "nowhere", "cell-unknown"),
        ("kind", "file", "cell-kind-unfit"),
        ("kind", "", "cell-empty"),
        ("code", "two words", "cell-no-code"),
        ("code", "pension", "cell-of-scheme"),
        ("department", "NONE", "cell-unknown"),
        ("parent", "nothing", "cell-unknown"),
        ("parent", "leak", "cell-circle"),
        ("name_en", "", "cell-empty"),
        ("name_hi", "Pipe", "cell-not-hindi"),
        ("name_en", "a\nb", "cell-bad-character"),
        ("name_en", "a\u202eb", "cell-bad-character"),
        ("name_en", "\u200b\ufeff", "cell-empty"),
        ("name_en", "=1+1", "cell-is-formula"),
        ("name_en", "x" * 201, "cell-too-long"),
        ("citizen", "0 days", "cell-no-limit"),
        ("attend", "1 week", "cell-no-limit"),
        ("level_1", "", "cell-empty"),
    ],
)
async def test_a_fault_names_cell_value_and_reason_in_both_languages(
    own: PracticeOffice, tmp_path: Path, column: str, value: str, reason: str
) -> None:
    row = {**CATEGORY, column: value, **({"level_2": ""} if column == "level_1" else {})}
    letter = chr(ord("A") + list(CATEGORY).index(column))
    path = as_csv(tmp_path, [many_categories(1)[0], row])
    found = await refused(own, "categories", path)
    assert (f"{letter}3", reason) in [(cell, why) for cell, _, why in found]
    with pytest.raises(BadSheet) as bad:
        await brought(own, "categories", path)
    for fault in bad.value.faults:
        assert any("\u0900" <= letter <= "\u097f" for letter in fault.why.sentence("hi"))
        assert len(fault.value) <= 81


async def test_all_faults_are_told_at_once(own: PracticeOffice, tmp_path: Path) -> None:
    bad = [{**row, "citizen": "soon", "name_hi": ""} for row in many_categories(700)]
    found = await refused(own, "categories", as_csv(tmp_path, [*bad, bad[3]]))
    assert len(found) == 1_400 + 3
    assert found[-3:] == [
        ("C702", "00003", "cell-twice"),
        ("G702", "", "cell-empty"),
        ("H702", "soon", "cell-no-limit"),
    ]


async def test_cells_that_cannot_be_read_are_told_together_with_what_the_rules_say(
    own: PracticeOffice, tmp_path: Path
) -> None:
    """Of what such a cell may have said nothing is made up: neither a fault nor a value."""
    one, two, three, four = [{**row, "ended": ""} for row in many_categories(4)]
    rows = [
        {**one, "code": "=A1", "citizen": "soon"},
        {**two, "parent": "perhaps-row-2"},
        {**three, "ended": "=B1", "name_hi": ""},
        {**four, "parent": three["code"], "level_1": "=C1", "attend": "=D1", "name_hi": ""},
    ]
    assert await refused(own, "categories", as_csv(tmp_path, rows)) == [
        ("C2", "=A1", "cell-is-formula"),
        ("H2", "soon", "cell-no-limit"),
        ("L4", "=B1", "cell-is-formula"),
        ("G5", "", "cell-empty"),
        ("I5", "=D1", "cell-is-formula"),
        ("J5", "=C1", "cell-is-formula"),
    ]
    known = [one, *rows[1:]]
    assert ("E3", "perhaps-row-2", "cell-unknown") in await refused(own, "categories", as_csv(tmp_path, known))


@pytest.mark.parametrize(
    ("what", "rows", "expected"),
    [
        (
            "places",
            [{**PLACE, "name_en": "=A1"}, {**PLACE, "code": "ward-2", "parent": "ward-9"}],
            [("C2", "=A1", "cell-is-formula"), ("E3", "ward-9", "cell-unknown")],
        ),
        (
            "places",
            [{**PLACE, "scheme": "=A1"}, {**PLACE, "code": "ward-2", "parent": "ward-1"}],
            [("A2", "=A1", "cell-is-formula")],
        ),
        (
            "posts",
            [{**POST, "code": "=A1"}, {**POST, "superior": "perhaps-row-2", "section": "NONE"}],
            [("A2", "=A1", "cell-is-formula"), ("F3", "NONE", "cell-unknown")],
        ),
        (
            "routes",
            [{**ROUTE, "from_day": "=A1"}, {**ROUTE, "post": "engineer"}, {**ROUTE, "place": "none"}],
            [("H2", "=A1", "cell-is-formula"), ("E4", "none", "cell-unknown")],
        ),
    ],
)
async def test_every_sort_of_sheet_tells_all_its_faults_at_once(
    own: PracticeOffice, tmp_path: Path, what: str, rows: list[dict[str, str]], expected: list[Any]
) -> None:
    assert await refused(own, what, as_csv(tmp_path, rows)) == expected


async def test_columns_are_checked_first(own: PracticeOffice, tmp_path: Path) -> None:
    row = {**CATEGORY, "colour": "red"}
    del row["citizen"]
    found = await refused(own, "categories", as_csv(tmp_path, [row]))
    assert [(cell, why) for cell, _, why in found] == [("", "column-missing"), ("K1", "column-unknown")]
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    assert [why for _, _, why in await refused(own, "categories", empty)] == ["sheet-empty"]
