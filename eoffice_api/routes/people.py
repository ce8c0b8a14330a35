"""Who I am, posts to send to, and people (for administrators)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from eoffice_api import labels
from eoffice_api.answers import ok
from eoffice_api.auth import Acting
from eoffice_api.deps import ActingDep, LoggedInDep, PartsDep, with_power
from eoffice_api.responses import answers
from eoffice_api.schemas.answers import ItemsPage, Me
from eoffice_api.schemas.texts import Code
from flows.rules.labels import ASSISTANT_POWERS
from storage import people, second_factors

router = APIRouter(prefix="/api/v1", tags=["people"])

Limit = Annotated[int, Query(ge=1, le=100, description="how many of the list to give")]
After = Annotated[Code | None, Query(description="the `next` of the page before")]


@router.get("/me", responses=answers(Me))
async def me(caller: LoggedInDep, parts: PartsDep) -> Response:
    """Who is logged in, and the posts at which he acts today: those that he holds, and where he assists."""
    async with parts.database.querying() as driver:
        person, held = await people.me(driver, caller.person)
        assisted = await people.assisted_by(driver, caller.person)
        factor = await second_factors.standing(driver, caller.person)
        asked = await second_factors.asked(driver)
    names = {name: person[name] for name in ("id", "name_en", "name_hi")}
    return ok(
        {
            "person": names,
            "login": person["login"],
            "language": person["language"],
            "posts": _my_posts(held, assisted),
            "second_factor": "none" if factor["id"] is None else "active" if factor["active"] else "begun",
            "second_factor_asked": [occasion for occasion, set_so in asked.items() if set_so],
            "practice": parts.practice,
            "session": caller.sort,
            "expires_at": caller.expires_at,
        }
    )


def _my_posts(held: list[dict[str, Any]], assisted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Whoever holds a post and assists at it too acts as its officer."""
    mine = {post["id"] for post in held}
    officer = [post | {"acts_as": "officer", "assistant_powers": []} for post in held]
    return officer + [_assisted(post) for post in assisted if post["id"] not in mine]


def _assisted(post: dict[str, Any]) -> dict[str, Any]:
    powers = [labels.coded(power, ASSISTANT_POWERS[power]) for power in post["assistant_powers"]]
    return post | {"acts_as": "assistant", "assistant_powers": powers}


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
