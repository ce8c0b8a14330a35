"""The office as its changes look at it: what stands under a code, and the rows that hold from day to day."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one

_POST: Final = """
select p.*, s.office, s.code as section_code from post p join section s on s.id = p.section where p.code = %(code)s
"""


async def department(driver: Driver, code: str) -> DictRow | None:
    return await fetch_one(driver, "select * from department where code = %(code)s", {"code": code})


async def department_ids(driver: Driver, codes: Collection[str]) -> dict[str, UUID]:
    """The departments of the office by codes as a scheme writes them; capitals make no other department."""
    sql = """select lower(code) as code, id from department where lower(code) = any(%(codes)s)
        order by code = lower(code), code desc"""
    found = {row["code"]: row["id"] for row in await fetch_all(driver, sql, {"codes": [c.lower() for c in codes]})}
    return {code: found[code.lower()] for code in codes if code.lower() in found}


async def office(driver: Driver, code: str) -> DictRow | None:
    return await fetch_one(driver, "select * from office where code = %(code)s", {"code": code})


async def section(driver: Driver, office_id: UUID, code: str) -> DictRow | None:
    sql = "select * from section where office = %(office)s and code = %(code)s"
    return await fetch_one(driver, sql, {"office": office_id, "code": code})


async def post(driver: Driver, code: str) -> DictRow | None:
    """A post, also one that is closed, with its office."""
    return await fetch_one(driver, _POST, {"code": code})


async def superiors(driver: Driver) -> list[DictRow]:
    """Who is above whom, with the days, of all posts."""
    return await fetch_all(driver, "select post, superior, from_day, to_day from post_superior", {})


async def codes(driver: Driver, posts: list[UUID]) -> dict[UUID, str]:
    """The codes of posts."""
    rows = await fetch_all(driver, "select id, code from post where id = any(%(posts)s)", {"posts": posts})
    return {row["id"]: row["code"] for row in rows}


async def any_in_office(driver: Driver, posts: list[UUID], office_id: UUID) -> bool:
    """Is any of these posts in the office?"""
    sql = """select 1 from post p join section s on s.id = p.section
        where p.id = any(%(posts)s) and s.office = %(office)s limit 1"""
    return await fetch_one(driver, sql, {"posts": posts, "office": office_id}) is not None


async def powers(driver: Driver, post_id: UUID, power: str) -> list[DictRow]:
    """When a post had, has or will have a power."""
    sql = "select from_day, to_day from post_power where post = %(post)s and power = %(power)s"
    return await fetch_all(driver, sql, {"post": post_id, "power": power})


_POSTS_WITH: Final = """
select distinct p.id, p.code, s.office <> %(first)s as elsewhere
from post_power w join post p on p.id = w.post join section s on s.id = p.section,
    lateral (select (office_now() at time zone 'Asia/Kolkata')::date as today) t
where w.power = %(power)s and w.from_day <= today and (w.to_day is null or w.to_day > today)
    and p.opened_on <= today and (p.closed_on is null or p.closed_on > today)
order by elsewhere, p.code
"""


async def posts_with(driver: Driver, power: str, *, first: UUID) -> list[UUID]:
    """The posts that stand and have a power today: those of the office ``first`` before others, then by code."""
    return [row["id"] for row in await fetch_all(driver, _POSTS_WITH, {"power": power, "first": first})]


async def withheld(driver: Driver, office_id: UUID) -> list[DictRow]:
    """The powers that an office's link officers do not have, with the days."""
    sql = "select power, from_day, to_day from link_withheld where office = %(office)s"
    return await fetch_all(driver, sql, {"office": office_id})


async def competences(driver: Driver, office_id: UUID, subject_class: str, post_id: UUID) -> list[DictRow]:
    """What a post may decide of a subject class, with the days."""
    sql = """select paise, from_day, to_day from competence
        where office = %(office)s and subject_class = %(subject_class)s and post = %(post)s"""
    return await fetch_all(driver, sql, _class_of(office_id, subject_class, post_id))


async def first_competence(driver: Driver, office_id: UUID, subject_class: str, post_id: UUID) -> DictRow | None:
    """The same as the first schema kept it: one row, which holds until its last day."""
    sql = """select paise, to_day from decision_class
        where office = %(office)s and subject_class = %(subject_class)s and post = %(post)s"""
    return await fetch_one(driver, sql, _class_of(office_id, subject_class, post_id))


def _class_of(office_id: UUID, subject_class: str, post_id: UUID) -> dict[str, Any]:
    return {"office": office_id, "subject_class": subject_class, "post": post_id}


async def open_papers(driver: Driver, post_id: UUID) -> int:
    """How many dockets a post holds. What is on its way to it is waited for; nothing more comes until the commit.

    A movement that gives it one cites its row, which is locked here.
    """
    await fetch_one(driver, "select 1 from post where id = %(post)s for update", {"post": post_id})
    sql = "select count(*) as held from docket where holder = %(post)s and state_class <> 'closed'"
    row = await fetch_one(driver, sql, {"post": post_id})
    return row["held"] if row else 0
