"""Grading: from the cases of a month to the marks, grades and ranks of departments and districts.

It is pure and exact, so that anyone who has the formula and the cases computes the same. Marks are fractions until
they are written as hundredths, rounded half up. A part in which a unit had no case is left out and the others are
scaled to 100; a unit without any measured case is not graded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final

from flows.rules.canonical_json import Json, canonical
from flows.rules.grading_form import Formula, Measure, Part, UnitSort

FULL: Final = 100

Verdicts = Mapping[Measure, bool | None]
"""By part, whether a case counts well; None where the part does not measure it."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is measured of a complaint in a month: its number and no word of what it is about.

    A complaint is a case of the month if it was open at any time in it. ``ending``: how it was closed in it, None
    where it is open at the month's end. ``open_days``: of an open one, calendar days from when it was
    registered, or last reopened, until the month's last day; transferring never shortens them. ``replied``,
    ``sent_back``: whether that happened in the month. ``attended``: whether it was attended by each limit that was
    over in the month, None where none was.
    """

    number: str
    department: str | None
    district: str
    registered: date
    ending: str | None
    open_days: int | None
    replied: bool
    sent_back: bool
    attended: bool | None

    def to_json(self) -> dict[str, Json]:
        return {
            "number": self.number,
            "department": self.department,
            "district": self.district,
            "registered": self.registered.isoformat(),
            "ending": self.ending,
            "open_days": self.open_days,
            "replied": self.replied,
            "sent_back": self.sent_back,
            "attended": self.attended,
        }

    def unit(self, sort: UnitSort) -> str | None:
        """The unit of a sort to which it belongs."""
        return self.department if sort == "department" else self.district


def line_of(case: CaseFacts) -> bytes:
    """A case's line in the list of a month: canonical JSON and a line feed."""
    return canonical(case.to_json()) + b"\n"


class ListHash:
    """The SHA-256 of a month's list: the lines of its cases, by number in order of code points, each once.

    Raises ValueError where a case comes out of order.
    """

    def __init__(self) -> None:
        self._sum, self._last = sha256(), ""
        self.cases = 0

    def take(self, case: CaseFacts) -> bytes:
        """Adds a case; answers its line."""
        if case.number <= self._last:
            raise ValueError(f"{case.number} stands after {self._last}: numbers rise, each stands once")
        self._last = case.number
        self.cases += 1
        line = line_of(case)
        self._sum.update(line)
        return line

    @property
    def digest(self) -> bytes:
        return self._sum.digest()


def verdict(measure: Measure, part: Part, case: CaseFacts) -> bool | None:
    """Whether a case counts well in a part; None where the part does not measure it."""
    if measure == "satisfied_closure":
        left_out = case.ending is None or case.ending in part.without
        return None if left_out else case.ending == "satisfied"
    if measure == "over_days":
        assert part.days is not None
        return None if case.open_days is None else case.open_days <= part.days
    if measure == "poor_quality":
        return not case.sent_back if case.replied or case.sent_back else None
    return case.attended


@dataclass(slots=True)
class Count:
    """Of a part: how many cases it measured, and how many of them count well."""

    cases: int = 0
    well: int = 0

    @property
    def share(self) -> Fraction:
        return Fraction(self.well, self.cases)


@dataclass(slots=True)
class _Unit:
    cases: int = 0
    parts: dict[Measure, Count] = field(default_factory=dict[Measure, Count])


@dataclass(frozen=True, slots=True)
class PartMarks:
    """A part of a unit's marks; ``marks`` in hundredths of its own weight, None where it measured no case."""

    cases: int
    well: int
    marks: int | None


