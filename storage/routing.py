"""An office's own categories and places, and its routes, as registrations and lists ask for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all

# Each question below is asked so that an index answers it, whatever PostgreSQL believes of the tables: just after
# an import, before they were analyzed, it believes that they are empty.

_CATEGORY: Final = """
with recursive up as (
    select g.*, 0 as height from category g
    where scheme = %(scheme)s and kind = %(kind)s and code = %(code)s and to_at is null
    union all
    select g.*, up.height + 1 from up, lateral (select * from category where scheme = up.scheme
        and kind = up.kind and code = up.parent and to_at is null limit 1) g
    where up.height < 20
)
select * from up order by height
"""

_PLACE: Final = """
with recursive up as (
    select p.*, 0 as height from place p where scheme = %(scheme)s and code = %(code)s and to_at is null
    union all
    select p.*, up.height + 1 from up, lateral (select * from place where scheme = up.scheme
        and code = up.parent and to_at is null limit 1) p
    where up.height < 20
)
select * from up order by height
"""


async def category_and_above(driver: Driver, scheme: str, kind: str, code: str) -> list[DictRow]:
    """The office's category of a code that holds now, and those of its own above it, nearest first."""
    return await fetch_all(driver, _CATEGORY, {"scheme": scheme, "kind": kind, "code": code})


async def place_and_above(driver: Driver, scheme: str, code: str) -> list[DictRow]:
    """The office's place of a code that holds now, and those of its own in which it lies, nearest first."""
    return await fetch_all(driver, _PLACE, {"scheme": scheme, "code": code})


_ROUTE: Final = "id, department, category, place, level, post"


def _matching(scheme: str, kind: str, categories: str, places: str, day: str) -> str:
    """SQL: the routes ``r`` of a day that are for one of these categories and places, or for all.

    Each pair is looked up by itself (``offset 0`` keeps it so), for asked with lists PostgreSQL may pass over all.
    """
    return f"""unnest(array_append({categories}, '')) as of_category(code),
            unnest(array_append({places}, '')) as of_place(code), lateral (
            select {_ROUTE} from route where scheme = {scheme} and kind = {kind}
                and coalesce(category, '') = of_category.code and coalesce(place, '') = of_place.code
                and from_day <= {day} and (to_day is null or to_day > {day}) offset 0) r"""


_ROUTES: Final = f"""
select r.* from {_matching("%(scheme)s", "%(kind)s", "%(categories)s::text[]", "%(places)s::text[]", "%(day)s")}
where level = %(level)s and (department is null or department = %(department)s)
"""


async def routes_for(
    driver: Driver,
    *,
    scheme: str,
    kind: str,
    level: int,
    day: date,
    categories: Sequence[str],
    places: Sequence[str],
    department: UUID | None,
) -> list[DictRow]:
    """The routes of a day that match these codes, in no order."""
    bound: dict[str, Any] = {"scheme": scheme, "kind": kind, "level": level, "day": day}
    bound |= {"categories": list(categories), "places": list(places), "department": department}
    return await fetch_all(driver, _ROUTES, bound)


# Under which category its docket comes: the one that the instruction names (or the proposal that it settles), else
# its own.
_SOUGHT: Final = """coalesce(%(category)s::text, case when %(settles)s then (select parameters ->> 'category'
        from proposal where docket = d.id and state = 'open') end, c.category)"""

NEW_CATEGORY: Final = f"""(select to_jsonb(g) from category g where g.scheme = d.scheme and g.kind = d.kind
        and g.code = {_SOUGHT} and g.to_at is null)"""
"""SQL: the office's own category that holds now, of the code that an instruction on docket ``d`` names."""


def _routing(scheme: str, kind: str, category: str, place: str) -> str:
    """SQL: what leads a complaint to its posts: its category and place with those above, and the routes of today
    that are for one of each, at whatever level; null where there is no route. What the scheme's text has is for
    the rules to say.
    """
    own = f"from category where scheme = {scheme} and kind = {kind} and to_at is null and code ="
    held = f"from place where scheme = {scheme} and to_at is null and code ="
    return f"""(with recursive categories(code, parent, height) as (
            select {category}, (select parent {own} {category}), 0
            union all select u.parent, (select parent {own} u.parent), u.height + 1
                from categories u where u.parent is not null and u.height < 20),
        places(code, parent, height) as (
            select {place}, (select parent {held} {place}), 0
            union all select u.parent, (select parent {held} u.parent), u.height + 1
                from places u where u.parent is not null and u.height < 20),
        sought as (select array(select code from categories order by height) as categories,
            array(select code from places order by height) as places,
            (office_now() at time zone 'Asia/Kolkata')::date as day),
        found as (select jsonb_agg(to_jsonb(r)) as routes from sought s,
            {_matching(scheme, kind, "s.categories", "s.places", "s.day")})
        select jsonb_build_object('categories', s.categories, 'places', s.places, 'routes', f.routes,
            'department', (select department {own} s.categories[1]))
        from sought s, found f where f.routes is not null)"""


