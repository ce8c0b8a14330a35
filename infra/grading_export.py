"""A published month as a folder that anyone can check: formula, marks and cases, without the office.

A folder has ``grading.json`` (what was published) and ``cases.jsonl`` (a line of canonical JSON for each case, by
number). The SHA-256 of that second file is the sum that the office's chain states of the month.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, Final

from pydantic import TypeAdapter, ValidationError

from flows.rules.canonical_json import NotCanonical, parse_canonical
from flows.rules.grading import CaseFacts, ListHash, Tally
from flows.rules.grading_form import Formula, formula_told
from flows.rules.months import Month
from infra.commands.operator import CommandFault, InputFault
from infra.gradings import shown_months
from infra.office_at import office_at
from storage import gradings
from storage.database import Driver

GRADING: Final = "grading.json"
CASES: Final = "cases.jsonl"
LONGEST_LINE: Final = 4096
LONGEST_GRADING: Final = 16 * 1024 * 1024
_CASE: Final = TypeAdapter(CaseFacts)


class DoesNotHold(CommandFault):
    """What was exported is not what comes of its cases; the message names the first difference."""


async def export_months(url: str, month: Month, folder: Path) -> list[Path]:
    """Writes every published kind of a month to a folder of its own. Raises CommandFault, InputFault."""
    found = [one for one in await shown_months(url, month) if one.published]
    if not found:
        raise CommandFault(f"{month} is not published; a draft may still change and is not exported")
    written: list[Path] = []
    async with office_at(url) as (database, _), database.writing() as driver:
        for one in found:
            place = folder / f"{one.row['scheme']}.{one.row['kind']}.{month}"
            await _write(driver, place, one.draft, one.to_json())
            written.append(place)
    return written


async def _write(driver: Driver, place: Path, draft: Any, told: Mapping[str, Any]) -> None:
    taken = ListHash()
    try:
        with _begun(place) as file:
            async for row in gradings.cases(driver, draft):
                file.write(taken.take(CaseFacts(**row)))
        (place / GRADING).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    except OSError as fault:
        raise InputFault(f"{place} cannot be written: {fault.strerror}; give a new folder") from None


def _begun(place: Path) -> BinaryIO:
    """The new folder with its list of cases, to be written."""
    place.mkdir(parents=True)
    return (place / CASES).open("xb")


def folders_in(folder: Path) -> list[Path]:
    """The exported months in a folder. Raises InputFault where there is none."""
    places = sorted(one.parent for one in folder.rglob(GRADING))
    if not places:
        raise InputFault(f"{folder} holds no {GRADING}; give the folder that “patravali grade export” wrote")
    return places


def check_folders(folder: Path) -> list[dict[str, Any]]:
    """Computes every month in a folder again. Raises DoesNotHold with the first difference, InputFault."""
    return [check_folder(place) for place in folders_in(folder)]


def told_in(place: Path) -> dict[str, Any]:
    """What an exported month says of itself. Raises DoesNotHold, InputFault."""
    return _told(place / GRADING)[0]


def check_folder(place: Path) -> dict[str, Any]:
    """Computes one month again from its cases and its formula."""
    told, formula = _told(place / GRADING)
    tally, taken = Tally(formula), ListHash()
    for number, line in _lines(place / CASES):
        case = _case(place / CASES, number, line)
        try:
            taken.take(case)
        except ValueError as fault:
            raise DoesNotHold(f"{place / CASES}:{number}: {fault}") from None
        tally.take(case)
    _same(place, "the number of cases", told.get("cases"), taken.cases)
    _same(place, "the SHA-256 of the cases", told.get("cases_sha256"), taken.digest.hex())
    units = [unit.to_json() for unit in tally.marks()]
    _same_units(place, told.get("units"), units)
    named = {name: told.get(name) for name in ("scheme", "kind", "month")}
    return named | {"cases": taken.cases, "cases_sha256": taken.digest.hex(), "units": len(units)}


def _told(path: Path) -> tuple[dict[str, Any], Formula]:
    try:
        if path.stat().st_size > LONGEST_GRADING:
            raise DoesNotHold(f"{path} is longer than any grading")
        told = json.loads(path.read_text("utf-8"))
        return told, formula_told(told["formula"])
    except OSError as fault:
        raise InputFault(f"{path} cannot be read: {fault.strerror}") from None
    except ValidationError as fault:
        raise DoesNotHold(f"{path}: the formula is none: {fault.errors()[0]['msg']}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DoesNotHold(f"{path} is no grading") from None


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
        except OSError as fault:
            raise InputFault(f"{path} cannot be read: {fault.strerror}") from None
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if not line.endswith(b"\n"):
                raise DoesNotHold(f"{path}:{number}: the line is cut or too long")
            yield number, line[:-1]


def _case(path: Path, number: int, line: bytes) -> CaseFacts:
    try:
        said = parse_canonical(line)
        case = _CASE.validate_json(line, strict=True)
    except ValidationError as fault:
        raise DoesNotHold(f"{path}:{number}: this is no case: {fault.errors()[0]['msg']}") from None
    except NotCanonical as fault:
        raise DoesNotHold(f"{path}:{number}: this is no case: {fault}") from None
    if case.to_json() != said:
        raise DoesNotHold(f"{path}:{number}: the case says more than a case has")
    return case


def _same(place: Path, what: str, told: object, computed: object) -> None:
    if told != computed:
        raise DoesNotHold(f"{place}: {what} is told as {told}, and comes to {computed}")


def _same_units(place: Path, told: Any, computed: list[dict[str, Any]]) -> None:
    """Names the first unit, and in it the first value, that is otherwise."""
    if not isinstance(told, list) or not all(isinstance(unit, dict) for unit in told):
        raise DoesNotHold(f"{place}: the units are no list of units")
    by_unit = {(str(unit.get("sort")), str(unit.get("unit"))): unit for unit in told}
    for unit in computed:
        name = (unit["sort"], unit["unit"])
        given = by_unit.pop(name, {})
        for member, value in unit.items():
            _same(place, f"{member} of the {name[0]} {name[1]}", given.get(member), value)
    if by_unit or len(told) != len(computed):
        left = " ".join(next(iter(by_unit), ("a unit", "that stands twice")))
        raise DoesNotHold(f"{place}: {left} is told, and has no case")
