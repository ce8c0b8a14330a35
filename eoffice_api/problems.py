"""The one place that turns exceptions into problems (RFC 9457): type, title, status, and a clerk's sentence."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from eoffice_api.answers import dump
from eoffice_api.texts import REASONS, sentence, title
from flows.rules import words
from flows.rules.errors import Refusal, Refused
from flows.rules.labels import Fact, listed_facts
from flows.seen_cases import NoSuchDocket
from storage.database import DatabaseAway, TryAgain
from storage.documents.errors import BlobMissing, StoreAway
from storage.documents.sniff import UploadRefused
from storage.documents.spool import UploadIncomplete, UploadTooLarge
from storage.identity import NotAnOffice

log = structlog.get_logger()

TYPE: Final = "urn:patravali:problem:"
MEDIA_TYPE: Final = "application/problem+json"

# Refusals that say more than “a rule refuses” (422).
STATUS: Final[Mapping[str, int]] = {
    "key-required": 400,
    "not-your-post": 403,
    "not-concerned": 403,
    "no-such-department": 404,
    "no-such-office": 404,
    "no-such-section": 404,
    "no-such-post": 404,
    "no-such-person": 404,
    "no-such-absence": 404,
    "no-such-taking": 404,
    "no-such-order": 404,
    "no-such-item": 404,
    "no-such-assistant": 404,
    "no-such-paper": 404,
    "no-such-hold": 404,
    "powers-of-assistant": 403,
    "assistant-lacks-power": 403,
    "anothers-tray-item": 403,
    "second-factor-needed": 403,
    "second-factor-wrong": 403,
    "second-factor-used": 403,
    "second-factor-not-enrolled": 403,
    "not-in-tray": 404,
    "second-factor-off": 409,
    "second-factor-there": 409,
    "second-factor-not-begun": 409,
    "assistant-already": 409,
    "tray-confirmed": 409,
    "tray-withdrawn": 409,
    "key-reused": 409,
    "movement-waiting": 409,
    "queue-full": 409,
    "message-not-open": 409,
    "changed-meanwhile": 409,
    "holder-changed": 409,
    "list-changed": 409,
    "taking-settled": 409,
    "destroyed": 409,
    "order-not-open": 409,
    "paper-not-closed": 409,
    "paper-kept-back": 409,
    "several-holds": 409,
    "no-such-grading": 404,
    "grading-published": 409,
    "draft-changed": 409,
    "month-not-graded": 404,
    "month-not-over": 409,
    "too-many-cases": 409,
    "stale-version": 412,
    "version-required": 428,
}


class Problem(Exception):
    """An answer that is a problem; ``members`` are added to its body."""

    def __init__(
        self,
        code: str,
        status: int,
        *,
        field: str | None = None,
        facts: Mapping[str, Fact] | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(code)
        self.code, self.status, self.field = code, status, field
        self.facts, self.headers, self.members = dict(facts or {}), dict(headers or {}), members


# Refusals of a value that is from a list of the scheme, and where all lists are told.
LISTED: Final = frozenset({"unknown-kind", "unknown-particular", "unknown-priority", "unknown-classification"})
LISTS: Final = "/api/v1/schemes"


def from_refusal(refusal: Refusal, **members: Any) -> Problem:
    """The problem that a rule's refusal is; ``listed_at`` says where the values stand that would have done."""
    if refusal.code in LISTED:
        members.setdefault("listed_at", LISTS)
    if refusal.also:
        fields = (refusal.field, *refusal.also)
        members.setdefault("errors", [{"field": name, "problem": refusal.code} for name in fields])
    if refusal.code == "movement-waiting":
        members.setdefault("instruction", refusal.facts["instruction"])
    status = STATUS.get(refusal.code, 422)
    return Problem(refusal.code, status, field=refusal.field, facts=refusal.facts, **members)


def language_of(request: Request) -> str:
    """``hi`` where Accept-Language wants Hindi more than English, or as much and first; else ``en``."""
    found: list[tuple[float, int, str]] = []
    for place, wanted in enumerate(request.headers.get("accept-language", "").lower().split(",")):
        tag, _, weight = wanted.partition(";")
        language = tag.strip().split("-")[0]
        if language in ("en", "hi"):
            found.append((_weight(weight), -place, language))
    weight, _, language = max(found, default=(0.0, 0, "en"))
    return language if weight else "en"


def _weight(given: str) -> float:
    """The weight of a language (``q=0.8``); 1 where none is given or it cannot be read."""
    found = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", given)
    return float(found[1]) if found else 1.0


