"""The inbox of a post and what it sent: each docket with the movement that brought it, and whether it was read.

Lists go newest first, page by page, by time and id. Subjects of confidential dockets are read by opening them.
"""

from __future__ import annotations

from typing import Final

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one
from storage.docket_page import person_json, person_names, post_json
from storage.erased import shown
from storage.pages import Page
from storage.shapes import VisibilityShape
from storage.sight import ACCUSED, bound

COUNTED_UP_TO: Final = 10_000
UNREAD_UP_TO: Final = 1_000

# The page is cut from the docket's index first; names are looked up for its rows only.
_INBOX = f"""
with page as (
    select d.* from docket d
    where d.holder = %(post)s {{conditions}}
    order by d.last_movement_at desc, d.id desc {{length}}
)
select d.id, d.number, d.family, d.kind, d.scheme, d.scheme_version,
    d.state, d.state_class, d.priority, d.classification, d.due,
    d.parked_until, d.version, d.registered_at, d.last_movement_at,
    case when d.classification = 'ordinary' then {shown("v")} end as subject,
    m.id as brought_by, m.name as brought_name, m.at as brought_at, {post_json("b")} as from_post,
    {person_json("p")} as from_person, r.at as first_read_at,
    m.id is not null and m.by_post is distinct from %(post)s and r.at is null as unread
from page d
join protected_value v on v.id = d.subject
left join lateral (select from_at from holding where docket = d.id order by from_at desc limit 1) g on true
left join lateral (select * from movement x where x.docket = d.id and x.at = g.from_at limit 1) m on true
left join post b on b.id = m.by_post
{person_names("p", "m.by_person")}
left join first_read r on r.movement = m.id and r.post = %(post)s
order by d.last_movement_at desc, d.id desc
"""

_FILTERS: Final = {
    "state_class": "d.state_class = %(state_class)s",
    "kind": "d.kind = %(kind)s",
    "priority": "d.priority = %(priority)s",
    "overdue": "d.due < office_now()",
}


async def inbox(driver: Driver, visibility: VisibilityShape, page: Page) -> list[DictRow]:
    """What the post has: in hand, sent to it, parked with it."""
    conditions = page.conditions(_FILTERS, "d.last_movement_at, d.id")
    sql = _INBOX.format(conditions=conditions, length=page.length())
    return await fetch_all(driver, sql, {"post": visibility.post, **page.bound()})


_COUNTS = """
select count(*) filter (where state_class = 'in_hand') as in_hand,
    count(*) filter (where state_class = 'in_transit') as in_transit,
    count(*) filter (where state_class = 'waiting') as waiting,
    count(*) filter (where due < office_now()) as overdue,
    count(*) as all
from (select state_class, due from docket where holder = %(post)s limit {most}) d
"""

_UNREAD = """
select count(*) as unread from (
    select 1 from (select id from docket where holder = %(post)s
        order by last_movement_at desc, id desc limit {most}) d
    cross join lateral (select from_at from holding where docket = d.id order by from_at desc limit 1) g
    join movement m on m.docket = d.id and m.at = g.from_at and m.by_post is distinct from %(post)s
    where not exists (select 1 from first_read r where r.movement = m.id and r.post = %(post)s)
) u
"""


async def counts(driver: Driver, visibility: VisibilityShape) -> dict[str, int]:
    """How much of each class, exact up to ``COUNTED_UP_TO``; unread among the newest ``UNREAD_UP_TO``."""
    found = await fetch_one(driver, _COUNTS.format(most=COUNTED_UP_TO), {"post": visibility.post})
    unread = await fetch_one(driver, _UNREAD.format(most=UNREAD_UP_TO), {"post": visibility.post})
    return {**(found or {}), **(unread or {})}


_INFORMED = f"""
with page as (
    select i.* from information_copy i
    where i.post = %(post)s {{conditions}} order by i.at desc, i.movement desc {{length}}
)
select m.id, m.name, m.at, d.id as docket, d.number, d.kind, d.family, d.scheme, d.scheme_version, d.state,
    d.state_class, d.classification, d.priority, d.version,
    case when d.classification = 'ordinary' then v.value end as subject,
    {post_json("b")} as by_post, {person_json("p")} as by_person, r.at as first_read_at
from page i
join movement m on m.id = i.movement join docket d on d.id = i.docket
join protected_value v on v.id = d.subject
left join post b on b.id = m.by_post
{person_names("p", "m.by_person")}
left join first_read r on r.movement = i.movement and r.post = i.post
order by i.at desc, i.movement desc
"""


async def informed(driver: Driver, visibility: VisibilityShape, page: Page) -> list[DictRow]:
    """What was marked to the post for information, newest first, and when it was first read there."""
    sql = _INFORMED.format(conditions=page.conditions({}, "i.at, i.movement"), length=page.length())
    return await fetch_all(driver, sql, {"post": visibility.post, **page.bound()})


# A complaint that went at once past the post complained against is not shown there among what it sent.
_SENT = f"""
with page as (
    select m.* from movement m
    where m.by_post = %(post)s and m.to_post is not null and m.to_post <> %(post)s
        and not exists (select 1 from docket d where d.id = m.docket and d.family = 'complaint' and {ACCUSED})
        {{conditions}}
    order by m.at desc, m.id desc {{length}}
)
select m.id, m.name, m.at, m.sequence, d.id as docket, d.number, d.kind, d.family, d.scheme, d.scheme_version,
    d.state,
    d.state_class, d.classification, d.priority, d.version,
    case when d.classification = 'ordinary' then {shown("v")} end as subject,
    {post_json("t")} as to_post, {post_json("h")} as holder, {person_json("p")} as by_person,
    r.at as first_read_at, d.last_change = m.sequence and d.state_class = 'in_transit' as still_on_the_way
from page m
join docket d on d.id = m.docket join protected_value v on v.id = d.subject
left join post t on t.id = m.to_post left join post h on h.id = d.holder
{person_names("p", "m.by_person")}
left join first_read r on r.movement = m.id and r.post = m.to_post
order by m.at desc, m.id desc
"""


async def sent(driver: Driver, visibility: VisibilityShape, page: Page) -> list[DictRow]:
    """What the post sent, newest first, and where each is now."""
    sql = _SENT.format(conditions=page.conditions({}, "m.at, m.id"), length=page.length())
    return await fetch_all(driver, sql, {**bound(visibility), **page.bound()})
