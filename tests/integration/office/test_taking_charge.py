"""Taking charge: no docket moves, both sign one list, the charge changes as the second signs."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from flows.office.charges import EndCharge, GiveCharge
from flows.office.people import ShutOut
from flows.office.posts import SetSuperior
from flows.office.taking_charge import LAPSES_AFTER, DrawUpList, RefuseList, SignList, sum_of
from storage import charge_lists
from tests.factories.lives import REASON, Life, file_with, new_file
from tests.factories.office_orders import in_days, login_of, ordered, post_now, refused
from tests.factories.practice_office import PracticeOffice, Seat
from tests.fixtures.office import OfficeClock
from tests.integration.office.test_charges import on_leave

ORDER = "No. 12/2026 of 20.11.2026"


async def successor(office: PracticeOffice) -> tuple[UUID, str]:
    person = await office.new_person()
    return person, await login_of(office, person)


def drawn(login: str, reason: str | None = None, post: str = "superintendent") -> DrawUpList:
    return DrawUpList(post, login, "substantive", ORDER, reason)


def signing(made: dict, reason: str | None = None) -> SignList:
    return SignList(UUID(made["id"]), made["list_sha256"], reason)


async def desk(office: PracticeOffice) -> dict[str, Life]:
    """A desk with a file in hand and an unfinished note on it, one on its way, one parked, one proposed."""
    lives = {name: await file_with(office, "superintendent") for name in ("drafted", "parked", "proposed")}
    await lives["drafted"].must("superintendent", "note", text="अधूरा")
    await lives["parked"].must("superintendent", "park", until=in_days(30), **REASON)
    await lives["proposed"].must("superintendent", "close")
    await lives["proposed"].must("superintendent", "reopen", **REASON)
    coming = await new_file(office)
    await coming.must("clerk", "forward", to="superintendent", **REASON)
    return lives | {"coming": coming}


async def test_the_list_says_all_that_the_post_holds(alone: PracticeOffice) -> None:
    lives = await desk(alone)
    _, login = await successor(alone)
    made = await ordered(alone, "superintendent", drawn(login))
    rows = await alone.rows(
        """select sort, number, state, paragraph, parked_until, proposed from charge_list_entry
        where taking = %(t)s order by ordinal""",
        t=made["id"],
    )
    number = {name: life.number for name, life in lives.items()}
    assert sorted(rows, key=str) == sorted(
        [
            ("held", number["drafted"], "in_hand", None, None, None),
            ("held", number["parked"], "parked", None, in_days(30), None),
            ("held", number["coming"], "in_transit", None, None, None),
            ("draft", number["drafted"], "in_hand", 1, None, None),
            ("proposal", number["proposed"], "closed", None, None, "reopen"),
        ],
        key=str,
    )
    assert made["entries"] == len(rows)
    since = "select since from charge_list_entry where sort = 'held' and number = %(n)s"
    held = "select from_at from holding where docket = %(d)s and to_at is null"
    assert await alone.one(since, n=number["coming"]) == await alone.one(held, d=lives["coming"].docket)
    async with alone.database.querying() as driver:
        lines = await charge_lists.lines(driver, UUID(made["id"]))
    assert sum_of(alone.post("superintendent"), lines).hex() == made["list_sha256"]


async def test_the_charge_changes_as_the_second_signs_and_no_docket_moves(alone: PracticeOffice) -> None:
    lives = await desk(alone)
    papers = "select id, holder, state, version, chain_length from docket order by id"
    before = await alone.rows(papers)
    person, login = await successor(alone)
    made = await ordered(alone, "superintendent", drawn(login))
    assert (await post_now(alone, "superintendent")).people == {alone.seats["superintendent"].person}
    await ordered(alone, person, signing(made))
    assert (await post_now(alone, "superintendent")).people == {person}
    assert await alone.rows(papers) == before
    terms = await alone.rows(
        "select person, from_at, to_at from tenure where post = %(p)s order by from_at",
        p=alone.post("superintendent"),
    )
    assert [one[0] for one in terms] == [alone.seats["superintendent"].person, person]
    assert terms[0][2] == terms[1][1]
    settled = "select state, settled_by, proposed_as, settled_as, settled_at from charge_taking"
    assert await alone.rows(settled) == [("confirmed", person, "relieved", "relieving", terms[1][1])]
    seat = Seat(person, alone.post("superintendent"), "superintendent")
    assert (await lives["coming"].act(seat, "receive")).state == "in_hand"


async def test_a_draft_of_the_predecessor_stays_with_him_and_hinders_nobody(alone: PracticeOffice) -> None:
    life = (await desk(alone))["drafted"]
    person, login = await successor(alone)
    await ordered(alone, person, signing(await ordered(alone, "superintendent", drawn(login))))
    seat = Seat(person, alone.post("superintendent"), "superintendent")
    draft = await life.draft_of("superintendent")
    assert (await life.act(seat, "forward", to="officer", remark="x", **draft)).refused == "draft-not-yours"
    assert (await life.act(seat, "forward", to="officer", **REASON)).state == "in_transit"
    assert await alone.one("select count(*) from note_draft") == 1


async def test_what_the_predecessor_had_asked_for_is_not_done_in_his_name(alone: PracticeOffice) -> None:
    life = await file_with(alone, "superintendent")
    waiting = await life.accept("superintendent", "park", until=in_days(9), **REASON)
    person, login = await successor(alone)
    await ordered(alone, person, signing(await ordered(alone, "superintendent", drawn(login))))
    assert (await life.step(waiting.instruction)).refused == "not-your-post"


async def test_the_successor_may_draw_it_up_and_the_predecessor_signs(alone: PracticeOffice) -> None:
    person, login = await successor(alone)
    made = await ordered(alone, person, drawn(login))
    await ordered(alone, "superintendent", signing(made))
    assert (await post_now(alone, "superintendent")).people == {person}


@pytest.mark.parametrize("first", ["successor", "officer"])
async def test_the_controlling_officer_signs_with_the_reason_why_the_predecessor_does_not(
    alone: PracticeOffice, first: str
) -> None:
    person, login = await successor(alone)
    who, second = (person, "officer") if first == "successor" else ("officer", person)
    if first == "officer":
        against = await refused(alone, "officer", drawn(login))
        assert (against.code, against.field) == ("reason-why-unsigned", "reason")
        made = await ordered(alone, "officer", drawn(login, "चिकित्सालय में भर्ती"))
    else:
        made = await ordered(alone, who, drawn(login))
        assert (await refused(alone, second, signing(made))).code == "reason-why-unsigned"
    await ordered(alone, second, signing(made, "चिकित्सालय में भर्ती" if first == "successor" else None))
    assert (await post_now(alone, "superintendent")).people == {person}
    reason = "select v.value from charge_taking k join protected_value v on v.id = k.reason"
    assert await alone.one(reason) == "चिकित्सालय में भर्ती"


async def test_a_vacant_post_is_taken_with_the_controlling_officer_and_needs_no_reason(
    alone: PracticeOffice,
) -> None:
    person, login = await successor(alone)
    made = await ordered(alone, person, drawn(login, post="vacant"))
    await ordered(alone, "officer", signing(made))
    assert (await post_now(alone, "vacant")).people == {person}


async def test_who_has_no_concern_in_it_neither_draws_up_nor_signs(alone: PracticeOffice) -> None:
    _, login = await successor(alone)
    for who in ("clerk", "accountant", "administrator", await alone.new_person()):
        assert (await refused(alone, who, drawn(login))).code == "not-concerned"
    assert (await refused(alone, None, drawn(login))).code == "not-your-post"
    made = await ordered(alone, "superintendent", drawn(login))
    for who in ("clerk", "administrator", await alone.new_person()):
        assert (await refused(alone, who, signing(made))).code == "not-concerned"
    assert (await refused(alone, "superintendent", signing(made))).code == "same-person"
    assert (await refused(alone, "officer", signing(made, "x"))).code == "not-second"
    assert (await post_now(alone, "superintendent")).people == {alone.seats["superintendent"].person}


async def test_predecessor_and_controlling_officer_cannot_seat_a_third_without_him(alone: PracticeOffice) -> None:
    _, login = await successor(alone)
    made = await ordered(alone, "officer", drawn(login, "on tour"))
    assert (await refused(alone, "superintendent", signing(made))).code == "not-second"


async def test_a_list_is_signed_only_as_it_was_read_and_as_the_desk_still_stands(alone: PracticeOffice) -> None:
    lives = await desk(alone)
    person, login = await successor(alone)
    made = await ordered(alone, "superintendent", drawn(login))
    assert (await refused(alone, person, SignList(UUID(made["id"]), "0" * 64))).code == "list-not-read"
    await lives["coming"].must("superintendent", "receive")
    against = await refused(alone, person, signing(made))
    assert against.code == "list-changed"
    assert "2 lines" in against.en
    again = await ordered(alone, "superintendent", drawn(login))
    assert (await refused(alone, person, signing(made))).code == "taking-settled"
    await ordered(alone, person, signing(again))
    assert await alone.rows("select state from charge_taking order by at") == [("lapsed",), ("confirmed",)]


async def test_it_lapses_and_is_declined_with_a_reason(alone: PracticeOffice, clock: OfficeClock) -> None:
    person, login = await successor(alone)
    made = await ordered(alone, "superintendent", drawn(login))
    clock.forward(LAPSES_AFTER)
    against = await refused(alone, person, signing(made))
    assert (against.code, "lapsed" in against.en) == ("taking-settled", True)
    again = await ordered(alone, "superintendent", drawn(login))
    assert (await refused(alone, "superintendent", RefuseList(UUID(again["id"]), "x"))).code == "same-person"
    await ordered(alone, person, RefuseList(UUID(again["id"]), "दो फाइलें नहीं मिलीं"))
    assert (await refused(alone, person, signing(again))).code == "taking-settled"
    assert (await post_now(alone, "superintendent")).people == {alone.seats["superintendent"].person}


async def test_what_cannot_be_is_refused(alone: PracticeOffice) -> None:
    _, login = await successor(alone)
    _, out = await successor(alone)
    await ordered(alone, "administrator", ShutOut(out))
    against = {
        "unknown-charge": DrawUpList("superintendent", login, "link", ORDER),
        "no-such-post": drawn(login, post="nowhere"),
        "post-closed": drawn(login, post="abolished"),
        "no-such-person": drawn("nobody"),
        "person-disabled": drawn(out),
        "holds-it-already": drawn("superintendent"),
        "no-such-taking": SignList(UUID(int=1), "0" * 64),
    }
    for code, order in against.items():
        assert (await refused(alone, "superintendent", order)).code == code


async def test_nobody_is_seated_over_one_who_is_given_the_post_later(
    alone: PracticeOffice, clock: OfficeClock
) -> None:
    person, login = await successor(alone)
    made = await ordered(alone, "superintendent", drawn(login))
    _, other = await successor(alone)
    await ordered(alone, "administrator", EndCharge("superintendent", "superintendent"))
    assert (await refused(alone, person, signing(made))).code == "holder-changed"
    at = clock.forward(timedelta(hours=1))
    late = GiveCharge("superintendent", other, "substantive", at + timedelta(days=5))
    await ordered(alone, "administrator", late)
    assert (await refused(alone, person, drawn(login))).code == "post-held"


async def test_leave_and_its_link_officer_end_with_the_charge(alone: PracticeOffice) -> None:
    """Also where the link officer himself takes charge."""
    link, _ = await on_leave(alone, "superintendent")
    made = await ordered(alone, link, drawn(await login_of(alone, link.person)))
    await ordered(alone, "superintendent", signing(made))
    now = await post_now(alone, "superintendent")
    assert (now.people, now.links, now.absent) == ({link.person}, frozenset(), frozenset())


async def test_who_is_above_no_more_signs_no_more(alone: PracticeOffice) -> None:
    person, login = await successor(alone)
    made = await ordered(alone, person, drawn(login))
    await ordered(alone, "administrator", SetSuperior("superintendent", "accountant"))
    assert (await refused(alone, "officer", signing(made, "x"))).code == "not-concerned"
    await ordered(alone, "accountant", signing(made, "x"))
