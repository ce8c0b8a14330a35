"""Retention: what is past its years, lists and orders that two people sign, and what is kept back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from eoffice_api.answers import ok
from eoffice_api.auth import Acting
from eoffice_api.deps import PartsDep, with_power
from eoffice_api.labels import both
from eoffice_api.office_orders import OrdersDep
from eoffice_api.problems import Problem
from eoffice_api.responses import answers
from eoffice_api.schemas.retention import (
    DuePapers,
    ErasureOrderPage,
    ErasureOrders,
    HoldDone,
    HoldEnd,
    Holds,
    NewHold,
    NewList,
    NewOrder,
    OrderDone,
    Strike,
)
from eoffice_api.schemas.texts import Code
from flows.office import erasure
from flows.retention import MOST, SHOWN, due_papers
from flows.rules.labels import ORDER_STATES, WHAT_THEN
from flows.schemes_in_force import day_of
from storage import numbers, retention
from storage.database import Driver

router = APIRouter(prefix="/api/v1/retention", tags=["retention"])

Weeder = Annotated[Acting, Depends(with_power("weed", "order_destruction"))]
"""Who acts at a post that may sign; which of both signatures is judged under the lock."""

SortPath = Annotated[
    Literal["list", "order"], Path(description="a list of papers, or an order about single texts")
]
NumberPath = Annotated[int, Path(ge=1, le=2**31 - 1, description="its number")]
_CHANGED = answers(OrderDone, 404, 409)


@router.get("/due", responses=answers(DuePapers))
async def due(
    acting: Weeder,
    parts: PartsDep,
    on: Annotated[date | None, Query(description="on which day; today")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="how many to give, the oldest first")] = SHOWN,
) -> Response:
    """Papers of your office that are closed and past their retention, on no list, and kept back by nobody.

    A receipt that stands in a file goes with it, and is not due by itself.
    """
    async with parts.database.querying() as driver:
        day = on or await _today(driver)
        rows = await due_papers(driver, day, limit=limit, office=acting.post.office)
    shown = [{**row, "then_label": both(WHAT_THEN[row["then"]])} for row in rows]
    return ok({"day": day, "items": shown})


async def _today(driver: Driver) -> date:
    return day_of(await numbers.now(driver))


@router.get("/lists", responses=answers(ErasureOrders))
async def listed(
    _: Weeder,
    parts: PartsDep,
    limit: Annotated[int, Query(ge=1, le=500, description="how many to give")] = 100,
) -> Response:
    """Lists and orders, the newest first."""
    async with parts.database.querying() as driver:
        rows = await retention.orders(driver, limit=limit)
    return ok({"items": [_shown(row) for row in rows]})


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "state_label": both(ORDER_STATES[row["state"]])}


@router.post("/lists", status_code=201, responses=answers(OrderDone, 409, status=201))
async def draw_up_list(body: NewList, acting: Weeder, orders: OrdersDep) -> Response:
    """Draws up a list of papers that are past their retention, to be signed by two."""
    return await orders.of(acting, erasure.DrawUpList(body.on, body.numbers), 201)


@router.post("/orders", status_code=201, responses=answers(OrderDone, 404, 409, status=201))
async def draw_up_order(body: NewOrder, acting: Weeder, orders: OrdersDep) -> Response:
    """Draws up a lawful order about single texts, to be signed by two."""
    items = tuple((one.number, one.part) for one in body.items)
    return await orders.of(acting, erasure.DrawUpOrder(body.authority, items), 201)


@router.get("/{sort}/{number}", responses=answers(ErasureOrderPage, 404))
async def read(
    sort: SortPath,
    number: NumberPath,
    acting: Weeder,
    parts: PartsDep,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="lines behind this one")] = 0,
    limit: Annotated[int, Query(ge=1, le=SHOWN, description="how many lines to give")] = SHOWN,
) -> Response:
    """A list or an order with its lines; `next_after` is where those begin that were not given. Subjects are those
    of your own office's papers."""
    async with parts.database.querying() as driver:
        row = await retention.shown_order(driver, sort, number)
        if row is None:
            raise Problem("no-such-order", 404)
        lines = await retention.items(driver, row["id"], after=after, limit=limit + 1, office=acting.post.office)
    given = lines[:limit]
    more = given[-1]["ordinal"] if len(lines) > limit else None
    return ok(_shown(row) | {"lines": given, "next_after": more})


@router.post("/{sort}/{number}/strike", responses=_CHANGED)
async def strike(sort: SortPath, number: NumberPath, body: Strike, acting: Weeder, orders: OrdersDep) -> Response:
    """Takes a line off before the second signature. The paper of a list is kept until a day, or on legal hold."""
    order = erasure.StrikeItem(sort, number, body.ordinal, body.reason, body.until)
    return await orders.of(acting, order)


@router.post("/{sort}/{number}/sign", responses=_CHANGED)
async def sign(sort: SortPath, number: NumberPath, acting: Weeder, orders: OrdersDep) -> Response:
    """Signs: first who may weed records, then another person at another post who may order destruction. After
    that the command `patravali erase` carries it out."""
    return await orders.of(acting, erasure.Sign(sort, number))


@router.post("/{sort}/{number}/withdraw", responses=_CHANGED)
async def withdraw(sort: SortPath, number: NumberPath, acting: Weeder, orders: OrdersDep) -> Response:
    """Withdraws what is not signed by both; its papers are due as before."""
    return await orders.of(acting, erasure.Withdraw(sort, number))


@router.get("/holds", responses=answers(Holds, 404))
async def keeping_back(
    paper: Annotated[Code, Query(description="the number of a paper")],
    acting: Weeder,
    parts: PartsDep,
    limit: Annotated[int, Query(ge=1, le=500, description="how many to give")] = 100,
) -> Response:
    """What keeps a paper back today, the oldest first."""
    async with parts.database.querying() as driver:
        row = await retention.paper(driver, paper)
        if row is None:
            raise Problem("no-such-paper", 404, field="paper", facts={"number": paper})
        today = await _today(driver)
        items = await retention.holds(driver, row["id"], today, limit=limit, office=acting.post.office)
    return ok({"items": items})


@router.post("/holds", status_code=201, responses=answers(HoldDone, 404, 409, status=201))
async def keep_back(body: NewHold, acting: Weeder, orders: OrdersDep) -> Response:
    """Keeps a paper longer than its retention says: until a day, or on legal hold."""
    return await orders.of(acting, erasure.KeepBack(body.paper, body.reason, body.until), 201)


@router.post("/holds/end", responses=answers(HoldDone, 404, 409))
async def lift(body: HoldEnd, acting: Weeder, orders: OrdersDep) -> Response:
    """Lifts a hold, named where several keep the paper back: for who may order destruction."""
    return await orders.of(acting, erasure.LiftHold(body.paper, body.hold))
