"""Charge of posts: given, ended, never two holders at a time; leave, and the link officer who stands in."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from flows.office import posts
from flows.office.charges import EndCharge, EndLeave, GiveCharge, GoOnLeave
from flows.office.people import LetIn, ShutOut
from flows.rules.errors import Refused
from tests.factories.lives import REASON, file_with, new_file
from tests.factories.office_orders import in_days, login_of, ordered, post_now, refused
from tests.factories.practice_office import PracticeOffice, Seat
from tests.fixtures.office import OfficeClock

ADMIN = "administrator"


def hence(**time: float) -> datetime:
    return datetime.now(UTC) + timedelta(**time)


async def newcomer(office: PracticeOffice) -> tuple[UUID, str]:
    person = await office.new_person()
    return person, await login_of(office, person)


async def test_a_vacant_post_is_given_and_acts_at_once(alone: PracticeOffice) -> None:
    person, login = await newcomer(alone)
    done = await ordered(alone, ADMIN, GiveCharge("vacant", login, "substantive"))
    assert (done["post"], done["until"]) == ("vacant", None)
    assert (await post_now(alone, "vacant")).people == {person}


async def test_one_person_holds_several_posts(alone: PracticeOffice) -> None:
    await ordered(alone, ADMIN, GiveCharge("vacant", "clerk", "additional"))
    person = alone.seats["clerk"].person
    assert person in (await post_now(alone, "clerk")).people
    assert person in (await post_now(alone, "vacant")).people


async def test_a_post_has_one_holder_at_any_time_to_come(alone: PracticeOffice, clock: OfficeClock) -> None:
    _, first = await newcomer(alone)
    _, second = await newcomer(alone)
    against = await refused(alone, ADMIN, GiveCharge("clerk", first, "additional"))
    assert (against.code, "“clerk”" in against.en) == ("post-held", True)
    month = GiveCharge("vacant", first, "substantive", hence(days=10), hence(days=40))
    await ordered(alone, ADMIN, month)
    meeting = (
        GiveCharge("vacant", second, "additional"),
        GiveCharge("vacant", second, "additional", hence(days=1), hence(days=11)),
        GiveCharge("vacant", second, "additional", hence(days=39), None),
        GiveCharge("vacant", second, "additional", hence(days=20), hence(days=21)),
    )
    for order in meeting:
        assert (await refused(alone, ADMIN, order)).code == "post-held"
    begins, ends = month.begins, month.ends
    await ordered(alone, ADMIN, GiveCharge("vacant", second, "additional", None, begins))
    await ordered(alone, ADMIN, GiveCharge("vacant", second, "additional", ends, None))


async def test_two_charges_at_once_seat_one(alone: PracticeOffice) -> None:
    logins = [(await newcomer(alone))[1] for _ in range(2)]
    # With an end: the index on holders without one would catch two of those.
    term = (hence(days=3), hence(days=9))
    orders = (ordered(alone, ADMIN, GiveCharge("vacant", login, "substantive", *term)) for login in logins)
    async with alone.database.writing() as other:
        await other.execute("select 1 from chain where sort = 'office' for update")
        both = [asyncio.create_task(order) for order in orders]
        while await alone.one("select count(*) from pg_locks where not granted") < len(both):
            assert not any(one.done() for one in both)
            await asyncio.sleep(0)
        await other.rollback()
    done = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(isinstance(one, Refused) for one in done) == [False, True]


async def test_what_no_charge_can_be_is_refused(alone: PracticeOffice) -> None:
    _, login = await newcomer(alone)
    await ordered(alone, ADMIN, ShutOut(login))
    gone, soon = hence(hours=-1), hence(hours=1)
    against = {
        "unknown-charge": GiveCharge("vacant", "clerk", "acting"),
        "link-needs-end": GiveCharge("vacant", "clerk", "link"),
        "no-such-post": GiveCharge("nowhere", "clerk", "additional"),
        "no-such-person": GiveCharge("vacant", "nobody", "additional"),
        "person-disabled": GiveCharge("vacant", login, "additional"),
        "time-gone": GiveCharge("vacant", "clerk", "additional", gone),
        "ends-before-it-begins": GiveCharge("vacant", "clerk", "link", hence(hours=2), soon),
        "post-closed": GiveCharge("abolished", "clerk", "additional", None, soon),
        "for-oneself": GiveCharge("vacant", ADMIN, "additional"),
        "sits-there": GiveCharge("clerk", "clerk", "link", None, soon),
        "no-such-charge": EndCharge("vacant", "clerk"),
    }
    for code, order in against.items():
        assert (await refused(alone, ADMIN, order)).code == code
    assert (await refused(alone, "dc", EndCharge("clerk", "clerk"))).code == "lacks-power"


async def test_a_charge_never_outlasts_its_post(alone: PracticeOffice) -> None:
    await ordered(alone, ADMIN, posts.ClosePost("vacant", in_days(5)))
    assert (await refused(alone, ADMIN, GiveCharge("vacant", "clerk", "additional"))).code == "post-closed"
    until = hence(days=2)
    await ordered(alone, ADMIN, GiveCharge("vacant", "clerk", "additional", None, until))


async def test_a_charge_ends_when_it_is_said(alone: PracticeOffice, clock: OfficeClock) -> None:
    await ordered(alone, ADMIN, EndCharge("clerk", "clerk", hence(days=1)))
    assert (await post_now(alone, "clerk")).occupied
    clock.forward(timedelta(days=1, minutes=1))
    assert not (await post_now(alone, "clerk")).occupied
    assert (await refused(alone, ADMIN, EndCharge("clerk", "clerk"))).code == "no-such-charge"


async def test_a_charge_to_come_can_be_called_off(alone: PracticeOffice, clock: OfficeClock) -> None:
    await ordered(alone, ADMIN, GiveCharge("vacant", "clerk", "additional", hence(days=1)))
    await ordered(alone, ADMIN, EndCharge("vacant", "clerk"))
    await ordered(alone, ADMIN, GiveCharge("vacant", "officer", "additional"))
    clock.forward(timedelta(days=2))
    assert (await post_now(alone, "vacant")).people == {alone.seats["officer"].person}


async def test_who_is_shut_out_acts_nowhere_until_let_in_again(alone: PracticeOffice) -> None:
    assert (await refused(alone, ADMIN, ShutOut(ADMIN))).code == "for-oneself"
    await ordered(alone, ADMIN, ShutOut("clerk"))
    assert not (await post_now(alone, "clerk")).occupied
    assert (await refused(alone, ADMIN, ShutOut("clerk"))).code == "nothing-changed"
    await ordered(alone, ADMIN, LetIn("clerk"))
    assert (await post_now(alone, "clerk")).occupied


async def on_leave(office: PracticeOffice, post: str, who: str = ADMIN) -> tuple[Seat, dict]:
    """The holder is on leave for two days from now; a newcomer stands in."""
    person, login = await newcomer(office)
    done = await ordered(office, who, GoOnLeave(post, post, login, None, hence(days=2)))
    return Seat(person, office.post(post), post), done


async def test_a_link_officer_stands_in_for_the_time_of_leave(alone: PracticeOffice, clock: OfficeClock) -> None:
    link, _ = await on_leave(alone, "superintendent")
    life = await file_with(alone, "superintendent")
    assert (await life.act(link, "forward", to="officer", **REASON)).state == "in_transit"
    clock.forward(timedelta(days=3))
    assert link.person not in (await post_now(alone, "superintendent")).people
    assert alone.seats["superintendent"].person in (await post_now(alone, "superintendent")).people


async def test_who_is_on_leave_may_act_and_the_movement_says_so(alone: PracticeOffice) -> None:
    link, done = await on_leave(alone, "clerk", "officer")
    before = await new_file(alone)
    details = "select details from movement where docket = %(d)s order by sequence desc limit 1"
    assert await alone.one(details, d=before.docket) == {"on_leave": True}
    await before.must("clerk", "park", until=in_days(9), **REASON)
    kept = await alone.one(details, d=before.docket)
    assert kept == {"until": in_days(9).isoformat(), "on_leave": True}
    await before.must(link, "bring_up")
    assert await alone.one(details, d=before.docket) is None
    await ordered(alone, "officer", EndLeave("clerk", UUID(done["id"])))
    await before.must("clerk", "forward", to="superintendent", **REASON)
    assert await alone.one(details, d=before.docket) is None


async def test_a_link_officer_has_not_the_powers_that_the_office_withholds(alone: PracticeOffice) -> None:
    link, _ = await on_leave(alone, "superintendent")
    life = await file_with(alone, "superintendent")
    await ordered(alone, ADMIN, posts.WithholdFromLinkOfficers("dc", ("close", "hub")))
    assert (await life.act(link, "close")).refused == "lacks-power"
    withheld = await alone.rows("select power, from_day, to_day from link_withheld order by 1")
    assert [row[0] for row in withheld] == ["close", "hub"]
    await ordered(alone, ADMIN, posts.WithholdFromLinkOfficers("dc", ("hub",)))
    assert (await life.act(link, "close")).state == "closed"
    same = posts.WithholdFromLinkOfficers("dc", ("hub",))
    assert (await refused(alone, ADMIN, same)).code == "nothing-changed"


async def test_the_holder_keeps_what_is_withheld_from_link_officers(alone: PracticeOffice) -> None:
    await on_leave(alone, "superintendent")
    await ordered(alone, ADMIN, posts.WithholdFromLinkOfficers("dc", ("close",)))
    life = await file_with(alone, "superintendent")
    assert (await life.act("superintendent", "close")).state == "closed"


async def test_leave_that_ends_early_ends_the_link_officers_charge(alone: PracticeOffice) -> None:
    link, done = await on_leave(alone, "superintendent")
    absence = UUID(done["id"])
    assert (await refused(alone, "clerk", EndLeave("superintendent", absence))).code == "lacks-power"
    await ordered(alone, ADMIN, EndLeave("superintendent", absence))
    now = await post_now(alone, "superintendent")
    assert (link.person in now.people, now.absent) == (False, frozenset())
    assert (await refused(alone, ADMIN, EndLeave("superintendent", absence))).code == "no-such-absence"


async def test_who_leaves_a_post_is_on_leave_from_it_no_more(alone: PracticeOffice) -> None:
    await on_leave(alone, "superintendent")
    await ordered(alone, ADMIN, EndCharge("superintendent", "superintendent"))
    now = await post_now(alone, "superintendent")
    assert (now.people, now.absent) == (frozenset(), frozenset())


async def test_what_no_leave_can_be_is_refused(alone: PracticeOffice) -> None:
    link, _ = await on_leave(alone, "superintendent")
    there, until = await login_of(alone, link.person), hence(days=1)
    _, other = await newcomer(alone)
    against = {
        "not-holder-then": GoOnLeave("clerk", "officer", other, None, until),
        "own-link-officer": GoOnLeave("clerk", "clerk", "clerk", None, until),
        "on-leave-already": GoOnLeave("superintendent", "superintendent", other, None, until),
        "link-there": GoOnLeave("clerk", "clerk", other, None, hence(days=9)),
        "for-oneself": GoOnLeave("clerk", "clerk", ADMIN, None, until),
        "no-such-person": GoOnLeave("clerk", "clerk", "nobody", None, until),
        "time-gone": GoOnLeave("clerk", "clerk", other, hence(days=-1), until),
        "ends-before-it-begins": GoOnLeave("clerk", "clerk", other, hence(days=3), until),
        "no-such-absence": EndLeave("clerk", uuid4()),
    }
    await ordered(alone, ADMIN, GiveCharge("clerk", there, "link", hence(days=2), hence(days=4)))
    for code, order in against.items():
        assert (await refused(alone, ADMIN, order)).code == code
    own = GoOnLeave("clerk", "clerk", other, None, until)
    assert (await refused(alone, "clerk", own)).code == "lacks-power"
    assert (await refused(alone, "accountant", own)).code == "lacks-power"


@pytest.mark.parametrize("how", ["absence", "link_withheld"])
async def test_what_says_who_may_act_renews_the_kept_posts(alone: PracticeOffice, how: str) -> None:
    """A process that kept the posts before sees the change at once, also where the tables alone changed."""
    await on_leave(alone, "superintendent")
    await ordered(alone, ADMIN, posts.WithholdFromLinkOfficers("dc", ("hub",)))
    before = await post_now(alone, "superintendent")
    changes = {
        "absence": "update absence set to_at = from_at",
        "link_withheld": "update link_withheld set to_day = from_day",
    }
    version = "select version::text from office_structure"
    kept = await alone.one(version)
    async with alone.database.writing() as driver:
        await driver.execute(changes[how].encode())
        seen = await driver.execute(version)
        assert (await seen.fetchone())[0] != kept
        await driver.rollback()
    assert await post_now(alone, "superintendent") == before