ROUTING: Final = _routing("d.scheme", "d.kind", _SOUGHT, "c.place")
"""SQL: the same of complaint ``c`` of docket ``d``."""

Place = tuple[str, str, str, str]
"""Where a complaint stands among the routes: scheme, kind, category, place."""

ROUTINGS: Final = f"""
select scheme, kind, category, place, {_routing("w.scheme", "w.kind", "w.category", "w.place")} as routing
from unnest(%(schemes)s::text[], %(kinds)s::text[], %(categories)s::text[], %(places)s::text[])
    as w(scheme, kind, category, place)
"""


async def routings(driver: Driver, wanted: Collection[Place]) -> dict[Place, dict[str, Any] | None]:
    """The same for many complaints, once for all that stand alike."""
    columns = zip(("schemes", "kinds", "categories", "places"), zip(*wanted, strict=True), strict=True)
    rows = await fetch_all(driver, ROUTINGS, {name: list(values) for name, values in columns})
    return {(row["scheme"], row["kind"], row["category"], row["place"]): row["routing"] for row in rows}


_ALL_ROUTES: Final = """
select r.id, r.department, r.category, r.place, r.level, r.post from route r join post o on o.id = r.post
where r.scheme = %(scheme)s and r.kind = %(kind)s and r.from_day <= %(day)s
    and (r.to_day is null or r.to_day > %(day)s)
    and o.opened_on <= %(day)s and (o.closed_on is null or o.closed_on > %(day)s)
"""


async def all_routes(driver: Driver, scheme: str, kind: str, day: date) -> list[DictRow]:
    """The routes of a day to posts that exist then."""
    return await fetch_all(driver, _ALL_ROUTES, {"scheme": scheme, "kind": kind, "day": day})


_NODES: Final = """
select code, parent, department, jsonb_array_length(limits -> 'levels') as levels from category
where scheme = %(scheme)s and kind = %(kind)s and to_at is null order by code collate "C"
"""


async def category_nodes(driver: Driver, scheme: str, kind: str) -> list[DictRow]:
    """Every category of the office's own that holds now: its parent, department and number of levels."""
    return await fetch_all(driver, _NODES, {"scheme": scheme, "kind": kind})


async def place_parents(driver: Driver, scheme: str) -> dict[str, str | None]:
    """Every place of the office's own that holds now, with the one in which it lies."""
    sql = "select code, parent from place where scheme = %(scheme)s and to_at is null"
    return {row["code"]: row["parent"] for row in await fetch_all(driver, sql, {"scheme": scheme})}


_WAITING: Final = """
select c.category, c.place, c.level, count(*) as dockets from docket d join complaint c on c.docket = d.id
where d.scheme = %(scheme)s and d.kind = %(kind)s and d.state = %(state)s group by c.category, c.place, c.level
"""


async def waiting(driver: Driver, scheme: str, kind: str, state: str) -> list[DictRow]:
    """How many complaints stand in a state, by category, place and level."""
    return await fetch_all(driver, _WAITING, {"scheme": scheme, "kind": kind, "state": state})


_PAGE: Final = """and (%(q)s::text is null or strpos(lower(t.code), %(q)s) > 0
    or strpos(lower(t.label_en), %(q)s) > 0 or strpos(t.label_hi, %(q)s) > 0)
    and (%(after)s::text is null or t.code collate "C" > %(after)s)
order by t.code collate "C" limit %(limit)s"""

_CATEGORIES: Final = f"""
select t.code, t.parent, d.code as department, t.label_en, t.label_hi, t.limits from category t
left join department d on d.id = t.department
where t.scheme = %(scheme)s and t.kind = %(kind)s and t.to_at is null {_PAGE}
"""

_PLACES: Final = f"""
select t.code, t.parent, t.label_en, t.label_hi from place t
where t.scheme = %(scheme)s and t.to_at is null {_PAGE}
"""


async def categories(
    driver: Driver, scheme: str, kind: str, *, q: str | None, after: str | None, limit: int
) -> list[DictRow]:
    """The office's own categories that hold now, by code; ``q`` is part of a code or a label."""
    bound = {"scheme": scheme, "kind": kind, "q": q.lower() if q else None, "after": after, "limit": limit}
    return await fetch_all(driver, _CATEGORIES, bound)


async def places(driver: Driver, scheme: str, *, q: str | None, after: str | None, limit: int) -> list[DictRow]:
    """The office's own places that hold now, by code; ``q`` is part of a code or a label."""
    bound = {"scheme": scheme, "q": q.lower() if q else None, "after": after, "limit": limit}
    return await fetch_all(driver, _PLACES, bound)
