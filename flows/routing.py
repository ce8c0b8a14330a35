"""Reads what an office has of its own (categories, places, routes) and asks the rules who gets a complaint.

Registration asks it for the first level; whoever raises the level asks it for the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flows import facts
from flows.rules.own_values import OwnCategory, OwnPlace, OwnValues
from flows.rules.routing import Barred, Chosen, Gap, Route, Sought, route
from flows.rules.schemes import Scheme
from flows.schemes_in_force import day_of
from storage import routing, structure
from storage.database import Driver
from storage.kept_posts import KeptPosts
from storage.posts import read_posts


async def own_values(driver: Driver, scheme: Scheme, kind: str, given: Mapping[str, Any]) -> OwnValues:
    """What the office has of its own of the category and the place that are given; nothing of any other code."""
    form = scheme.kinds[kind]
    category, place = given.get("category"), given.get("place")
    categories, places = dict[str, OwnCategory](), dict[str, OwnPlace]()
    if isinstance(category, str) and category not in form.categories:
        rows = await routing.category_and_above(driver, scheme.name, kind, category)
        categories = {category: _category(rows)} if rows else {}
    if isinstance(place, str) and place not in form.places:
        rows = await routing.place_and_above(driver, scheme.name, place)
        places = {place: OwnPlace((rows[0]["label_en"], rows[0]["label_hi"]), _parents(rows))} if rows else {}
    return OwnValues(categories, places)


def _category(rows: list[dict[str, Any]]) -> OwnCategory:
    own = rows[0]
    return OwnCategory(own["id"], facts.category_of(own), own["department"], _parents(rows))


def _parents(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    """The codes above, nearest first; the last may be one of the scheme's text, which has no row."""
    return tuple(row["parent"] for row in rows if row["parent"] is not None)


@dataclass(frozen=True, slots=True)
class Asked:
    """For which complaint a post is asked, at which level, and who must not get it.

    ``own``: what ``own_values`` read of its category and place.
    """

    scheme: str
    kind: str
    category: str
    place: str
    own: OwnValues
    level: int
    barred: Barred
    department: str | None = None
    """The code of the department that the scheme names for its category; the office may have one of that code."""


async def post_for(driver: Driver, kept: KeptPosts, asked: Asked, at: datetime) -> Chosen | Gap:
    """The post to which the office's routes lead at an instant, or why to none."""
    sought = _sought(asked, await structure.department_ids(driver, [asked.department] if asked.department else []))
    rows = await routing.routes_for(
        driver,
        scheme=asked.scheme,
        kind=asked.kind,
        level=asked.level,
        day=day_of(at),
        categories=sought.categories,
        places=sought.places,
        department=sought.department,
    )
    routes = [Route(**row) for row in rows]
    found = await read_posts(driver, kept, {one.post for one in routes})
    above = {post for one in facts.posts_of(found).values() for post in one.above}
    everyone = await read_posts(driver, kept, above | found.asked)
    return route(routes, sought, asked.barred, facts.posts_of(everyone))


def _sought(asked: Asked, departments: Mapping[str, UUID]) -> Sought:
    category, place = asked.own.categories.get(asked.category), asked.own.places.get(asked.place)
    return Sought(
        categories=(asked.category, *(category.parents if category else ())),
        places=(asked.place, *(place.parents if place else ())),
        department=category.department if category else departments.get(asked.department or ""),
        level=asked.level,
    )
