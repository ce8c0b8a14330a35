"""Where no post is named, a complaint goes on to the post of its route at the level that it comes to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.clock_acts import tick
from flows.clock_on_complaints import OVERDUE
from infra.fsck.time_kept import check_office
from storage.routing import ROUTINGS
from tests.factories.lives import REASON, Life
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.factories.routed_office import RoutedOffice, make_routed
from tests.fixtures.office import OfficeClock, office_of_its_own

MONDAY = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)  # 10:00 in Hisar
CALLED = {"remark": "नागरिक ने बताया।"}


@pytest.fixture(scope="module")
async def office(new_database: Callable[..., Any]) -> AsyncIterator[PracticeOffice]:
    """An office of this module's own, for schemes that are put in force here would be in force for all."""
    async with office_of_its_own(new_database()) as made:
        yield made


@pytest.fixture
async def routed(office: PracticeOffice, office_clock: OfficeClock) -> AsyncIterator[RoutedOffice]:
    """After each test every docket's time is as retold from its movements, and every chain as its rows."""
    office_clock.set(MONDAY)
    before = await office.one("select coalesce(array_agg(id), '{}') from docket")
    yield await make_routed(office)
    report, _ = await check_office(office.database)
    assert report.differences == []
    for (docket,) in await office.rows("select id from docket where id <> all(%(before)s)", before=before):
        await assert_rows_equal_their_replay(office, docket)


async def standing(life: Life) -> tuple[str, str | None, int]:
    """State, holder and level."""
    sql = "select d.state, d.holder, c.level from docket d join complaint c on c.docket = d.id where d.id = %(d)s"
    ((state, holder, level),) = await life.office.rows(sql, d=life.docket)
    return state, life.office.name_of(holder), level


async def details(life: Life) -> dict[str, Any] | None:
    """What its last movement tells beside its columns."""
    sql = "select details from movement where docket = %(d)s order by sequence desc limit 1"
    return await life.office.one(sql, d=life.docket)


async def with_junior(routed: RoutedOffice, **particulars: Any) -> Life:
    """A complaint that the junior has in hand: a route of its category led it there."""
    life = await routed.register(**particulars)
    assert await standing(life) == ("assigned", "junior", 1)
    await life.must("junior", "receive")
    return life


async def the_minute(routed: RoutedOffice) -> None:
    """The clock does what is due of all complaints."""
    for act in OVERDUE:
        assert (await tick(routed.office.database, routed.office.identity, act)).broken == 0


async def replied(routed: RoutedOffice) -> Life:
    life = await with_junior(routed)
    await life.must("junior", "reply", **CALLED)
    return life


async def test_escalated_it_goes_to_the_route_of_the_next_level_before_the_chain(routed: RoutedOffice) -> None:
    await routed.route("junior")
    route = await routed.route("stranger", 2, category="drinking-water")
    life = await with_junior(routed)
    await life.must("arbiter", "escalate", **REASON)
    assert await standing(life) == ("assigned", "stranger", 2)
    assert await details(life) == {"route": str(route)}
    # There is no route at level 3, and nobody above the stranger.
    assert (await life.act("arbiter", "escalate", **REASON)).refused == "needs-post"
    by_chain = await with_junior(routed, category="pension")
    await by_chain.must("arbiter", "escalate", **REASON)
    assert await standing(by_chain) == ("assigned", "engineer", 2)
    assert await details(by_chain) is None


async def test_a_post_that_is_named_goes_before_the_route(routed: RoutedOffice) -> None:
    await routed.route("junior")
    await routed.route("stranger", 2)
    life = await with_junior(routed)
    await life.must("arbiter", "escalate", to="superintending", **REASON)
    assert await standing(life) == ("assigned", "superintending", 2)
    assert await details(life) is None


async def test_the_route_passes_over_whom_it_is_against_and_who_recused_himself(routed: RoutedOffice) -> None:
    await routed.route("junior")
    await routed.route("stranger", 2, place="hansi")
    await routed.route("accountant", 2)
    life = await with_junior(routed, accused="stranger")
    await life.must("arbiter", "escalate", **REASON)
    assert await standing(life) == ("assigned", "accountant", 2)
    another = await with_junior(routed)
    await another.must("junior", "transfer", to="stranger", **REASON)
    await another.must("stranger", "receive")
    await another.must("stranger", "recuse", to="junior", **REASON)
    await another.must("arbiter", "escalate", **REASON)
    assert await standing(another) == ("assigned", "accountant", 2)


