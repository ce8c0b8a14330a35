"""Sheets are checked whole before anything is written: all of it or nothing, each fault by its cell and reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from flows.imports.carry_in import Given, Imported, import_sheet
from flows.office import By
from flows.rules.sheets import BadSheet
from infra.audit.verify_database import Trust, verify_database
from infra.fsck.time_kept import check_office
from storage.snapshots import one_snapshot
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.factories.routed_office import RoutedOffice, make_routed
from tests.factories.sheets import CATEGORY, as_csv, as_xlsx, many_categories
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

MONDAY = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
POST = {
    "code": "je-2", "abbreviation": "JE2", "name_en": "Junior Engineer 2", "name_hi": "कनिष्ठ अभियंता 2",
    "office": "ph", "section": "PH-WORKS", "superior": "engineer", "powers": "register",
}  # fmt: skip
ROUTE = {"scheme": "haryana-eoffice", "kind": "complaint", "department": "", "category": "pension", "place": "",
         "level": "1", "post": "junior", "from_day": "", "to_day": ""}  # fmt: skip
PLACE = {"scheme": "haryana-eoffice", "code": "ward-1", "name_en": "Ward 1", "name_hi": "वार्ड 1", "parent": ""}
Made = Callable[[Database], Awaitable[PracticeOffice]]


@pytest.fixture
async def own(database: Database, office_in: Made) -> PracticeOffice:
    """An office in a database of its own, on a Monday."""
    made = await office_in(database)
    OfficeClock(database.owner_url).set(MONDAY)
    return made


async def brought(office: PracticeOffice, what: str, path: Path, *, dry_run: bool = False) -> Imported:
    given = Given(what, path, path.name)
    return await import_sheet(office.database, office.identity, None, given, dry_run=dry_run)


async def refused(office: PracticeOffice, what: str, path: Path) -> list[tuple[str, str, str]]:
    """The faults of a sheet: cell, value and reason; nothing of the office is another."""
    before = await entries(office)
    with pytest.raises(BadSheet) as bad:
        await brought(office, what, path)
    assert await entries(office) == before
    return [(one.cell, one.value, one.why.code) for one in bad.value.faults]


async def entries(office: PracticeOffice) -> int:
    return await office.one("select count(*) from audit_entry")


async def verified(place: Database) -> list[str]:
    """What the audit's verifier has to say against the office."""
    from storage.database import Database as Pool  # noqa: PLC0415 - a name of its own

    pool = Pool(place.reader_url, pool=2)
    try:
        async with one_snapshot(pool) as driver:
            return [str(fault) for fault in (await verify_database(driver, Trust({}, True))).faults]
    finally:
        await pool.close()


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


async def test_a_change_ends_the_row_and_begins_another(
    own: PracticeOffice, database: Database, tmp_path: Path
) -> None:
    rows = many_categories(3)
    await brought(own, "categories", as_csv(tmp_path, rows))
    OfficeClock(database.owner_url).forward(timedelta(days=1))
    changed = [
        {**rows[0], "level_1": "9 days", "ended": ""},
        {**rows[1], "ended": "yes"},
        {**rows[2], "ended": ""},
    ]
    done = await brought(own, "categories", as_csv(tmp_path, changed))
    assert (done.changed, done.ended, done.unchanged) == (1, 1, 1)
    found = await own.rows("select code, to_at, limits->'levels'->0->'count' from category order by code, from_at")
    later = MONDAY + timedelta(days=1)
    assert found == [("00000", later, 7), ("00000", None, 9), ("00001", later, 7), ("00002", None, 7)]
    assert await verified(database) == []


