"""Who calls: a session by its token, the person's posts of today, and the post at which he acts."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from eoffice_api.parts import Parts
from eoffice_api.passwords import is_right
from eoffice_api.problems import Problem
from flows.access_log import Access
from flows.facts import posts_of
from flows.rules.cases import PostFacts
from flows.rules.visibility import Visibility, visibility_of
from storage import log_in
from storage.posts import posts_of_version


@dataclass(frozen=True, slots=True)
class Caller:
    """A person who is logged in."""

    person: UUID
    language: str
    sort: str
    token_sha256: bytes
    csrf_sha256: bytes | None
    expires_at: datetime
    posts: tuple[PostFacts, ...]


@dataclass(frozen=True, slots=True)
class Acting:
    """A caller at one of his posts, with what he may see there."""

    caller: Caller
    post: PostFacts
    visibility: Visibility

    @property
    def person(self) -> UUID:
        return self.caller.person


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


async def caller_of(parts: Parts, token: str) -> Caller | None:
    """The caller whose token this is."""
    token_sha256 = digest(token)
    async with parts.database.querying() as driver:
        row = await log_in.session_of(driver, token_sha256)
        if row is None:
            return None
        held = await posts_of_version(driver, parts.database.posts, row, row["posts"])
    here = (post.held_by(row["person"]) for post in posts_of(held).values() if post.open)
    posts = tuple(sorted(here, key=lambda post: post.code))
    return Caller(
        row["person"], row["language"], row["sort"], token_sha256, row["csrf_sha256"], row["expires_at"], posts
    )


def check_csrf(caller: Caller, given: str | None) -> None:
    """A page's unsafe request carries the token that its log-in was given."""
    if caller.csrf_sha256 is None or not hmac.compare_digest(digest(given or ""), caller.csrf_sha256):
        raise Problem("csrf", 403, field="X-CSRF-Token")


def acting_at(caller: Caller, named: str | None) -> Acting:
    """The caller at the post that he names, or at his only one."""
    if not caller.posts:
        raise Problem("no-post", 403)
    if named is None and len(caller.posts) > 1:
        codes = [post.code for post in caller.posts]
        raise Problem("acting-post-needed", 400, field="X-Acting-Post", posts=codes)
    post = next((p for p in caller.posts if named is None or named in (p.code, str(p.id))), None)
    if post is None:
        raise Problem("not-your-post", 403, field="X-Acting-Post")
    seen = visibility_of(caller.person, post.id, post.office, post.powers, post.record_room)
    return Acting(caller, post, seen)


@dataclass(frozen=True, slots=True)
class Session:
    """A session just begun; the tokens are shown once and kept as hashes."""

    token: str
    csrf: str
    person: UUID
    expires_at: datetime
    lasts: timedelta


async def begin_session(parts: Parts, login: str, password: str, sort: str, address: str) -> Session:
    """Logs a person in. Raises Problem for a wrong log-in, at the same cost whether the name is known."""
    wait = parts.login_limit.seconds_to_wait(login, address)
    if wait:
        raise Problem("too-many-log-ins", 429, facts={"seconds": str(wait)}, headers={"Retry-After": str(wait)})
    row = await _known(parts, login)
    right = await is_right(row["password_hash"] if row else None, password)
    if row is None or not right or row["disabled"]:
        parts.login_limit.failed(login, address)
        parts.access.note(Access("access:login.failed", person=row["person"] if row else None))
        raise Problem("wrong-log-in", 401, headers={"WWW-Authenticate": "Bearer"})
    return await _begin(parts, row["person"], sort)


async def _known(parts: Parts, login: str) -> Mapping[str, Any] | None:
    """The person of a log-in name; nobody's name holds what PostgreSQL's texts cannot."""
    if len(login) > 100 or "\0" in login or not login.isprintable():
        return None
    async with parts.database.querying() as driver:
        return await log_in.by_login(driver, login)


async def _begin(parts: Parts, person: UUID, sort: str) -> Session:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    lasts = timedelta(hours=parts.settings.session_hours)
    sums = {"token_sha256": digest(token), "csrf_sha256": digest(csrf) if sort == "cookie" else None}
    async with parts.database.writing() as driver:
        ends = await log_in.begin(driver, person, sort, sums, lasts)
    parts.access.note(Access("access:login", person=person, code=sort))
    return Session(token, csrf, person, ends, lasts)