@dataclass(frozen=True, slots=True)
class UnitMarks:
    """A unit's marks of 100, in hundredths, with its grade, the group in which it is compared, and its rank there.

    Not graded: ``marks``, ``grade`` and ``rank`` are None. Units with equal marks share a rank, and as many ranks
    after it are not given.
    """

    sort: UnitSort
    unit: str
    cases: int
    parts: Mapping[Measure, PartMarks]
    group: str | None
    marks: int | None
    grade: str | None
    rank: int | None

    def to_json(self) -> dict[str, Any]:
        parts = {n: {"cases": p.cases, "well": p.well, "marks": p.marks} for n, p in self.parts.items()}
        named = {"sort": self.sort, "unit": self.unit, "cases": self.cases, "parts": parts}
        return named | {"group": self.group, "marks": self.marks, "grade": self.grade, "rank": self.rank}


class Tally:
    """Counts the cases of a month by unit and part; memory grows with the units, not with the cases."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self._units: dict[tuple[UnitSort, str], _Unit] = {}

    def take(self, case: CaseFacts) -> None:
        verdicts: Verdicts = {name: verdict(name, part, case) for name, part in self.formula.parts.items()}
        for sort in self.formula.units:
            name = case.unit(sort)
            if name is not None:
                self._add(self._units.setdefault((sort, name), _Unit()), verdicts)

    def _add(self, unit: _Unit, verdicts: Verdicts) -> None:
        unit.cases += 1
        for name, well in verdicts.items():
            if well is not None:
                count = unit.parts.setdefault(name, Count())
                count.cases += 1
                count.well += well

    def marks(self) -> list[UnitMarks]:
        """Every unit that had a case, by sort and code."""
        found = [self._marked(sort, name, unit) for (sort, name), unit in sorted(self._units.items())]
        return [_ranked(one, found) for one in found]

    def _marked(self, sort: UnitSort, name: str, unit: _Unit) -> UnitMarks:
        parts: dict[Measure, PartMarks] = {part: self._part_marks(part, unit) for part in self.formula.parts}
        marks = _of_hundred(self.formula, unit.parts)
        grade = None if marks is None else _grade(self.formula, marks)
        return UnitMarks(sort, name, unit.cases, parts, _group(self.formula, unit.cases), marks, grade, None)

    def _part_marks(self, name: Measure, unit: _Unit) -> PartMarks:
        count = unit.parts.get(name)
        if count is None:
            return PartMarks(0, 0, None)
        return PartMarks(count.cases, count.well, hundredths(self.formula.parts[name].weight * count.share))


def hundredths(value: Fraction) -> int:
    """A number that is not negative as hundredths, rounded half up."""
    return (value.numerator * 200 + value.denominator) // (value.denominator * 2)


def _of_hundred(formula: Formula, counts: Mapping[Measure, Count]) -> int | None:
    """The whole marks from the exact parts, scaled to 100 where a part measured nothing."""
    weight = sum(formula.parts[name].weight for name in counts)
    if not weight:
        return None
    earned = sum((formula.parts[name].weight * count.share for name, count in counts.items()), Fraction(0))
    return hundredths(earned * FULL / weight)


def _grade(formula: Formula, marks: int) -> str:
    """By the marks as they are written, so that nobody is graded by what he cannot see."""
    reached = [name for name, grade in formula.grades.items() if marks >= grade.from_marks * 100]
    return max(reached, key=lambda name: formula.grades[name].from_marks)


def _group(formula: Formula, cases: int) -> str | None:
    reached = [name for name, group in formula.groups.items() if cases >= group.from_cases]
    return max(reached, key=lambda name: formula.groups[name].from_cases, default=None)


def _ranked(one: UnitMarks, found: Iterable[UnitMarks]) -> UnitMarks:
    if one.marks is None:
        return one
    better = [
        other
        for other in found
        if (other.sort, other.group) == (one.sort, one.group) and (other.marks or 0) > one.marks
    ]
    return replace(one, rank=len(better) + 1)


def graded(formula: Formula, cases: Iterable[CaseFacts]) -> list[UnitMarks]:
    """The marks of every unit that had one of these cases."""
    tally = Tally(formula)
    for case in cases:
        tally.take(case)
    return tally.marks()
