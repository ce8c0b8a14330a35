"""What a sheet changes of categories, posts, routes and places, and what of them cannot be."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from flows.imports.carry_in import Given, import_sheet
from flows.office import By
from infra.fsck.time_kept import check_office
from tests.factories.imported_sheets import MONDAY, PLACE, POST, ROUTE, brought, refused, verified
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.factories.routed_office import RoutedOffice, make_routed
from tests.factories.sheets import CATEGORY, as_csv, many_categories
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database


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
