"""What complaints may be about and where, as paged lists, and where the office's routes lead to no post."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from eoffice_api import labels
from eoffice_api.answers import ok
from eoffice_api.auth import Acting
from eoffice_api.deps import ActingDep, PartsDep, with_power
from eoffice_api.parts import Parts
from eoffice_api.problems import Problem
from eoffice_api.responses import answers
from eoffice_api.schemas.routing_answers import CategoriesPage, GapsPage, PlacesPage
from eoffice_api.schemas.texts import Code
from flows.routing_gaps import Behind, find_gaps, listed_gaps
from flows.rules.acts import COMPLAINT
from flows.rules.labels import Label
from flows.rules.schemes import Scheme
from flows.schemes_in_force import in_force
from storage import routing

router = APIRouter(prefix="/api/v1", tags=["routing"])

SchemeName = Annotated[Code, Query(description="a scheme's name")]
KindName = Annotated[Code, Query(description="a kind of complaint of the scheme")]
Sought = Annotated[Code | None, Query(description="part of a code or a name")]
After = Annotated[Code | None, Query(description="the `next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=100, description="how many of the list to give")]


async def _scheme(parts: Parts, name: str, kind: str | None = None) -> Scheme:
    """A scheme in force that has this kind of complaint. Raises Problem."""
    async with parts.database.querying() as driver:
        found = (await in_force(driver)).get(name)
    if found is None or (kind is not None and kind not in found.kinds):
        raise Problem("not-found", 404)
    if kind is not None and found.table_of(kind).family != COMPLAINT:
        raise Problem("not-found", 404)
    return found


@router.get("/categories", responses=answers(CategoriesPage, 404))
async def categories(
    _: ActingDep,
    parts: PartsDep,
    scheme: SchemeName,
    kind: KindName,
    q: Sought = None,
    cursor: After = None,
    limit: Limit = 50,
) -> Response:
    """What a complaint of this kind may be about: the scheme's own categories and the office's, by code."""
    known = (await _scheme(parts, scheme, kind)).kinds[kind].categories
    async with parts.database.querying() as driver:
        rows = await routing.categories(driver, scheme, kind, q=q, after=cursor, limit=limit + 1)
    own = [_own(row) | {"department": row["department"], "levels": len(row["limits"]["levels"])} for row in rows]
    of_text = [
        _of_text(code, one.label) | {"department": None, "levels": len(one.levels)}
        for code, one in known.items()
        if _sought(code, one.label, q, cursor)
    ]
    return _page([*of_text, *(one for one in own if one["code"] not in known)], limit)


@router.get("/places", responses=answers(PlacesPage, 404))
async def places(
    _: ActingDep,
    parts: PartsDep,
    scheme: SchemeName,
    q: Sought = None,
    cursor: After = None,
    limit: Limit = 50,
) -> Response:
    """Where a complaint may be: the scheme's own places and the office's, by code."""
    found = await _scheme(parts, scheme)
    known = {code: label for kind in found.kinds.values() for code, label in kind.places.items()}
    async with parts.database.querying() as driver:
        rows = await routing.places(driver, scheme, q=q, after=cursor, limit=limit + 1)
    of_text = [_of_text(code, label) for code, label in known.items() if _sought(code, label, q, cursor)]
    return _page([*of_text, *(_own(row) for row in rows if row["code"] not in known)], limit)


def _own(row: dict[str, Any]) -> dict[str, Any]:
    named = labels.coded(row["code"], (row["label_en"], row["label_hi"]))
    return named | {"parent": row["parent"], "of_scheme": False}


def _of_text(code: str, label: Label) -> dict[str, Any]:
    return labels.coded(code, label) | {"parent": None, "of_scheme": True}


def _sought(code: str, label: Label, q: str | None, after: str | None) -> bool:
    """The same question that storage answers for the office's own."""
    part = (q or "").lower()
    held = part in code.lower() or part in label[0].lower() or part in label[1]
    return held and (after is None or code > after)


def _page(items: list[dict[str, Any]], limit: int) -> Response:
    found = sorted(items, key=lambda one: one["code"])
    following = found[limit - 1]["code"] if len(found) > limit else None
    return ok({"items": found[:limit], "next": following})


@router.get("/routes/gaps", responses=answers(GapsPage, 404))
async def gaps(
    _: Annotated[Acting, Depends(with_power("hub", "administer"))],
    parts: PartsDep,
    scheme: SchemeName,
    kind: KindName,
    cursor: Annotated[str | None, Query(max_length=300, description="the `next` of the page before")] = None,
    limit: Limit = 50,
) -> Response:
    """Every category × place × level that no route leads to a post, and the complaints that wait because of it."""
    known, after = await _scheme(parts, scheme, kind), None if cursor is None else _behind(cursor)
    async with parts.database.querying() as driver:
        found = await find_gaps(driver, known, kind, after=after, limit=limit)
    following = " ".join(map(str, found.items[-1].key)) if found.more else None
    counts = {"missing": found.missing, "waiting": found.waiting}
    return ok({"items": listed_gaps(found.items), "next": following, **counts})


def _behind(cursor: str) -> Behind:
    parts = cursor.split(" ")
    if len(parts) != 3 or not (parts[1].isascii() and parts[1].isdecimal() and len(parts[1]) < 4):
        raise Problem("bad-cursor", 400, field="cursor")
    return parts[0], int(parts[1]), parts[2]
