"""Lists of dockets, newest first, of which each person finds those that he may know of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all
from storage.docket_page import post_json
from storage.inbox import Place
from storage.shapes import VisibilityShape
from storage.sight import JOIN_STANDING, SIGHT, UNDER, bound

# Whoever sees by his post alone finds what his post, or one under it, had to do with: `docket_post` names that.
# A record room, a hub and an auditor see most of what there is: for them the list itself is gone through.
_BY_POST: Final = """and (exists (select 1 from docket_post x where x.docket = d.id
    and (x.post = %(post)s or x.post in (select post from under)))
    or exists (select 1 from proposal v where v.docket = d.id and v.state = 'open'))"""

_LIST = f"""
with recursive {UNDER}, page as (
    select * from (
        select d.id, d.number, d.family, d.kind, d.scheme, d.state, d.state_class, d.priority, d.classification,
            d.due, d.version, d.registered_at, d.closed_at, d.last_movement_at, d.subject as subject_id,
            d.holder as holder_id, {SIGHT} as sight
        from docket d {JOIN_STANDING}
        where (%(kind)s::text is null or d.kind = %(kind)s)
            and (%(state)s::text is null or d.state = %(state)s)
            and (%(state_class)s::text is null or d.state_class = %(state_class)s)
            and (%(number)s::text is null or d.number = %(number)s)
            and (%(at)s::timestamptz is null or (d.registered_at, d.id) < (%(at)s, %(id)s)) {{by_post}}
    ) seen where sight <> 'nothing' order by registered_at desc, id desc limit %(limit)s
)
select d.id, d.number, d.family, d.kind, d.scheme, d.state, d.state_class, d.priority, d.classification, d.due,
    d.version, d.registered_at, d.closed_at, d.last_movement_at, d.sight, {post_json("h")} as holder,
    case when d.classification = 'ordinary' and d.sight <> 'movements' then v.value end as subject
from page d join protected_value v on v.id = d.subject_id left join post h on h.id = d.holder_id
order by d.registered_at desc, d.id desc
"""
_NARROW: Final = _LIST.format(by_post=_BY_POST)
_WIDE: Final = _LIST.format(by_post="")

NO_FILTERS: Final[Mapping[str, Any]] = {"kind": None, "state": None, "state_class": None, "number": None}


async def dockets(
    driver: Driver, visibility: VisibilityShape, filters: Mapping[str, Any], place: Place, limit: int
) -> list[DictRow]:
    """The dockets that a person may know of; subjects only of what he may read and is not confidential."""
    wide = visibility.audits or visibility.record_room or visibility.hub
    parameters = {**NO_FILTERS, **filters, **bound(visibility), "at": place[0], "id": place[1], "limit": limit}
    return await fetch_all(driver, _WIDE if wide else _NARROW, parameters)
