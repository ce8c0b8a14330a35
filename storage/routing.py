"""An office's own categories and places, and its routes, as registrations and lists ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all

_CATEGORY: Final = """
with recursive up as (
    select g.*, 0 as height from category g
    where scheme = %(scheme)s and kind = %(kind)s and code = %(code)s and to_at is null
    union all
    select g.*, up.height + 1 from up join category g on g.scheme = up.scheme and g.kind = up.kind
        and g.code = up.parent and g.to_at is null
    where up.height < 20
)
select * from up order by height
"""

_PLACE: Final = """
with recursive up as (
    select p.*, 0 as height from place p where scheme = %(scheme)s and code = %(code)s and to_at is null
    union all
    select p.*, up.height + 1 from up join place p on p.scheme = up.scheme and p.code = up.parent
        and p.to_at is null
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


_ROUTES: Final = """
select id, department, category, place, level, post from route
where scheme = %(scheme)s and kind = %(kind)s and level = %(level)s
    and from_day <= %(day)s and (to_day is null or to_day > %(day)s)
    and (category is null or category = any(%(categories)s)) and (place is null or place = any(%(places)s))
    and (department is null or department = %(department)s)
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
