"""Lists: the inbox of a post and its counts, what it sent, and the dockets that a person may know of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from eoffice_api import labels
from eoffice_api.answers import ok
from eoffice_api.cursors import behind, page, wanted
from eoffice_api.deps import ActingDep, PartsDep
from eoffice_api.responses import answers
from eoffice_api.schemas.answers import Counts, DocketPage, ItemsPage
from eoffice_api.schemas.filters import KindFilter, PriorityFilter, StateClassFilter, StateFilter, check_state
from eoffice_api.schemas.office_answers import InboxPage, WaitingPage
from eoffice_api.schemas.texts import Code
from flows import awaiting, facts
from flows.schemes_in_force import know
from storage import docket_list
from storage import inbox as inboxes
from storage.post_page import absence_now

router = APIRouter(prefix="/api/v1", tags=["lists"])

Cursor = Annotated[str | None, Query(max_length=300, description="the `next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=100, description="how many of the list to give")]


@router.get("/inbox", responses=answers(InboxPage))
async def inbox(
    acting: ActingDep,
    parts: PartsDep,
    state_class: StateClassFilter = None,
    kind: KindFilter = None,
    priority: PriorityFilter = None,
    overdue: Annotated[bool, Query(description="only what is past its due time")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What the post has: in hand, on the way to it, waiting with it. Newest movement first.

    `absence` says who is on leave from the post and who stands in.
    """
    asked = wanted(cursor, limit, state_class=state_class, kind=kind, priority=priority, overdue=overdue)
    async with parts.database.querying() as driver:
        rows = await inboxes.inbox(driver, acting.visibility, asked)
        await know(driver, rows)
        absence = await absence_now(driver, acting.post.id)
    for row in rows:
        row["state_label"] = labels.of_state(row)
    return ok(page(rows, limit, "last_movement_at") | {"absence": absence})


@router.get("/inbox/waiting", responses=answers(WaitingPage))
async def waiting(acting: ActingDep, parts: PartsDep, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """What waits for a power of your post, or for a second person, and lies on nobody's desk.

    `awaits` names the actions for which it waits, as `/options` allows them now. Newest movement first; a page
    may hold less than was asked for and still have a `next`.
    """
    asked = wanted(cursor, limit)
    async with parts.database.querying() as driver:
        found = await awaiting.waiting(driver, parts.database.posts, acting.visibility, acting.post, asked)
    for row in found.rows:
        row["state_label"] = labels.of_state(row)
        row["awaits"] = [_awaited(row, action) for action in row["awaits"]]
    answer = page(found.rows, limit, "last_movement_at")
    if found.unseen is not None and answer["next"] is None:
        answer["next"] = behind(found.unseen)
    return ok(answer)


def _awaited(row: Mapping[str, Any], action: str) -> dict[str, Any]:
    return {"action": action, "label": labels.of_action(facts.table_of(row), action)}


@router.get("/inbox/counts", responses=answers(Counts))
async def counts(acting: ActingDep, parts: PartsDep) -> Response:
    """How much of each class; exact up to `counted_up_to`, and `unread` among the newest `unread_up_to`."""
    async with parts.database.querying() as driver:
        found = await inboxes.counts(driver, acting.visibility)
    bounds = {"counted_up_to": inboxes.COUNTED_UP_TO, "unread_up_to": inboxes.UNREAD_UP_TO}
    return ok(found | bounds)


@router.get("/sent", responses=answers(ItemsPage))
async def sent(acting: ActingDep, parts: PartsDep, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """What the post sent, newest first, and where each is now."""
    asked = wanted(cursor, limit)
    async with parts.database.querying() as driver:
        rows = await inboxes.sent(driver, acting.visibility, asked)
        await know(driver, rows)
    for row in rows:
        row["label"] = labels.of_movement(facts.table_of(row), row["name"])
    return ok(page(rows, limit, "at"))


@router.get("/information", responses=answers(ItemsPage))
async def informed(acting: ActingDep, parts: PartsDep, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """What was marked to the post for information, newest first, with when it was first read there."""
    asked = wanted(cursor, limit)
    async with parts.database.querying() as driver:
        rows = await inboxes.informed(driver, acting.visibility, asked)
        await know(driver, rows)
    for row in rows:
        row["state_label"] = labels.of_state(row)
    return ok(page(rows, limit, "at"))


@router.get("/dockets", responses=answers(DocketPage))
async def dockets(
    acting: ActingDep,
    parts: PartsDep,
    kind: KindFilter = None,
    state: StateFilter = None,
    state_class: StateClassFilter = None,
    number: Annotated[Code | None, Query(description="the docket's whole number")] = None,
    reference: Annotated[Code | None, Query(description="its whole number in an outside system")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The dockets that you may know of, newest first."""
    check_state(kind, state)
    filters = {"kind": kind, "state": state, "state_class": state_class, "number": number, "reference": reference}
    asked = wanted(cursor, limit, **filters)
    async with parts.database.querying() as driver:
        rows = await docket_list.dockets(driver, acting.visibility, asked)
        await know(driver, rows)
    for row in rows:
        row["state_label"] = labels.of_state(row)
    return ok(page(rows, limit, "registered_at"))