def body_of(problem: Problem, language: str) -> dict[str, Any]:
    """A problem's members."""
    body: dict[str, Any] = {
        "type": TYPE + problem.code,
        "title": title(problem.status, language),
        "status": problem.status,
        "detail": sentence(problem.code, language, problem.facts),
    }
    if problem.field is not None:
        body["field"] = problem.field
    return body | problem.members


def answer(request: Request, problem: Problem) -> Response:
    """The response for a problem."""
    language = language_of(request)
    headers = {"Content-Language": language, **problem.headers}
    return Response(dump(body_of(problem, language)), problem.status, headers, MEDIA_TYPE)


def _away(code: str) -> Problem:
    return Problem(code, 503, headers={"Retry-After": "2"})


def _refused_upload(fault: UploadRefused) -> Problem:
    facts = {"reason": (str(fault), REASONS[fault.reason])}
    return Problem("document-refused", 422, field="file", facts=facts, reason=fault.reason.value)


def _invalid(fault: RequestValidationError) -> Problem:
    """The first thing that is wrong with a request is named, or all that is missing; the rest are listed."""
    found = [_one_fault(error) for error in fault.errors()]
    code, field, facts = found[0]
    status = 400 if code == "broken-json" else 422
    others = [{"field": f, "problem": c} for c, f, _ in found]
    if code == "missing":
        facts["field"] = listed_facts(said["field"] for c, _, said in found if c == code)
    members = _context(fault.errors()[0]) if code == "unknown-value" else {}
    return Problem(code, status, field=field, facts=facts, errors=others, **members)


_BY_KIND: Final[Mapping[str, str]] = {
    "missing": "missing",
    "extra_forbidden": "unknown-member",
    "json_invalid": "broken-json",
    "string_too_long": "too-long",
    "string_too_short": "too-short",
    "string_unicode": "bad-character",
    "bad_character": "bad-character",
    "turning_character": "turning-character",
    "unknown_value": "unknown-value",
}


def _one_fault(error: Mapping[str, Any]) -> tuple[str, str, dict[str, Fact]]:
    place = [str(part) for part in error["loc"][1:]] or [str(error["loc"][0])]
    field = ".".join(place)
    code = _BY_KIND.get(error["type"], "bad-value")
    context = _context(error)
    facts: dict[str, Fact] = {
        "field": words.field(place[-1], field[:100]),
        "limit": str(context.get("max_length", "")),
        "allowed": ", ".join(context.get("allowed", ())),
    }
    return code, field[:100].encode("utf-8", "replace").decode(), facts


def _context(error: Mapping[str, Any]) -> dict[str, Any]:
    return error.get("ctx") or {}


def _http(fault: HTTPException) -> Problem:
    code = {404: "not-found", 405: "method-not-allowed", 413: "body-too-large"}.get(
        fault.status_code, "bad-request"
    )
    facts = {"limit": str(fault.detail)} if code == "body-too-large" else {}
    return Problem(code, fault.status_code, facts=facts, headers=fault.headers)


def _unforeseen(fault: Exception) -> Problem:
    incident = secrets.token_hex(6)
    log.error("incident", incident=incident, exc_info=fault)
    return Problem("incident", 500, facts={"incident": incident}, incident=incident)


_FAULTS: Final[Mapping[type[Exception], Callable[[Any], Problem]]] = {
    Problem: lambda problem: problem,
    Refused: lambda fault: from_refusal(fault.refusal),
    NoSuchDocket: lambda _: Problem("no-such-docket", 404),
    DatabaseAway: lambda _: _away("database-away"),
    NotAnOffice: lambda _: _away("no-office"),
    TryAgain: lambda _: _away("busy"),
    StoreAway: lambda _: _away("documents-away"),
    BlobMissing: lambda _: Problem("document-missing", 404),
    UploadTooLarge: lambda fault: Problem(
        "document-too-large", 413, field="file", facts={"limit": str(fault.limit)}
    ),
    UploadIncomplete: lambda _: Problem("document-incomplete", 400, field="file"),
    UploadRefused: _refused_upload,
    RequestValidationError: _invalid,
    HTTPException: _http,
    Exception: _unforeseen,
}


def _handler(make: Callable[[Any], Problem]) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handle(request: Request, fault: Exception) -> Response:
        return answer(request, make(fault))

    return handle


def install(app: FastAPI) -> None:
    """Every exception that can reach the edge of the application becomes a problem here."""
    for kind, make in _FAULTS.items():
        app.add_exception_handler(kind, _handler(make))
