"""Gradings of months: the ranked marks, the cases behind each mark, the export, drafting and publishing.

A published month is seen by whoever holds a post. Its drafts, its export and its whole list of cases are for
posts that oversee complaints, audit or administer: the list has numbers and measures, no texts and no persons.
Everyone else is shown of the cases behind a mark those whose papers he may know of anyhow.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response, StreamingResponse

from eoffice_api import graded
from eoffice_api.answers import ok
from eoffice_api.auth import Acting
from eoffice_api.deps import ActingDep, PartsDep, with_power
from eoffice_api.office_orders import OrdersDep
from eoffice_api.parts import Parts
from eoffice_api.problems import Problem
from eoffice_api.responses import answers
from eoffice_api.schemas.gradings import CasesOfGrading, GradingDone, GradingPage, GradingsPage, Publication
from eoffice_api.schemas.texts import Code
from flows.access_log import Access
from flows.grading.shown import ShownMonth, shown
from flows.office.grading import DraftGrading, PublishGrading
from flows.rules.grading import CaseFacts, line_of
from flows.rules.grading_form import Measure, UnitSort
from flows.rules.months import Month
from flows.schemes_in_force import know
from storage import gradings
from storage.database import Driver

router = APIRouter(prefix="/api/v1/gradings", tags=["grading"])

_WHOLE: Final = ("oversee", "audit", "administer")
_LINES_AT_ONCE: Final = 1_000

Overseer = Annotated[Acting, Depends(with_power("oversee"))]
"""Who acts at a post that oversees complaints; whether it still does is judged again under the lock."""

Reader = Annotated[Acting, Depends(with_power(*_WHOLE))]
"""Who may have the whole list of a month's cases."""