async def test_nobody_goes_up_to_himself_or_to_one_under_him(routed: RoutedOffice) -> None:
    await routed.route("junior", place="hansi")
    await routed.route("engineer", place="barwala")
    await routed.route("junior", 2)
    same, under = await with_junior(routed, place="hansi"), await routed.register(place="barwala")
    for life in (same, under):
        await life.must("arbiter", "escalate", **REASON)
    assert await standing(same) == ("assigned", "engineer", 2)
    assert await standing(under) == ("assigned", "superintending", 2)


async def test_many_overdue_at_once_go_each_by_its_own_route(
    routed: RoutedOffice, office_clock: OfficeClock
) -> None:
    await routed.route("junior")
    await routed.place("east")
    await routed.place("ward-1", "east")
    await routed.place("west")
    await routed.route("accountant", 2, place="east")
    await routed.route("vacant", 2, place="west")  # whose superior answers for the seat
    lives = [await with_junior(routed, place=place) for place in ("ward-1", "west", "hansi", "ward-1")]
    office_clock.forward(timedelta(days=8))
    await the_minute(routed)
    found = [(await standing(life))[1:] for life in lives]
    assert found == [("accountant", 2), ("officer", 2), ("engineer", 2), ("accountant", 2)]


async def test_transferred_without_a_post_it_goes_to_the_route_of_its_level(routed: RoutedOffice) -> None:
    route = await routed.route("junior")
    life = await with_junior(routed)
    assert (await life.act("junior", "transfer", **REASON)).refused == "needs-post"  # he has it already
    await life.must("junior", "transfer", to="stranger", **REASON)
    await life.must("hub", "transfer", **REASON)
    assert await standing(life) == ("assigned", "junior", 1)
    assert await details(life) == {"route": str(route)}


async def test_without_a_route_who_sends_it_names_the_post(routed: RoutedOffice) -> None:
    life = await routed.register()
    given = {"category": "pension", **REASON}
    assert (await life.act("hub", "recategorise", **given)).refused == "needs-post"
    await life.must("hub", "assign", to="engineer")
    assert (await life.act("hub", "transfer", **REASON)).refused == "needs-post"


async def test_another_category_leads_to_its_own_route(routed: RoutedOffice) -> None:
    await routed.route("junior", category="drinking-water")
    route = await routed.route("stranger", category="pension")
    life = await with_junior(routed)
    await life.must("hub", "recategorise", category="pension", **REASON)
    assert await standing(life) == ("assigned", "stranger", 1)
    told = {"category": "pension", "category_before": "drinking-water", "route": str(route)}
    assert await details(life) == told


async def test_a_category_of_the_office_s_own_brings_its_limits_and_its_route(routed: RoutedOffice) -> None:
    department = await routed.office.one("select id from department")
    await routed.category("water")
    row = await routed.category("leak", "water", department=department)
    await routed.route("junior", category="drinking-water")
    await routed.route("stranger", category="water")
    life = await with_junior(routed)
    began = MONDAY + timedelta(microseconds=1)
    await life.must("junior", "recategorise", category="leak", **REASON)
    assert await standing(life) == ("assigned", "stranger", 1)
    assert await limits(life) == ("leak", row, began, began + timedelta(days=2))
    assert (await details(life) or {})["category_row"] == str(row)
    await life.must("hub", "recategorise", category="drinking-water", **REASON)
    assert await limits(life) == ("drinking-water", None, began, began + timedelta(days=7))
    assert await standing(life) == ("assigned", "junior", 1)


async def limits(life: Life) -> tuple[Any, ...]:
    """Category, its row, and when the level's clock began and is due."""
    sql = """select c.category, c.category_row, k.began, k.due from complaint c join clock k on k.docket = c.docket
        where c.docket = %(d)s and k.sort = 'level' and k.ended is null"""
    (found,) = await life.office.rows(sql, d=life.docket)
    return found


async def test_a_category_that_came_in_with_another_row_keeps_its_limits_for_what_had_it(
    routed: RoutedOffice,
) -> None:
    await routed.category("leak")
    await routed.route("junior")
    life = await with_junior(routed, category="leak")
    await life.must("hub", "recategorise", category="pension", **REASON)
    assert await limits(life) == ("pension", None, *(await limits(life))[2:])
    assert (await life.act("hub", "recategorise", category="burst", **REASON)).refused == "unknown-particular"


