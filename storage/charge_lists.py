"""Taking charge: what a post holds at an instant, and the changes of charge with the lists drawn up for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage import erased
from storage.database import Driver, fetch_all, fetch_one
from storage.docket_page import person_json, person_names, post_json

# What the post has in hand, on the way to it or parked; drafts that were written at it; what it has proposed.
_HOLDS: Final = """
select 'held' as sort, d.id as paper, d.number, d.subject, d.state, h.from_at as since, d.parked_until,
    null::int as paragraph, null::text as proposed
from docket d join lateral (select max(from_at) as from_at from holding where docket = d.id) h on true
where d.holder = %(post)s and d.state_class <> 'closed'
union all
select 'draft', d.id, d.number, d.subject, d.state, n.at, null, n.paragraph, null
from note n join note_draft x on x.note = n.id join docket d on d.id = n.docket
where n.author_post = %(post)s
union all
select 'proposal', d.id, d.number, d.subject, d.state, p.at, null, null, p.name
from proposal p join docket d on d.id = p.docket
where p.post = %(post)s and p.state = 'open' and p.lapses_at > %(at)s
order by sort, number, paragraph
"""


async def what_it_holds(driver: Driver, post: UUID, at: datetime) -> list[DictRow]:
    """The lines of a charge list, in their order."""
    return await fetch_all(driver, _HOLDS, {"post": post, "at": at})


async def taking(driver: Driver, taking_id: UUID) -> DictRow | None:
    """A change of charge as it stands."""
    return await fetch_one(driver, "select * from charge_taking where id = %(id)s", {"id": taking_id})


async def open_taking(driver: Driver, post: UUID) -> DictRow | None:
    """The change of charge of a post that waits for its second signature, or would if it had not lapsed."""
    sql = "select * from charge_taking where post = %(post)s and state = 'open'"
    return await fetch_one(driver, sql, {"post": post})


async def lines(driver: Driver, taking_id: UUID) -> list[DictRow]:
    """The lines of a list as they were drawn up."""
    sql = "select * from charge_list_entry where taking = %(taking)s order by ordinal"
    return await fetch_all(driver, sql, {"taking": taking_id})


_SHOWN: Final = f"""
select k.id, {post_json("o")} as post, k.charge, {person_json("r")} as relieved, {person_json("n")} as relieving,
    v.value as posting_order, w.value as reason, k.proposed_as, {person_json("a")} as proposed_by, k.at,
    k.lapses_at, k.entries, encode(k.list_sha256, 'hex') as list_sha256,
    case when k.state = 'open' and k.lapses_at <= office_now() then 'lapsed' else k.state end as state,
    k.settled_as, {person_json("z")} as settled_by, k.settled_at, o.id as post_id,
    array[k.relieved, k.relieving, k.proposed_by, k.settled_by] as concerned
from charge_taking k join post o on o.id = k.post
join protected_value v on v.id = k.posting_order left join protected_value w on w.id = k.reason
{person_names("r", "k.relieved")}
{person_names("n", "k.relieving")}
{person_names("a", "k.proposed_by")}
{person_names("z", "k.settled_by")}
where {{which}} order by k.at desc, k.id limit {{most}}
"""

MOST_SHOWN: Final = 200


async def shown(driver: Driver, taking_id: UUID) -> DictRow | None:
    """A change of charge with its names."""
    return await fetch_one(driver, _SHOWN.format(which="k.id = %(id)s", most=1), {"id": taking_id})


async def waiting(driver: Driver) -> list[DictRow]:
    """Those that wait for their second signature, newest first, at most ``MOST_SHOWN``."""
    which = "k.state = 'open' and k.lapses_at > office_now()"
    return await fetch_all(driver, _SHOWN.format(which=which, most=MOST_SHOWN), {})


_LINES: Final = f"""
select e.ordinal, e.sort, e.paper, e.number, e.state, e.since, e.parked_until, e.paragraph, e.proposed,
    d.scheme, d.scheme_version, d.kind,
    case when d.classification = 'ordinary' and %(texts)s then {erased.shown("v")} end as subject
from charge_list_entry e join docket d on d.id = e.paper join protected_value v on v.id = e.subject
where e.taking = %(taking)s and e.ordinal > %(after)s order by e.ordinal limit %(limit)s
"""


async def shown_lines(
    driver: Driver, taking_id: UUID, *, texts: bool, after: int, limit: int
) -> list[dict[str, Any]]:
    """Lines of a list with their subjects, but for confidential ones: those are read by opening them."""
    bound = {"taking": taking_id, "texts": texts, "after": after, "limit": limit}
    return [dict(row) for row in await fetch_all(driver, _LINES, bound)]
