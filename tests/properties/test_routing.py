"""The choice of a post and the search for gaps, compared with a slow, plain model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.rules import complaints
from flows.rules.cases import CLOCK, Case, DocketFacts, History, Parameters, PostFacts
from flows.rules.known_schemes import shipped_schemes
from flows.rules.routing import Barred, Gap, Node, Route, Routing, Sought, gaps, route
from tests.models import routing_model

POSTS = ("collector", "deputy", "officer", "engineer", "junior", "other")
CATEGORIES = ("leak", "water", "works")
PLACES = ("ward", "town", "district")
DEPARTMENTS = ("health", "roads")
NOBODY = UUID(int=0)


def known(name: str) -> UUID:
    return uuid5(NAMESPACE_OID, name)


# Each post is under the one before it, so that accused and superiors meet often; the last stands alone.
ABOVE = {name: list(reversed(POSTS[:place])) for place, name in enumerate(POSTS[:-1])} | {"other": list[str]()}


def some(*values: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *values])


ROUTES = st.lists(
    st.fixed_dictionaries(
        {
            "category": some(*CATEGORIES, "elsewhere"),
            "place": some(*PLACES, "elsewhere"),
            "department": some("health"),
            "level": st.sampled_from((1, 1, 1, 2)),
            "post": st.sampled_from(POSTS),
        }
    ),
    max_size=12,
    unique_by=lambda one: (one["category"], one["place"], one["department"], one["level"]),
)


def facts_of(posts: dict[str, dict[str, Any]]) -> dict[UUID, PostFacts]:
    found: dict[UUID, PostFacts] = {}
    for name, post in posts.items():
        people = frozenset(known(one) for one in post["people"])
        above = tuple(known(one) for one in post["above"])
        found[known(name)] = PostFacts(
            known(name), name, NOBODY, "", NOBODY, False, post["open"], people, frozenset(), above
        )
    return found


def route_of(one: dict[str, Any], number: int) -> Route:
    department = None if one["department"] is None else known(one["department"])
    return Route(UUID(int=number), department, one["category"], one["place"], one["level"], known(one["post"]))


def made_up(chance: Random) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Routes of which most match, to posts of which most are there: then many contend, and some give way."""
    sorts = {
        (chance.choice((None, *CATEGORIES)), chance.choice((None, *PLACES)), chance.choice((None, "health")))
        for _ in range(chance.randint(1, 9))
    }
    routes = [
        {"category": category, "place": place, "department": department, "level": 1, "post": chance.choice(POSTS)}
        for category, place, department in sorted(sorts, key=str)
    ]
    posts = {
        name: {"above": ABOVE[name], "open": chance.random() > 0.1, "people": seated(chance, name)}
        for name in POSTS
    }
    return routes, posts


def seated(chance: Random, post: str) -> set[str]:
    """Nobody, the post's own officer, or somebody who has another post too."""
    if chance.random() < 0.2:
        return set()
    return {chance.choice(POSTS) if chance.random() < 0.3 else post}


def ask(
    routes: list[dict[str, Any]],
    posts: dict[str, dict[str, Any]],
    accused: str | None,
    recused: set[str],
    department: str | None,
) -> str:
    """The post that gets it, or why none; it is what the model says."""
    complaint = {"categories": list(CATEGORIES), "places": list(PLACES), "department": department, "level": 1}
    sought = Sought(CATEGORIES, PLACES, None if department is None else known(department), 1)
    facts = facts_of(posts)
    barred = Barred.of(accused and facts[known(accused)], frozenset(known(one) for one in recused))
    chosen = route([route_of(*one[::-1]) for one in enumerate(routes)], sought, barred, facts)
    found = chosen.reason if isinstance(chosen, Gap) else chosen.post.code
    assert found == routing_model.choose(routes, complaint, accused, recused, posts)
    return found


# Hypothesis' own draws are mostly of routes that do not match; true chance makes two contend in every other case.
@settings(max_examples=2_000, deadline=None)
@given(st.randoms(use_true_random=True), some(*POSTS), st.sets(st.sampled_from(POSTS), max_size=1))
def test_the_post_is_the_one_that_the_model_chooses(
    chance: Random, accused: str | None, recused: set[str]
) -> None:
    routes, posts = made_up(chance)
    found = ask(routes, posts, accused, recused, chance.choice((None, "health")))
    if found in POSTS:
        assert_may_have_it(found, posts, accused, recused)


def assert_may_have_it(
    found: str, posts: dict[str, dict[str, Any]], accused: str | None, recused: set[str]
) -> None:
    """It is open, somebody is there, and it is neither accused, nor under the accused, nor recused."""
    assert posts[found]["open"]
    assert posts[found]["people"]
    assert found not in recused
    assert accused is None or accused not in (found, *posts[found]["above"])
    assert accused is None or not posts[found]["people"] <= posts[accused]["people"]


