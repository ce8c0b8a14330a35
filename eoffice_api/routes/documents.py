"""Documents: up as a movement of its docket, down as a stream or from the store's own address."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from fastapi import APIRouter, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse, Response, StreamingResponse

from eoffice_api.answers import ok
from eoffice_api.auth import Acting
from eoffice_api.deps import ActingDep, AtPostDep, KeyDep, PartsDep
from eoffice_api.multipart import Upload, form_with_file, received
from eoffice_api.parts import Parts
from eoffice_api.problems import Problem
from eoffice_api.reading import extent_of, opened
from eoffice_api.responses import also, answers
from eoffice_api.routes.movements import carried_out, refusals_noted
from eoffice_api.schemas.answers import Documents, MovementDone, MovementWaiting
from eoffice_api.schemas.texts import Code
from flows.access_log import Access
from flows.instructions import Giver, judge_beforehand
from flows.orders import BytesDestroyed, Order
from storage import docket_page, document_rows
from storage.database import TryAgain
from storage.documents.errors import BlobMissing
from storage.documents.names import content_disposition
from storage.documents.sniff import examine
from storage.documents.spool import Spooled

router = APIRouter(prefix="/api/v1", tags=["documents"])
log = structlog.get_logger()

_ADD: Final = "add_document"
_TO_COME: Final[Mapping[str, Any]] = {"sha256": b""}
_PUTS: Final = 3
"""How often an upload's bytes are put at most, where each time an erasure takes them meanwhile."""
_URL_LASTS: Final = timedelta(minutes=5)
_CLASS: Final[TypeAdapter[str]] = TypeAdapter(Code)
_FORM: Final = form_with_file(
    "the bytes, with the file's name",
    **{
        "class": {
            "type": "string",
            "default": "enclosure",
            "maxLength": 100,
            "description": "what it is to the docket, in a word of the office's own",
        }
    },
)
_ADDED = answers(MovementDone, 404, 409) | also(202, MovementWaiting, "Accepted, and not yet carried out")


@router.post("/dockets/{docket}/documents", responses=_ADDED, openapi_extra=_FORM)
async def add(request: Request, docket: UUID, acting: AtPostDep, parts: PartsDep, key: KeyDep) -> Response:
    """Adds a document: what it is is found out from its bytes, and a lying name or type is refused.

    The answer names the document by its id, also while it is not yet carried out.
    """
    await _judged(parts, acting, docket, key)
    async with received(request, parts.spool) as upload:
        order = await _order(docket, upload)
        giver = Giver(acting.person, acting.post.id, key, _sum(request, order.document or {}))
        return await _kept(parts, acting, giver, order, upload.spooled)


async def _judged(parts: Parts, acting: Acting, docket: UUID, key: str) -> None:
    """Refuses before a byte is received what the rules refuse whatever the bytes are: they would stay behind."""
    giver, order = Giver(acting.person, acting.post.id, key, b""), Order(docket, _ADD, None, document=_TO_COME)
    async with refusals_noted(parts, acting, order):
        await judge_beforehand(parts.database, giver, order)


async def _kept(parts: Parts, acting: Acting, giver: Giver, order: Order, spooled: Spooled) -> Response:
    """Puts the bytes and has the instruction accepted that cites them; what an erasure took meanwhile, again."""
    for _ in range(_PUTS):
        async with parts.database.querying() as driver:
            known = await document_rows.bytes_known(driver, bytes.fromhex(spooled.sha256))
        await parts.store.put(spooled)
        with contextlib.suppress(BytesDestroyed):
            return await carried_out(parts, acting, giver, replace(order, bytes_known=known))
    raise TryAgain("what is uploaded is erased again and again")


async def _order(docket: UUID, upload: Upload) -> Order:
    spooled = upload.spooled
    kept = await examine(spooled.path, name=upload.name, media_type=upload.media_type)
    document = {
        "name": kept.name,
        "class": _class(upload.fields.get("class", "enclosure")),
        "media_type": kept.media_type,
        "size": spooled.size,
        "sha256": bytes.fromhex(spooled.sha256),
    }
    return Order(docket, _ADD, None, document=document)


def _class(given: str) -> str:
    try:
        return _CLASS.validate_python(given)
    except ValidationError:
        raise Problem("bad-value", 422, field="class", facts={"field": "class"}) from None


def _sum(request: Request, document: Mapping[str, Any]) -> bytes:
    """What the key is bound to: the document, for a client draws a new boundary when it sends it again."""
    said = f"{request.method} {request.url.path}\n{document['class']}\n{document['name']}\n"
    return hashlib.sha256(said.encode() + document["sha256"]).digest()


@router.get("/dockets/{docket}/documents", responses=answers(Documents, 404))
async def listed(docket: UUID, acting: ActingDep, parts: PartsDep) -> Response:
    """Its documents, as far as you may read them; of a withheld one only that it is there."""
    _, extent = await opened(parts, acting, docket, "documents")
    if not extent.texts:
        return ok({"items": []})
    async with parts.database.querying() as driver:
        rows = await document_rows.documents(driver, docket, until=extent.until)
    return ok({"items": rows})


_CONTENT = answers(None, 404, 410) | {
    200: {
        "description": "The bytes, as a download",
        "content": {"*/*": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}},
    },
    307: {"description": "The address in the store from which to fetch the bytes, for five minutes"},
}


@router.get("/documents/{document}/content", responses=_CONTENT)
async def content(document: UUID, acting: ActingDep, parts: PartsDep) -> Response:
    """The bytes of a document, always as a download."""
    row = await _readable(parts, acting, document)
    name, media_type = row["name"] or "document", row["media_type"]
    try:
        url = await parts.store.download_url(row["sha256"], name=name, media_type=media_type, lasts=_URL_LASTS)
        if url is not None:
            return RedirectResponse(url, 307)
        stream = await parts.store.open(row["sha256"])
    except BlobMissing:
        log.error("document.bytes_missing", document=str(document))
        raise
    headers = {"Content-Disposition": content_disposition(name), "Content-Length": str(stream.length)}
    return StreamingResponse(stream, 200, headers, media_type)


async def _readable(parts: Parts, acting: Acting, document: UUID) -> dict[str, Any]:
    """The document's row. A confidential download is entered before a byte goes out."""
    async with parts.database.querying() as driver:
        row = await document_rows.document(driver, document)
        seen = row and await docket_page.standing(driver, acting.visibility, row["docket"])
    if row is None or not seen:
        raise Problem("not-found", 404)
    extent = extent_of(seen)
    if not extent.reads(row["at"]):
        raise Problem("not-found", 404)
    if row["erased"]:
        raise Problem("document-erased", 410)
    if row["withheld"]:
        raise Problem("document-withheld", 403)
    if row["sha256"] is None:
        raise Problem("document-missing", 404)
    what = Access("access:download", acting.person, acting.post.id, row["docket"], str(document))
    if seen["classification"] != "ordinary":
        await parts.access.stands(what)
    elif acting.assists:
        parts.access.note(what)
    return row
