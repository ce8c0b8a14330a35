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

from eoffice_api.codes import codes_limited
from eoffice_api.parts import Parts
from eoffice_api.passwords import is_right
from eoffice_api.problems import Problem
from flows.access_log import Access
from flows.facts import posts_of
from flows.one_time_codes import Proof, show_proof
from flows.rules.assistants import assists
from flows.rules.cases import PostFacts
from flows.rules.second_factor import LOG_IN
from flows.rules.visibility import Visibility, visibility_of
from storage import log_in, second_factors
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
    must_enrol: bool = False
    """The office asks for a second factor at log-in, and the person has none: all that is open is to enrol one."""


@dataclass(frozen=True, slots=True)
class Acting:
    """A caller at one of his posts, as its officer or an assistant, with what he may see there."""

    caller: Caller
    post: PostFacts
    visibility: Visibility

    @property
    def person(self) -> UUID:
        return self.caller.person

    @property
    def assists(self) -> bool:
        """He acts for the officer of the post and is not he."""
        return assists(self.post, self.person) is not None


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


async def caller_of(parts: Parts, token: str) -> Caller | None:
    """The caller whose token this is."""
    token_sha256 = digest(token)
    async with parts.database.querying() as driver:
        row = await log_in.session_of(driver, token_sha256)
        if row is None:
            return None
        at = {*row["posts"], *row["assisted"]}
        held = await posts_of_version(driver, parts.database.posts, row, at)
    here = (post.held_by(row["person"]) for post in posts_of(held).values() if post.open)
    posts = tuple(sorted(here, key=lambda post: post.code))
    same = ("person", "language", "sort", "csrf_sha256", "expires_at", "must_enrol")
    return Caller(**{name: row[name] for name in same}, token_sha256=token_sha256, posts=posts)


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
    return Acting(caller, post, visibility_of(caller.person, post))


@dataclass(frozen=True, slots=True)
class Session:
    """A session just begun; the tokens are shown once and kept as hashes."""

    token: str
    csrf: str
    person: UUID
    expires_at: datetime
    lasts: timedelta


async def begin_session(parts: Parts, login: str, password: str, sort: str, address: str, proof: Proof) -> Session:
    """Logs a person in. Raises Problem for a wrong log-in, Refused for a second factor that is not shown."""
    person = await check_password(parts, login, password, address)
    await _show_second_factor(parts, person, proof)
    return await _begin(parts, person, sort)


async def _show_second_factor(parts: Parts, person: UUID, proof: Proof) -> None:
    """Who has none yet is let in, to enrol one and to nothing else where the office asks here."""
    with codes_limited(parts, person, proof):
        async with parts.database.writing() as driver:
            if (await second_factors.standing(driver, person))["active"]:
                await show_proof(driver, person, proof, {LOG_IN})
                await driver.commit()


async def check_password(parts: Parts, login: str, password: str, address: str) -> UUID:
    """The person whose log-in it is. Raises Problem, at the same cost whether the name is known."""
    wait = parts.login_limit.seconds_to_wait(login, address)
    if wait:
        raise Problem("too-many-log-ins", 429, facts={"seconds": str(wait)}, headers={"Retry-After": str(wait)})
    row = await _known(parts, login)
    right = await is_right(row["password_hash"] if row else None, password)
    if row is None or not right or row["disabled"]:
        parts.login_limit.failed(login, address)
        parts.access.note(Access("access:login.failed", person=row["person"] if row else None))
        raise Problem("wrong-log-in", 401, headers={"WWW-Authenticate": "Bearer"})
    return row["person"]


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
