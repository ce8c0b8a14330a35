"""Who assists at which post, with which powers, since and until when."""

from __future__ import annotations

from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one
from storage.docket_page import person_json, person_names, post_json


async def whom_and_where(driver: Driver, login: str, post: str) -> tuple[UUID | None, UUID | None]:
    """The ids of a person, by log-in name, and of a post, by code; None for what does not exist."""
    sql = """select (select id from person where login = %(login)s) as person,
        (select id from post where code = %(post)s
            and (closed_on is null or closed_on > (office_now() at time zone 'Asia/Kolkata')::date)) as post"""
    row = await fetch_one(driver, sql, {"login": login, "post": post})
    assert row is not None
    return row["person"], row["post"]


async def one(driver: Driver, assistant: UUID) -> DictRow | None:
    return await fetch_one(driver, "select * from assistant where id = %(id)s", {"id": assistant})


_LISTED = f"""
select a.id, p.login, {person_json("p")} as person, {post_json("o")} as post, a.powers, a.from_at, a.to_at,
    {person_json("g")} as given_by, {person_json("x")} as ended_by
from assistant a join post o on o.id = a.post
{person_names("p", "a.person")}
{person_names("g", "a.given_by")}
{person_names("x", "a.ended_by")}
where (%(post)s::text is null or o.code = %(post)s) and (%(past)s or a.to_at is null or a.to_at > office_now())
    and (%(after)s::uuid is null or (o.code, a.id) > (select n.code, b.id from assistant b
        join post n on n.id = b.post where b.id = %(after)s))
order by o.code, a.id limit %(limit)s
"""


async def listed(driver: Driver, *, post: str | None, past: bool, after: UUID | None, limit: int) -> list[DictRow]:
    """Assistants by post: those of today, or with ``past`` all that ever were."""
    return await fetch_all(driver, _LISTED, {"post": post, "past": past, "after": after, "limit": limit})


async def present(driver: Driver, login: str, post: str) -> UUID | None:
    """The id under which a person assists at a post now, if he does."""
    sql = """select a.id from assistant a join person p on p.id = a.person join post o on o.id = a.post
        where p.login = %(login)s and o.code = %(post)s and (a.to_at is null or a.to_at > office_now())"""
    row = await fetch_one(driver, sql, {"login": login, "post": post})
    return row["id"] if row else None