MonthText = Annotated[str, Path(pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$", description="such as 2026-04")]
SchemeName = Annotated[Code, Path(description="a scheme's name")]
KindName = Annotated[Code, Path(description="a kind of complaint of the scheme")]
After = Annotated[Code | None, Query(description="the `next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=100, description="how many of the list to give")]


def _sees_whole(acting: Acting) -> bool:
    return not acting.assists and bool(acting.post.powers & set(_WHOLE))


class _Named:
    """The month that a path names."""

    def __init__(self, scheme: SchemeName, kind: KindName, month: MonthText) -> None:
        self.scheme, self.kind, self.month = scheme, kind, month

    async def seen_by(self, driver: Driver, acting: Acting) -> ShownMonth:
        """As it is shown to somebody: the draft to few. Raises Problem."""
        found = await shown(driver, self.scheme, self.kind, self.month)
        if found is None or not (found.published or _sees_whole(acting)):
            raise Problem("no-grading", 404, facts={"month": self.month})
        await know(driver, [found.row])
        return found


Named = Annotated[_Named, Depends()]


@router.get("", responses=answers(GradingsPage))
async def listing(
    acting: ActingDep,
    parts: PartsDep,
    scheme: Annotated[Code | None, Query(description="months of this scheme only")] = None,
    month: Annotated[Code | None, Query(description="this month only, such as 2026-04")] = None,
    published: Annotated[bool | None, Query(description="true: published ones only; false: drafts only")] = None,
    cursor: After = None,
    limit: Limit = 50,
) -> Response:
    """The months that are graded, newest first, each with its groups. Drafts are listed to posts that oversee
    complaints, audit or administer; what is published, to all."""
    filters: dict[str, Any] = {"scheme": scheme, "month": month, "published": published}
    behind = None if cursor is None else _behind(cursor)
    async with parts.database.querying() as driver:
        rows = await gradings.listing(
            driver, drafts=_sees_whole(acting), behind=behind, limit=limit + 1, **filters
        )
        await know(driver, rows)
    items = [graded.listed(row, published=row["published"], at=row["at"]) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return ok({"items": items, "next": last and f"{last['month']} {last['scheme']} {last['kind']}"})


def _behind(cursor: str) -> gradings.Behind:
    said = cursor.split(" ")
    if len(said) != 3:
        raise Problem("bad-cursor", 400, field="cursor")
    return said[0], said[1], said[2]


@router.get("/{scheme}/{kind}/{month}", responses=answers(GradingPage, 404))
async def marks(
    acting: ActingDep,
    parts: PartsDep,
    named: Named,
    sort: Annotated[UnitSort | None, Query(description="departments or districts only")] = None,
    group: Annotated[Code | None, Query(description="units of this group only")] = None,
    unit: Annotated[Code | None, Query(description="the unit of this code only")] = None,
) -> Response:
    """The ranked marks of a month, with their parts and the formula: as they were published, which anyone at a
    post may read, or as the draft has them, for posts that oversee complaints, audit or administer."""
    async with parts.database.querying() as driver:
        month = await named.seen_by(driver, acting)
        return ok(await graded.page(driver, month, sort, group, unit))


@router.get("/{scheme}/{kind}/{month}/cases", responses=answers(CasesOfGrading, 404))
async def cases(
    acting: ActingDep,
    parts: PartsDep,
    named: Named,
    sort: Annotated[UnitSort, Query(description="the sort of the unit whose mark is opened")],
    unit: Annotated[Code, Query(description="its code")],
    part: Annotated[Measure | None, Query(description="only what this part measured")] = None,
    well: Annotated[bool | None, Query(description="of the part: what counts well, or what does not")] = None,
    cursor: After = None,
    limit: Limit = 50,
) -> Response:
    """The cases behind a mark, by number. Posts that oversee complaints, audit or administer find all of them,
    others those whose papers they may know of; `counted` says how many there are."""
    async with parts.database.querying() as driver:
        month = await named.seen_by(driver, acting)
        mark = graded.Mark(_unit_of(month, sort, unit, part), part, well)
        seen, every = acting.visibility, _sees_whole(acting)
        found = await graded.cases(driver, month, mark, seen, every=every, after=cursor or "", limit=limit)
    return ok(found)


def _unit_of(month: ShownMonth, sort: UnitSort, unit: str, part: Measure | None) -> Any:
    """The unit of a mark, which has the part. Raises Problem."""
    found = next((one for one in month.units if (one["sort"], one["unit"]) == (sort, unit)), None)
    if found is None or (part is not None and part not in found["parts"]):
        raise Problem("no-such-mark", 404, facts={"month": month.row["month"]})
    return found


_FILE = answers(None, 404) | {
    200: {
        "description": "The file, as a download",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/jsonl": {"schema": {"type": "string"}},
        },
    }
}


@router.get("/{scheme}/{kind}/{month}/export/{file}", responses=_FILE)
async def export(
    acting: Reader,
    parts: PartsDep,
    named: Named,
    file: Annotated[Literal["grading.json", "cases.jsonl"], Path(description="marks and formula, or the cases")],
) -> Response:
    """A published month to be computed again by anyone: both files in one folder are what `patravali grade check`
    takes. The SHA-256 of `cases.jsonl` is the one that was published. Each fetching is entered."""
    async with parts.database.querying() as driver:
        month = await named.seen_by(driver, acting)
    if not month.published:
        raise Problem("no-grading", 404, facts={"month": named.month})
    said = f"{named.scheme}/{named.kind}/{named.month}"
    parts.access.note(Access("access:grading.export", acting.person, acting.post.id, code=said))
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    if file == "cases.jsonl":
        return StreamingResponse(_case_lines(parts, month.draft), 200, headers, "application/jsonl")
    return Response(
        json.dumps(month.to_json(), ensure_ascii=False, indent=1) + "\n", 200, headers, "application/json"
    )


async def _case_lines(parts: Parts, draft: UUID) -> AsyncIterator[bytes]:
    """The frozen list, page by page: a slow reader keeps no connection."""
    last, more = "", True
    while more:
        async with parts.database.querying() as driver:
            rows = await gradings.cases_behind(driver, draft, after=last, limit=_LINES_AT_ONCE)
        if rows:
            yield b"".join(line_of(CaseFacts(**row)) for row in rows)
            last = rows[-1]["number"]
        more = len(rows) == _LINES_AT_ONCE


@router.post(
    "/{scheme}/{kind}/{month}/draft", status_code=201, responses=answers(GradingDone, 404, 409, status=201)
)
async def draft(acting: Overseer, named: Named, orders: OrdersDep) -> Response:
    """Grades a month that is over and keeps it as the draft, in place of an earlier one. A month that is
    published stays as it is."""
    return await orders.of(acting, DraftGrading(named.scheme, named.kind, Month.of(named.month)), 201)


@router.post(
    "/{scheme}/{kind}/{month}/publish", status_code=201, responses=answers(GradingDone, 404, 409, status=201)
)
async def publish(body: Publication, acting: Overseer, named: Named, orders: OrdersDep) -> Response:
    """Publishes the draft that was read, named by its SHA-256; the month is never changed afterwards."""
    sha256 = bytes.fromhex(body.cases_sha256)
    return await orders.of(acting, PublishGrading(named.scheme, named.kind, named.month, sha256), 201)
