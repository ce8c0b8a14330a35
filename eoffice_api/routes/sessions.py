"""Logging in and out: a bearer token for programs, a cookie with a CSRF token for pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.security import OAuth2PasswordRequestForm
from starlette.responses import Response

from eoffice_api.answers import ok
from eoffice_api.auth import Session, begin_session
from eoffice_api.codes import ProofDep
from eoffice_api.deps import COOKIE, AddressDep, LoggedInDep, PartsDep
from eoffice_api.responses import answers
from eoffice_api.schemas.answers import SessionBegun, Token
from eoffice_api.schemas.requests import LogIn
from storage import log_in

router = APIRouter(prefix="/api/v1", tags=["log-in"])

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@router.post("/token", responses=answers(Token, 401, 403, 429, open_to_all=True))
async def token(
    parts: PartsDep,
    form: Annotated[OAuth2PasswordRequestForm, Depends()],
    address: AddressDep,
    proof: ProofDep,
) -> Response:
    """A bearer token (OAuth2, password form)."""
    session = await begin_session(parts, form.username, form.password, "bearer", address, proof)
    body = {
        "access_token": session.token,
        "token_type": "bearer",
        "expires_in": int(session.lasts.total_seconds()),
    }
    return ok(body, headers={"Cache-Control": "no-store"})


@router.post("/session", responses=answers(SessionBegun, 401, 403, 429, open_to_all=True))
async def begin(request: Request, parts: PartsDep, body: LogIn, address: AddressDep, proof: ProofDep) -> Response:
    """A session for a page: the cookie, and the token to be sent as X-CSRF-Token on unsafe methods."""
    session = await begin_session(parts, body.login, body.password, "cookie", address, proof)
    response = ok({"csrf": session.csrf, "expires_at": session.expires_at}, headers={"Cache-Control": "no-store"})
    _set_cookie(request, response, session)
    return response


def _set_cookie(request: Request, response: Response, session: Session) -> None:
    plain = request.url.scheme == "http" and request.url.hostname in _LOOPBACK
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=int(session.lasts.total_seconds()),
        path="/",
        httponly=True,
        secure=not plain,
        samesite="strict",
    )


@router.delete("/session", status_code=204, responses=answers(None, status=204))
async def end(parts: PartsDep, caller: LoggedInDep) -> Response:
    """Ends the session or token that the request carries."""
    async with parts.database.writing() as driver:
        await log_in.end(driver, caller.token_sha256)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/")
    return response
