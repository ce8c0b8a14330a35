"""Second factors: a person's own, an administrator's reset, and where the office asks for one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from eoffice_api import labels
from eoffice_api.answers import ok
from eoffice_api.auth import check_password
from eoffice_api.codes import codes_limited
from eoffice_api.deps import AddressDep, CallerDep, LoggedInDep, PartsDep, twice
from eoffice_api.office_orders import AdministratorDep, RepeatableDep
from eoffice_api.problems import Problem
from eoffice_api.responses import answers
from eoffice_api.schemas.answers import FactorActive, FactorBegun, Items
from eoffice_api.schemas.requests import FactorCode, FactorsAsked, Password
from flows import second_factor
from flows.office.second_factors import AskFor, ResetFactor
from flows.one_time_codes import Proof
from flows.rules.errors import Refusal, Refused
from flows.rules.second_factor import OCCASIONS
from storage import people, second_factors

router = APIRouter(prefix="/api/v1", tags=["second factor"])


@router.post("/me/second-factor", status_code=201, responses=answers(FactorBegun, 409, 429, status=201))
async def begun(body: Password, caller: LoggedInDep, parts: PartsDep, address: AddressDep) -> Response:
    """Begins a second factor: answers the `otpauth` address for your device, shown this once.

    It counts for nothing until `…/confirm` has had its first code; begun again before that, it is another.
    """
    async with parts.database.querying() as driver:
        login = (await people.login_of(driver, caller.person)) or ""
    await check_password(parts, login, body.password, address)
    made = await twice(
        lambda: second_factor.enrol(parts.database, parts.identity, caller.person, login, parts.seal)
    )
    return ok({"otpauth": made}, 201, {"Cache-Control": "no-store"})


@router.post("/me/second-factor/confirm", responses=answers(FactorActive, 409, 429))
async def active(body: FactorCode, caller: LoggedInDep, parts: PartsDep) -> Response:
    """Makes the second factor that you began yours, by the code that your device shows."""
    proof = Proof(body.code, parts.seal)
    with codes_limited(parts, caller.person, proof):
        await twice(lambda: second_factor.activate(parts.database, parts.identity, caller.person, proof))
    return ok({"state": "active"})


@router.delete("/people/{person}/second-factor", status_code=204, responses=answers(None, 404, status=204))
async def reset(person: UUID, acting: AdministratorDep, parts: PartsDep, orders: RepeatableDep) -> Response:
    """Ends a person's second factor, whose device is lost, and every session of theirs; done again, nothing."""
    async with parts.database.querying() as driver:
        if await people.login_of(driver, person) is None:
            raise Problem("not-found", 404)
    await orders.outcome(acting.person, acting.post.id, ResetFactor(person))
    return Response(status_code=204)


@router.get("/office/second-factor", responses=answers(Items))
async def occasions(_: CallerDep, parts: PartsDep) -> Response:
    """On which occasions the office asks for the second factor."""
    return ok({"items": await _items(parts)})


@router.put("/office/second-factor", responses=answers(Items, 409))
async def asked(body: FactorsAsked, acting: AdministratorDep, parts: PartsDep, orders: RepeatableDep) -> Response:
    """Sets on which occasions the office asks for the second factor: those that are named, and no other.

    Where it asks already, so does this.
    """
    if body.asked and parts.seal is None:
        raise Refused(Refusal("second-factor-off"))
    await orders.outcome(acting.person, acting.post.id, AskFor(frozenset(body.asked)))
    return ok({"items": await _items(parts)})


async def _items(parts: PartsDep) -> list[dict[str, Any]]:
    async with parts.database.querying() as driver:
        found = await second_factors.asked(driver)
    return [labels.coded(name, label) | {"asked": found.get(name, False)} for name, label in OCCASIONS.items()]
