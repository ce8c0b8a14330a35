"""Lists of dockets, newest first, of which each person finds those that he may know of."""

from __future__ import annotations

from typing import Final

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all
from storage.docket_page import post_json
from storage.erased import shown
from storage.pages import Page
from storage.shapes import VisibilityShape
from storage.sight import JOIN_STANDING, SIGHT, UNDER, bound

# Whoever sees by his post alone finds what his post, or one under it, had to do with: `docket_post` names that.
# They are put in order first (``offset 0`` keeps PostgreSQL from mixing the two), for how much is seen of each
# costs more to find out, and only as many as the page holds are asked for.
_OF_POST: Final = """(
    select d.* from docket d where d.id in (
        select docket from docket_post
        where post = any(array(select post from under union select %(post)s::uuid))
        union all select docket from proposal where state = 'open') {conditions}
    order by d.registered_at desc, d.id desc offset 0
) d"""

# A record room, a hub and an auditor see most of what there is: for them the list itself is gone through.
_ALL: Final = "docket d"

_LIST = f"""
with recursive {UNDER}, page as (
    select d.id, d.number, d.family, d.kind, d.scheme, d.scheme_version,
        d.state, d.state_class, d.priority, d.classification,
        d.due, d.version, d.registered_at, d.closed_at, d.last_movement_at, d.subject as subject_id,
        d.holder as holder_id, {SIGHT} as sight
    from {{source}} {JOIN_STANDING}
    where {SIGHT} <> 'nothing' {{conditions}}
    order by d.registered_at desc, d.id desc {{length}}
)
select d.id, d.number, d.family, d.kind, d.scheme, d.scheme_version,
    d.state, d.state_class, d.priority, d.classification, d.due,
    d.version, d.registered_at, d.closed_at, d.last_movement_at, d.sight, {post_json("h")} as holder,
    case when d.classification = 'ordinary' and d.sight <> 'movements' then {shown("v")} end as subject
from page d join protected_value v on v.id = d.subject_id left join post h on h.id = d.holder_id
order by d.registered_at desc, d.id desc
"""
_FILTERS: Final = {
    **{name: f"d.{name} = %({name})s" for name in ("kind", "state", "state_class", "number")},
    "reference": """exists (select 1 from docket_reference x
        where x.docket = d.id and x.number = %(reference)s)""",
}


async def dockets(driver: Driver, visibility: VisibilityShape, page: Page) -> list[DictRow]:
    """The dockets that a person may know of; subjects only of what he may read and is not confidential."""
    wide = visibility.audits or visibility.record_room or visibility.hub or visibility.oversees
    conditions = page.conditions(_FILTERS, "d.registered_at, d.id")
    source = _ALL if wide else _OF_POST.format(conditions=conditions)
    sql = _LIST.format(source=source, conditions=conditions, length=page.length())
    return await fetch_all(driver, sql, {**bound(visibility), **page.bound()})