async def test_a_complaint_keeps_its_limits_when_its_category_is_changed(
    own: PracticeOffice, database: Database, tmp_path: Path
) -> None:
    routed = await make_routed(own)
    row = {**CATEGORY, "scheme": routed.scheme}
    await brought(own, "categories", as_csv(tmp_path, [row]))
    life = await routed.register(category="leak")
    await brought(own, "categories", as_csv(tmp_path, [{**row, "level_1": "1 day", "citizen": "2 days"}]))
    await life.must("hub", "assign", to="junior")
    sql = "select sort, limit_count from clock where docket = %(d)s order by sort"
    assert await own.rows(sql, d=life.docket) == [("attend", 1), ("citizen", 30), ("level", 7)]
    after = await routed.register(category="leak")
    await after.must("hub", "assign", to="junior")
    assert await own.rows(sql, d=after.docket) == [("attend", 1), ("citizen", 2), ("level", 1)]
    report, _ = await check_office(own.database)
    assert report.differences == []
    await assert_rows_equal_their_replay(own, life.docket)
    assert await verified(database) == []


async def _post(office: PracticeOffice, code: str) -> Any:
    sql = """select p.name_en, u.code, array(select power from post_power where post = p.id and to_day is null
        order by 1) from post p left join post_superior s on s.post = p.id and s.to_day is null
        left join post u on u.id = s.superior where p.code = %(code)s"""
    return (await office.rows(sql, code=code))[0]


async def test_posts_come_with_superiors_of_the_sheet_and_powers(
    own: PracticeOffice, database: Database, tmp_path: Path
) -> None:
    under = {**POST, "code": "je-3", "superior": "je-2", "powers": ""}
    await brought(own, "posts", as_csv(tmp_path, [under, POST]))
    assert await _post(own, "je-2") == ("Junior Engineer 2", "engineer", ["register"])
    assert await _post(own, "je-3") == ("Junior Engineer 2", "je-2", [])
    for day, (superior, powers, expected) in enumerate(
        [
            ("", "close", (None, ["close"])),
            ("stranger", "register, close", ("stranger", ["close", "register"])),
            ("junior", "", ("junior", [])),
        ]
    ):
        await brought(own, "posts", as_csv(tmp_path, [{**POST, "superior": superior, "powers": powers}]))
        assert (await _post(own, "je-2"))[1:] == expected, day
    OfficeClock(database.owner_url).forward(timedelta(days=3))
    await brought(own, "posts", as_csv(tmp_path, [{**POST, "name_en": "JE"}]))
    assert await _post(own, "je-2") == ("JE", "engineer", ["register"])
    assert await verified(database) == []


async def test_a_column_that_is_left_out_leaves_what_posts_have(own: PracticeOffice, tmp_path: Path) -> None:
    await brought(own, "posts", as_csv(tmp_path, [POST]))
    short = {name: value for name, value in POST.items() if name not in ("superior", "powers")}
    await brought(own, "posts", as_csv(tmp_path, [{**short, "abbreviation": "J2"}]))
    assert await _post(own, "je-2") == ("Junior Engineer 2", "engineer", ["register"])


async def test_posts_that_cannot_be_are_named(own: PracticeOffice, tmp_path: Path) -> None:
    rows = [
        {**POST, "code": "a", "superior": "b"},
        {**POST, "code": "b", "superior": "a"},
        {**POST, "code": "c", "superior": "c", "powers": "rule"},
        {**POST, "code": "abolished"},
        {**POST, "code": "d", "section": "NONE"},
        {**POST, "code": "e", "superior": "nobody"},
    ]
    assert set(await refused(own, "posts", as_csv(tmp_path, rows))) == {
        ("G2", "b", "cell-circle"),
        ("G3", "a", "cell-circle"),
        ("G4", "c", "cell-own-superior"),
        ("H4", "rule", "cell-no-power"),
        ("A5", "abolished", "cell-post-closed"),
        ("F6", "NONE", "cell-unknown"),
        ("G7", "nobody", "cell-unknown"),
    }


async def _routes(office: PracticeOffice) -> list[Any]:
    sql = "select o.code, r.from_day::text, r.to_day::text from route r join post o on o.id = r.post order by 2, 1"
    return await office.rows(sql)


