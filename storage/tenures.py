"""Who sits at a post and when, and who is on leave: as the rules of charge look at it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one

_OF_POST: Final = """
select t.id, t.person, t.charge, t.from_at, t.to_at, p.login, p.disabled from tenure t
join person p on p.id = t.person
where t.post = %(post)s and (t.to_at is null or t.to_at > %(at)s) order by t.from_at, t.id
"""

_ABSENCES: Final = """
select a.id, a.person, a.tenure, a.from_at, a.to_at, t.from_at as link_from, t.to_at as link_to from absence a
join tenure t on t.id = a.tenure
where a.post = %(post)s and a.to_at > %(at)s order by a.from_at, a.id
"""


async def of_post(driver: Driver, post: UUID, at: datetime) -> list[DictRow]:
    """The charges of a post that have not ended at an instant, also those that begin later."""
    return await fetch_all(driver, _OF_POST, {"post": post, "at": at})


async def absences_of_post(driver: Driver, post: UUID, at: datetime) -> list[DictRow]:
    """Leave from a post that has not ended at an instant, with the link officer's term."""
    return await fetch_all(driver, _ABSENCES, {"post": post, "at": at})


_OWN: Final = """
select post, charge = 'link' as link from tenure
    where person = %(person)s and (to_at is null or to_at > greatest(%(at)s, from_at))
union all
select post, false from assistant where person = %(person)s and (to_at is null or to_at > %(at)s)
"""


async def of_person(driver: Driver, person: UUID, at: datetime) -> list[DictRow]:
    """The posts at which a person sits or assists at an instant or later; ``link``: as a link officer."""
    return await fetch_all(driver, _OWN, {"person": person, "at": at})


async def person(driver: Driver, login: str) -> DictRow | None:
    """A person by the log-in name."""
    sql = "select id, login, disabled from person where login = %(login)s"
    return await fetch_one(driver, sql, {"login": login})


async def person_by_id(driver: Driver, person_id: UUID) -> DictRow:
    """A person who exists."""
    row = await fetch_one(driver, "select id, login, disabled from person where id = %(id)s", {"id": person_id})
    assert row is not None
    return row
