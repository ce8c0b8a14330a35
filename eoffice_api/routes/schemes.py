"""Schemes: what a registration takes, with every list of values, and the rules of each kind as a table."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from eoffice_api import catalogue, rulebook
from eoffice_api.answers import ok
from eoffice_api.deps import CallerDep, PartsDep
from eoffice_api.problems import LISTS, Problem
from eoffice_api.responses import answers
from eoffice_api.schemas.scheme_answers import Rules, Schemes
from eoffice_api.schemas.texts import Code
from flows.schemes_in_force import in_force

router = APIRouter(tags=["schemes"])


@router.get(LISTS, responses=answers(Schemes))
async def schemes(_: CallerDep, parts: PartsDep) -> Response:
    """The schemes that are in force today, their kinds, and for each what `POST /api/v1/dockets` takes: every
    field with its meaning, whether it is needed, and the values from which it is. For anyone who is logged in."""
    async with parts.database.querying() as driver:
        holding = await in_force(driver)
    return ok({"items": [catalogue.scheme(one.name, one.version) for one in holding.values()]})


@router.get(LISTS + "/{scheme}/kinds/{kind}", responses=answers(Rules, 404))
async def rules(
    _: CallerDep,
    parts: PartsDep,
    scheme: Annotated[Code, Path(description="a scheme's name")],
    kind: Annotated[Code, Path(description="a kind's name")],
) -> Response:
    """The rules of a kind: its states, and each action with the states from which and to which it leads, who may,
    what it needs and what it takes. What holds for one paper just now is in its `/options`."""
    async with parts.database.querying() as driver:
        holding = await in_force(driver)
    found = rulebook.rules(holding[scheme], kind) if scheme in holding else None
    if found is None:
        raise Problem("not-found", 404)
    return ok(found)
