"""What the rules need to know of a docket and of the posts around it, read in as few round trips as it takes.

The step reads after it has locked the docket: PostgreSQL gives each statement of a transaction the state as of
its own beginning, so what is read here is never older than the lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncCursor
from psycopg.rows import DictRow, dict_row

from storage.database import Driver

Cursor = AsyncCursor[DictRow]

# The day on which a power or a superior counts is the day in India; schemes have zones of their own for limits.
_TODAY = "(office_now() at time zone 'Asia/Kolkata')::date"

_DOCKET = """
select d.*, movement_time(d.last_movement_at) as at,
    to_jsonb(f) as office_file, to_jsonb(c) as complaint,
    array(select post from docket_post where docket = d.id and role = 'held') as held_by,
    exists (select 1 from note n where n.docket = d.id and n.author_post = %(post)s and n.at >=
        (select max(from_at) from holding where docket = d.id)) as noted,
    (select coalesce(max(paragraph), 0) from note where docket = d.id) as paragraphs,
    array(select n.id from note n join note_fixed x on x.note = n.id where n.docket = d.id) as fixed_notes,
    (select coalesce(max(ordinal), 0) from document where docket = d.id) as documents,
    (select jsonb_agg(jsonb_build_object('note', n.id, 'paragraph', n.paragraph, 'post', n.author_post,
        'person', n.author_person, 'sha256', encode(x.sha256, 'hex'), 'text', x.text) order by n.paragraph)
        from note n join note_draft x on x.note = n.id where n.docket = d.id) as drafts,
    (select outcome from decision where docket = d.id order by at desc limit 1) as decision,
    (select jsonb_object_agg(id, ordinal) from decision_condition
        where docket = d.id and settled is null) as open_conditions,
    (select id from movement where docket = d.id and sequence = d.last_change) as changed_by,
    case when d.closed_at is not null then (select by_post from movement
        where docket = d.id and act = 'close' order by sequence desc limit 1) end as closed_by,
    case when c.docket is not null then (select jsonb_build_object('post', by_post, 'person', by_person)
        from movement where docket = d.id and act = 'reply' order by sequence desc limit 1) end as replied,
    (select post from holding where docket = d.id order by from_at desc limit 1) as last_holder,
    (select to_jsonb(p) from proposal p where docket = d.id and state = 'open') as proposal,
    (select jsonb_agg(to_jsonb(k) order by k.began) from clock k where docket = d.id and ended is null) as clocks,
    (select jsonb_object_agg(subject_class, paise) from decision_class where post = %(post)s) as competence,
    (select jsonb_build_object('role', role, 'last_act', last_act) from docket_post
        where docket = d.id and post = %(post)s) as standing
from docket d
left join office_file f on f.docket = d.id
left join complaint c on c.docket = d.id
where d.id = %(docket)s
"""

_POSTS = f"""
with recursive today(day) as (select {_TODAY}), wanted(id) as (
    select unnest(%(ids)s::uuid[])
    union select id from post where code = %(code)s
    union select unnest(array[holder, sender]) from docket where id = %(docket)s
    union select post from proposal where docket = %(docket)s and state = 'open'
    union (select post from holding where docket = %(docket)s order by from_at desc limit 1)
), up(start, id, depth) as (
    select id, id, 0 from wanted
    union all
    select up.start, s.superior, depth + 1 from up join post_superior s on s.post = up.id
        cross join today
    where depth < 40 and s.from_day <= day and (s.to_day is null or s.to_day > day)
)
select p.id, p.code, p.section, s.office, s.record_room, s.code as section_code,
    exists (select 1 from tenure t where t.post = p.id and t.from_at <= office_now()
        and (t.to_at is null or t.to_at > office_now())) as occupied,
    array(select power from post_power w where w.post = p.id
        and w.from_day <= day and (w.to_day is null or w.to_day > day)) as powers,
    array(select u.id from up u where u.start = p.id and u.depth > 0 order by u.depth) as above,
    p.opened_on <= day and (p.closed_on is null or p.closed_on > day) as open
from wanted join post p on p.id = wanted.id join section s on s.id = p.section cross join today
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A docket's row with its facts (None: no such docket) and the posts that were asked for."""

    docket: DictRow | None
    posts: list[DictRow]


async def read_facts(
    driver: Driver, *, docket: UUID | None, post: UUID, to: UUID | None = None, to_code: str | None = None
) -> Found:
    """The docket's facts as the acting post sees them, and the posts around it, in one round trip."""
    async with (
        driver.pipeline(),
        driver.cursor(row_factory=dict_row) as first,
        driver.cursor(row_factory=dict_row) as second,
    ):
        await _ask(first, second, docket=docket, post=post, to=to, to_code=to_code)
        row = await first.fetchone() if docket is not None else None
        return Found(row, await second.fetchall())


async def _ask(
    first: Cursor, second: Cursor, *, docket: UUID | None, post: UUID, to: UUID | None, to_code: str | None
) -> None:
    """Sends the two queries: the docket's facts, and the posts around it."""
    ids = [i for i in (post, to) if i is not None]
    if docket is not None:
        await first.execute(_DOCKET, {"docket": docket, "post": post})
    await second.execute(_POSTS, {"ids": ids, "code": to_code, "docket": docket})


@dataclass(frozen=True, slots=True)
class Locked:
    """What a step reads under its docket's lock: how its instruction stands, and the facts."""

    state: str
    outcome: dict[str, Any] | None
    found: Found


async def lock_and_read(driver: Driver, instruction: Mapping[str, Any], to: UUID | None) -> Locked:
    """Locks an instruction's docket until the end of the transaction and reads the facts behind the lock.

    The lock keeps other steps out, and not rows that only cite the docket: a claim, a side act accepted.
    """
    docket, post = instruction["docket"], instruction["post"]
    async with (
        driver.pipeline(),
        driver.cursor(row_factory=dict_row) as standing,
        driver.cursor(row_factory=dict_row) as first,
        driver.cursor(row_factory=dict_row) as second,
    ):
        await driver.execute("select 1 from docket where id = %(id)s for no key update", {"id": docket})
        await standing.execute(
            "select state, outcome from instruction where id = %(id)s", {"id": instruction["id"]}
        )
        await _ask(first, second, docket=docket, post=post, to=to, to_code=None)
        row = await standing.fetchone()
        assert row is not None
        return Locked(row["state"], row["outcome"], Found(await first.fetchone(), await second.fetchall()))
