"""Sheets of categories, places, posts and routes: checked whole, then written, by an administrator."""

from __future__ import annotations

import hashlib
from typing import Final, Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from eoffice_api.answers import ok
from eoffice_api.codes import ProofDep, codes_limited
from eoffice_api.deps import KeyDep, PartsDep
from eoffice_api.multipart import Upload, form_with_file, received
from eoffice_api.office_orders import AdministratorDep, refusals_entered
from eoffice_api.problems import Problem
from eoffice_api.responses import answers
from eoffice_api.schemas.routing_answers import SheetImported
from flows.imports.carry_in import Given, import_sheet
from flows.office import By
from flows.rules.sheets import MOST_SHOWN, BadSheet

router = APIRouter(prefix="/api/v1/imports", tags=["routing"])

What = Literal["categories", "places", "posts", "routes"]
_FORM: Final = form_with_file(
    "a sheet as CSV (UTF-8) or XLSX, at most 20 MB and 100,000 rows",
    dry_run={
        "type": "string",
        "enum": ["yes", "no"],
        "default": "no",
        "description": "yes: only check it",
    },
)


@router.post("/{what}", responses=answers(SheetImported, 409), openapi_extra=_FORM)
async def bring_in(
    request: Request,
    what: What,
    acting: AdministratorDep,
    parts: PartsDep,
    key: KeyDep,
    proof: ProofDep,
) -> Response:
    """Brings a sheet in, whole or not at all. The same sheet again changes nothing.

    A sheet with faults answers 422: `faults` names the cell, its value and the reason of each (at most 500 of
    them), `count` how many there are. With 10,000 of them a sheet is not read on.
    """
    async with received(request, parts.spool) as upload:
        given = Given(what, upload.spooled.path, upload.name)
        dry_run = _dry_run(upload.fields.get("dry_run", "no"))
        by = By(acting.person, acting.post.id, key, _sum(request, upload), proof)
        try:
            with codes_limited(parts, by.person, proof), refusals_entered(parts, by.person, by.post):
                done = await import_sheet(parts.database, parts.identity, by, given, dry_run=dry_run)
        except BadSheet as bad:
            raise _problem(bad) from None
    counts = {name: getattr(done, name) for name in SheetImported.model_fields}
    return ok(counts)


def _sum(request: Request, upload: Upload) -> bytes:
    """What the key is bound to: the file, for a client draws a new boundary when it sends it again."""
    return hashlib.sha256(f"{request.method} {request.url.path}\n{upload.spooled.sha256}".encode()).digest()


def _dry_run(given: str) -> bool:
    if given not in ("yes", "no"):
        facts = {"field": "dry_run", "allowed": "yes, no"}
        raise Problem("unknown-value", 422, field="dry_run", facts=facts, allowed=["yes", "no"])
    return given == "yes"


def _problem(bad: BadSheet) -> Problem:
    count = len(bad.faults)
    shown = [fault.to_json() for fault in bad.faults[:MOST_SHOWN]]
    return Problem("bad-sheet", 422, field="file", facts={"count": str(count)}, count=count, faults=shown)
