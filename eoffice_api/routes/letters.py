"""Letters of a docket: versions, what was decided, who signed, and the register of their dispatch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from eoffice_api.answers import ok
from eoffice_api.deps import ActingDep, PartsDep
from eoffice_api.reading import opened
from eoffice_api.responses import answers
from eoffice_api.schemas.letters import Letters
from flows.rules.letters import version_sha256
from storage import letters

router = APIRouter(prefix="/api/v1/dockets", tags=["letters"])


@router.get("/{docket}/letters", responses=answers(Letters, 404))
async def listed(docket: UUID, acting: ActingDep, parts: PartsDep) -> Response:
    """Its letters as far as you may read them; `sha256` of a version is what approving and signing it name."""
    _, extent = await opened(parts, acting, docket, "letters")
    if not extent.texts:
        return ok({"items": []})
    async with parts.database.querying() as driver:
        rows = await letters.letters(driver, docket, until=extent.until)
    return ok({"items": [_shown(row) for row in rows]})


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    versions = [
        one | {"sha256": version_sha256(one["subject"], one["text"], one["addressees"])} for one in row["versions"]
    ]
    return {**row, "versions": versions}
