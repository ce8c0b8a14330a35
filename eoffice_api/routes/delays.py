"""Delay charged to posts: of one docket, and of a month by posts."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from eoffice_api.answers import ok
from eoffice_api.deps import ActingDep, PartsDep
from eoffice_api.reading import opened
from eoffice_api.responses import answers
from eoffice_api.schemas.delay_answers import DelayPage, DocketDelay
from eoffice_api.schemas.texts import Code
from flows.delays import figures, of_docket, of_month
from flows.rules.months import WRITTEN, Month
from storage import delays

router = APIRouter(prefix="/api/v1", tags=["dockets"])


@router.get("/dockets/{docket}/delay", responses=answers(DocketDelay, 404))
async def one(docket: UUID, acting: ActingDep, parts: PartsDep) -> Response:
    """Which post held it how long within and over each of its limits, as things stand now."""
    seen, _ = await opened(parts, acting, docket, "trail")
    async with parts.database.querying() as driver:
        found, shown = await of_docket(driver, seen)
    return ok({"items": [clock.to_json(shown) for clock in found]})


@router.get("/delays", responses=answers(DelayPage, 422))
async def of_posts(
    acting: ActingDep,
    parts: PartsDep,
    month: Annotated[
        str, Query(pattern=f"^{WRITTEN.pattern}$", description="such as 2026-04, as an office in India counts it")
    ],
    cursor: Annotated[Code | None, Query(description="the `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=50, description="how many posts to give")] = 20,
) -> Response:
    """What fell to posts in a month: your own and those under it; administrators and auditors see every post."""
    async with parts.database.querying() as driver:
        rows = await delays.posts(driver, acting.visibility, after=cursor or "", limit=limit + 1)
        found = await of_month(driver, Month.of(month), [row["id"] for row in rows[:limit]])
    items = [{"post": row["post"], "figures": [figures(one) for one in found[row["id"]]]} for row in rows[:limit]]
    following = rows[limit - 1]["code"] if len(rows) > limit else None
    return ok({"month": month, "items": items, "next": following})
