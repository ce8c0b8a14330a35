"""A complaint against whoever takes it in, or somebody above him, goes at once to a post that stands apart."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from flows import facts
from flows.office.posts import AddPost, GivePower, SetSuperior
from flows.rules.errors import Refused
from flows.rules.visibility import Visibility, visibility_of
from storage import docket_list, docket_page
from storage import inbox as inboxes
from storage.pages import Page
from storage.posts import read_posts
from tests.factories.clock_acts import clock_does
from tests.factories.lives import REASON, Life, new_complaint
from tests.factories.office_orders import assert_audit_holds, ordered
from tests.factories.practice_office import PracticeOffice, Seat
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.factories.routed_office import make_routed
from tests.fixtures.office import OfficeClock, office_of_its_own


@pytest.fixture(scope="module")
async def office(new_database: Callable[..., Any]) -> AsyncIterator[PracticeOffice]:
    """An office of this module's own, for other posts get powers here."""
    async with office_of_its_own(new_database()) as made:
        yield made


async def _new_post(
    office: PracticeOffice, name: str, superior: str | None, *powers: str, of: tuple[str, str] = ("ph", "PH-WORKS")
) -> Seat:
    """A further post with somebody at it; its seat has a name that no test had before."""
    code = f"{name}-{uuid4().hex[:8]}"
    order = AddPost(*of, code, "F", "Front desk", "स्वागत पटल", superior=superior)
    await ordered(office, "administrator", order)
    for power in powers:
        await ordered(office, "administrator", GivePower(code, power))
    post = await office.one("select id from post where code = %(c)s", c=code)
    office.seats[code] = await office.seated(await office.new_person(), post, code)
    return office.seats[code]


async def _seen(office: PracticeOffice, seat: Seat) -> Visibility:
    async with office.database.querying() as driver:
        posts = facts.posts_of(await read_posts(driver, office.database.posts, [seat.post]))
    return visibility_of(seat.person, posts[seat.post])


async def _is_hidden_from(life: Life, who: str | Seat) -> bool:
    """It stands neither in a list of that person nor on a page, and there is nothing that he may do with it."""
    seat = life.office.seats[who] if isinstance(who, str) else who
    seen = await _seen(life.office, seat)
    async with life.office.database.querying() as driver:
        rows = [*await docket_list.dockets(driver, seen, Page(100)), *await inboxes.inbox(driver, seen, Page(100))]
        listed = life.docket in {row["id"] for row in rows}
        sent = life.docket in {row["docket"] for row in await inboxes.sent(driver, seen, Page(100))}
        page = await docket_page.one(driver, seen, life.docket)
    acts = (await life.act(seat, "remind", **REASON)).refused != "hidden"
    return not (listed or sent or page or acts)


async def _holder(life: Life) -> str | None:
    return await life.office.one(
        "select o.code from docket d left join post o on o.id = d.holder where d.id = %(d)s", d=life.docket
    )


async def test_taken_in_under_the_accused_a_hub_has_it_and_nobody_there_sees_it(office: PracticeOffice) -> None:
    front = await _new_post(office, "front", "engineer", "intake", "call")
    life = await new_complaint(office, registrar=front, accused="engineer")
    assert ((await life.row())["state"], await _holder(life)) == ("registered", "hub")
    assert [await _is_hidden_from(life, who) for who in (front, "engineer", "junior")] == [True] * 3
    assert not await _is_hidden_from(life, "hub")
    told = await office.rows("select by_post, to_post from movement where docket = %(d)s", d=life.docket)
    assert told == [(front.post, office.post("hub"))]
    await life.must("hub", "assign", to="stranger")
    await life.must("stranger", "return_to_hub", **REASON)
    assert await _holder(life) == "hub"
    await assert_rows_equal_their_replay(office, life.docket)
    await assert_audit_holds(office)


async def test_the_accused_himself_takes_it_in_from_whichever_of_his_posts(office: PracticeOffice) -> None:
    front = await _new_post(office, "front", None, "intake", "call")
    elsewhere = await _new_post(office, "other", None)
    there = await office.seated(front.person, elsewhere.post, elsewhere.code)
    for accused in (front.code, elsewhere.code):
        life = await new_complaint(office, registrar=front, accused=accused)
        assert await _holder(life) == "hub"
        assert [await _is_hidden_from(life, who) for who in (front, there)] == [True, True]


async def test_a_route_sends_it_on_and_it_comes_back_to_the_hub(office: PracticeOffice) -> None:
    routed = await make_routed(office)
    front = await _new_post(office, "front", "engineer", "intake")
    await routed.route("stranger")
    life = await routed.register(front, accused="engineer")
    assert ((await life.row())["state"], await _holder(life)) == ("assigned", "stranger")
    assert await _is_hidden_from(life, front)
    await life.must("stranger", "return_to_hub", **REASON)
    assert await _holder(life) == "hub"
    await assert_rows_equal_their_replay(office, life.docket)


async def test_that_a_reply_waits_is_told_to_no_desk_under_the_accused(office: PracticeOffice) -> None:
    clock = OfficeClock(office.owner_url)
    clock.set(datetime.now(UTC) + timedelta(hours=1))
    under = await _new_post(office, "a-seat", "officer", "call", of=("dc", "DC-CELL"))
    life = await new_complaint(office, accused="officer")
    await life.must("hub", "assign", to="stranger")
    await life.must("stranger", "receive")
    await life.must("stranger", "reply", **REASON)
    clock.forward(timedelta(days=4))
    await clock_does(life, "remind_of_reply")
    clock.release()
    told = await office.one("select details from movement where docket = %(d)s and name = 'remind_of_reply'",
                            d=life.docket)  # fmt: skip
    assert told["reminded"] == [str(office.post("calling"))]
    assert await _is_hidden_from(life, under)


async def test_where_no_hub_stands_apart_it_is_refused_and_says_what_to_do(office: PracticeOffice) -> None:
    head = await _new_post(office, "head", None)
    await ordered(office, "administrator", SetSuperior("hub", head.code))
    before = await office.one("select count(*) from docket")
    with pytest.raises(Refused) as fault:
        await new_complaint(office, accused=head.code)
    refusal = fault.value.refusal
    assert (refusal.code, refusal.field) == ("accused-registers", "accused")
    assert "assign complaints" in refusal.sentence("en")
    assert "शिकायत आवंटन" in refusal.sentence("hi")
    assert await office.one("select count(*) from docket") == before
    apart = await _new_post(office, "apart", None, "hub")
    life = await new_complaint(office, accused=head.code)
    assert await _holder(life) == apart.code
    await life.must(apart, "assign", to="stranger")
