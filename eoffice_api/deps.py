"""What routes ask for: the parts of the process, who calls and at which post, the key and the version given."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Request, Security
from fastapi.security import APIKeyCookie, OAuth2PasswordBearer

from eoffice_api.auth import Acting, Caller, acting_at, caller_of, check_csrf
from eoffice_api.parts import Parts
from eoffice_api.problems import Problem
from flows.rules import labels
from flows.rules.assistants import may_act
from flows.rules.errors import Refusal, Refused
from storage.database import TryAgain

COOKIE: Final = "patravali_session"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_VERSION: Final = re.compile(r'"(0|[1-9][0-9]{0,8})"')

_BEARER = OAuth2PasswordBearer("/api/v1/token", auto_error=False, description="a token of POST /api/v1/token")
_COOKIE = APIKeyCookie(name=COOKIE, auto_error=False, description="a session of POST /api/v1/session")


def _parts(request: Request) -> Parts:
    return request.app.state.parts


PartsDep = Annotated[Parts, Depends(_parts)]


async def _logged_in(
    request: Request,
    parts: PartsDep,
    bearer: Annotated[str | None, Security(_BEARER)],
    cookie: Annotated[str | None, Security(_COOKIE)],
    x_csrf_token: Annotated[str | None, Header(description="with a cookie: the token of the log-in")] = None,
) -> Caller:
    token = bearer or cookie
    caller = await caller_of(parts, token) if token else None
    if caller is None or (caller.sort == "bearer") != (token == bearer):
        raise Problem("not-logged-in", 401, headers={"WWW-Authenticate": "Bearer"})
    if caller.sort == "cookie" and request.method not in _SAFE:
        check_csrf(caller, x_csrf_token)
    return caller


LoggedInDep = Annotated[Caller, Depends(_logged_in)]
"""Whoever is logged in, also who has yet to enrol the second factor that the office asks for at log-in: only for
enrolling it, for logging out, and for who he is."""


async def _caller(caller: LoggedInDep) -> Caller:
    if caller.must_enrol:
        raise Problem("second-factor-to-enrol", 403)
    return caller


CallerDep = Annotated[Caller, Depends(_caller)]


async def _at_post(
    caller: CallerDep,
    x_acting_post: Annotated[
        str | None, Header(description="id or code of the post at which you act", max_length=100)
    ] = None,
) -> Acting:
    return acting_at(caller, x_acting_post)


AtPostDep = Annotated[Acting, Depends(_at_post)]
"""Whoever acts at the post, its officer or an assistant: what is done there says which power that needs."""


def _check(acting: Acting, power: str | None) -> None:
    barred = may_act(acting.post, acting.person, power)
    if barred is not None:
        raise Refused(barred)


async def _acting(request: Request, acting: AtPostDep) -> Acting:
    """An assistant reads with the power to open; what writes is the officer's, unless its route says otherwise."""
    _check(acting, "open" if request.method in _SAFE else None)
    return acting


ActingDep = Annotated[Acting, Depends(_acting)]


async def _optional_post(
    caller: CallerDep,
    x_acting_post: Annotated[
        str | None, Header(description="id or code of the post at which you act, if you hold any", max_length=100)
    ] = None,
) -> UUID | None:
    """For what a person may do who holds no post yet."""
    return None if not caller.posts and x_acting_post is None else acting_at(caller, x_acting_post).post.id


OptionalPostDep = Annotated[UUID | None, Depends(_optional_post)]


def for_assistants(power: str) -> Callable[[Acting], Awaitable[Acting]]:
    """The officer of the post, or an assistant who has this power."""

    async def check(acting: AtPostDep) -> Acting:
        _check(acting, power)
        return acting

    return check


def with_power(*powers: str) -> Callable[[Acting], Awaitable[Acting]]:
    """The acting post must have one of these powers, and the caller be its officer."""
    label = labels.POWERS[powers[0]]

    async def check(acting: AtPostDep) -> Acting:
        _check(acting, None)
        if not acting.post.powers & set(powers):
            raise Problem("not-allowed", 403, facts={"power": label})
        return acting

    return check


async def _key(
    idempotency_key: Annotated[
        str | None, Header(description="names the request: sent again it is not done again (required)")
    ] = None,
) -> str:
    if not idempotency_key:
        raise Refused(Refusal("key-required", "Idempotency-Key"))
    if not _KEY.fullmatch(idempotency_key):
        raise Problem("bad-key", 400, field="Idempotency-Key")
    return idempotency_key


KeyDep = Annotated[str, Depends(_key)]


async def _version(
    if_match: Annotated[
        str | None, Header(description='the version that you saw, in quotation marks: "3"')
    ] = None,
) -> int | None:
    if if_match is None:
        return None
    found = _VERSION.fullmatch(if_match.strip())
    if found is None:
        raise Problem("bad-version", 400, field="If-Match")
    return int(found[1])


VersionDep = Annotated[int | None, Depends(_version)]


def _address(request: Request) -> str:
    return request.client.host if request.client else "?"


AddressDep = Annotated[str, Depends(_address)]
"""From where the request comes, for the limits on what is guessed."""

Answer = TypeVar("Answer")


async def twice(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """Makes a transaction again, once, that a deadlock or a time-out broke."""
    try:
        return await call()
    except TryAgain:
        return await call()
