"""Retention: closed papers past their years, what is kept longer, and the orders under which papers are erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one
from storage.erased import shown, shown_by_id

_KEPT: Final = """d.state_class = 'closed' and d.closed_at is not null and d.destroyed_under is null
    and not exists (select 1 from docket_tie i join docket m on m.id = i.other where i.docket = d.id
        and i.sort = 'in_file' and i.ended_at is null and m.destroyed_under is null)"""

_SORTS: Final = f"""
select distinct d.scheme, d.scheme_version, d.kind, f.retention_class
from docket d left join office_file f on f.docket = d.id where {_KEPT}
"""


@dataclass(frozen=True, slots=True)
class Due:
    """Of which sort of papers those are due that were closed before an instant, and what happens to them then."""

    scheme: str
    scheme_version: int
    kind: str
    retention_class: str | None
    closed_before: datetime
    then: str


async def sorts_closed(driver: Driver) -> list[DictRow]:
    """The schemes, kinds and classes of which any paper is closed and still there."""
    return await fetch_all(driver, _SORTS, {})


_HELD: Final = """select 1 from retention_hold h where h.paper = d.id and h.lifted_at is null
    and (h.until is null or h.until > %(day)s)"""
_LISTED: Final = """select 1 from erasure_item i join erasure_order o on o.id = i.under
    where i.paper = d.id and i.part is null and i.state = 'listed'
        and o.state in ('drawn_up', 'signed', 'ordered')"""

_DUE: Final = f"""
select d.id, d.number, d.kind, d.scheme, d.scheme_version, d.closed_at, d.ending, f.retention_class, r."then",
    case when d.classification = 'ordinary' then {shown("v")} end as subject
from docket d join protected_value v on v.id = d.subject left join office_file f on f.docket = d.id
join unnest(%(schemes)s::text[], %(versions)s::integer[], %(kinds)s::text[], %(classes)s::text[],
    %(before)s::timestamptz[], %(then)s::text[]) r(scheme, version, kind, class, before, "then")
    on r.scheme = d.scheme and r.version = d.scheme_version and r.kind = d.kind
    and r.class is not distinct from f.retention_class
where {_KEPT} and d.closed_at < r.before and not exists ({_HELD}) and not exists ({_LISTED})
    and (%(numbers)s::text[] is null or d.number = any(%(numbers)s))
    and (%(office)s::uuid is null or d.office = %(office)s)
order by d.closed_at, d.id limit %(limit)s
"""


def _bound(rules: Sequence[Due]) -> dict[str, Any]:
    given: dict[str, Any] = {"schemes": [r.scheme for r in rules], "versions": [r.scheme_version for r in rules]}
    given |= {"kinds": [r.kind for r in rules], "classes": [r.retention_class for r in rules]}
    return given | {"before": [r.closed_before for r in rules], "then": [r.then for r in rules]}


async def due(
    driver: Driver,
    rules: Sequence[Due],
    day: date,
    *,
    limit: int,
    numbers: Sequence[str] | None = None,
    office: UUID | None = None,
) -> list[DictRow]:
    """Papers that are past their retention on a day, on no list, and kept back by nobody; the oldest first.

    Of one office, or of all.
    """
    given: dict[str, Any] = {"day": day, "limit": limit, "numbers": None if numbers is None else list(numbers)}
    return await fetch_all(driver, _DUE, {**given, "office": office, **_bound(rules)})


# A receipt that stands in a file goes with it, by the file's years.
_PAST: Final = """
with of(id, by) as (
    select p, p from unnest(%(papers)s::uuid[]) p
    union select t.docket, t.other from docket_tie t
        where t.docket = any(%(papers)s) and t.sort = 'in_file' and t.ended_at is null
)
select distinct of.id from of join docket d on d.id = of.by left join office_file f on f.docket = d.id
join unnest(%(schemes)s::text[], %(versions)s::integer[], %(kinds)s::text[], %(classes)s::text[],
    %(before)s::timestamptz[]) r(scheme, version, kind, class, before)
    on r.scheme = d.scheme and r.version = d.scheme_version and r.kind = d.kind
    and r.class is not distinct from f.retention_class
where d.state_class = 'closed' and d.closed_at < r.before
"""


async def past(driver: Driver, rules: Sequence[Due], papers: Sequence[UUID]) -> set[UUID]:
    """Which of these papers were closed long enough ago, whatever else may keep them."""
    rows = await fetch_all(driver, _PAST, {"papers": list(papers), **_bound(rules)})
    return {row["id"] for row in rows}


_IN_FILES: Final = """
select t.docket as receipt, t.other as file from docket_tie t join docket d on d.id = t.docket
where t.other = any(%(files)s) and t.sort = 'in_file' and t.ended_at is null
    and d.state_class = 'closed' and d.destroyed_under is null and not exists ({}) and not exists ({})