def complaint_of(
    posts: dict[str, dict[str, Any]], routing: Routing | None, accused: str | None, recused: set[str], had: str
) -> Case:
    """A complaint of the district's shipped scheme that a post had last, about to be escalated."""
    scheme = shipped_schemes()["haryana-eoffice"]
    table, at = scheme.table_of("complaint"), datetime(2027, 3, 1, tzinfo=UTC)
    docket = dict.fromkeys(DocketFacts.__dataclass_fields__) | {
        "kind": "complaint",
        "holder": known(had),
        "particulars": {"level": 1, "category": "drinking-water", "accused": accused and known(accused)},
    }
    history = History(
        had_by=known(had), recused=frozenset(known(one) for one in recused), routing=routing, clocks=()
    )
    return Case(
        table=table,
        row=table.by_name["escalate"],
        scheme=scheme,
        docket=DocketFacts(**docket),  # type: ignore[arg-type]
        actor=CLOCK,
        parameters=Parameters(),
        at=at,
        posts=facts_of(posts),
        history=history,
        calendar=scheme.calendar_with([]).as_of(at),
    )


WAYS = (complaints.way_up, complaints.way_across, complaints.way_again, complaints.way_back)


@settings(max_examples=1_000, deadline=None)
@given(
    st.randoms(use_true_random=True),
    some(*POSTS),
    st.sets(st.sampled_from(POSTS), max_size=2),
    st.sampled_from(WAYS),
)
def test_no_way_that_a_complaint_goes_by_itself_leads_to_one_that_may_not_have_it(
    chance: Random, accused: str | None, recused: set[str], way: Callable[[Case], complaints.Way | None]
) -> None:
    """By a route or by the chain: up, across, opened again, back."""
    routes, posts = made_up(chance)
    if chance.random() < 0.3:
        routes = []  # by the chain alone
    for one in routes:
        one["level"] = chance.choice((1, 2))
    found = tuple(route_of(one, number) for number, one in enumerate(routes))
    routing = Routing(found, CATEGORIES, PLACES, known("health")) if found else None
    had = chance.choice(POSTS)
    gone = way(complaint_of(posts, routing, accused, recused, had))
    if gone is None:
        return
    name = next(one for one in POSTS if known(one) == gone.post)
    assert_may_have_it(name, posts, accused, recused)
    if way is complaints.way_up:
        assert had not in (name, *ABOVE[name])


@settings(max_examples=500, deadline=None)
@given(st.randoms(use_true_random=True), some(*POSTS))
def test_each_that_recuses_itself_passes_it_on_until_nobody_is_left(chance: Random, accused: str | None) -> None:
    routes, posts = made_up(chance)
    department, recused = chance.choice((None, "health")), set[str]()
    while (found := ask(routes, posts, accused, recused, department)) in POSTS:
        assert found not in recused
        recused.add(found)


def test_who_is_under_a_post_that_recused_itself_may_have_it() -> None:
    going = {"category": None, "place": None, "department": None, "level": 1, "post": "engineer"}
    posts = {name: {"above": ABOVE[name], "open": True, "people": {name}} for name in POSTS}
    assert ask([going], posts, None, {"officer", "deputy"}, None) == "engineer"
    assert ask([going], posts, None, {"officer", "engineer"}, None) == "deputy"
    assert ask([going], posts, "officer", {"deputy"}, None) == "collector"


@given(ROUTES, st.sampled_from(DEPARTMENTS))
def test_the_gaps_are_those_that_one_finds_by_asking_one_by_one(
    routes: list[dict[str, Any]], department: str
) -> None:
    categories = {
        code: {"parents": list(CATEGORIES[place + 1 :]), "department": department if place else None, "levels": 2}
        for place, code in enumerate(CATEGORIES)
    }
    places = {code: list(PLACES[number + 1 :]) for number, code in enumerate(PLACES)}
    expected = routing_model.left_out(routes, categories, places)
    nodes = [
        Node(code, tuple(one["parents"]), known(one["department"]) if one["department"] else None, one["levels"])
        for code, one in categories.items()
    ]
    above = {code: tuple(parents) for code, parents in places.items()}
    found: set[tuple[str, int, str]] = set()
    for gap in gaps([route_of(*one[::-1]) for one in enumerate(routes)], nodes, above):
        here = places if gap.place is None else (gap.place,)
        assert gap.places == len(tuple(here))
        found |= {(gap.category, gap.level, place) for place in here}
    assert found == expected
