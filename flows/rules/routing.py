"""Which post a complaint goes to at a level, by the office's routes.

A route says of a scheme's kind: this category (with those under it), this place (with those in it), this
department's categories, each of them or all, at this level, to this post. Of the routes that match, the most
specific wins. In this order it counts: that it names a category; that it names a place; that it names a
department; the nearer category (the complaint's own before its parent); the nearer place. Two routes that are
alike in all of this are the same route, which the import refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from flows.rules.cases import PostFacts
from flows.rules.schemes import Kind
from flows.rules.tables import Row, Table


@dataclass(frozen=True, slots=True)
class Route:
    """A route that holds today; None: all of them."""

    id: UUID
    department: UUID | None
    category: str | None
    place: str | None
    level: int
    post: UUID


@dataclass(frozen=True, slots=True)
class Sought:
    """For what a post is sought. ``categories`` and ``places``: the complaint's own, then what is above it."""

    categories: tuple[str, ...]
    places: tuple[str, ...]
    department: UUID | None
    level: int


@dataclass(frozen=True, slots=True)
class Routing:
    """The routes of today that are for a complaint's category and place, at every level.

    ``categories`` and ``places`` are its own codes and those above them; ``department``: its category's.
    """

    routes: tuple[Route, ...]
    categories: tuple[str, ...]
    places: tuple[str, ...]
    department: UUID | None

    def sought(self, kind: Kind, level: int) -> Sought:
        """What is sought at a level. A word of the scheme's text stands for itself alone."""
        in_text = self.categories[0] in kind.categories
        categories = self.categories[:1] if in_text else self.categories
        places = self.places[:1] if self.places[0] in kind.places else self.places
        return Sought(categories, places, None if in_text else self.department, level)


