"""Who I am, posts to send to, and people (for administrators)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from eoffice_api.answers import ok
from eoffice_api.auth import Acting
from eoffice_api.deps import ActingDep, CallerDep, PartsDep, with_power
from eoffice_api.responses import answers
from eoffice_api.schemas.answers import ItemsPage, Me
from eoffice_api.schemas.texts import Code
from storage import people

router = APIRouter(prefix="/api/v1", tags=["people"])

Limit = Annotated[int, Query(ge=1, le=100, description="how many of the list to give")]
After = Annotated[Code | None, Query(description="the `next` of the page before")]


@router.get("/me", responses=answers(Me))
async def me(caller: CallerDep, parts: PartsDep) -> Response:
    """Who is logged in, and the posts that he holds today."""
    async with parts.database.querying() as driver:
        person, posts = await people.me(driver, caller.person)
    names = {name: person[name] for name in ("id", "name_en", "name_hi")}
    return ok(
        {
            "person": names,
            "login": person["login"],
            "language": person["language"],
            "posts": posts,
            "practice": parts.practice,
            "session": caller.sort,
            "expires_at": caller.expires_at,
        }
    )


def _page(rows: list[dict[str, Any]], limit: int, key: str) -> Response:
    following = rows[limit - 1][key] if len(rows) > limit else None
    return ok({"items": rows[:limit], "next": following})


@router.get("/posts", responses=answers(ItemsPage))
async def posts(
    _: ActingDep,
    parts: PartsDep,
    q: Annotated[Code | None, Query(description="part of a code, an abbreviation or a name")] = None,
    cursor: After = None,
    limit: Limit = 50,
) -> Response:
    """Posts of today, and who holds them."""
    async with parts.database.querying() as driver:
        rows = await people.posts(driver, q=q, after=cursor, limit=limit + 1)
    return _page(rows, limit, "code")


@router.get("/people", responses=answers(ItemsPage))
async def everyone(
    _: Annotated[Acting, Depends(with_power("administer"))],
    parts: PartsDep,
    cursor: After = None,
    limit: Limit = 50,
) -> Response:
    """People and their charges."""
    async with parts.database.querying() as driver:
        rows = await people.people(driver, after=cursor, limit=limit + 1)
    return _page(rows, limit, "login")
