"""The tray of a post: assistants prepare movements in it, its officer confirms them together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from starlette.responses import Response

from eoffice_api import labels
from eoffice_api.answers import ok
from eoffice_api.auth import Acting
from eoffice_api.codes import ProofDep, codes_limited
from eoffice_api.deps import AtPostDep, KeyDep, PartsDep, VersionDep, twice
from eoffice_api.parts import Parts
from eoffice_api.problems import Problem, body_of, from_refusal, language_of
from eoffice_api.reading import enter_reading
from eoffice_api.responses import answers
from eoffice_api.routes.movements import met, note_refusal, order_of, refusals_noted, request_sum, stale
from eoffice_api.schemas.answers import InTray, Items, TrayConfirmed
from eoffice_api.schemas.requests import Prepared, TrayConfirmation, TrayOrder
from flows import facts
from flows.instructions import Giver
from flows.rules.assistants import may_act
from flows.rules.errors import Refused, refusal_of
from flows.schemes_in_force import know
from flows.tray import Confirmed, confirm, prepare, put_in_order, withdraw
from storage import tray

_WORDS = ("remark", "text", "subject", "conditions", "addressees")

router = APIRouter(prefix="/api/v1/tray", tags=["tray"])


@router.get("", responses=answers(Items))
async def listed(acting: AtPostDep, parts: PartsDep) -> Response:
    """What waits in the tray of your post, for its officer and the assistants who prepare.

    `stale` says that the docket has moved on since it was prepared, `changed` how; `refusal` why its last
    confirmation came to nothing.
    """
    barred = may_act(acting.post, acting.person, "prepare")
    if barred is not None:
        raise Refused(barred)
    async with parts.database.querying() as driver:
        rows = await tray.listed(driver, acting.visibility)
        await know(driver, [row["docket"] for row in rows])
    for docket in {row["docket"]["id"]: row["docket"] for row in rows}.values():
        await enter_reading(parts, acting, docket["classification"], UUID(docket["id"]), "tray")
    return ok({"items": [_shown(row) for row in rows]})


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    docket, texts, given = row["docket"], row["texts"] or {}, row["parameters"]
    plain = {k: v for k, v in given.items() if k not in _WORDS}
    words = {name: texts[name] for name in ("remark", "text", "subject") if name in texts}
    conditions = [texts[f"condition {n}"] for n in range(1, len(given.get("conditions", ())) + 1)]
    same = ("id", "action", "prepared_by", "prepared_at", "seen_version", "version", "instruction", "mine")
    table = facts.table_of(docket)
    return {name: row[name] for name in same} | {
        "docket": docket,
        "label": labels.of_action(table, row["action"]),
        "gives": plain | words | _listed(conditions, _addressees(given, texts)),
        "stale": bool(row["changed"]),
        "changed": row["changed"],
        "refusal": None if row["refusal"] is None else labels.of_refusal(refusal_of(row["refusal"])),
    }


def _addressees(given: Mapping[str, Any], texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """The addressees of a letter that was prepared, in words."""
    return [
        {name: texts.get(f"addressee {n} {name}") for name in ("name", "address", "email")} | {"copy": one["copy"]}
        for n, one in enumerate(given.get("addressees", ()), 1)
    ]


def _listed(conditions: list[str], addressees: list[dict[str, Any]]) -> dict[str, Any]:
    lists = {"conditions": conditions, "addressees": addressees}
    return {name: found for name, found in lists.items() if found}


@router.post("", status_code=201, responses=answers(InTray, 404, 409, 412, 428, status=201))
async def put(
    request: Request,
    body: Prepared,
    acting: AtPostDep,
    parts: PartsDep,
    key: KeyDep,
    version: VersionDep,
) -> Response:
    """Prepares a movement for the officer of the post: judged now as if he gave it, done when he confirms it."""
    giver = Giver(acting.person, acting.post.id, key, await request_sum(request))
    order = order_of(body.docket, body, version)
    async with refusals_noted(parts, acting, order):
        item = await twice(lambda: prepare(parts.database, parts.identity, giver, order))
    return ok({"id": item}, 201)


@router.delete("/{item}", status_code=204, responses=answers(None, 404, 409, status=204))
async def take_out(item: UUID, acting: AtPostDep, parts: PartsDep) -> Response:
    """Withdraws what was prepared: its officer may, and whoever prepared it."""
    await twice(lambda: withdraw(parts.database, parts.identity, acting.person, acting.post.id, item))
    return Response(status_code=204)


@router.put("/order", status_code=204, responses=answers(None, status=204))
async def sort(body: TrayOrder, acting: AtPostDep, parts: PartsDep) -> Response:
    """Puts the tray in the order in which the officer is to see it; what is not named comes behind."""
    await twice(lambda: put_in_order(parts.database, acting.person, acting.post.id, body.items))
    return Response(status_code=204)


@router.post("/confirm", responses=answers(TrayConfirmed, 409, 429))
async def confirmed(
    request: Request, body: TrayConfirmation, acting: AtPostDep, parts: PartsDep, key: KeyDep, proof: ProofDep
) -> Response:
    """Confirms what was prepared, by the officer's own log-in: one confirmation, and one code, for all of it.

    Each item becomes an instruction of his and answers with what came of it. One that is refused, say because its
    docket has moved on, stays in the tray and hinders no other.
    """
    giver = Giver(acting.person, acting.post.id, key, await request_sum(request), proof=proof)
    instructions = {item: uuid4() for item in body.items}
    with ExitStack() as waiting, codes_limited(parts, acting.person, proof):
        woken = {new: waiting.enter_context(parts.outcomes.expecting(new)) for new in instructions.values()}
        told = await twice(lambda: confirm(parts.database, giver, instructions, parts.identity.channels))
        rows = await asyncio.gather(*(_outcome(parts, one, woken) for one in told))
    items = [await _told(request, parts, acting, one, row) for one, row in zip(told, rows, strict=True)]
    return ok({"items": items})


async def _outcome(parts: Parts, one: Confirmed, woken: Mapping[UUID, asyncio.Event]) -> Mapping[str, Any] | None:
    """The instruction's row once it has ended; None where it still waits, or there is none."""
    if one.accepted is None:
        return None
    if one.accepted.state != "waiting":
        return {"state": one.accepted.state, "outcome": one.accepted.outcome}
    event = woken.get(one.accepted.instruction)
    if event is not None:
        return await parts.outcomes.ended(one.accepted.instruction, event)
    with parts.outcomes.expecting(one.accepted.instruction) as again:
        again.set()  # it may have ended before anybody here waited for it
        return await parts.outcomes.ended(one.accepted.instruction, again)


async def _told(
    request: Request, parts: Parts, acting: Acting, one: Confirmed, row: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What came of one item."""
    problem, outcome = None, None
    state = "waiting" if one.refusal is None else "refused"
    if one.refusal is not None:
        problem = await _problem(parts, acting, one)
    elif row is not None:
        state, outcome = row["state"], row["outcome"] or {}
        if state != "carried_out":
            assert one.accepted is not None
            problem, outcome = met(one.accepted.instruction, state, outcome), None
    return {
        "id": one.item,
        "docket": one.docket,
        "instruction": None if one.accepted is None else one.accepted.instruction,
        "state": state,
        "outcome": outcome,
        "problem": None if problem is None else body_of(problem, language_of(request)),
    }


async def _problem(parts: Parts, acting: Acting, one: Confirmed) -> Problem:
    assert one.refusal is not None
    note_refusal(parts, acting, one.docket, one.refusal.code)
    if one.refusal.code == "stale-version" and one.docket is not None and one.seen_version is not None:
        return await stale(parts, one.docket, one.seen_version, one.refusal)
    return from_refusal(one.refusal)