async def test_another_post_takes_over_from_a_day_on(
    own: PracticeOffice, database: Database, tmp_path: Path
) -> None:
    await brought(own, "routes", as_csv(tmp_path, [ROUTE]))
    done = await brought(
        own, "routes", as_csv(tmp_path, [{**ROUTE, "post": "engineer", "from_day": "2027-04-01"}])
    )
    assert done.changed == 1
    assert await _routes(own) == [("junior", "2027-03-01", "2027-04-01"), ("engineer", "2027-04-01", None)]
    ended = await brought(own, "routes", as_csv(tmp_path, [{**ROUTE, "post": "engineer", "to_day": "2027-06-01"}]))
    assert ended.ended == 1
    assert await _routes(own) == [("junior", "2027-03-01", "2027-04-01"), ("engineer", "2027-04-01", "2027-06-01")]
    assert await verified(database) == []


async def test_routes_that_would_tie_or_lead_nowhere_are_named(own: PracticeOffice, tmp_path: Path) -> None:
    later = {**ROUTE, "category": "street-light", "from_day": "2027-05-01", "to_day": "2027-06-01"}
    await brought(own, "routes", as_csv(tmp_path, [later]))
    rows = [
        ROUTE,
        {**ROUTE, "post": "engineer"},
        {**ROUTE, "category": "drinking-water", "level": "4"},
        {**ROUTE, "category": "none"},
        {**ROUTE, "place": "none"},
        {**ROUTE, "level": "2", "post": "abolished"},
        {**ROUTE, "category": "", "from_day": "2027-02-01"},
        {**ROUTE, "category": "", "level": "2", "from_day": "2027-03-05", "to_day": "2027-03-05"},
        {**ROUTE, "category": "street-light", "post": "engineer"},
    ]
    assert set(await refused(own, "routes", as_csv(tmp_path, rows))) == {
        ("G3", "engineer", "cell-twice"),
        ("F4", "4", "cell-no-level"),
        ("D5", "none", "cell-unknown"),
        ("E6", "none", "cell-unknown"),
        ("G7", "abolished", "cell-post-closed"),
        ("H8", "2027-02-01", "cell-day-past"),
        ("I9", "2027-03-05", "cell-days-crossed"),
        ("G10", "engineer", "cell-route-in-the-way"),
    }


async def test_a_place_of_a_sheet_can_be_registered_and_routed(own: PracticeOffice, tmp_path: Path) -> None:
    routed: RoutedOffice = await make_routed(own)
    own_place, own_route = {**PLACE, "scheme": routed.scheme}, {**ROUTE, "scheme": routed.scheme, "category": ""}
    await brought(
        own, "places", as_csv(tmp_path, [{**own_place, "code": "ward-1a", "parent": "ward-1"}, own_place])
    )
    await brought(own, "routes", as_csv(tmp_path, [{**own_route, "place": "ward-1"}]))
    life = await routed.register(place="ward-1a")
    assert (await life.row())["state"] == "assigned"
    circle = [{**own_place, "parent": "ward-1a"}]
    assert await refused(own, "places", as_csv(tmp_path, circle)) == [("E2", "ward-1a", "cell-circle")]


async def test_what_was_imported_says_by_whom_and_which_file(own: PracticeOffice, tmp_path: Path) -> None:
    path, seat = as_csv(tmp_path, [PLACE]), own.seats["administrator"]
    by, given = By(seat.person, seat.post, "sheet-1", bytes(32)), Given("places", path, "स्थान.csv")
    await import_sheet(own.database, own.identity, by, given, dry_run=False)
    row = await own.rows("select what, name, rows, added, by_person, by_post from imported_sheet")
    assert row == [("places", "स्थान.csv", 1, 1, seat.person, seat.post)]


@pytest.mark.parametrize("table", ["category", "place", "route"])
async def test_a_row_can_be_ended_and_nothing_else_of_it_changed(
    own: PracticeOffice, database: Database, table: str
) -> None:
    with psycopg.connect(database.app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"update {table} set scheme = 'x'".encode())
    with psycopg.connect(database.app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"delete from {table}".encode())
