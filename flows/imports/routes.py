"""Routes from a sheet: for a category, a place, a department's categories, or all of them, the post at a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from flows.imports.categories import MOST_LEVELS, kind_of
from flows.imports.changes import Changes, Row
from flows.imports.places import places_of
from flows.imports.read_sheet import Columns
from flows.rules.errors import Refusal
from flows.rules.schemes import Scheme
from flows.rules.sheets import BadSheet, Reader, Sheet, SheetRow
from flows.schemes_in_force import day_of, some_in_force
from storage import importing
from storage.database import Driver

COLUMNS: Final = Columns(
    ("scheme", "kind", "level", "post"), ("department", "category", "place", "from_day", "to_day")
)

_SORT: Final = ("scheme", "kind", "department", "category", "place", "level")
Sort = tuple[Any, ...]
"""What a route is for; two of one sort on one day would be a tie."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a sheet of routes is compared with: ``levels`` of each category, by scheme, kind and code."""

    schemes: Mapping[str, Scheme]
    departments: Mapping[str, UUID]
    levels: Mapping[tuple[str, str], Mapping[str, int]]
    places: Mapping[str, Mapping[str, str]]
    posts: Mapping[str, Row]
    routes: Mapping[Sort, Sequence[Row]]


async def standing(driver: Driver, at: datetime) -> Standing:
    """What holds at an instant. Raises Faults, NoSuchScheme, Refused (none is in force)."""
    schemes = await some_in_force(driver, at)
    levels = {
        (name, kind): {code: len(one.levels) for code, one in form.categories.items()}
        for name, scheme in schemes.items()
        for kind, form in scheme.kinds.items()
    }
    for row in await importing.categories(driver):
        levels.setdefault((row["scheme"], row["kind"]), {}).setdefault(row["code"], len(row["limits"]["levels"]))
    places = {name: {code: code for code in places_of(scheme)} for name, scheme in schemes.items()}
    for row in await importing.places(driver):
        places.setdefault(row["scheme"], {})[row["code"]] = row["code"]
    posts = {row["code"]: row for row in await importing.posts(driver, day_of(at))}
    routes: dict[Sort, list[Row]] = {}
    for row in await importing.routes(driver, day_of(at)):
        routes.setdefault(_sort_of(row), []).append(row)
    return Standing(schemes, await importing.departments(driver), levels, places, posts, routes)


def check(sheet: Sheet, known: Standing, at: datetime) -> Changes:
    """What the sheet would change. Raises BadSheet with every fault."""
    reader, today, made = Reader.of(sheet), day_of(at), Changes(rows=len(sheet.rows))
    read = [(row, said) for row in sheet.rows if (said := _read(reader, row, known)) is not None]
    reader.once(read, "post", _sort_of)
    for row, said in read:
        _change(reader, made, row, said, known.routes.get(_sort_of(said), ()), today)
    if reader.faults:
        raise BadSheet(reader.faults)
    return made


def _sort_of(said: Row) -> Sort:
    return tuple(said[name] for name in _SORT)


def _read(reader: Reader, row: SheetRow, known: Standing) -> dict[str, Any] | None:
    """The row as a route; None where anything of it cannot be used."""
    before, of = len(reader.faults), kind_of(reader, row, known.schemes)
    department = reader.known(row, "department", known.departments)
    post = reader.known(row, "post", known.posts, needed=True)
    first, last = reader.day(row, "from_day"), reader.day(row, "to_day")
    if post is not None and post["closed"]:
        reader.fault(row.cell("post"), Refusal("cell-post-closed"))
    if of is None:
        return None
    scheme, kind = of
    levels = known.levels[scheme.name, kind]
    highest = reader.known(row, "category", levels) or MOST_LEVELS
    said = {
        "scheme": scheme.name,
        "kind": kind,
        "department": department,
        "category": row.text("category") or None,
        "place": reader.known(row, "place", known.places[scheme.name]),
        "level": reader.level(row, "level", highest),
        "post": None if post is None else post["id"],
        "from_day": first,
        "to_day": last,
    }
    sound = row.readable and len(reader.faults) == before
    return said if sound else None  # what is wrong in itself ties with nothing


def _change(
    reader: Reader, made: Changes, row: SheetRow, said: dict[str, Any], old: Sequence[Row], today: date
) -> None:
    """What stands already stays; a day on which it ends may be added; another post takes over from a day on."""
    same = [one for one in old if one["post"] == said["post"]]
    if any(one["to_day"] == said["to_day"] for one in same):
        return
    ending = next((one for one in same if one["to_day"] is None), None)
    if ending is not None:
        _end(reader, made, row, said, ending, today)
    else:
        _begin(reader, made, row, said, old, today)


def _end(reader: Reader, made: Changes, row: SheetRow, said: Row, old: Row, today: date) -> None:
    if said["to_day"] < today:
        reader.fault(row.cell("to_day"), Refusal("cell-day-past"))
    elif said["to_day"] < old["from_day"]:
        reader.fault(row.cell("to_day"), Refusal("cell-days-crossed"))
    else:
        made.removed += 1
        made.ended.append(("route", [old["id"]], {"to_day": said["to_day"]}))


def _begin(
    reader: Reader, made: Changes, row: SheetRow, said: dict[str, Any], old: Sequence[Row], today: date
) -> None:
    """A route from a day on: one without an end gives way to it, any other of those days is in its way."""
    first, last = said["from_day"] or today, said["to_day"]
    giving_way = [one for one in old if one["to_day"] is None and one["from_day"] <= first]
    in_the_way = [one for one in old if one not in giving_way and _meet(one, first, last)]
    if first < today:
        reader.fault(row.cell("from_day"), Refusal("cell-day-past"))
    elif last is not None and last <= first:
        reader.fault(row.cell("to_day"), Refusal("cell-days-crossed"))
    elif in_the_way:
        facts = {"day": in_the_way[0]["from_day"].isoformat()}
        reader.fault(row.cell("post"), Refusal("cell-route-in-the-way", facts=facts))
    else:
        made.added, made.changed = made.added + (not giving_way), made.changed + bool(giving_way)
        made.ended += [("route", [one["id"]], {"to_day": first}) for one in giving_way]
        made.begun.append(("route", [{**said, "id": uuid4(), "from_day": first}]))
        made.empowered.append(said["post"])  # complaints, with who made them, come to it


def _meet(old: Row, first: date, last: date | None) -> bool:
    """Whether a route holds on a day of a period that ends before ``last``."""
    return (last is None or old["from_day"] < last) and (old["to_day"] is None or old["to_day"] > first)
