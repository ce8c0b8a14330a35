"""Routes: a file goes to posts in turn, unless its holder chooses otherwise; the rest is seen and can be ended."""

from __future__ import annotations

from tests.factories.lives import FAR_OFF, REASON, Life, new_file
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures.api import Api


async def _routed(office: PracticeOffice, *posts: str) -> Life:
    """A file that the clerk sent along a route, received by the first post."""
    life = await new_file(office)
    first, *others = posts
    await life.must("clerk", "route", to=first, posts=tuple(others), remark="सबकी राय हेतु")
    await life.must(first, "receive")
    return life


async def _ahead(office: PracticeOffice, life: Life) -> list[str | None]:
    sql = """select post from route_stop where docket = %(d)s and sent_by is null and ended_by is null
        order by ordinal"""
    return [office.name_of(row[0]) for row in await office.rows(sql, d=life.docket)]


async def _holder(life: Life) -> str:
    return (await life.row())["holder"]


async def test_it_goes_to_the_next_where_no_post_is_named(office: PracticeOffice) -> None:
    life = await _routed(office, "superintendent", "accountant", "officer", "superintendent")
    assert await _ahead(office, life) == ["accountant", "officer", "superintendent"]
    for who, then in (("superintendent", "accountant"), ("accountant", "officer"), ("officer", "superintendent")):
        done = await life.must(who, "forward", agree=True)
        assert done.state == "in_transit"
        assert await _holder(life) == str(office.post(then))
        await life.must(then, "receive")
    assert await _ahead(office, life) == []
    assert (await life.act("superintendent", "forward")).refused == "needs-post"
    await assert_rows_equal_their_replay(office, life.docket)


async def test_the_holder_may_choose_otherwise(office: PracticeOffice) -> None:
    life = await _routed(office, "superintendent", "accountant", "officer", "dc")
    await life.must("superintendent", "forward", to="engineer", **REASON)
    assert await _ahead(office, life) == ["accountant", "officer", "dc"], "the route waits"
    await life.must("engineer", "receive")
    await life.must("engineer", "forward", to="officer", **REASON)
    assert await _ahead(office, life) == ["dc"], "those before the chosen one are passed over"
    await assert_rows_equal_their_replay(office, life.docket)


async def test_what_is_left_is_ended_by_the_holder_or_by_closing(office: PracticeOffice) -> None:
    life = await _routed(office, "superintendent", "accountant")
    assert (await life.act("clerk", "end_route", **REASON)).refused == "not-holder"
    assert (await life.act("superintendent", "end_route")).refused == "needs-reason"
    await life.must("superintendent", "end_route", **REASON)
    assert (await life.act("superintendent", "end_route", **REASON)).refused == "no-route"
    again = await _routed(office, "superintendent", "accountant")
    await again.must("superintendent", "route", to="officer", posts=("dc",), due=FAR_OFF, **REASON)
    assert await _ahead(office, again) == ["dc"]
    await again.must("officer", "receive")
    await again.must("officer", "close")
    assert await _ahead(office, again) == []
    for one in (life, again):
        await assert_rows_equal_their_replay(office, one.docket)


async def test_a_stop_that_never_had_it_comes_again(office: PracticeOffice) -> None:
    """Pulled back, or taken up by a superior on its way, it goes to that stop when it is sent on."""
    life = await new_file(office)
    whole = ["superintendent", "accountant", "officer"]
    await life.must("clerk", "route", to=whole[0], posts=tuple(whole[1:]), **REASON)
    await life.must("clerk", "pull_back", **REASON)
    assert await _ahead(office, life) == whole
    await life.must("clerk", "forward", agree=True)
    assert await _holder(life) == str(office.post("superintendent"))
    await life.must("superintendent", "receive")
    await life.must("superintendent", "forward", to="officer", **REASON)
    assert await _ahead(office, life) == []
    await life.must("dc", "pull_up", **REASON)
    assert await _ahead(office, life) == ["accountant", "officer"], "also the one that was passed over"
    await assert_rows_equal_their_replay(office, life.docket)


async def test_a_stop_that_had_it_does_not_come_again(office: PracticeOffice) -> None:
    life = await _routed(office, "superintendent", "accountant")
    await life.must("dc", "pull_up", **REASON)
    await life.must("dc", "forward", to="clerk", **REASON)
    await life.must("dc", "pull_back", **REASON)
    assert await _ahead(office, life) == ["accountant"], "what goes elsewhere goes past no stop"
    await life.must("dc", "route", to="officer", posts=("clerk",), **REASON)
    await life.must("dc", "pull_back", **REASON)
    assert await _ahead(office, life) == ["officer", "clerk"], "the route before it is over"
    await assert_rows_equal_their_replay(office, life.docket)


async def test_a_proposal_on_the_way_changes_nothing_of_it(office: PracticeOffice) -> None:
    life = await new_file(office)
    await life.must("clerk", "route", to="superintendent", posts=("accountant",), **REASON)
    await life.must("administrator", "reassign", to="dc", **REASON)
    await life.must("clerk", "pull_back", **REASON)
    assert await _ahead(office, life) == ["superintendent", "accountant"]


async def test_cancelling_ends_what_is_left(office: PracticeOffice) -> None:
    """The route of a file that is struck out is over: nobody is told of a stop that never comes."""
    life = await new_file(office)
    await life.must("clerk", "route", to="superintendent", posts=("accountant",), **REASON)
    await life.must("clerk", "pull_back", **REASON)
    await life.must("clerk", "cancel", **REASON)
    assert await _ahead(office, life) == []
    sql = """select count(*) from route_stop s join docket d on d.last_movement = s.ended_by
        where d.id = %(d)s and d.state = 'cancelled'"""
    assert await office.one(sql, d=life.docket) > 0
    await assert_rows_equal_their_replay(office, life.docket)


async def test_a_route_leads_only_where_somebody_is(office: PracticeOffice) -> None:
    life = await new_file(office)
    for to, posts, code, field in (
        ("superintendent", (), "needs-posts", "posts"),
        ("superintendent", ("vacant",), "nobody-there", "posts"),
        ("superintendent", ("abolished",), "unknown-post", "posts"),
        ("superintendent", ("dc", "dc"), "post-twice", "posts"),
        ("clerk", ("dc",), "own-post", "to"),
        (None, ("dc",), "needs-post", "to"),
    ):
        answer = await life.act("clerk", "route", to=to, posts=posts, **REASON)
        assert (answer.refused, answer.field) == (code, field)


async def test_the_rest_of_a_route_is_seen(api: Api) -> None:
    clerk, superintendent = await api.desk("clerk"), await api.desk("superintendent")
    docket = await clerk.new_file()
    await clerk.moved(docket, "route", to="superintendent", posts=["officer", "dc"], remark="क्रम से")
    await superintendent.moved(docket, "receive")
    shown = (await superintendent.get(f"/dockets/{docket}")).json()["route"]
    assert [stop["post"]["code"] for stop in shown] == ["officer", "dc"]
    options = (await superintendent.get(f"/dockets/{docket}/options")).json()["items"]
    forward = next(one for one in options if one["action"] == "forward")
    assert (forward["asks"], forward["choices"]) == (["remark"], []), "the next stop is above"
    await superintendent.moved(docket, "forward", agree=True)
    shown = (await clerk.get(f"/dockets/{docket}")).json()
    assert [stop["post"]["code"] for stop in shown["route"]] == ["dc"]
