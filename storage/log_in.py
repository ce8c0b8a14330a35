"""Log-ins: who a token belongs to and the posts that he holds now; sessions begun and ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from storage import numbers
from storage.database import Driver, Statement, fetch_one, write
from storage.rows import insert

# With what a reader of posts needs to know: the version of the office's structure, and the instant.
_SESSION = """
select p.id as person, p.language, s.sort, s.csrf_sha256, s.expires_at, v.version::text as structure,
    office_now() as now, array(select t.post from tenure t where t.person = p.id and t.from_at <= office_now()
        and (t.to_at is null or t.to_at > office_now())) as posts,
    array(select a.post from assistant a where a.person = p.id and a.from_at <= office_now()
        and (a.to_at is null or a.to_at > office_now())) as assisted,
    exists (select 1 from second_factor_asked where occasion = 'log_in' and asked)
        and not exists (select 1 from second_factor f where f.person = p.id and f.active_at is not null
            and f.ended_at is null) as must_enrol
from login_session s join person p on p.id = s.person cross join office_structure v
where s.token_sha256 = %(token)s and s.expires_at > office_now() and not p.disabled
"""

_LOGIN = "select id as person, password_hash, disabled from person where login = %(login)s"


async def session_of(driver: Driver, token_sha256: bytes) -> DictRow | None:
    """The person of a token that has not expired, with the ids of his posts of now; None for any other.

    ``assisted`` are the posts where he is an assistant.
    """
    return await fetch_one(driver, _SESSION, {"token": token_sha256})


async def by_login(driver: Driver, login: str) -> DictRow | None:
    """The person of a log-in name, with the hash of the password."""
    return await fetch_one(driver, _LOGIN, {"login": login})


async def begin(driver: Driver, person: UUID, sort: str, sums: dict[str, Any], lasts: timedelta) -> datetime:
    """Begins a session and drops the person's expired ones; answers when it ends."""
    at = await numbers.now(driver)
    row = {"person": person, "sort": sort, "began_at": at, "expires_at": at + lasts, **sums}
    expired: Statement = (
        "delete from login_session where person = %(person)s and expires_at <= %(at)s",
        {"person": person, "at": at},
    )
    await write(driver, [expired, insert("login_session", row)], commit=True)
    return at + lasts


async def end(driver: Driver, token_sha256: bytes) -> None:
    """Ends a session."""
    sql = "delete from login_session where token_sha256 = %(token)s"
    await write(driver, [(sql, {"token": token_sha256})], commit=True)