@dataclass(frozen=True, slots=True)
class Barred:
    """Who never gets the complaint: the post complained against, all under it, one where only its people
    (``people``) sit, those that recused themselves, and one where only people sit who did so at another.

    A post under one that recused itself may have it: that conflict is the officer's own, and goes where he goes.
    """

    accused: UUID | None = None
    people: frozenset[UUID] = frozenset()
    recused: frozenset[UUID] = frozenset()
    recused_people: frozenset[UUID] = frozenset()

    @classmethod
    def of(
        cls,
        accused: PostFacts | None,
        recused: frozenset[UUID],
        recused_people: frozenset[UUID] = frozenset(),
    ) -> Barred:
        if accused is None:
            return cls(recused=recused, recused_people=recused_people)
        return cls(accused.id, accused.people, recused, recused_people)

    def is_recused(self, post: PostFacts) -> bool:
        """Did the post recuse itself, or all who sit there now, at whichever post?"""
        return post.id in self.recused or (post.occupied and post.people <= self.recused_people)

    def bars(self, post: PostFacts) -> bool:
        if self.is_recused(post):
            return True
        if self.accused is None:
            return False
        return self.accused in (post.id, *post.above) or (post.occupied and post.people <= self.people)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The post that gets it, and the route that led there."""

    post: PostFacts
    route: Route


@dataclass(frozen=True, slots=True)
class Gap:
    """No post: ``no-route`` (none matches), ``all-barred`` or ``nobody-there`` (those that match lead to none)."""

    reason: str


def matching(routes: Iterable[Route], sought: Sought) -> list[Route]:
    """The routes that match, the most specific first."""
    found = [one for one in routes if _matches(one, sought)]
    return sorted(found, key=lambda one: (*_generality(one, sought), str(one.id)))


def _matches(route: Route, sought: Sought) -> bool:
    return (
        route.level == sought.level
        and (route.category is None or route.category in sought.categories)
        and (route.place is None or route.place in sought.places)
        and (route.department is None or route.department == sought.department)
    )


def _generality(route: Route, sought: Sought) -> tuple[bool, bool, bool, int, int]:
    """How general a route that matches is; the lowest goes first."""
    category = 0 if route.category is None else sought.categories.index(route.category)
    place = 0 if route.place is None else sought.places.index(route.place)
    return route.category is None, route.place is None, route.department is None, category, place


def route(
    routes: Iterable[Route], sought: Sought, barred: Barred, posts: Mapping[UUID, PostFacts]
) -> Chosen | Gap:
    """The post of the most specific route; ``posts`` are those of the routes and all above them.

    A route to a post that is closed is none. A barred post is passed over for the next more general route. Where
    nobody sits, not even a link officer, the nearest superior who is there answers for the seat, before any other
    route: a complaint that waited at an empty seat would be nobody's. If every route leads to a barred post, the
    nearest superior of the first who is neither barred nor absent gets it.
    """
    found = [one for one in matching(routes, sought) if posts[one.post].open]
    if not found:
        return Gap("no-route")
    taking = (_chosen(one, _at_the_seat(posts[one.post], barred, posts)) for one in found)
    above = (_chosen(one, _superior(posts[one.post], barred, posts)) for one in found)
    chosen = next((one for one in (*taking, *above) if one is not None), None)
    if chosen is not None:
        return chosen
    barring = all(barred.bars(posts[one.post]) for one in found)
    return Gap("all-barred" if barring else "nobody-there")


def _chosen(route: Route, post: PostFacts | None) -> Chosen | None:
    return None if post is None else Chosen(post, route)


def _at_the_seat(post: PostFacts, barred: Barred, posts: Mapping[UUID, PostFacts]) -> PostFacts | None:
    """The post itself, or who answers for it while nobody is there."""
    if barred.bars(post):
        return None
    return post if post.occupied else _superior(post, barred, posts)


def _superior(post: PostFacts, barred: Barred, posts: Mapping[UUID, PostFacts]) -> PostFacts | None:
    above = (posts[one] for one in post.above)
    return next((one for one in above if one.open and one.occupied and not barred.bars(one)), None)


def assigning_row(table: Table, state: str) -> Row | None:
    """The row by which a table assigns what is in a state."""
    return next((row for row in table.rows if row.act == "assign" and state in row.from_states), None)


@dataclass(frozen=True, slots=True)
class Node:
    """A category in the search for gaps: what is above it, its department and how many levels it has."""

    code: str
    parents: tuple[str, ...]
    department: UUID | None
    levels: int


@dataclass(frozen=True, slots=True)
class RouteGap:
    """A category without a post at a level; ``place`` None: in no place at all (``places`` of them)."""

    category: str
    level: int
    place: str | None
    places: int


def gaps(
    routes: Iterable[Route], categories: Iterable[Node], places: Mapping[str, tuple[str, ...]]
) -> Iterator[RouteGap]:
    """Every category × level × place without a route, in the order of ``categories``, level, and place.

    ``places``: all of them with what is above each. The places that routes leave out are found by sets, so that
    20,000 categories in 500 places are 80,000 questions and not 40 million.
    """
    by_sort: dict[tuple[str | None, int], list[Route]] = {}
    for one in routes:
        by_sort.setdefault((one.category, one.level), []).append(one)
    everywhere, within = frozenset(places), _within(places)
    for category in categories:
        for level in range(1, category.levels + 1):
            sorts = [by_sort.get((code, level), []) for code in (category.code, *category.parents, None)]
            matching_here = [r for sort in sorts for r in sort if r.department in (None, category.department)]
            left = _left_out(matching_here, everywhere, within)
            if left is not None and left == everywhere:
                yield RouteGap(category.code, level, None, len(left))
            else:
                yield from (RouteGap(category.code, level, place, 1) for place in sorted(left or ()))


def _within(places: Mapping[str, tuple[str, ...]]) -> Mapping[str, frozenset[str]]:
    """Every place with those in it, itself too."""
    found: dict[str, set[str]] = {code: set() for code in places}
    for code, parents in places.items():
        for above in (code, *parents):
            found.setdefault(above, set()).add(code)
    return {code: frozenset(inside) for code, inside in found.items()}


def _left_out(
    routes: Iterable[Route], everywhere: frozenset[str], within: Mapping[str, frozenset[str]]
) -> frozenset[str] | None:
    """The places that these routes do not reach; None: one of them is for all places."""
    left = set(everywhere)
    for one in routes:
        if one.place is None:
            return None
        left -= within.get(one.place, frozenset())
    return frozenset(left)
