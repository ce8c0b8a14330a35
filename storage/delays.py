"""Delay: which post held dockets how long within and over their limits, by sets and of one docket.

The rules (``flows.rules.delay``) say what delay is; a test compares both. Time is measured on rulers that the
caller brings, in microseconds: a ruler of working time has stood still whenever the office was closed. So a
stretch of a limit in working days is as easily cut by holdings, by a month and by its days as any other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all
from storage.docket_page import post_json
from storage.shapes import VisibilityShape
from storage.sight import UNDER, bound


@dataclass(frozen=True, slots=True)
class Ruler:
    """How a version of a scheme measures time: microseconds since 1970 in and out.

    ``opens`` and ``closes``: when time passes, in order; ``before``: how much has passed before each.
    ``days``: where each day of the month begins on the ruler, and where the month ends.
    """

    scheme: str
    version: int
    working: bool
    opens: Sequence[int]
    closes: Sequence[int]
    before: Sequence[int]
    days: Sequence[int]


@dataclass(frozen=True, slots=True)
class Asked:
    """Posts and a month, from its first instant until the first one after it, as far as passed by ``now``."""

    posts: Sequence[UUID]
    begin: datetime
    end: datetime
    now: datetime

    def bound(self) -> dict[str, Any]:
        return {"posts": list(self.posts), "begin": self.begin, "end": self.end, "now": self.now}


# What these posts had in the month, found by the holdings of each of them.
_HAD: Final = """
had as (
    select distinct docket from holding
    where post = any(%(posts)s) and from_at < %(end)s and (to_at is null or to_at > %(begin)s)
)"""

_VERSIONS: Final = f"""
with {_HAD}
select d.scheme, d.scheme_version, min(d.registered_at) as since from docket d
where d.id in (select docket from had) group by 1, 2
"""


async def versions(driver: Driver, asked: Asked) -> list[DictRow]:
    """The versions of schemes under which those dockets stand, and since when there is one of each."""
    return await fetch_all(driver, _VERSIONS, asked.bound())


def _us(at: str) -> str:
    return f"(extract(epoch from {at}) * 1000000)::bigint"


def _measured(at: str) -> str:
    """Where an instant stands on the ruler of the row ``k``."""
    return f"""(select r.before[i.n] + greatest(least(i.us, r.closes[i.n]), r.opens[i.n]) - r.opens[i.n]
        from rulers r, lateral (select {_us(at)} as us) t,
            lateral (select t.us, greatest(width_bucket(t.us, r.opens), 1) as n) i where r.id = k.ruler)"""


_RULERS: Final = """
rulers as materialized (
    select row_number() over () as id, x.* from jsonb_to_recordset(%(rulers)s::jsonb)
        as x(scheme text, version int, working boolean,
            opens bigint[], closes bigint[], before bigint[], days bigint[])
)"""

# The clocks of complaints, and of everything else the day by which it is due.
_CLOCKS: Final = """
clocks as (
    select d.id as docket, d.scheme, d.scheme_version, k.sort, k.began, k.limit_unit like 'working%%' as working,
        k.due, least(k.ended, k.halted_at, %(now)s) as stop,
        case when k.sort = 'level' then k.resumed_at end as resumed_at
    from had join docket d on d.id = had.docket join clock k on k.docket = d.id
    where k.sort in ('level', 'citizen') and k.began < %(end)s
    union all
    select d.id, d.scheme, d.scheme_version, 'due', d.registered_at, false,
        d.due, least(d.closed_at, %(now)s), null
    from had join docket d on d.id = had.docket where d.family <> 'complaint' and d.due is not null
), measured as (
    select k.*, r.id as ruler from clocks k
    join rulers r on (r.scheme, r.version, r.working) = (k.scheme, k.scheme_version, k.working)
)"""

# A level's clock stands still from a reply ``m`` until what takes the complaint out of its state.
_GOES_ON: Final = """(select min(n.at) from movement n where n.docket = m.docket and n.sequence > m.sequence
    and n.from_state = m.to_state and n.to_state <> m.to_state)"""

_RAN: Final = f"""
ran as (
    select k.*, s.begin_at, s.end_at from measured k, lateral (
        select k.began as begin_at, k.stop as end_at where k.resumed_at is null
        union all
        select * from (
            with halts as (
                select m.at as halted, {_GOES_ON} as goes_on
                from movement m where m.docket = k.docket and m.act = 'reply' and m.at >= k.began
                    and m.at < k.resumed_at
            )
            select k.began, (select min(halted) from halts)
            union all
            select goes_on, least(k.stop, lead(halted) over (order by halted)) from halts
        ) halved where k.resumed_at is not null
    ) s where s.begin_at < s.end_at
), on_ruler as (
    select k.*, {_measured("k.begin_at")} as begin_on, {_measured("k.end_at")} as end_on,
        greatest({_measured("k.stop")} - {_measured("k.due")}, 0) as delay from ran k
), parted as (
    select k.*, k.end_on - least(k.end_on - k.begin_on, greatest(k.delay - k.later, 0)) as over_on from (
        select *, coalesce(sum(end_on - begin_on) over (partition by docket, sort, began order by begin_at desc
            rows between unbounded preceding and 1 preceding), 0) as later from on_ruler) k
)"""

# Who held it when; a post that is null stands for the time when nobody did.
_HELD: Final = """
held as (
    select h.docket, h.post, h.from_at, coalesce(h.to_at, %(now)s) as to_at from had join holding h using (docket)
    union all
    select * from (select h.docket, null::uuid, h.to_at,
        coalesce(lead(h.from_at) over (partition by h.docket order by h.from_at), %(now)s)
        from had join holding h using (docket)) gap where to_at is not null
    union all
    select h.docket, null, '-infinity', min(h.from_at) from had join holding h using (docket) group by h.docket
)"""

_SPENT: Final = f"""
cut as (
    select k.docket, k.sort, k.working, k.began, k.ruler, h.post, k.over_on,
        greatest(k.begin_on, case when h.from_at > k.begin_at then {_measured("h.from_at")} end, r.days[1]) as low,
        least(k.end_on, case when h.to_at < k.end_at then {_measured("h.to_at")} end,
            r.days[cardinality(r.days)]) as high
    from parted k join rulers r on r.id = k.ruler
    join held h on h.docket = k.docket and h.from_at < k.end_at and h.to_at > k.begin_at
), spent as (
    select *, greatest(least(high, over_on) - low, 0) as within, greatest(low, over_on) as late_from from cut
    where low < high
), of_days as (
    select k.docket, k.sort, k.working, k.began, k.post, n.day,
        least(k.high, r.days[n.day + 1]) - greatest(k.late_from, r.days[n.day]) as late, k.late_from
    from spent k join rulers r on r.id = k.ruler, lateral generate_series(
        width_bucket(k.late_from, r.days), width_bucket(k.high - 1, r.days)) as n(day)
    where k.late_from < k.high
), had_most as (
    select distinct on (docket, sort, began, day) docket, sort, working, post from (
        select docket, sort, working, began, day, post, sum(late) as late, min(late_from) as first from of_days
        where late > 0 group by docket, sort, working, began, day, post) shared
    order by docket, sort, began, day, late desc, first
), days as (
    select post, sort, working, count(*) as days from had_most group by post, sort, working
), times as (
    select post, sort, working, count(distinct docket) as dockets,
        count(distinct docket) filter (where late_from < high) as late_dockets,
        sum(within)::bigint as within_us, sum(greatest(high - late_from, 0))::bigint as late_us
    from spent where post = any(%(posts)s) group by post, sort, working
)"""

_OF_POSTS: Final = f"""
with {_RULERS}, {_HAD}, {_CLOCKS}, {_RAN}, {_HELD}, {_SPENT}
select t.*, coalesce(y.days, 0) as days from times t left join days y using (post, sort, working)
order by t.post, t.sort, t.working
"""


async def of_posts(driver: Driver, asked: Asked, rulers: Sequence[Ruler]) -> list[DictRow]:
    """What fell to each of these posts in the month, by sort of clock and by whether it counts working time.

    ``dockets`` and of them ``late_dockets``, ``within_us`` and ``late_us`` (microseconds in the clock's own
    unit), ``days``: those on which it had most of a docket's delay.
    """
    told = json.dumps([asdict(one) for one in rulers])
    return await fetch_all(driver, _OF_POSTS, {**asked.bound(), "rulers": told})


_POSTS: Final = f"""
with recursive {UNDER}
select p.id, p.code, {post_json("p")} as post from post p
where (%(audits)s or p.id = %(post)s or p.id in (select post from under)) and p.code > %(after)s
order by p.code limit %(limit)s
"""


async def posts(driver: Driver, visibility: VisibilityShape, *, after: str, limit: int) -> list[DictRow]:
    """The posts of whose delay a person may know, by code: his own and those under it; auditors know of all."""
    return await fetch_all(driver, _POSTS, {**bound(visibility), "after": after, "limit": limit})


async def all_posts(driver: Driver) -> list[DictRow]:
    """Every post, by code."""
    return await fetch_all(driver, "select id, code from post order by code", {})


_CLOCKS_OF: Final = """
select sort, level, began, limit_unit, limit_count, due, halted_at, ended, resumed_at, left_us
from clock where docket = %(docket)s and sort in ('level', 'citizen') order by began, sort
"""

_DUE_OF: Final = """
select 'due' as sort, 0 as level, registered_at as began, 'days' as limit_unit, 1 as limit_count, due,
    null::timestamptz as halted_at, closed_at as ended, null::timestamptz as resumed_at, null::bigint as left_us
from docket where id = %(docket)s and family <> 'complaint' and due is not null
"""

_HOLDINGS_OF: Final = f"""
select h.post, h.from_at, h.to_at, {post_json("p")} as shown from holding h left join post p on p.id = h.post
where h.docket = %(docket)s order by h.from_at
"""

_HALTS_OF: Final = f"""
select m.at as begin, {_GOES_ON} as "end"
from movement m where m.docket = %(docket)s and m.act = 'reply' order by m.sequence
"""


@dataclass(frozen=True, slots=True)
class DocketTime:
    """One docket's clocks, who held it when, and from when until when its level's clock stood still."""

    clocks: list[DictRow]
    holdings: list[DictRow]
    halts: list[DictRow]


async def of_docket(driver: Driver, docket: UUID) -> DocketTime:
    """The time of one docket, in order."""
    one = {"docket": docket}
    clocks = [*await fetch_all(driver, _CLOCKS_OF, one), *await fetch_all(driver, _DUE_OF, one)]
    return DocketTime(clocks, await fetch_all(driver, _HOLDINGS_OF, one), await fetch_all(driver, _HALTS_OF, one))
