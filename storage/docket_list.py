"""Lists of dockets, newest first, of which each person finds those that he may know of."""

from __future__ import annotations

from typing import Final

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all
from storage.docket_page import post_json
from storage.pages import Page
from storage.shapes import VisibilityShape
from storage.sight import JOIN_STANDING, SIGHT, UNDER, bound

# Whoever sees by his post alone finds what his post, or one under it, had to do with: `docket_post` names that.
# A record room, a hub and an auditor see most of what there is: for them the list itself is gone through.
_BY_POST: Final = """ and (exists (select 1 from docket_post x where x.docket = d.id
    and (x.post = %(post)s or x.post in (select post from under)))
    or exists (select 1 from proposal v where v.docket = d.id and v.state = 'open'))"""

_LIST = f"""
with recursive {UNDER}, page as (
    select * from (
        select d.id, d.number, d.family, d.kind, d.scheme, d.state, d.state_class, d.priority, d.classification,
            d.due, d.version, d.registered_at, d.closed_at, d.last_movement_at, d.subject as subject_id,
            d.holder as holder_id, {SIGHT} as sight
        from docket d {JOIN_STANDING}
        where true {{conditions}}
    ) seen where sight <> 'nothing' order by registered_at desc, id desc {{length}}
)
select d.id, d.number, d.family, d.kind, d.scheme, d.state, d.state_class, d.priority, d.classification, d.due,
    d.version, d.registered_at, d.closed_at, d.last_movement_at, d.sight, {post_json("h")} as holder,
    case when d.classification = 'ordinary' and d.sight <> 'movements' then v.value end as subject
from page d join protected_value v on v.id = d.subject_id left join post h on h.id = d.holder_id
order by d.registered_at desc, d.id desc
"""
_FILTERS: Final = {name: f"d.{name} = %({name})s" for name in ("kind", "state", "state_class", "number")}


async def dockets(driver: Driver, visibility: VisibilityShape, page: Page) -> list[DictRow]:
    """The dockets that a person may know of; subjects only of what he may read and is not confidential."""
    wide = visibility.audits or visibility.record_room or visibility.hub
    conditions = page.conditions(_FILTERS, "d.registered_at, d.id") + ("" if wide else _BY_POST)
    sql = _LIST.format(conditions=conditions, length=page.length())
    return await fetch_all(driver, sql, {**bound(visibility), **page.bound()})
