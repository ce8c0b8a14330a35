"""The check of a kind's grading against its table, its handling and its units: what is measured can happen."""

from __future__ import annotations

from collections.abc import Iterator

from flows.rules.grading_form import Formula, Measure
from flows.rules.marked_yaml import Path
from flows.rules.schemes import Kind
from flows.rules.tables import Row, Table

Found = tuple[Path, str]


def check_grading(kind: Kind, table: Table) -> Iterator[Found]:
    """What is wrong with the formulas and the districts of a kind of complaint."""
    yield from _of_districts(kind)
    for month, formula in kind.grading.items():
        for place, what in _of_formula(kind, table, formula):
            yield ("grading", month, *place), what


def _of_formula(kind: Kind, table: Table, formula: Formula) -> Iterator[Found]:
    for place, sort in enumerate(formula.units):
        if sort == "department" and not kind.departments:
            yield ("units", place), "departments are graded, and this kind has no “departments”"
    for measure in formula.parts:
        if not any(_measured(measure, row) for row in table.rows):
            yield ("parts", measure), f"no movement of the table {kind.table} brings this about"


def _of_districts(kind: Kind) -> Iterator[Found]:
    """A district's places are the scheme's, each in one district; its code is no other district's place."""
    lies_in = dict[str, str]()
    for code, district in kind.districts.items():
        for number, place in enumerate(district.places):
            at: Path = ("districts", code, "places", number)
            if place not in kind.places:
                yield at, f"there is no place “{place}”"
            if place in lies_in:
                yield at, f"the place “{place}” lies in “{lies_in[place]}” already"
            if place in kind.districts and place != code:
                yield at, f"“{place}” is a district of its own"
            lies_in.setdefault(place, code)


def _measured(measure: Measure, row: Row) -> bool:
    """Is this movement one of those that the measure looks at?"""
    if measure == "satisfied_closure":
        return row.ends == "satisfied"
    if measure == "poor_quality":
        return row.act == "review_reply" and "quality" in row.needs
    return measure == "over_days" or row.act == "attend"
