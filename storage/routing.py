"""An office's own categories and places, and its routes, as registrations and lists ask for them."""

from __future__ import annotations

from collections.abc import Sequence
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


_ROUTE: Final = "id, department, category, place, level, post, from_day, to_day"

_ROUTES: Final = f"""
select id, department, category, place, level, post from (
    select {_ROUTE} from route where scheme = %(scheme)s and kind = %(kind)s
        and category = any(%(categories)s)
    union all select {_ROUTE} from route where scheme = %(scheme)s and kind = %(kind)s and category is null) r
where level = %(level)s and from_day <= %(day)s and (to_day is null or to_day > %(day)s)
    and (place is null or place = any(%(places)s)) and (department is null or department = %(department)s)
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

ROUTING: Final = f"""(with recursive categories(code, parent, height) as (
            select {_SOUGHT}, (select parent from category where scheme = d.scheme and kind = d.kind
                and code = {_SOUGHT} and to_at is null), 0
            union all select u.parent, (select parent from category where scheme = d.scheme and kind = d.kind
                and code = u.parent and to_at is null), u.height + 1
                from categories u where u.parent is not null and u.height < 20),
        places(code, parent, height) as (
            select c.place, (select parent from place where scheme = d.scheme and code = c.place
                and to_at is null), 0
            union all select u.parent, (select parent from place where scheme = d.scheme and code = u.parent
                and to_at is null), u.height + 1
                from places u where u.parent is not null and u.height < 20),
        sought as (select array(select code from categories order by height) as categories,
            array(select code from places order by height) as places,
            (office_now() at time zone 'Asia/Kolkata')::date as day)
        select jsonb_build_object('categories', s.categories, 'places', s.places,
            'department', (select department from category where scheme = d.scheme and kind = d.kind
                and code = s.categories[1] and to_at is null),
            'routes', (select jsonb_agg(to_jsonb(r)) from (
                select {_ROUTE} from route r where scheme = d.scheme and kind = d.kind
                    and category = any(s.categories)
                union all select {_ROUTE} from route r where scheme = d.scheme and kind = d.kind
                    and category is null) r
                where from_day <= s.day and (to_day is null or to_day > s.day)
                and (place is null or place = any(s.places))))
        from sought s where c.category is not null)"""
"""SQL: what leads complaint ``c`` of docket ``d`` to its posts: category and place with those above, and the
routes of today that are for one of each, at whatever level. What the scheme's text has is for the rules to say.
"""

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
