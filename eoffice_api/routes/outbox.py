"""The outbox for administrators: what went out or waits, and a person's word on what nobody else can judge."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query
from starlette.responses import Response

from eoffice_api import labels
from eoffice_api.answers import etag, ok
from eoffice_api.auth import Acting
from eoffice_api.cursors import page, wanted
from eoffice_api.deps import PartsDep, VersionDep, twice, with_power
from eoffice_api.problems import Problem
from eoffice_api.responses import answers
from eoffice_api.routes.lists import Cursor, Limit
from eoffice_api.schemas.answers import ItemsPage, MessageResolved
from eoffice_api.schemas.examples import RESOLUTIONS, in_docs
from eoffice_api.schemas.filters import ChannelFilter, MessageStateFilter
from eoffice_api.schemas.requests import Resolution
from eoffice_api.schemas.texts import Code
from flows.outbox import NoSuchMessage, Word, resolve
from flows.rules import messages
from flows.rules.errors import Refusal, Refused
from storage import outbox

router = APIRouter(prefix="/api/v1/outbox", tags=["outbox"])

AdministratorDep = Annotated[Acting, Depends(with_power("administer"))]


@router.get("", responses=answers(ItemsPage))
async def listing(
    _: AdministratorDep,
    parts: PartsDep,
    state: MessageStateFilter = None,
    channel: ChannelFilter = None,
    number: Annotated[Code | None, Query(description="the docket's whole number")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Messages to the outside, newest first. No telephone and no address is shown, nor what was said."""
    asked = wanted(cursor, limit, state=state, channel=channel, number=number)
    async with parts.database.querying() as driver:
        rows = await outbox.listing(driver, asked)
    return ok(page([_labelled(row) for row in rows], limit, "at"))


def _labelled(row: dict[str, Any]) -> dict[str, Any]:
    reason = row["reason"]
    return {
        **row,
        "state_label": labels.both(messages.STATES[row["state"]]),
        "channel_label": labels.both(messages.CHANNELS[row["channel"]]),
        "reason_label": None if reason is None else labels.both(messages.reason_label(reason)),
    }


@router.post("/{message}/resolution", responses=answers(MessageResolved, 404, 409, 412, 428))
async def resolution(
    message: UUID,
    body: Annotated[Resolution, Body(openapi_examples=in_docs(RESOLUTIONS))],
    acting: AdministratorDep,
    parts: PartsDep,
    seen: VersionDep,
) -> Response:
    """Says of a message whose sending is uncertain, or failed, what is so or what to do.

    `If-Match` takes the `version` of the list, so that the same word is never taken twice.
    """
    if seen is None:
        raise Refused(Refusal("version-required", "If-Match"))
    word = Word(body.resolution, seen, acting.post.id, acting.person)
    try:
        state = await twice(lambda: resolve(parts.database, message, word))
    except NoSuchMessage:
        raise Problem("no-such-message", 404) from None
    return ok({"id": message, "state": state, "version": seen + 1}, headers=etag(seen + 1))