async def test_not_satisfied_goes_to_the_route_of_the_level_that_the_scheme_names(office: PracticeOffice) -> None:
    routed = await make_routed(office, level_after="next")
    await routed.route("junior")
    route = await routed.route("stranger", 2)
    life = await replied(routed)
    await life.must("calling", "not_satisfied", **CALLED)
    assert await standing(life) == ("assigned", "stranger", 2)
    assert (await details(life) or {})["route"] == str(route)


async def test_not_satisfied_at_the_same_level_goes_back_to_who_replied(routed: RoutedOffice) -> None:
    going = await routed.route("junior")
    life = await replied(routed)
    await routed.end_route(going)
    await routed.route("stranger")
    await life.must("calling", "not_satisfied", **CALLED)
    assert await standing(life) == ("assigned", "junior", 1)


async def test_not_satisfied_it_goes_on_with_the_time_that_was_left_where_nobody_is_who_replied(
    routed: RoutedOffice,
) -> None:
    going = await routed.route("junior")
    by_route, by_chain = await replied(routed), await replied(routed)
    due = await level_due(by_route)
    await routed.end_route(going)
    route = await routed.route("stranger")
    async with routed.nobody_at("junior"):
        await by_route.must("calling", "not_satisfied", **CALLED)
        assert await standing(by_route) == ("assigned", "stranger", 1)
        assert (await details(by_route) or {})["route"] == str(route)
        await routed.end_route(route)
        assert (await by_chain.act("calling", "not_satisfied", **CALLED)).refused is None
    assert await standing(by_chain) == ("assigned", "engineer", 1)
    assert await level_due(by_route) == due


async def level_due(life: Life) -> datetime:
    """When its level is due, apart from the time for which its clock stood still."""
    sql = """select date_trunc('second', due - coalesce(resumed_at - halted_at, interval '0')) from clock
        where docket = %(d)s and sort = 'level' and ended is null"""
    return await life.office.one(sql, d=life.docket)


async def test_by_the_chain_it_passes_over_who_is_not_there(
    routed: RoutedOffice, office_clock: OfficeClock
) -> None:
    await routed.route("junior")
    by_hand, by_clock, opened = await with_junior(routed), await with_junior(routed), await replied(routed)
    await opened.must("calling", "satisfied", **CALLED)
    office_clock.forward(timedelta(days=8))
    async with routed.nobody_at("junior", "engineer"):
        await by_hand.must("arbiter", "escalate", **REASON)
        await the_minute(routed)
        await opened.must("calling", "reopen", **REASON)
    for life in (by_hand, by_clock):
        assert await standing(life) == ("assigned", "superintending", 2)
    assert await standing(opened) == ("assigned", "superintending", 1)


async def test_where_nobody_is_above_it_stays_until_somebody_is(
    routed: RoutedOffice, office_clock: OfficeClock
) -> None:
    await routed.route("junior")
    life = await with_junior(routed)
    office_clock.forward(timedelta(days=8))
    async with routed.nobody_at("engineer", "superintending"):
        assert (await life.act("arbiter", "escalate", **REASON)).refused == "needs-post"
        await the_minute(routed)
        assert await standing(life) == ("in_work", "junior", 1)
    office_clock.forward(timedelta(days=2))
    await the_minute(routed)
    await the_minute(routed)  # the one before reminded of it, and set its next turn
    assert await standing(life) == ("assigned", "engineer", 2)


async def test_an_index_finds_the_routes_whatever_is_believed_of_their_number(routed: RoutedOffice) -> None:
    stands = {"schemes": [routed.scheme], "kinds": ["complaint"], "categories": ["leak"], "places": ["hansi"]}
    async with routed.office.database.writing() as driver:
        plan = await (await driver.execute(f"explain {ROUTINGS}".encode(), stands)).fetchall()
    lines = [line.strip() for (line,) in plan]
    found = next(number for number, line in enumerate(lines) if "using route_category_place_idx" in line)
    assert "COALESCE(category" in lines[found + 1]
    assert "COALESCE(place" in lines[found + 1]


async def test_opened_again_it_goes_to_the_route_of_its_level_and_an_appeal_to_the_next(
    routed: RoutedOffice,
) -> None:
    await routed.route("junior")
    await routed.route("stranger", 2)
    first, second = await replied(routed), await replied(routed)
    for life in (first, second):
        await life.must("calling", "satisfied", **CALLED)
    await first.must("calling", "reopen", **REASON)
    assert await standing(first) == ("assigned", "junior", 1)
    await second.must("calling", "appeal", **REASON)
    assert await standing(second) == ("assigned", "stranger", 2)