order by t.at, t.id
"""


async def receipts_in(driver: Driver, files: Sequence[UUID], day: date) -> dict[UUID, list[UUID]]:
    """The receipts that go with each of these files: disposed of, on no list, and kept back by nobody."""
    sql = _IN_FILES.format(_HELD, _LISTED)
    found: dict[UUID, list[UUID]] = {}
    for row in await fetch_all(driver, sql, {"files": list(files), "day": day}):
        found.setdefault(row["file"], []).append(row["receipt"])
    return found


async def last_number(driver: Driver, sort: str) -> int:
    """The last number given to a list, or to an order; 0 where there is none."""
    sql = "select coalesce(max(number), 0) as last from erasure_order where sort = %(sort)s"
    row = await fetch_one(driver, sql, {"sort": sort})
    assert row is not None
    return row["last"]


async def by_number(driver: Driver, sort: str, number: int) -> DictRow | None:
    """A list or an order; None: there is none of that number."""
    sql = "select * from erasure_order where sort = %(sort)s and number = %(number)s"
    return await fetch_one(driver, sql, {"sort": sort, "number": number})


_ITEMS: Final = f"""
select i.id, i.ordinal, i.paper, i.part, i.state, d.destroyed_under, d.number, d.kind, d.scheme, d.scheme_version,
    d.closed_at, f.retention_class, d.destroyed_under is not null as destroyed,
    case when d.classification = 'ordinary' and (%(office)s::uuid is null or d.office = %(office)s)
        then {shown("v")} end as subject
from erasure_item i join docket d on d.id = i.paper join protected_value v on v.id = d.subject
left join office_file f on f.docket = d.id
where i.under = %(order)s and i.ordinal > %(after)s order by i.ordinal limit %(limit)s
"""


async def items(
    driver: Driver, order: UUID, *, after: int = 0, limit: int | None = None, office: UUID | None = None
) -> list[DictRow]:
    """The lines of a list or of an order: all of them, or so many behind an ordinal.

    With the subjects of one office's papers, or of all.
    """
    given = {"order": order, "after": after, "limit": limit, "office": office}
    return await fetch_all(driver, _ITEMS, given)


_SHOWN: Final = f"""
select o.id, o.sort, o.number, o.state, o.drawn_at, o.first_at, o.second_at, o.carried_out_at,
    {shown_by_id("o.authority")} as authority,
    a.code as drawn_by_post, b.code as first_post, c.code as second_post,
    (select count(*) from erasure_item i where i.under = o.id and i.state = 'listed') as items
from erasure_order o left join post a on a.id = o.drawn_by_post left join post b on b.id = o.first_post
left join post c on c.id = o.second_post
"""


async def shown_order(driver: Driver, sort: str, number: int) -> DictRow | None:
    """A list or an order as pages show it."""
    sql = f"{_SHOWN} where o.sort = %(sort)s and o.number = %(number)s"
    return await fetch_one(driver, sql, {"sort": sort, "number": number})


async def orders(driver: Driver, *, limit: int) -> list[DictRow]:
    """Lists and orders, the newest first."""
    return await fetch_all(driver, f"{_SHOWN} order by o.drawn_at desc, o.id limit %(limit)s", {"limit": limit})


async def signed(driver: Driver, *states: str) -> dict[str, int]:
    """Lists and orders that two people signed, as “list 3”, and how many lines each has.

    All of them, or those in these states.
    """
    sql = """select o.sort || ' ' || o.number as named, count(i.id) as lines
        from erasure_order o left join erasure_item i on i.under = o.id and i.state = 'listed'
        where o.state = any(%(states)s) group by o.id order by o.sort, o.number"""
    rows = await fetch_all(driver, sql, {"states": list(states or ("ordered", "carried_out"))})
    return {row["named"]: row["lines"] for row in rows}


async def paper(driver: Driver, number: str) -> DictRow | None:
    """What a hold or an order about a paper looks at."""
    sql = "select id, family, state_class, destroyed_under from docket where number = %(number)s"
    return await fetch_one(driver, sql, {"number": number})


_HOLDS: Final = f"""
select h.id, h.until, h.at, p.code as by_post,
    case when d.classification = 'ordinary' and (%(office)s::uuid is null or d.office = %(office)s)
        then {shown_by_id("h.reason")} end as reason
from retention_hold h join docket d on d.id = h.paper left join post p on p.id = h.by_post
where h.paper = %(paper)s and h.lifted_at is null and (h.until is null or h.until > %(day)s)
order by h.at, h.id limit %(limit)s
"""


async def holds(
    driver: Driver, docket: UUID, day: date, *, limit: int | None = None, office: UUID | None = None
) -> list[DictRow]:
    """What keeps a paper back on a day, the oldest first; none: it may go.

    With the reasons for one office's papers, or for all.
    """
    given = {"paper": docket, "day": day, "limit": limit, "office": office}
    return await fetch_all(driver, _HOLDS, given)
