"""``patravali delays``: what of a month's delay fell to which post."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.commands.grade import MonthGiven, month_of
from infra.commands.office_orders import at_the_office
from infra.commands.operator import Json, answer, faults_told
from storage.settings import SettingsFault

if TYPE_CHECKING:
    from infra.delays import ShownPost


def delays(
    month: MonthGiven,
    post: Annotated[list[str] | None, typer.Option("--post", help="the code of a post; without it, all")] = None,
    as_json: Json = False,
) -> None:
    """Show which post held complaints and files how long within and over their limits in a month."""
    from infra.delays import shown_posts  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    with faults_told(NotAnOffice, SettingsFault, as_json=as_json):
        found: list[ShownPost] = at_the_office(lambda url: shown_posts(url, month_of(month), post, quiet=as_json))
        if as_json:
            answer("", {"month": month, "posts": [one.to_json() for one in found]}, as_json)
        else:
            _tell(month, found)


def _tell(month: str, found: list[ShownPost]) -> None:
    from rich.console import Console  # noqa: PLC0415 - after --help
    from rich.table import Table  # noqa: PLC0415 - after --help

    heads = ("post", "limit", "dockets", "late", "within, hours", "over, hours", "days late")
    table = Table(*heads, box=None, title=f"Delay by posts, {month}")
    for one in found:
        for row in one.figures:
            table.add_row(one.code, *_cells(row))
    Console().print(table)


def _cells(row: Mapping[str, Any]) -> list[str]:
    limit = f"{row['sort']}, working time" if row["working"] else str(row["sort"])
    hours = [f"{row[name] / 60:,.1f}" for name in ("within_minutes", "late_minutes")]
    return [limit, str(row["dockets"]), str(row["late_dockets"]), *hours, str(row["late_days"])]
