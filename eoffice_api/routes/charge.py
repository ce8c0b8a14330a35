"""Charge of posts: given and ended, leave with its link officer, what a post may decide, who may log in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from eoffice_api.deps import ActingDep
from eoffice_api.office_orders import AdministratorDep, OrdersDep
from eoffice_api.routes.office import ADDED, CHANGED, PostPath
from eoffice_api.schemas.office_requests import (
    Charge,
    ChargeEnd,
    Competence,
    CompetenceEnd,
    Leave,
    LeaveEnd,
)
from eoffice_api.schemas.texts import Code
from flows.office import charges, competence
from flows.office.people import LetIn, ShutOut

router = APIRouter(prefix="/api/v1", tags=["charge"])

LoginPath = Annotated[Code, Path(description="somebody's log-in name")]


@router.post("/posts/{post}/charges", status_code=201, responses=ADDED)
async def give_charge(post: PostPath, body: Charge, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Gives a person charge of a post that nobody holds then; never yourself."""
    return await orders.of(acting, charges.GiveCharge(post, **body.model_dump()), 201)


@router.post("/posts/{post}/charges/end", responses=CHANGED)
async def end_charge(post: PostPath, body: ChargeEnd, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Ends a person's charge of a post."""
    return await orders.of(acting, charges.EndCharge(post, **body.model_dump()))


@router.post("/posts/{post}/absences", status_code=201, responses=ADDED)
async def go_on_leave(post: PostPath, body: Leave, acting: ActingDep, orders: OrdersDep) -> Response:
    """Records a holder's leave and who stands in: for administrators, and for posts above this one."""
    return await orders.of(acting, charges.GoOnLeave(post, **body.model_dump()), 201)


@router.post("/posts/{post}/absences/{absence}/end", responses=CHANGED)
async def end_leave(
    post: PostPath, absence: UUID, body: LeaveEnd, acting: ActingDep, orders: OrdersDep
) -> Response:
    """Ends leave before its time; the link officer's charge ends with it."""
    return await orders.of(acting, charges.EndLeave(post, absence, body.at))


@router.put("/posts/{post}/decides", responses=CHANGED)
async def set_competence(
    post: PostPath, body: Competence, acting: AdministratorDep, orders: OrdersDep
) -> Response:
    """Says up to what amount a post decides a subject class, in place of what held before."""
    return await orders.of(acting, competence.SetCompetence(post, **body.model_dump()))


@router.post("/posts/{post}/decides/end", responses=CHANGED)
async def take_competence(
    post: PostPath, body: CompetenceEnd, acting: AdministratorDep, orders: OrdersDep
) -> Response:
    """Takes back what a post may decide of a subject class."""
    return await orders.of(acting, competence.TakeCompetence(post, **body.model_dump()))


@router.post("/people/{login}/disable", responses=CHANGED)
async def disable(login: LoginPath, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Shuts a person out at once; what the person did stays on record."""
    return await orders.of(acting, ShutOut(login))


@router.post("/people/{login}/enable", responses=CHANGED)
async def enable(login: LoginPath, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Lets a person that was shut out log in again."""
    return await orders.of(acting, LetIn(login))
