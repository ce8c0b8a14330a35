"""The standing work for administrators and auditors: how each job and loop stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from eoffice_api.answers import ok
from eoffice_api.auth import Acting
from eoffice_api.deps import PartsDep, with_power
from eoffice_api.responses import answers
from eoffice_api.schemas.answers import StandingJobs
from flows.standing_status import shown
from storage import standing_jobs

router = APIRouter(prefix="/api/v1", tags=["audit"])


@router.get("/schedules", responses=answers(StandingJobs))
async def schedules(_: Annotated[Acting, Depends(with_power("administer", "audit"))], parts: PartsDep) -> Response:
    """What is done by itself: each job's last run, what it did, when it is next, and what is wrong with it."""
    async with parts.database.querying() as driver:
        rows = await standing_jobs.all_jobs(driver)
    return ok({"items": [one.to_json() for one in shown(rows)]})
