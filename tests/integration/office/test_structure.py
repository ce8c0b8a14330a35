"""Departments, offices, sections and posts: added, renamed, closed; superiors and powers from day to day."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from flows.office import carry_out_order, posts, structure
from flows.rules.errors import Refused
from tests.factories.lives import REASON, new_file
from tests.factories.office_orders import by, in_days, ordered, post_now, refused
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock

NAMES = {"name_en": "Roads", "name_hi": "सड़क"}
ADMIN = "administrator"


async def test_a_whole_office_is_set_up_from_nothing_by_orders(alone: PracticeOffice) -> None:
    for order in (
        structure.AddDepartment("PWD", **NAMES),
        structure.AddOffice("PWD", "pwd-hisar", **NAMES, place="hisar"),
        structure.AddSection("pwd-hisar", "WORKS", **NAMES),
        posts.AddPost("pwd-hisar", "WORKS", "XEN", "XEN", **NAMES),
        posts.AddPost("pwd-hisar", "WORKS", "SDO", "SDO", **NAMES, superior="XEN"),
        structure.RenameDepartment("PWD", name_en="Public Works"),
        structure.RenameOffice("pwd-hisar", name_hi="लोक निर्माण"),
        structure.RenameSection("pwd-hisar", "WORKS", name_en="Works"),
        posts.RenamePost("XEN", abbreviation="EE"),
    ):
        await ordered(alone, ADMIN, order)
    row = await alone.rows(
        """select d.name_en, f.name_hi, c.name_en, p.abbreviation from post p join section c on c.id = p.section
        join office f on f.id = c.office join department d on d.id = f.department where p.code = 'XEN'"""
    )
    assert row == [("Public Works", "लोक निर्माण", "Works", "EE")]
    above = "select u.code from post_superior s join post u on u.id = s.superior join post p on p.id = s.post"
    assert await alone.one(f"{above} where p.code = 'SDO'") == "XEN"


TAKEN = {
    "a department": structure.AddDepartment("REV", **NAMES),
    "an office": structure.AddOffice("REV", "dc", **NAMES, place="hisar"),
    "a section": structure.AddSection("dc", "DC-ESTT", **NAMES),
    "a post": posts.AddPost("dc", "DC-ESTT", "clerk", "CLK", **NAMES),
}


@pytest.mark.parametrize("what", TAKEN)
async def test_a_code_is_given_once(alone: PracticeOffice, what: str) -> None:
    assert (await refused(alone, ADMIN, TAKEN[what])).code == "code-taken"


UNKNOWN = {
    "no-such-department": structure.AddOffice("XXX", "x", **NAMES, place="hisar"),
    "no-such-office": structure.AddSection("XXX", "x", **NAMES),
    "no-such-section": posts.AddPost("dc", "XXX", "x", "X", **NAMES),
    "no-such-post": posts.RenamePost("XXX", name_en="x"),
    "bad-code": structure.AddDepartment("a/b", **NAMES),
    "nothing-changed": posts.RenamePost("clerk", name_en="Clerk"),
    "unknown-power": posts.GivePower("clerk", "fly"),
    "has-power": posts.GivePower("clerk", "register"),
    "has-not-power": posts.TakePower("clerk", "hub"),
    "post-closed": posts.ClosePost("abolished"),
}


@pytest.mark.parametrize("code", UNKNOWN)
async def test_what_cannot_be_is_refused(alone: PracticeOffice, code: str) -> None:
    assert (await refused(alone, ADMIN, UNKNOWN[code])).code == code


async def test_only_an_administrator_or_an_operator_changes_the_office(alone: PracticeOffice) -> None:
    order = structure.AddDepartment("PWD", **NAMES)
    assert (await refused(alone, "dc", order)).code == "lacks-power"
    assert (await refused(alone, alone.seats[ADMIN].person, order)).code == "lacks-power"
    stranger = alone.seats["clerk"]
    elsewhere = type(stranger)(stranger.person, alone.post(ADMIN), "administrator")
    assert (await refused(alone, elsewhere, order)).code == "not-your-post"
    assert (await ordered(alone, None, order))["code"] == "PWD"


async def test_an_order_names_who_gave_it_and_is_carried_out_once(alone: PracticeOffice) -> None:
    order, given = structure.AddDepartment("PWD", **NAMES), by(alone, ADMIN, "key", b"one")
    both = await asyncio.gather(*(carry_out_order(alone.database, alone.identity, given, order) for _ in range(2)))
    assert both[0].outcome == both[1].outcome
    assert sorted(one.again for one in both) == [False, True]
    seat = alone.seats[ADMIN]
    found = await alone.rows("select by_person, by_post from office_change where what = 'department.added'")
    assert found == [(seat.person, seat.post)]
    other = by(alone, ADMIN, "key", b"another")
    with pytest.raises(Refused) as fault:
        await carry_out_order(alone.database, alone.identity, other, order)
    assert fault.value.refusal.code == "key-reused"


async def test_a_post_that_holds_open_papers_is_not_closed(alone: PracticeOffice) -> None:
    files = [await new_file(alone) for _ in range(2)]
    against = await refused(alone, ADMIN, posts.ClosePost("clerk"))
    assert (against.code, "2 papers" in against.en, "2 प्रकरण" in against.hi) == ("post-holds-papers", True, True)
    for life in files:
        await life.must("clerk", "forward", to="superintendent", **REASON)
    await ordered(alone, ADMIN, posts.ClosePost("clerk"))
    closed = await post_now(alone, "clerk")
    assert (closed.open, closed.people) == (False, frozenset())


async def test_closing_waits_for_a_movement_that_brings_the_post_a_paper(alone: PracticeOffice) -> None:
    """The movement has cited the post and not committed; the closing sees what it brings."""
    life = await new_file(alone)
    async with alone.database.writing() as step:
        await step.execute("update docket set holder = %s where id = %s", (alone.post("vacant"), life.docket))
        closing = asyncio.create_task(refused_later(alone))
        while not await alone.one("select count(*) from pg_locks where not granted"):
            assert not closing.done()
            await asyncio.sleep(0)
        await step.execute("update docket set holder = %s where id = %s", (alone.post("vacant"), life.docket))
        await step.commit()
    assert await closing == "post-holds-papers"
    async with alone.database.writing() as step:  # back to where its chain says that it is
        await step.execute("update docket set holder = %s where id = %s", (alone.post("clerk"), life.docket))
        await step.commit()


async def refused_later(office: PracticeOffice) -> str:
    return (await refused(office, ADMIN, posts.ClosePost("vacant"))).code


async def test_a_post_closes_on_its_day_with_its_charges(alone: PracticeOffice, clock: OfficeClock) -> None:
    await ordered(alone, ADMIN, posts.ClosePost("junior", in_days(2)))
    assert (await post_now(alone, "junior")).occupied
    clock.forward(timedelta(days=2))
    closed = await post_now(alone, "junior")
    assert (closed.open, closed.occupied) == (False, False)


async def test_nothing_is_changed_for_a_day_that_is_over(alone: PracticeOffice) -> None:
    gone = in_days(-1)
    for order in (
        posts.ClosePost("vacant", gone),
        posts.SetSuperior("clerk", "dc", gone),
        posts.GivePower("clerk", "hub", gone),
        posts.TakePower("clerk", "register", gone),
        posts.AddPost("dc", "DC-ESTT", "new", "N", **NAMES, opened_on=gone),
    ):
        assert (await refused(alone, ADMIN, order)).code == "day-gone"


async def test_a_superior_counts_from_its_day(alone: PracticeOffice, clock: OfficeClock) -> None:
    await ordered(alone, ADMIN, posts.SetSuperior("clerk", "accountant", in_days(1)))
    assert (await post_now(alone, "clerk")).above[0] == alone.post("superintendent")
    clock.forward(timedelta(days=1))
    assert (await post_now(alone, "clerk")).above == (alone.post("accountant"),)
    days = await alone.rows(
        "select from_day, to_day from post_superior where post = %(p)s order by from_day", p=alone.post("clerk")
    )
    assert days == [(date(2020, 1, 1), in_days(1)), (in_days(1), None)]


async def test_a_superior_is_changed_twice_on_a_day_and_taken_away(alone: PracticeOffice) -> None:
    for superior in ("dc", "officer", "dc"):
        await ordered(alone, ADMIN, posts.SetSuperior("clerk", superior))
    assert (await post_now(alone, "clerk")).above == (alone.post("dc"),)
    await ordered(alone, ADMIN, posts.SetSuperior("clerk", None))
    assert (await post_now(alone, "clerk")).above == ()
    assert (await refused(alone, ADMIN, posts.SetSuperior("clerk", None))).code == "nothing-changed"


async def test_superiors_never_go_in_a_circle(alone: PracticeOffice) -> None:
    against = await refused(alone, ADMIN, posts.SetSuperior("dc", "clerk"))
    assert against.code == "superiors-in-a-circle"
    assert "dc → clerk → superintendent → officer → dc" in against.en
    assert "dc → clerk → superintendent → officer → dc" in against.hi
    assert (await refused(alone, ADMIN, posts.SetSuperior("dc", "dc"))).code == "superiors-in-a-circle"


async def test_a_circle_that_would_only_close_later_is_seen(alone: PracticeOffice) -> None:
    await ordered(alone, ADMIN, posts.SetSuperior("dc", "accountant", in_days(5)))
    against = await refused(alone, ADMIN, posts.SetSuperior("accountant", "clerk", in_days(1)))
    assert against.code == "superiors-in-a-circle"


async def test_two_orders_at_once_do_not_close_a_circle_together(alone: PracticeOffice) -> None:
    orders = (posts.SetSuperior("dc", "accountant"), posts.SetSuperior("accountant", "clerk"))
    done = await asyncio.gather(*(ordered(alone, ADMIN, order) for order in orders), return_exceptions=True)
    assert sorted(isinstance(one, Refused) for one in done) == [False, True]


async def test_a_closed_post_is_above_nobody(alone: PracticeOffice) -> None:
    against = await refused(alone, ADMIN, posts.SetSuperior("clerk", "abolished"))
    assert (against.code, against.field) == ("post-closed", "superior")


async def test_a_power_counts_from_its_day_until_its_day(alone: PracticeOffice, clock: OfficeClock) -> None:
    await ordered(alone, ADMIN, posts.GivePower("clerk", "close", in_days(1)))
    assert "close" not in (await post_now(alone, "clerk")).powers
    clock.forward(timedelta(days=1))
    assert "close" in (await post_now(alone, "clerk")).powers
    await ordered(alone, ADMIN, posts.TakePower("clerk", "close", in_days(3)))
    clock.forward(timedelta(days=1))
    assert "close" in (await post_now(alone, "clerk")).powers
    clock.forward(timedelta(days=1))
    assert "close" not in (await post_now(alone, "clerk")).powers


async def test_a_power_given_and_taken_on_one_day_can_be_given_again(alone: PracticeOffice) -> None:
    for order in (posts.GivePower, posts.TakePower, posts.GivePower):
        await ordered(alone, ADMIN, order("clerk", "close"))
    assert "close" in (await post_now(alone, "clerk")).powers


async def test_an_administrator_gives_no_power_to_his_own_post(alone: PracticeOffice) -> None:
    assert (await refused(alone, ADMIN, posts.GivePower(ADMIN, "hub"))).code == "for-oneself"
    await ordered(alone, None, posts.GivePower(ADMIN, "hub"))


async def test_a_power_taken_meanwhile_counts_at_once(alone: PracticeOffice) -> None:
    assert "administer" in (await post_now(alone, ADMIN)).powers
    await ordered(alone, None, posts.TakePower(ADMIN, "administer"))
    assert (await refused(alone, ADMIN, structure.AddDepartment("PWD", **NAMES))).code == "lacks-power"
