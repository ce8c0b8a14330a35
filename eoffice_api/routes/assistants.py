"""Assistants of posts: listed, given and ended by administrators."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from eoffice_api import labels
from eoffice_api.answers import ok
from eoffice_api.deps import PartsDep
from eoffice_api.office_orders import AdministratorDep, OrdersDep, RepeatableDep
from eoffice_api.responses import answers
from eoffice_api.routes.lists import Limit
from eoffice_api.schemas.answers import AssistantGiven, ItemsPage
from eoffice_api.schemas.requests import NewAssistant
from eoffice_api.schemas.texts import Code
from flows.office.assistants import EndAssistant, GiveAssistant
from flows.rules.labels import ASSISTANT_POWERS
from storage import assistants

router = APIRouter(prefix="/api/v1/assistants", tags=["assistants"])


@router.get("", responses=answers(ItemsPage))
async def listed(
    _: AdministratorDep,
    parts: PartsDep,
    post: Annotated[Code | None, Query(description="the code of a post; all posts where none is named")] = None,
    past: Annotated[bool, Query(description="also those that have ended")] = False,
    cursor: Annotated[UUID | None, Query(description="the `next` of the page before")] = None,
    limit: Limit = 50,
) -> Response:
    """Who assists at which post, with which powers, since when, and who gave it."""
    async with parts.database.querying() as driver:
        rows = await assistants.listed(driver, post=post, past=past, after=cursor, limit=limit + 1)
    for row in rows:
        row["powers"] = [labels.coded(power, ASSISTANT_POWERS[power]) for power in row["powers"]]
    following = rows[limit - 1]["id"] if len(rows) > limit else None
    return ok({"items": rows[:limit], "next": following})


@router.post("", status_code=201, responses=answers(AssistantGiven, 409, status=201))
async def given(body: NewAssistant, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Makes a person an assistant of a post, from now on, with the powers that are listed. Nobody does it for
    himself."""
    return await orders.of(acting, GiveAssistant(body.login, body.post, frozenset(body.powers)), 201)


@router.delete("/{assistant}", status_code=204, responses=answers(None, 404, status=204))
async def ended(assistant: UUID, acting: AdministratorDep, orders: RepeatableDep) -> Response:
    """Ends it at once; what the assistant did stays on record, and what he prepared stays in the tray."""
    await orders.of(acting, EndAssistant(assistant))
    return Response(status_code=204)
