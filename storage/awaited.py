"""What may wait for a power and for no post: complaints in certain states, and dockets with an open proposal.

Newest movement first, of what the person may read. Whether it waits for this very post the rules say, row by row.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all
from storage.docket_page import post_json
from storage.erased import shown
from storage.pages import Page
from storage.shapes import VisibilityShape
from storage.sight import JOIN_STANDING, SIGHT, UNDER, bound

_IN_STATE: Final = f"""cross join lateral (
        select d.id from docket d {JOIN_STANDING}
        where d.family = 'complaint' and d.state_class in ('in_hand', 'waiting') and d.state = w.state
            and {{whose}} and {SIGHT} in ('all', 'until') {{{{conditions}}}}
        order by d.last_movement_at desc, d.id desc {{{{length}}}}) s"""

# What was replied to is in nobody's hand, and was last sent by who replied. Nobody under one, nothing to look for.
_OF_THOSE_UNDER: Final = """exists (select 1 from under)
            and coalesce(d.holder, d.sender) in (select post from under)"""

# Each state is read from its part of docket_awaited_idx in order; of proposals few are open at a time.
AWAITED: Final = f"""
with recursive {UNDER}, found as (
    select s.id from unnest(%(states)s::text[]) w(state) {_IN_STATE.format(whose="true")}
    union
    select s.id from unnest(%(states_under)s::text[]) w(state) {_IN_STATE.format(whose=_OF_THOSE_UNDER)}
    union
    select d.id from proposal p join docket d on d.id = p.docket {JOIN_STANDING}
    where p.state = 'open' and p.lapses_at > office_now() and {SIGHT} in ('all', 'until') {{conditions}}
)
select d.id, d.number, d.family, d.kind, d.scheme, d.scheme_version, d.state, d.state_class, d.priority,
    d.classification, d.due, d.version, d.registered_at, d.last_movement_at, {post_json("h")} as holder,
    case when d.classification = 'ordinary' then {shown("v")} end as subject
from found f join docket d on d.id = f.id join protected_value v on v.id = d.subject
left join post h on h.id = d.holder
order by d.last_movement_at desc, d.id desc {{length}}
"""


async def candidates(
    driver: Driver,
    visibility: VisibilityShape,
    page: Page,
    states: Collection[str],
    states_under: Collection[str],
) -> list[DictRow]:
    """The next rows behind a page's beginning that may wait for the person's post.

    ``states``: complaints in these, whoever had them; ``states_under``: in these, if a post under his had them.
    """
    sql = AWAITED.format(conditions=page.conditions({}, "d.last_movement_at, d.id"), length=page.length())
    asked = {"states": sorted(states), "states_under": sorted(states_under)}
    return await fetch_all(driver, sql, {**bound(visibility), **page.bound(), **asked})
