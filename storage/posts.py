"""Posts with all that is said of them, read where a process does not keep them already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.calendar_days import declared_days
from storage.database import Driver, fetch_all, fetch_one
from storage.kept_posts import KeptPosts, Posts, record_of

_POSTS: Final = """
with recursive wanted(id) as (
    (select unnest(%(ids)s::uuid[]) union select id from post where code = any(%(codes)s))
    union select s.superior from wanted w join post_superior s on s.post = w.id
)
select p.id, p.code, p.section, s.code as section_code, s.office, s.record_room, p.opened_on, p.closed_on,
    (select jsonb_agg(jsonb_build_array(power, from_day, to_day)) from post_power where post = p.id) as powers,
    (select jsonb_agg(jsonb_build_array(superior, from_day, to_day)) from post_superior
        where post = p.id) as superiors,
    (select jsonb_agg(jsonb_build_array(t.person, t.from_at, t.to_at, t.charge)) from tenure t
        join person h on h.id = t.person and not h.disabled where t.post = p.id) as tenures,
    (select jsonb_agg(jsonb_build_array(person, from_at, to_at)) from absence where post = p.id) as absences,
    (select jsonb_agg(jsonb_build_array(power, from_day, to_day)) from link_withheld
        where office = s.office) as withheld,
    (select jsonb_agg(jsonb_build_array(a.person, a.powers, a.from_at, a.to_at)) from assistant a
        join person h on h.id = a.person and not h.disabled where a.post = p.id) as assistants,
    v.version::text as structure
from wanted w join post p on p.id = w.id join section s on s.id = p.section cross join office_structure v
"""

_STRUCTURE: Final = "select version::text as structure, office_now() as now from office_structure"


async def read_posts(driver: Driver, kept: KeptPosts, ids: Collection[UUID], codes: Collection[str] = ()) -> Posts:
    """Posts by their ids and by codes, as they are now; what does not exist is left out."""
    row = await fetch_one(driver, _STRUCTURE, {})
    assert row is not None
    return await posts_of_version(driver, kept, row, ids, codes)


def with_superiors(posts: Posts, of: Collection[UUID]) -> Posts:
    """The same, asked for too all that are or were above some of them: their records are there."""
    asked, top = set(posts.asked), [post for post in of if post in posts.asked]
    while top:
        above = {over for post in top for over, _ in posts.records[post].superiors}
        top = [post for post in above if post not in asked]
        asked |= above
    return replace(posts, asked=frozenset(asked))


async def posts_of_version(
    driver: Driver, kept: KeptPosts, read: DictRow, ids: Collection[UUID], codes: Collection[str] = ()
) -> Posts:
    """The same, for who has read ``structure``, the version of the office's structure, and ``now``."""
    found = kept.found(read["now"], read["structure"], ids, codes)
    if found is not None:
        return found
    bound: dict[str, Any] = {"ids": list(ids), "codes": list(codes)}
    rows = await fetch_all(driver, _POSTS, bound)
    records = {row["id"]: record_of(row) for row in rows}
    version = rows[0]["structure"] if rows else read["structure"]
    days = kept.days(version)
    if days is None:
        # Read after the version, so that they are never older than what they are kept under.
        days = await declared_days(driver)
    kept.keep(version, records.values(), days)
    asked = {post for post in records if post in ids or records[post].code in codes}
    return Posts(read["now"], frozenset(asked), records, days)
