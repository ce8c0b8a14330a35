"""``patravali calendar declare | show | propose``: holidays, half days and working days of the office."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.commands.database import as_application
from infra.commands.operator import InputFault, Json, answer, faults_told
from storage.settings import SettingsFault

if TYPE_CHECKING:
    from flows.rules.declarations import NewDay, ToldDay

calendar = typer.Typer(help="Holidays, half days and working days.", no_args_is_help=True)

Name = Annotated[str, typer.Option("--calendar", help="the calendar's name, as schemes give it")]
Year = Annotated[int, typer.Argument(min=2000, max=2200)]


@calendar.command("declare")
def declare(
    day: Annotated[str, typer.Argument(help="such as 2027-01-26")] = "",
    sort: Annotated[str, typer.Argument(help="holiday, half_day or working")] = "",
    label_en: Annotated[str, typer.Option(help="what day it is, in English")] = "",
    label_hi: Annotated[str, typer.Option(help="what day it is, in Hindi")] = "",
    sheet: Annotated[Path | None, typer.Option(help="declare the checked lines of a sheet instead")] = None,
    name: Name = "office",
    as_json: Json = False,
) -> None:
    """Declare a day, or all days of a checked sheet; nothing that runs already is due earlier for it."""
    with _told(as_json):
        from infra.calendar import cleaned, declare_days  # noqa: PLC0415 - after --help

        if sheet and (day or sort or label_en or label_hi):
            raise InputFault("a sheet says which days: give either --sheet or a day, not both")
        days = cleaned(_from_sheet(sheet) if sheet else [_one_day(day, sort, label_en, label_hi)])
        as_application(lambda url: declare_days(url, name, days))
        said = [f"{one.day} {one.sort}" for one in days]
        answer(f"Declared: {', '.join(said)}.", {"calendar": name, "days": said}, as_json)


def _one_day(day: str, sort: str, label_en: str, label_hi: str) -> NewDay:
    from flows.rules.declarations import NewDay  # noqa: PLC0415 - after --help

    try:
        return NewDay(date.fromisoformat(day), sort, (label_en, label_hi))
    except ValueError:
        raise InputFault(f"“{day}” is no day such as 2027-01-26") from None


def _from_sheet(sheet: Path) -> list[NewDay]:
    from infra.calendar import SheetFault, read_sheet  # noqa: PLC0415 - after --help

    try:
        return read_sheet(sheet.read_text("utf-8"))
    except (SheetFault, OSError, UnicodeDecodeError) as fault:
        raise InputFault(f"{sheet}: {fault}") from None


@calendar.command("show")
def show(year: Year, name: Name = "office", as_json: Json = False) -> None:
    """Show what schemes and declarations say of single days of a year, and which of it is in force."""
    with _told(as_json):
        from infra.calendar import days_of  # noqa: PLC0415 - after --help

        days = as_application(lambda url: days_of(url, name, year))
        sentence = "\n".join(map(_line, days)) or f"Nothing is said of single days of {year}."
        answer(sentence, {"calendar": name, "year": year, "days": [_values(one) for one in days]}, as_json)


def _line(one: ToldDay) -> str:
    source = one.scheme or f"declared {one.declared_at:%Y-%m-%d %H:%M %Z} by {one.by_post or 'an operator'}"
    over = "" if one.in_force else "  [overtaken]"
    return f"{one.day} {one.day:%a}  {one.sort:8}  {one.label[0]} · {one.label[1]}  ({source}){over}"


def _values(one: ToldDay) -> dict[str, Any]:
    return {
        "day": one.day,
        "sort": one.sort,
        "label_en": one.label[0],
        "label_hi": one.label[1],
        "in_force": one.in_force,
        "scheme": one.scheme,
        "declared_at": one.declared_at,
        "by_post": one.by_post,
    }


@calendar.command("propose")
def propose(
    state: Annotated[str, typer.Argument(help="code of a state of India, such as HR")], year: Year
) -> None:
    """Print a sheet of a state's holidays, to be checked by hand against the gazette; it declares nothing."""
    from infra.calendar import SheetFault, proposed, sheet_of  # noqa: PLC0415 - after --help

    with faults_told(SheetFault, status=2):
        print(sheet_of(proposed(state.upper(), year)), end="")


@contextmanager
def _told(as_json: bool) -> Iterator[None]:
    from flows.rules.errors import Refused  # noqa: PLC0415 - after --help
    from infra.calendar import SheetFault  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    with faults_told(SettingsFault, Refused, SheetFault, NotAnOffice, as_json=as_json):
        yield
