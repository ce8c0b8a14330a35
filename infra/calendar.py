"""What an operator does with the calendar: declares days, shows a year, and has a year's holidays proposed.

What is proposed is a sheet for a person to check against the gazette; only lines that were marked as checked can
be declared.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import uuid4

from pydantic import ValidationError

from eoffice_api.schemas.calendar import GivenDay
from flows.declarations import Declaration, calendars, declare
from flows.rules.declarations import NewDay, ToldDay, year_of
from infra.office_at import office_at
from storage import calendar_days

COLUMNS: Final = ("checked", "day", "weekday", "sort", "label_en", "label_hi")
CHECKED: Final = "yes"


class SheetFault(Exception):
    """The sheet cannot be declared as it is; the message names the line and says what to do."""


async def declare_days(url: str, calendar: str, days: Sequence[NewDay]) -> None:
    """Declares days in the operator's name. Raises Refused, NotAnOffice, DatabaseAway."""
    async with office_at(url) as (database, identity):
        await declare(database, identity, Declaration(calendar, days, str(uuid4())))


async def days_of(url: str, calendar: str, year: int) -> list[ToldDay]:
    """What is said of the days of a year. Raises NotAnOffice, DatabaseAway."""
    async with office_at(url) as (database, _), database.querying() as driver:
        rows = await calendar_days.of_year(driver, calendar, year)
        return year_of(await calendars(driver, calendar), rows, year)


def proposed(state: str, year: int) -> list[NewDay]:
    """The public holidays of a state of India in a year, by its code (HR, UP, MP). Raises SheetFault.

    They are computed or collected by the package ``holidays``; those that follow the moon are estimates.
    """
    from holidays import country_holidays  # noqa: PLC0415 - takes long to import

    try:
        english = country_holidays("IN", subdiv=state, years=year, language="en_IN")
        hindi = country_holidays("IN", subdiv=state, years=year, language="hi")
    except NotImplementedError:
        raise SheetFault(f"“{state}” is no code of a state of India, such as HR, UP or MP") from None
    return [NewDay(day, "holiday", (english[day], hindi[day])) for day in sorted(english) if day in hindi]


def cleaned(days: Sequence[NewDay]) -> list[NewDay]:
    """The days with their names as texts are kept. Raises SheetFault naming the day and what is wrong with it."""
    return [_cleaned(one) for one in days]


def _cleaned(one: NewDay) -> NewDay:
    try:
        given = GivenDay(day=one.day, sort=one.sort, label_en=one.label[0], label_hi=one.label[1])
    except ValidationError as fault:
        first = fault.errors()[0]
        raise SheetFault(f"{one.day}: {first['loc'][0]}: {first['msg']}") from None
    return NewDay(given.day, given.sort, (given.label_en, given.label_hi))


def sheet_of(days: Sequence[NewDay]) -> str:
    """The days as a sheet (CSV) in which each line waits to be marked as checked."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(COLUMNS)
    for one in days:
        lines.writerow(("", one.day, f"{one.day:%A}", one.sort, *one.label))
    return written.getvalue()


def read_sheet(text: str) -> list[NewDay]:
    """The days of a sheet. Raises SheetFault naming the first line that is not checked or cannot be read."""
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    try:
        return _read(lines)
    except csv.Error as fault:
        raise SheetFault(f"the sheet cannot be read after line {lines.line_num}: {fault}") from None


def _read(lines: csv.DictReader[str]) -> list[NewDay]:
    missing = set(COLUMNS) - {"weekday"} - set(lines.fieldnames or ())
    if missing:
        raise SheetFault(
            f"the sheet has no column “{sorted(missing)[0]}”; “patravali calendar propose” prints one"
        )
    return [_read_line(number, line) for number, line in enumerate(lines, start=2)]


def _read_line(number: int, line: dict[str, str | None]) -> NewDay:
    said = {name: (line.get(name) or "").strip() for name in COLUMNS}
    if said["checked"] != CHECKED:
        raise SheetFault(
            f"line {number} ({said['day']}) is not marked as checked: compare it with the gazette and write "
            f"“{CHECKED}” in its first column, or take the line out"
        )
    try:
        day = date.fromisoformat(said["day"])
    except ValueError:
        raise SheetFault(f"line {number}: “{said['day']}” is no day such as 2027-01-26") from None
    return NewDay(day, said["sort"], (said["label_en"], said["label_hi"]))
