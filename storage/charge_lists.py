"""Taking charge: what a post holds at an instant, and the changes of charge with the lists drawn up for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage import erased
from storage.database import Driver, fetch_all, fetch_one
from storage.docket_page import person_json, person_names, post_json
from storage.pages import Page

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


# Who asks is one of those who sign, or is at the post itself or at one above it today.
_CONCERNS: Final = """coalesce(%(person)s = any(array[k.relieved, k.relieving, k.proposed_by, k.settled_by])
    or k.post in (select id from at_or_below), false)"""

_SHOWN: Final = f"""
with recursive at_or_below(id) as (
    select unnest(%(posts)s::uuid[]) union
    select s.post from at_or_below b join post_superior s on s.superior = b.id
    cross join (select (office_now() at time zone 'Asia/Kolkata')::date as day) today
    where s.from_day <= today.day and (s.to_day is null or s.to_day > today.day)
), asked as (
    select k.*, {_CONCERNS} as concerns from charge_taking k where {{which}}
    order by k.at desc, k.id desc {{length}}
)
select k.id, {post_json("o")} as post, k.charge, {person_json("r")} as relieved, {person_json("n")} as relieving,
    v.value as posting_order, w.value as reason, k.proposed_as, {person_json("a")} as proposed_by, k.at,
    k.lapses_at, k.entries, encode(k.list_sha256, 'hex') as list_sha256,
    case when k.state = 'open' and k.lapses_at <= office_now() then 'lapsed' else k.state end as state,
    k.settled_as, {person_json("z")} as settled_by, k.settled_at, k.concerns
from asked k join post o on o.id = k.post
join protected_value v on v.id = k.posting_order left join protected_value w on w.id = k.reason
{person_names("r", "k.relieved")}
{person_names("n", "k.relieving")}
{person_names("a", "k.proposed_by")}
{person_names("z", "k.settled_by")}
order by k.at desc, k.id desc
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads lists: a person, and the posts whose papers he may read."""

    person: UUID
    posts: Collection[UUID]

    def bound(self) -> dict[str, Any]:
        return {"person": self.person, "posts": list(self.posts)}


async def shown(driver: Driver, reader: Reader, taking_id: UUID) -> DictRow | None:
    """A change of charge with its names; ``concerns``: whether it is the reader's concern."""
    sql = _SHOWN.format(which="k.id = %(id)s", length="limit 1")
    return await fetch_one(driver, sql, {"id": taking_id, **reader.bound()})


async def waiting(driver: Driver, reader: Reader, page: Page) -> list[DictRow]:
    """Those of the reader's concern that wait for their second signature, newest first."""
    open_now = "k.state = 'open' and k.lapses_at > office_now()"
    which = f"{open_now} and {_CONCERNS} {page.conditions({}, 'k.at, k.id')}"
    sql = _SHOWN.format(which=which, length=page.length())
    return await fetch_all(driver, sql, {**reader.bound(), **page.bound()})


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
