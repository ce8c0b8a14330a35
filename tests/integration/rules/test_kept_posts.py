"""What a process keeps of the office's posts never outlives a change of the office: each is seen at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from flows import facts
from flows.rules.cases import PostFacts
from storage.posts import read_posts
from tests.factories.lives import REASON, new_file
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock


def changed(office: PracticeOffice, sql: str, *given: object) -> None:
    """A change of the office by another process, committed."""
    with psycopg.connect(office.owner_url, autocommit=True) as owner:
        owner.execute(sql.encode(), given)


async def read(office: PracticeOffice, name: str) -> PostFacts:
    seat = office.seats[name]
    async with office.database.querying() as driver:
        return facts.posts_of(await read_posts(driver, office.database.posts, [seat.post]))[seat.post]


CHANGES = {
    "a power is taken away": ("delete from post_power where post = %s", "powers", frozenset()),
    "a power is given": (
        "insert into post_power select %s, 'hub', '2020-01-01'",
        "powers",
        frozenset({"close", "hub"}),
    ),
    "nobody is above": ("delete from post_superior where post = %s", "above", ()),
    "everybody has left": ("update tenure set to_at = now() where post = %s", "occupied", False),
    "who sits there may not log in": (
        "update person set disabled = true where id in (select person from tenure where post = %s)",
        "people",
        frozenset(),
    ),
    "the post is abolished": ("update post set closed_on = '2020-01-02' where id = %s", "open", False),
    "the post has another code": ("update post set code = 'another' where id = %s", "code", "another"),
    "its section is the record room": (
        "update section set record_room = true where id = (select section from post where id = %s)",
        "record_room",
        True,
    ),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_a_change_of_the_office_is_seen_at_once(alone: PracticeOffice, what: str) -> None:
    sql, name, value = CHANGES[what]
    assert getattr(await read(alone, "officer"), name) != value
    changed(alone, sql, alone.post("officer"))
    assert getattr(await read(alone, "officer"), name) == value


async def test_a_change_above_a_superior_is_seen_too(alone: PracticeOffice) -> None:
    before = await read(alone, "clerk")
    assert before.above[-1] == alone.post("dc")
    changed(alone, "delete from post_superior where post = %s", alone.post("officer"))
    assert (await read(alone, "clerk")).above == before.above[:-1]


async def test_in_a_circle_everyone_else_is_above_once(alone: PracticeOffice) -> None:
    up = "insert into post_superior values (%s, %s, '2020-01-01')"
    changed(alone, up, alone.post("dc"), alone.post("clerk"))
    assert (await read(alone, "officer")).above == tuple(
        alone.post(name) for name in ("dc", "clerk", "superintendent")
    )


async def test_an_assistant_is_known_at_once_and_forgotten_at_once(alone: PracticeOffice) -> None:
    assert (await read(alone, "officer")).assistants == {}
    given = """insert into assistant (id, person, post, powers, from_at)
        select gen_random_uuid(), person, %s, '{open,draft}', '2020-01-01' from tenure where post = %s"""
    changed(alone, given, alone.post("officer"), alone.post("clerk"))
    clerk = alone.seats["clerk"].person
    assert (await read(alone, "officer")).assistants == {clerk: {"open", "draft"}}
    changed(alone, "update person set disabled = true where id = %s", clerk)
    assert (await read(alone, "officer")).assistants == {}
    changed(alone, "update person set disabled = false where id = %s", clerk)
    changed(alone, "update assistant set to_at = now()")
    assert (await read(alone, "officer")).assistants == {}


async def test_what_was_rolled_back_is_not_seen(alone: PracticeOffice) -> None:
    before = await read(alone, "officer")
    with psycopg.connect(alone.owner_url) as owner:
        owner.execute("delete from post_power where post = %s", (alone.post("officer"),))
        assert await read(alone, "officer") == before
        owner.rollback()
    assert await read(alone, "officer") == before


async def test_a_power_taken_away_between_acceptance_and_step_counts(alone: PracticeOffice) -> None:
    life = await new_file(alone)
    await life.must("clerk", "forward", to="superintendent", **REASON)
    await life.must("superintendent", "receive")
    accepted = await life.accept("superintendent", "close")
    changed(alone, "delete from post_power where post = %s", alone.post("superintendent"))
    assert (await life.step(accepted.instruction)).refused == "lacks-power"


GONE = {
    "left": "update tenure set to_at = now() where post = %s",
    "disabled": "update person set disabled = true where id in (select person from tenure where post = %s)",
}


@pytest.mark.parametrize("how", GONE)
async def test_nothing_is_done_in_the_name_of_one_who_is_gone_by_then(alone: PracticeOffice, how: str) -> None:
    life = await new_file(alone)
    accepted = await life.accept("clerk", "forward", to="superintendent", **REASON)
    changed(alone, GONE[how], alone.post("clerk"))
    assert (await life.step(accepted.instruction)).refused == "not-your-post"


async def test_nothing_is_sent_to_a_post_whose_only_holder_may_not_log_in(alone: PracticeOffice) -> None:
    changed(alone, GONE["disabled"], alone.post("superintendent"))
    life = await new_file(alone)
    assert (await life.act("clerk", "forward", to="superintendent", **REASON)).refused == "nobody-there"


async def test_what_holds_until_a_day_ends_with_it(alone: PracticeOffice) -> None:
    """Nothing is changed when the day comes, so no version tells of it."""
    post = alone.post("officer")
    clock = OfficeClock(alone.owner_url)
    clock.install()
    now = clock.set(datetime.now(UTC))
    changed(alone, "update post_power set to_day = %s where post = %s", now.date() + timedelta(days=2), post)
    changed(alone, "update tenure set to_at = %s where post = %s", now + timedelta(days=2), post)
    before = await read(alone, "officer")
    assert (before.powers, before.occupied) == ({"close"}, True)
    clock.forward(timedelta(days=3))
    after = await read(alone, "officer")
    assert (after.powers, after.occupied) == (frozenset(), False)


async def test_a_post_that_does_not_exist_is_left_out(alone: PracticeOffice) -> None:
    async with alone.database.querying() as driver:
        found = await read_posts(driver, alone.database.posts, [], "no such code")
    assert facts.posts_of(found) == {}


async def test_many_changes_of_one_transaction_are_one_version(alone: PracticeOffice) -> None:
    with psycopg.connect(alone.owner_url) as owner:
        owner.execute("update post set name_en = 'x'")
        first = owner.execute("select version, xmin from office_structure").fetchone()
        owner.execute("update post set name_en = 'y'")
        assert owner.execute("select version, xmin from office_structure").fetchone() == first
