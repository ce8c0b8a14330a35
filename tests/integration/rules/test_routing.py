"""A complaint goes to the post of its route in the transaction that registers it, and keeps its limits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.routing_gaps import find_gaps
from flows.rules.errors import Refused
from flows.schemes_in_force import in_force
from infra.fsck.time_kept import check_office
from tests.factories.lives import Life
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.factories.routed_office import RoutedOffice, make_routed
from tests.fixtures.office import OfficeClock, office_of_its_own

MONDAY = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
async def office(new_database: Callable[..., Any]) -> AsyncIterator[PracticeOffice]:
    """An office of this module's own, for schemes that are put in force here would be in force for all."""
    async with office_of_its_own(new_database()) as made:
        yield made


@pytest.fixture
async def routed(office: PracticeOffice) -> RoutedOffice:
    return await make_routed(office)


async def where(life: Life) -> tuple[str, str | None]:
    row = await life.row()
    return row["state"], await life.office.one(
        "select o.code from docket d left join post o on o.id = d.holder where d.id = %(id)s", id=life.docket
    )


async def movements(life: Life) -> list[Any]:
    sql = """select m.name, o.code, m.from_state, m.to_state, m.ordinal, m.details from movement m
        left join post o on o.id = m.by_post where docket = %(d)s order by sequence"""
    return await life.office.rows(sql, d=life.docket)


async def due(life: Life) -> dict[str, tuple[datetime, datetime]]:
    sql = "select sort, began, due from clock where docket = %(d)s and ended is null"
    return {sort: (began, ends) for sort, began, ends in await life.office.rows(sql, d=life.docket)}


