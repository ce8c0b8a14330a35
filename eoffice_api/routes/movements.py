"""Movements: an instruction is accepted, its outcome awaited for two seconds, and told."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID, uuid4

import structlog
from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from eoffice_api.answers import etag, ok
from eoffice_api.auth import Acting
from eoffice_api.codes import ProofDep, codes_limited
from eoffice_api.deps import AtPostDep, CallerDep, KeyDep, PartsDep, VersionDep, twice
from eoffice_api.parts import Parts
from eoffice_api.problems import Problem, body_of, from_refusal, language_of
from eoffice_api.responses import also, answers
from eoffice_api.schemas.answers import Instruction, MovementDone, MovementWaiting
from eoffice_api.schemas.examples import MOVEMENTS, in_docs
from eoffice_api.schemas.meanings import of_actions
from eoffice_api.schemas.requests import Addressee, Movement
from flows.access_log import Access
from flows.instructions import Accepted, Giver, accept
from flows.orders import Order
from flows.rules.cases import Parameters
from flows.rules.errors import Refusal, Refused, refusal_of
from flows.seen_cases import NoSuchDocket
from storage import docket_page

router = APIRouter(prefix="/api/v1", tags=["movements"])

_TEXTS = ("remark", "text", "subject")
_PLAIN = (
    "agree", "draft", "draft_sha256", "basis", "outcome", "condition", "until", "due", "priority",
    "ground", "quality", "category", "place", "channel", "document_id",
    "system", "reference", "reference_day",
    "letter", "letter_sha256", "mode",
)  # fmt: skip

MOVEMENT_ANSWERS = answers(MovementDone, 404, 409, 412, 428, 429) | also(
    202, MovementWaiting, "Accepted, and not yet carried out: ask again at Location"
)


_MOVING = f"""Does something with a docket. `GET /api/v1/dockets/{{docket}}/options` says what can be done now.

The draft that a movement fixes is named with the sum that saving it answered, or that
`GET /api/v1/dockets/{{docket}}/notes` gives.

What each action takes, from the rules' tables:

