"""Taking charge: the list of what a post holds, drawn up by one, read, and signed or refused by the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from eoffice_api import labels
from eoffice_api.answers import ok
from eoffice_api.auth import Caller
from eoffice_api.cursors import page, wanted
from eoffice_api.deps import CallerDep, OptionalPostDep, PartsDep
from eoffice_api.office_orders import OrdersDep
from eoffice_api.problems import Problem
from eoffice_api.responses import answers
from eoffice_api.routes.lists import Cursor, Limit
from eoffice_api.routes.office import ADDED, CHANGED
from eoffice_api.schemas.office_answers import ChargeListDrawn, ChargeListPage, ChargeTaken
from eoffice_api.schemas.office_requests import ChargeList, NoSignature, Signature
from flows.office import taking_charge
from flows.rules.assistants import may_act
from flows.rules.labels import CHARGE_STATES
from flows.schemes_in_force import know
from storage import charge_lists

router = APIRouter(prefix="/api/v1/charge-lists", tags=["taking charge"])


@router.post("", status_code=201, responses=ADDED | answers(ChargeListDrawn, 404, 409, status=201))
async def draw_up(body: ChargeList, caller: CallerDep, post: OptionalPostDep, orders: OrdersDep) -> Response:
    """Draws up the list of what a post holds, and signs it for whoever asks: the predecessor, the successor, or a
    post above with the reason why the predecessor does not sign. The other signs within three days."""
    order = taking_charge.DrawUpList(**body.model_dump())
    return await orders.of_person(caller.person, post, order, 201)


@router.get("", responses=answers(ChargeListPage))
async def waiting(caller: CallerDep, parts: PartsDep, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The lists that wait for a second signature and concern you, newest first."""
    async with parts.database.querying() as driver:
        rows = await charge_lists.waiting(driver, _reader(caller), wanted(cursor, limit))
    return ok(page([_shown(row) for row in rows], limit, "at"))


def _reader(caller: Caller) -> charge_lists.Reader:
    """An assistant reads what his officer may only with the power to open."""
    reads = [post.id for post in caller.posts if may_act(post, caller.person, "open") is None]
    return charge_lists.Reader(caller.person, reads)


@router.get("/{charge_list}", responses=answers(ChargeTaken, 404))
async def read(
    charge_list: UUID,
    caller: CallerDep,
    parts: PartsDep,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="the ordinal after which to go on")] = 0,
    limit: Annotated[int, Query(ge=1, le=500, description="how many lines to give")] = 100,
) -> Response:
    """A list with its lines, for whom it concerns; auditors and administrators see no subjects.

    `next` is the `after` of the following page.
    """
    async with parts.database.querying() as driver:
        row = await charge_lists.shown(driver, _reader(caller), charge_list)
        if row is None or not (row["concerns"] or _oversees(caller)):
            raise Problem("no-such-taking", 404)
        texts: bool = row["concerns"]
        lines = await charge_lists.shown_lines(driver, charge_list, texts=texts, after=after, limit=limit + 1)
        await know(driver, lines)
    body = _shown(row) if texts else _shown(row) | {"reason": None, "posting_order": None}
    following = str(lines[limit - 1]["ordinal"]) if len(lines) > limit else None
    return ok(body | {"lines": [_line(line) for line in lines[:limit]], "next": following})


def _oversees(caller: Caller) -> bool:
    """Is he an auditor or an administrator himself, and not only the assistant of one?"""
    return any({"audit", "administer"} & post.powers and caller.person in post.people for post in caller.posts)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    body = {name: value for name, value in row.items() if name != "concerns"}
    return body | {"state_label": labels.both(CHARGE_STATES[row["state"]])}


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    label = labels.of_state(line)
    hidden = ("scheme", "scheme_version", "kind")
    return {name: value for name, value in line.items() if name not in hidden} | {"state_label": label}


@router.post("/{charge_list}/sign", responses=CHANGED)
async def sign(
    charge_list: UUID, body: Signature, caller: CallerDep, post: OptionalPostDep, orders: OrdersDep
) -> Response:
    """Signs a list that the other has drawn up: the charge changes at this moment, and no paper moves."""
    order = taking_charge.SignList(charge_list, body.list_sha256, body.reason)
    return await orders.of_person(caller.person, post, order)


@router.post("/{charge_list}/refuse", responses=CHANGED)
async def refuse(
    charge_list: UUID, body: NoSignature, caller: CallerDep, post: OptionalPostDep, orders: OrdersDep
) -> Response:
    """Does not sign: nothing changes."""
    return await orders.of_person(caller.person, post, taking_charge.RefuseList(charge_list, body.reason))
