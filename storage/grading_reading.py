"""What grading reads of the office: every complaint that was open in a month, by sets and not one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one
from storage.snapshots import stream


@dataclass(frozen=True, slots=True)
class MonthAsked:
    """The complaints of a kind of a scheme that were open between two instants; days are those of the zone.

    ``closed``: the names of the states in which one is closed.
    """

    scheme: str
    kind: str
    begin: datetime
    end: datetime
    zone: str
    closed: tuple[str, ...]

    def bound(self) -> dict[str, Any]:
        return {
            "scheme": self.scheme,
            "kind": self.kind,
            "begin": self.begin,
            "end": self.end,
            "zone": self.zone,
            "closed": list(self.closed),
        }


# What was closed before the month and is closed still is none of its cases; neither is what came after it.
_OF_MONTH: Final = """
of_month as (
    select d.id, d.number, d.scheme_version, d.registered_at, d.ending, c.category, c.category_row, c.place,
        case when d.closed_at < %(end)s then d.closed_at end as closed_at
    from docket d join complaint c on c.docket = d.id
    where d.family = 'complaint' and d.scheme = %(scheme)s and d.kind = %(kind)s and d.registered_at < %(end)s
        and (d.closed_at is null or d.closed_at >= %(begin)s)
)"""

# A row keeps neither a closing that was undone since, nor the category and the limits before another one came.
# Such complaints are marked ``retold``: their movements tell what was so at the month's end. So are those of a
# category of the office's own, whose limits are rows and not the scheme's.
_CASES: Final = f"""
with {_OF_MONTH}, moved_since as (
    select distinct docket from movement
    where at >= %(end)s and (from_state = any(%(closed)s::text[]) or details ? 'category_before')
), in_month as (
    select docket, bool_or(act = 'reply') as replied,
        bool_or(act = 'review_reply' and details ? 'quality') as sent_back
    from movement where at >= %(begin)s and at < %(end)s and act in ('reply', 'review_reply') group by docket
), timed as (
    select docket, max(began) filter (where sort = 'citizen' and began < %(end)s) as since,
        bool_and(ended is not null and ended <= due)
            filter (where sort = 'attend' and due >= %(begin)s and due < %(end)s) as attended,
        min(began) filter (where sort = 'attend' and began < %(end)s) as given_at
    from clock where docket in (select id from of_month) and sort in ('citizen', 'attend') group by docket
)
select m.id, m.number, m.scheme_version, m.category, m.place, m.registered_at, m.closed_at, t.given_at,
    s.docket is not null or m.category_row is not null as retold,
    (m.registered_at at time zone %(zone)s)::date as registered,
    case when m.closed_at is not null then m.ending end as ending,
    case when m.closed_at is null then (t.since at time zone %(zone)s)::date end as since,
    coalesce(i.replied, false) as replied, coalesce(i.sent_back, false) as sent_back, t.attended
from of_month m left join moved_since s on s.docket = m.id left join in_month i on i.docket = m.id
    left join timed t on t.docket = m.id
order by m.number collate "C"
"""


def cases(driver: Driver, asked: MonthAsked) -> AsyncIterator[DictRow]:
    """Those complaints by number, each with what is measured of it, or marked as to be told from its movements."""
    return stream(driver, _CASES, asked.bound())


async def count(driver: Driver, asked: MonthAsked) -> int:
    """How many there may be: what is to be retold may turn out not to have been open."""
    row = await fetch_one(driver, f"with {_OF_MONTH} select count(*) as cases from of_month", asked.bound())
    return row["cases"] if row else 0


_PARENTS: Final = """
select distinct on (code) code, parent from place where scheme = %(scheme)s and from_at < %(before)s
order by code, from_at desc
"""


async def place_parents_by(driver: Driver, scheme: str, before: datetime) -> dict[str, str | None]:
    """The office's own places that began before an instant, with the place in which each lay last."""
    rows = await fetch_all(driver, _PARENTS, {"scheme": scheme, "before": before})
    return {row["code"]: row["parent"] for row in rows}


async def versions(driver: Driver, scheme: str, kind: str) -> list[int]:
    """The versions of a scheme under which complaints of a kind stand."""
    sql = "select distinct scheme_version from docket where scheme = %(scheme)s and kind = %(kind)s"
    return [row["scheme_version"] for row in await fetch_all(driver, sql, {"scheme": scheme, "kind": kind})]