{of_actions()}"""


@router.post("/dockets/{docket}/movements", responses=MOVEMENT_ANSWERS, description=_MOVING)
async def move(
    request: Request,
    docket: UUID,
    body: Annotated[Movement, Body(openapi_examples=in_docs(MOVEMENTS))],
    acting: AtPostDep,
    parts: PartsDep,
    key: KeyDep,
    version: VersionDep,
    proof: ProofDep,
) -> Response:
    """Accepts a movement and answers with what came of it; ``_MOVING`` tells callers of it."""
    if body.action == "add_document":
        raise Refused(Refusal("unknown-action", "action", {"action": body.action}))
    giver = Giver(acting.person, acting.post.id, key, await request_sum(request), proof=proof)
    with codes_limited(parts, acting.person, proof):
        return await carried_out(parts, acting, giver, order_of(docket, body, version))


def order_of(docket: UUID, body: Movement, version: int | None) -> Order:
    """The order that a body gives on a docket."""
    texts = {name: text for name in _TEXTS if (text := getattr(body, name)) is not None}
    amended = body.particulars.model_dump(exclude_none=True) if body.particulars else {}
    plain = Parameters(**{name: getattr(body, name) for name in _PLAIN}, particulars=amended)
    return Order(
        docket,
        body.action,
        version,
        body.to,
        texts,
        body.conditions,
        plain,
        other=body.other,
        posts=body.posts,
        addressees=tuple(_addressee(one) for one in body.addressees),
    )


def _addressee(given: Addressee) -> dict[str, Any]:
    said = given.model_dump(exclude={"copy_only"}, exclude_none=True)
    return said | {"copy": given.copy_only}


async def request_sum(request: Request) -> bytes:
    """What a key is bound to: method, path and body."""
    head = f"{request.method} {request.url.path}\n".encode()
    return hashlib.sha256(head + await request.body()).digest()


async def carried_out(parts: Parts, acting: Acting, giver: Giver, order: Order) -> Response:
    """Accepts an order and answers with its outcome, or with where to ask for it."""
    instruction = uuid4()
    structlog.contextvars.bind_contextvars(instruction=str(instruction))
    with parts.outcomes.expecting(instruction) as woken:
        accepted = await _accepted(parts, acting, giver, order, instruction)
        if accepted.state != "waiting":
            return _told(accepted, accepted.state, accepted.outcome or {})
        if not accepted.again:
            return _answer(accepted, await parts.outcomes.ended(instruction, woken))
    with parts.outcomes.expecting(accepted.instruction) as woken:
        woken.set()
        return _answer(accepted, await parts.outcomes.ended(accepted.instruction, woken))


async def _accepted(parts: Parts, acting: Acting, giver: Giver, order: Order, instruction: UUID) -> Accepted:
    async with refusals_noted(parts, acting, order):
        channels = parts.identity.channels
        return await twice(
            lambda: accept(parts.database, giver, order, instruction=instruction, channels=channels)
        )


@asynccontextmanager
async def refusals_noted(parts: Parts, acting: Acting, order: Order) -> AsyncIterator[None]:
    """Enters a refusal in the register of access; one for a stale version says what happened since."""
    try:
        yield
    except Refused as refused:
        code = refused.refusal.code
        note_refusal(parts, acting, order.docket, code)
        if code == "stale-version" and order.seen_version is not None:
            raise await stale(parts, order.docket, order.seen_version, refused.refusal) from None
        raise
    except NoSuchDocket:
        note_refusal(parts, acting, None, "no-such-docket")
        raise


def note_refusal(parts: Parts, acting: Acting, docket: UUID | None, code: str) -> None:
    """A refusal at acceptance, for the register of access."""
    parts.access.note(Access("access:refused", acting.person, acting.post.id, docket, code))


async def stale(parts: Parts, docket: UUID, seen: int, refusal: Refusal) -> Problem:
    """The version is not the present one: say what happened since."""
    async with parts.database.querying() as driver:
        changed = await docket_page.changed_since(driver, docket, seen)
    now = int(str(refusal.facts["now"]))
    problem = from_refusal(refusal, version=now, changed=changed)
    problem.headers |= etag(now)
    return problem


def _answer(accepted: Accepted, row: Mapping[str, Any] | None) -> Response:
    if row is None:
        where = {"Location": f"/api/v1/instructions/{accepted.instruction}"}
        return ok(_named(accepted, "waiting"), 202, where)
    return _told(accepted, row["state"], row["outcome"] or {})


def _told(accepted: Accepted, state: str, outcome: Mapping[str, Any]) -> Response:
    """What came of an instruction: the movement, or the problem that it met."""
    if state != "carried_out":
        raise met(accepted.instruction, state, outcome)
    return ok(_named(accepted, state) | {"outcome": outcome}, 200, etag(outcome["version"]))


def _named(accepted: Accepted, state: str) -> dict[str, Any]:
    """The instruction, and the document that it adds, whose id is known from the acceptance on."""
    body: dict[str, Any] = {"instruction": accepted.instruction, "state": state}
    return body if accepted.document is None else body | {"document": accepted.document}


def met(instruction: UUID, state: str, outcome: Mapping[str, Any]) -> Problem:
    """The problem that an instruction met which was not carried out."""
    refusal = refusal_of(outcome["refusal"]) if "refusal" in outcome else _without_refusal(state, outcome)
    problem = from_refusal(refusal, instruction=str(instruction), state=state)
    if state == "withdrawn":
        problem.status = 409
    if state == "failed":
        problem.status = 500
    return problem


def _without_refusal(state: str, outcome: Mapping[str, Any]) -> Refusal:
    if state == "failed":
        return Refusal("step-failed", facts={"incident": str(outcome.get("incident", "?"))})
    return Refusal("waited-too-long")


@router.get("/instructions/{instruction}", responses=answers(Instruction, 404))
async def read(request: Request, instruction: UUID, caller: CallerDep, parts: PartsDep) -> Response:
    """What became of an instruction; only for the person who gave it."""
    row = await parts.outcomes.read(instruction)
    if row is None or row["person"] != caller.person:
        raise Problem("not-found", 404)
    done, outcome = row["state"] == "carried_out", row["outcome"] or {}
    ended = row["state"] not in ("waiting", "carried_out")
    body = {name: row[name] for name in ("id", "docket", "state", "accepted_at", "finished_at")}
    body |= {"action": row["name"], "outcome": outcome if done else None}
    body["problem"] = None
    if ended:
        body["problem"] = body_of(met(row["id"], row["state"], outcome), language_of(request))
    return ok(body)
