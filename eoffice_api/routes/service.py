"""Of the service itself: alive, ready, figures, and the API's description."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import time
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from eoffice_api import docs_page, metrics, openapi
from eoffice_api.answers import ok
from eoffice_api.deps import PartsDep
from eoffice_api.parts import Parts
from eoffice_api.problems import Problem
from eoffice_api.responses import answers
from eoffice_api.schemas.answers import Health
from flows.standing_status import shown
from storage import instruction_queue, standing_jobs
from storage.database import DatabaseAway, TryAgain
from storage.health import Vitals, vitals

router = APIRouter(tags=["service"])

# Beyond this the office's clock and this machine's disagree too much for times in logs to be trusted.
MOST_DRIFT_S: Final = 5.0
_STYLE_SUM: Final = base64.b64encode(hashlib.sha256(docs_page.STYLE.encode()).digest()).decode()
_PAGE_POLICY: Final = f"default-src 'none'; style-src 'sha256-{_STYLE_SUM}'; frame-ancestors 'none'"


@router.get("/healthz", responses=answers(Health, open_to_all=True))
async def alive() -> Response:
    """The process answers."""
    return ok({"status": "alive"})


@router.get("/readyz", responses=answers(Health, open_to_all=True))
async def ready(parts: PartsDep) -> Response:
    """The database is reached, its schema is this release's, and the clocks agree."""
    body = await _readiness(parts)
    if not all(body["checks"].values()):
        raise Problem("not-ready", 503, headers={"Retry-After": "2"}, **body)
    return ok({"status": "ready", **body})


async def _readiness(parts: Parts) -> dict[str, Any]:
    found = await _vitals(parts)
    drift = None if found is None else round(found.at.timestamp() - time.time(), 3)
    checks = {
        "database": found is not None,
        "schema": found is not None and found.schema == parts.schema,
        "clock": drift is not None and abs(drift) <= MOST_DRIFT_S,
        "outcomes": parts.outcomes.listening.is_set(),
    }
    return {"checks": checks, "clock_drift_s": drift}


async def _vitals(parts: Parts) -> Vitals | None:
    try:
        async with parts.database.querying() as driver:
            return await vitals(driver)
    except (DatabaseAway, TryAgain):
        return None


@router.get("/metrics", include_in_schema=False)
async def figures(parts: PartsDep) -> Response:
    # With the database away the figures of standing work are those that were read last.
    with contextlib.suppress(DatabaseAway, TryAgain):
        async with parts.database.querying() as driver:
            jobs = shown(await standing_jobs.all_jobs(driver))
            metrics.show_standing(jobs, len(await instruction_queue.broken_turns(driver)))
    return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)


@router.get("/openapi.json", include_in_schema=False)
async def description(request: Request) -> Response:
    return ok(openapi.describe(request.app))


@router.get("/docs", include_in_schema=False)
async def page(request: Request) -> Response:
    text = docs_page.page(openapi.describe(request.app))
    return HTMLResponse(text, headers={"Content-Security-Policy": _PAGE_POLICY})
