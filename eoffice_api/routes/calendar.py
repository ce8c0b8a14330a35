"""The office's calendar: what schemes and declarations say of the days of a year, and declaring more of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from eoffice_api.answers import ok
from eoffice_api.auth import Acting
from eoffice_api.deps import KeyDep, PartsDep, twice, with_power
from eoffice_api.problems import Problem
from eoffice_api.responses import answers
from eoffice_api.schemas.calendar import CalendarYear, Declared, NewDays
from eoffice_api.schemas.texts import Code
from flows.declarations import Declaration, calendars, declare
from flows.rules.declarations import NewDay, ToldDay, year_of
from flows.rules.labels import DAY_SORTS
from storage import calendar_days

router = APIRouter(prefix="/api/v1", tags=["calendar"])

Administrator = Annotated[Acting, Depends(with_power("administer"))]


@router.get("/calendar", responses=answers(CalendarYear, 404))
async def year_shown(
    _: Administrator,
    parts: PartsDep,
    year: Annotated[int, Query(ge=2000, le=2200)],
    calendar: Annotated[Code, Query(description="the calendar's name, as schemes give it")] = "office",
) -> Response:
    """What is said of single days of a year, by schemes and by declarations; what is in force counts (a
    declaration from a minute after it was made). Week days that are always free are the schemes' own."""
    async with parts.database.querying() as driver:
        written = await calendars(driver, calendar)
        if not written:
            raise Problem("not-found", 404)
        rows = await calendar_days.of_year(driver, calendar, year)
    days = [_shown(one) for one in year_of(written, rows, year)]
    return ok({"calendar": calendar, "year": year, "schemes": sorted(written), "days": days})


def _shown(one: ToldDay) -> dict[str, Any]:
    return {
        "day": one.day,
        "sort": one.sort,
        "sort_label": dict(zip(("en", "hi"), DAY_SORTS[one.sort], strict=True)),
        "label": dict(zip(("en", "hi"), one.label, strict=True)),
        "in_force": one.in_force,
        "scheme": one.scheme,
        "declared_at": one.declared_at,
        "by_post": one.by_post,
    }


@router.post("/calendar", status_code=201, responses=answers(Declared, 409, status=201))
async def declare_days(body: NewDays, acting: Administrator, parts: PartsDep, key: KeyDep) -> Response:
    """Declares days: holidays, half days, or working days (a holiday withdrawn, a day worked in exchange). The
    last declaration of a day holds. Nothing that runs already is due earlier for it."""
    days = [NewDay(one.day, one.sort, (one.label_en, one.label_hi)) for one in body.days]
    given = Declaration(body.calendar, days, key, acting.person, acting.post.id)
    at = await twice(lambda: declare(parts.database, parts.identity, given))
    return ok({"calendar": body.calendar, "declared_at": at, "days": len(days)}, 201)
