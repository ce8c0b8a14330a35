"""``patravali retention``: what is past its years, and lists and orders drawn up, shown and withdrawn.

Nobody signs by a command: a signature is that of a person who logged in and acts at a post, and only the API knows
who that is.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from infra.commands.office_orders import at_the_office, day, told
from infra.commands.operator import InputFault, Json, answer

if TYPE_CHECKING:
    from flows.office import OfficeOrder

retention = typer.Typer(help="Papers past their retention, lists and orders.", no_args_is_help=True)

_TO_SIGN: Final = (
    "Two people sign it through the API, the record room first; then “patravali erase --{sort} {number}”."
)

Sort = Annotated[Literal["list", "order"], typer.Argument(help="a list of papers, or an order about single texts")]
Number = Annotated[int, typer.Argument(help="its number")]
On = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="on which day; without it, today")]
Most = Annotated[int, typer.Option(min=1, max=10_000, help="how many at most")]


@retention.callback()
def _group() -> None:
    """Papers past their retention, lists and orders."""


@retention.command()
def due(on: On = None, most: Most = 500, as_json: Json = False) -> None:
    """Show the papers that are past their retention, on no list, and kept back by nobody; the oldest first."""
    from infra.erasing import due as due_on  # noqa: PLC0415 - after --help

    with told(as_json):
        rows = at_the_office(lambda url: due_on(url, day(on), most))
    answer("\n".join(map(_paper, rows)) or "No paper is past its retention.", {"papers": rows}, as_json)


@retention.command("draw-up")
def draw_up(
    numbers: Annotated[list[str] | None, typer.Argument(help="numbers of papers; without any, all due")] = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Draw up a list of papers that are past their retention, with the receipts that stand in them."""
    from flows.office.erasure import DrawUpList  # noqa: PLC0415 - after --help

    _drawn_up(DrawUpList(day(on), tuple(numbers) if numbers else None), as_json)


@retention.command()
def order(
    authority: Annotated[str, typer.Option(help="by whose word: court, number and date")],
    text: Annotated[
        list[str], typer.Option(help="NUMBER=PART of a text that goes, as 1/2026=name; may be repeated")
    ],
    as_json: Json = False,
) -> None:
    """Draw up a lawful order about single texts of papers, such as a court's."""
    from flows.office.erasure import DrawUpOrder  # noqa: PLC0415 - after --help

    with told(as_json):
        parts = tuple(map(_part, text))
    _drawn_up(DrawUpOrder(authority, parts), as_json)


@retention.command()
def withdraw(sort: Sort, number: Number, as_json: Json = False) -> None:
    """Withdraw what two people have not both signed; its papers are due as before."""
    from flows.office.erasure import Withdraw  # noqa: PLC0415 - after --help

    with told(as_json):
        outcome = _carried_out(Withdraw(sort, number))
    answer(f"{_named(sort, number)} is withdrawn.", outcome, as_json)


@retention.command()
def lists(as_json: Json = False) -> None:
    """Show lists and orders, the newest first (500 at most)."""
    from infra.erasing import orders  # noqa: PLC0415 - after --help

    with told(as_json):
        rows = at_the_office(orders)
    answer("\n".join(map(_order, rows)) or "No list and no order was ever drawn up.", {"orders": rows}, as_json)


@retention.command()
def show(sort: Sort, number: Number, as_json: Json = False) -> None:
    """Show a list or an order with all its lines."""
    from infra.erasing import order_page  # noqa: PLC0415 - after --help

    with told(as_json):
        page = at_the_office(lambda url: order_page(url, sort, number))
        if page is None:
            raise InputFault(f"there is no {sort} with the number {number}")
    answer("\n".join([_order(page), *map(_line, page["lines"])]), page, as_json)


def _drawn_up(order: OfficeOrder, as_json: bool) -> None:
    with told(as_json):
        made = _carried_out(order)
    lines = f"{_named(made['sort'], made['number'])} is drawn up, with {made['items']:,} lines."
    answer(f"{lines} {_TO_SIGN.format(**made)}", made, as_json)


def _carried_out(order: OfficeOrder) -> Any:
    from infra.office_at import carried_out  # noqa: PLC0415 - after --help

    return at_the_office(lambda url: carried_out(url, order))


def _part(given: str) -> tuple[str, str]:
    number, mark, part = given.rpartition("=")
    if not (mark and number and part):
        raise InputFault(f"“{given}” names no text: give NUMBER=PART, as 1/2026=name or 1/2026=remark:3")
    return number, part


def _named(sort: str, number: int) -> str:
    return f"{sort.capitalize()} {number}"


def _paper(one: Any) -> str:
    kept_as = one["retention_class"] or one["kind"]
    return f"{one['number']:30}  {kept_as:10}  {one['closed_at']:%Y-%m-%d}  {one['then']}"


def _order(one: Any) -> str:
    signed = ", ".join(post for post in (one["first_post"], one["second_post"]) if post) or "nobody"
    return (
        f"{_named(one['sort'], one['number']):12}  {one['state']:12}  {one['items']:>6,} lines  signed by {signed}"
    )


def _line(one: Any) -> str:
    part = f"  {one['part']}" if one["part"] else ""
    more = "  destroyed" if one["destroyed"] else ""
    return f"{one['ordinal']:>6}  {one['number']:30}  {one['state']}{part}{more}"