async def test_it_is_assigned_by_a_movement_that_names_the_route_and_nobody(
    routed: RoutedOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    route = await routed.route("junior", category="drinking-water")
    life = await routed.register()
    assert await where(life) == ("assigned", "junior")
    assert life.version == 2
    assert await movements(life) == [
        ("register", "hub", None, "registered", 0, None),
        ("assign", None, "registered", "assigned", 1, {"route": str(route)}),
    ]
    kept = await due(life)
    assert kept["level"] == (MONDAY + timedelta(microseconds=1), MONDAY + timedelta(days=7, microseconds=1))
    assert kept["citizen"] == (MONDAY, MONDAY + timedelta(days=30))
    assert kept.keys() == {"level", "citizen", "attend"}
    await life.must("junior", "receive")
    await assert_rows_equal_their_replay(routed.office, life.docket)


async def test_without_a_route_it_stays_with_the_hub(routed: RoutedOffice) -> None:
    await routed.route("junior", category="pension")
    life = await routed.register()
    assert await where(life) == ("registered", "hub")
    assert await routed.office.one("select count(*) from movement where docket = %(d)s", d=life.docket) == 1
    await life.must("hub", "assign", to="engineer")


async def test_the_shipped_scheme_assigns_at_once(office: PracticeOffice) -> None:
    shipped = RoutedOffice(office, "haryana-eoffice")
    await shipped.route("junior", category="pension")
    assert await where(await shipped.register(category="pension")) == ("assigned", "junior")
    assert await where(await shipped.register(category="street-light")) == ("registered", "hub")


async def test_a_scheme_that_does_not_say_so_assigns_nothing(office: PracticeOffice) -> None:
    routed = await make_routed(office, at_once=False)
    await routed.route("junior")
    assert await where(await routed.register()) == ("registered", "hub")


async def test_the_most_specific_route_wins(routed: RoutedOffice) -> None:
    await routed.route("stranger")
    assert await where(await routed.register()) == ("assigned", "stranger")
    await routed.route("engineer", place="hansi")
    assert await where(await routed.register()) == ("assigned", "engineer")
    await routed.route("junior", category="drinking-water")
    assert await where(await routed.register()) == ("assigned", "junior")
    await routed.route("superintending", category="drinking-water", place="hansi")
    assert await where(await routed.register()) == ("assigned", "superintending")
    await routed.route("accountant", 2, category="drinking-water", place="hansi")
    assert await where(await routed.register(place="barwala")) == ("assigned", "junior")


async def test_a_route_of_a_parent_reaches_what_is_under_it(routed: RoutedOffice) -> None:
    for code, parent in (("water", None), ("leak", "water"), ("street-leak", "leak")):
        await routed.category(code, parent)
    for code, parent in (("west", None), ("ward-7", "west")):
        await routed.place(code, parent)
    await routed.route("stranger", category="water")
    await routed.route("engineer", category="leak")
    found = {"category": "street-leak", "place": "ward-7"}
    assert await where(await routed.register(**found)) == ("assigned", "engineer")
    await routed.route("junior", category="water", place="west")
    assert await where(await routed.register(**found)) == ("assigned", "junior")


async def test_a_route_of_a_department_takes_its_categories_and_no_other(routed: RoutedOffice) -> None:
    department = await routed.office.one("select id from department")
    await routed.category("nobody-s")
    await routed.category("theirs", department=department)
    await routed.route("junior", department=department)
    assert await where(await routed.register(category="nobody-s")) == ("registered", "hub")
    assert await where(await routed.register(category="theirs")) == ("assigned", "junior")


async def test_never_to_the_post_complained_against_nor_under_it(routed: RoutedOffice) -> None:
    await routed.route("junior", category="drinking-water")
    assert await where(await routed.register(accused="engineer")) == ("assigned", "superintending")
    await routed.route("stranger")
    assert await where(await routed.register(accused="engineer")) == ("assigned", "stranger")
    assert await where(await routed.register(accused="superintending")) == ("assigned", "stranger")


async def test_a_complaint_against_the_head_of_all_waits_for_the_hub(routed: RoutedOffice) -> None:
    await routed.route("junior", category="drinking-water")
    assert await where(await routed.register(accused="superintending")) == ("registered", "hub")


async def test_an_empty_seat_is_answered_for_by_the_superior_or_a_link_officer(routed: RoutedOffice) -> None:
    await routed.route("vacant", category="street-light")
    assert await where(await routed.register(category="street-light")) == ("assigned", "officer")
    office = routed.office
    await office.seated(await office.new_person(), office.post("vacant"), "vacant")
    assert await where(await routed.register(category="street-light")) == ("assigned", "vacant")


async def test_an_abolished_post_is_passed_over(routed: RoutedOffice) -> None:
    await routed.route("abolished", category="street-light", place="hansi")
    await routed.route("engineer", category="street-light")
    assert await where(await routed.register(category="street-light")) == ("assigned", "engineer")


async def test_a_complaint_keeps_the_limits_under_which_it_came(
    routed: RoutedOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    row = await routed.category("leak")
    life = await routed.register(category="leak")
    assert (await due(life))["citizen"][1] == MONDAY + timedelta(days=9)
    kept = "select category, category_row from complaint where docket = %(d)s"
    assert await routed.office.rows(kept, d=life.docket) == [("leak", row)]
    assert (await life.must("hub", "assign", to="junior")).state == "assigned"
    assert (await due(life))["level"][1] == MONDAY + timedelta(days=2, microseconds=1)
    await assert_rows_equal_their_replay(routed.office, life.docket)


async def test_neither_an_ended_nor_an_unknown_category_or_place_is_taken(routed: RoutedOffice) -> None:
    await routed.category("old", to_at=MONDAY - timedelta(days=800))
    for given in ({"category": "old"}, {"category": "none"}, {"place": "none"}, {"category": ["a"]}):
        with pytest.raises(Refused) as refused:
            await routed.register(**given)
        assert refused.value.refusal.code == "unknown-particular"
        assert refused.value.refusal.field == next(iter(given))


async def test_fsck_finds_time_and_posts_as_the_movements_say(routed: RoutedOffice) -> None:
    await routed.category("leak")
    await routed.route("junior")
    await routed.route("hub", category="pension")
    lives = [await routed.register(**given) for given in ({}, {"category": "leak"}, {"category": "pension"})]
    assert await where(lives[2]) == ("assigned", "hub")
    report, _ = await check_office(routed.office.database)
    assert [one for one in report.differences if one.docket in {life.docket for life in lives}] == []


async def test_a_route_of_a_department_takes_the_scheme_s_own_categories_of_it(routed: RoutedOffice) -> None:
    """The scheme says ``rev``, and the office's department of that code is REV."""
    department = await routed.office.one("select id from department where code = 'REV'")
    await routed.route("junior", department=department)
    assert await where(await routed.register(category="mutation")) == ("assigned", "junior")
    assert await where(await routed.register(category="drinking-water")) == ("registered", "hub")
    async with routed.office.database.querying() as driver:
        scheme = (await in_force(driver))[routed.scheme]
        found = await find_gaps(driver, scheme, "complaint", after=None, limit=1000)
    missing = {(one.gap.category, one.gap.level) for one in found.items}
    assert ("mutation", 1) not in missing
    assert ("drinking-water", 1) in missing
