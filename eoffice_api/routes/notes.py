"""Notes of a docket, and the draft that its author saves as he writes."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends
from starlette.responses import Response

from eoffice_api.answers import ok
from eoffice_api.auth import Acting
from eoffice_api.deps import ActingDep, PartsDep, for_assistants, twice
from eoffice_api.problems import Problem
from eoffice_api.reading import opened
from eoffice_api.responses import answers
from eoffice_api.schemas.answers import DraftSaved, Notes
from eoffice_api.schemas.examples import DRAFTS, in_docs
from eoffice_api.schemas.requests import DraftSaving
from flows.drafts import Author, DraftFixed, NotTheAuthor, save_draft
from flows.rules.assistants import judged_as, may_act
from storage import docket_page

router = APIRouter(prefix="/api/v1/dockets", tags=["notes"])


@router.get("/{docket}/notes", responses=answers(Notes, 404))
async def notes(docket: UUID, acting: ActingDep, parts: PartsDep) -> Response:
    """Its notes as far as you may read them; a draft only shows its text to its author."""
    _, extent = await opened(parts, acting, docket, "notes")
    if not extent.texts:
        return ok({"items": []})
    async with parts.database.querying() as driver:
        rows = await docket_page.notes(
            driver, acting.visibility, docket, until=extent.until, authors=_whose_drafts(acting)
        )
    return ok({"items": rows})


def _whose_drafts(acting: Acting) -> tuple[UUID, ...]:
    """Whose drafts are read and typed: one's own, or with the power for it those of the post's officers."""
    barred = may_act(acting.post, acting.person, "draft")
    return judged_as(acting.post, acting.person) if barred is None else ()


@router.put("/{docket}/notes/{note}/draft", responses=answers(DraftSaved, 404, 409))
async def save(
    docket: UUID,
    note: UUID,
    body: Annotated[DraftSaving, Body(openapi_examples=in_docs(DRAFTS))],
    acting: Annotated[Acting, Depends(for_assistants("draft"))],
    parts: PartsDep,
) -> Response:
    """Saves your draft, or your officer's where you type it for him.

    The movement that fixes it names it with the `sha256` that this answers.
    """
    author = Author(acting.person, acting.post.id, _whose_drafts(acting))
    try:
        sha256, at = await twice(lambda: save_draft(parts.database, docket, note, author, body.text))
    except NotTheAuthor:
        raise Problem("no-such-note", 404) from None
    except DraftFixed:
        raise Problem("draft-fixed", 409) from None
    return ok({"sha256": sha256, "saved_at": at})
