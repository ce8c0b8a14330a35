"""Where an office's routes lead to no post, and how many complaints wait because of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from flows.rules.routing import Node, Route, RouteGap, gaps
from flows.rules.schemes import Scheme
from flows.schemes_in_force import day_of
from storage import numbers, routing, structure
from storage.database import Driver

Behind = tuple[str, int, str]
"""Category, level and place (empty: every place) of the last gap of a page."""

_HIGHEST = 20


@dataclass(frozen=True, slots=True)
class FoundGap:
    """A gap, and the complaints that stand unassigned because of it."""

    gap: RouteGap
    waiting: int

    @property
    def key(self) -> Behind:
        return self.gap.category, self.gap.level, self.gap.place or ""


@dataclass(frozen=True, slots=True)
class Gaps:
    """A page of gaps. ``missing``: how many category × place × level there are in all; ``waiting``: complaints."""

    items: list[FoundGap]
    more: bool
    missing: int
    waiting: int


async def find_gaps(driver: Driver, scheme: Scheme, kind: str, *, after: Behind | None, limit: int) -> Gaps:
    """The gaps of a kind today, in order of category, level and place."""
    day = day_of(await numbers.now(driver))
    routes = [Route(**row) for row in await routing.all_routes(driver, scheme.name, kind, day)]
    nodes = await _nodes(driver, scheme, kind)
    own = await routing.place_parents(driver, scheme.name)
    places = {code: _above(code, own) for code in {*own, *scheme.kinds[kind].places}}
    found = list(gaps(routes, nodes, places))
    waits = await _waiting(driver, scheme, kind)
    counted = [FoundGap(one, _of(one, waits)) for one in found]
    page = list(islice((one for one in counted if after is None or one.key > after), limit + 1))
    missing, waiting = sum(one.places for one in found), sum(one.waiting for one in counted)
    return Gaps(page[:limit], len(page) > limit, missing, waiting)


async def _nodes(driver: Driver, scheme: Scheme, kind: str) -> list[Node]:
    """Every category that can be registered, by code; the scheme's text goes before the office's own."""
    rows = await routing.category_nodes(driver, scheme.name, kind)
    parents = {row["code"]: row["parent"] for row in rows}
    nodes = {
        code: Node(code, _above(code, parents), row["department"], row["levels"])
        for code, row in zip(parents, rows, strict=True)
    }
    of_scheme = scheme.kinds[kind].categories
    named = {category.department for category in of_scheme.values() if category.department is not None}
    departments = await structure.department_ids(driver, named)
    for code, category in of_scheme.items():
        nodes[code] = Node(code, (), departments.get(category.department or ""), len(category.levels))
    return [nodes[code] for code in sorted(nodes)]


def _above(code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """What is above a code, nearest first."""
    found: list[str] = []
    above = parents.get(code)
    while above is not None and len(found) < _HIGHEST:
        found.append(above)
        above = parents.get(above)
    return tuple(found)


Waits = Mapping[tuple[str, int], Mapping[str, int]]


async def _waiting(driver: Driver, scheme: Scheme, kind: str) -> Waits:
    """Unassigned complaints by category and level, and by place in these."""
    state = scheme.table_of(kind).by_name["register"].to_state
    found: dict[tuple[str, int], dict[str, int]] = {}
    for row in await routing.waiting(driver, scheme.name, kind, str(state)):
        found.setdefault((row["category"], row["level"]), {})[row["place"]] = row["dockets"]
    return found


def _of(gap: RouteGap, waits: Waits) -> int:
    here = waits.get((gap.category, gap.level), {})
    return sum(here.values()) if gap.place is None else here.get(gap.place, 0)


def listed_gaps(found: Iterable[FoundGap]) -> list[dict[str, object]]:
    """Gaps as answers of the API and of the command tell them; place null: in every place."""
    return [
        {
            "category": one.gap.category,
            "level": one.gap.level,
            "place": one.gap.place,
            "places": one.gap.places,
            "waiting": one.waiting,
        }
        for one in found
    ]
