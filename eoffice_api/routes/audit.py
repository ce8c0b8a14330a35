"""The audit for administrators and auditors: movements and hashes of every docket, and no texts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from eoffice_api.answers import ok
from eoffice_api.auth import Acting
from eoffice_api.cursors import page, wanted
from eoffice_api.deps import PartsDep, with_power
from eoffice_api.problems import Problem
from eoffice_api.responses import answers
from eoffice_api.routes.lists import Cursor, Limit
from eoffice_api.schemas.answers import ItemsPage
from eoffice_api.schemas.texts import Code, Day
from storage import audit_view

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])

AuditorDep = Annotated[Acting, Depends(with_power("audit", "administer"))]
_INDIA = ZoneInfo("Asia/Kolkata")


@router.get("/movements", responses=answers(ItemsPage))
async def movements(
    _: AuditorDep,
    parts: PartsDep,
    number: Annotated[Code | None, Query(description="a docket's number")] = None,
    person: Annotated[UUID | None, Query(description="who gave it, or confirmed it")] = None,
    post: Annotated[UUID | None, Query(description="the post at which it was given")] = None,
    day: Annotated[Day | None, Query(description="a day in India; today where nothing is asked for")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Movements, newest first, each with the hash of the audit entry that states it."""
    if number is None and person is None and post is None and day is None:
        day = datetime.now(UTC).astimezone(_INDIA).date()
    since, before = _bounds(day)
    asked = wanted(cursor, limit, number=number, person=person, by=post, since=since, before=before)
    async with parts.database.querying() as driver:
        rows = await audit_view.movements(driver, asked)
    return ok(page(rows, limit, "at"))


def _bounds(day: date | None) -> tuple[datetime | None, datetime | None]:
    if day is None:
        return None, None
    begins = datetime.combine(day, time(0), tzinfo=_INDIA)
    return begins, begins + timedelta(days=1)


@router.get("/dockets/{number:path}/entries", responses=answers(ItemsPage, 404))
async def entries(
    _: AuditorDep,
    parts: PartsDep,
    number: Annotated[Code, Path(description="the docket's number; its slashes may stand as they are")],
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="the sequence after which to go on")] = 0,
    limit: Limit = 50,
) -> Response:
    """The entries of a docket's chain, exactly as they were hashed. `next` is the following page's `after`."""
    async with parts.database.querying() as driver:
        rows = await audit_view.entries(driver, number, after=after, limit=limit + 1)
    if not rows and not after:
        raise Problem("not-found", 404)
    following = str(rows[limit - 1]["sequence"]) if len(rows) > limit else None
    return ok({"items": rows[:limit], "next": following})
