"""Gradings as the API shows them: labels beside codes, units by rank, and of cases those that one may know of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from eoffice_api import labels
from flows.grading.shown import ShownMonth, unit_labels
from flows.rules.grading import CaseFacts, verdict
from flows.rules.grading_form import MEASURES, UNIT_SORTS, Formula, Measure, UnitSort, formula_told
from flows.rules.known_schemes import KNOWN
from flows.rules.labels import CLOSED_AS
from flows.rules.visibility import Visibility
from storage import gradings
from storage.database import Driver
from storage.gradings import CASE, CasesAsked

_AT_ONCE: Final = 500
_MOST_LOOKED_AT: Final = 5_000
"""So many cases are looked at for one page; where that was not enough the cursor leads on."""


def listed(row: Mapping[str, Any], *, published: bool, at: Any) -> dict[str, Any]:
    """A month in a list; its scheme is known."""
    formula, kind = formula_told(row["formula"]), KNOWN.of(row["scheme"], row["scheme_version"]).kinds[row["kind"]]
    names = ("scheme", "scheme_version", "kind", "month", "cases", "cases_sha256")
    return {name: row[name] for name in names} | {
        "kind_label": labels.both(kind.label),
        "published": published,
        "at": at,
        "sorts": [labels.coded(sort, UNIT_SORTS[sort]) for sort in formula.units],
        "groups": [labels.coded(code, group.label) for code, group in formula.groups.items()],
    }


async def page(
    driver: Driver, month: ShownMonth, sort: UnitSort | None, group: str | None, unit: str | None
) -> dict[str, Any]:
    """A month with its formula and the marks of its units, those of a sort or group only where one is named."""
    row, formula = month.row, formula_told(month.row["formula"])
    kind = KNOWN.of(row["scheme"], row["scheme_version"]).kinds[row["kind"]]
    wanted = {"sort": sort, "group": group, "unit": unit}
    units = [one for one in month.units if all(value in (None, one[name]) for name, value in wanted.items())]
    called = await unit_labels(driver, row["scheme"], kind, [(one["sort"], one["unit"]) for one in units])
    shown = [_unit(one, labels.both(called[one["sort"], one["unit"]])) for one in sorted(units, key=_by_rank)]
    at = row["published_at" if month.published else "made_at"]
    return listed(row, published=month.published, at=at) | {**_formula(formula), "units": shown}


def _by_rank(unit: Mapping[str, Any]) -> tuple[Any, ...]:
    return unit["sort"], unit["group"] or "", unit["rank"] is None, unit["rank"] or 0, unit["unit"]


def _unit(unit: Mapping[str, Any], label: labels.Label) -> dict[str, Any]:
    parts = [{"part": name, **part} for name, part in unit["parts"].items()]
    return {**unit, "label": label, "parts": parts}


def _formula(formula: Formula) -> dict[str, Any]:
    parts = [
        labels.coded(name, MEASURES[name]) | {"weight": one.weight, "days": one.days, "without": one.without}
        for name, one in formula.parts.items()
    ]
    grades = [
        labels.coded(code, one.label) | {"from_marks": one.from_marks} for code, one in formula.grades.items()
    ]
    return {"parts": parts, "grades": grades}


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that is opened: a unit's or one of its parts', and of that what counts well, or what does not."""

    unit: Mapping[str, Any]
    part: Measure | None
    well: bool | None

    @property
    def counted(self) -> int:
        """How many cases stand behind it."""
        if self.part is None:
            return self.unit["cases"]
        part = self.unit["parts"][self.part]
        return {None: part["cases"], True: part["well"], False: part["cases"] - part["well"]}[self.well]

    def has(self, counts: Mapping[str, bool | None]) -> bool:
        """Is a case with these verdicts behind it?"""
        if self.part is None:
            return True
        found = counts[self.part]
        return found is not None and self.well in (None, found)


async def cases(
    driver: Driver, month: ShownMonth, mark: Mark, seen: Visibility, *, every: bool, after: str, limit: int
) -> dict[str, Any]:
    """A page of the cases behind a mark; ``every``: those whose papers the person may not know of too."""
    row, formula, found = month.row, formula_told(month.row["formula"]), list[dict[str, Any]]()
    at_once, looked_at, last = limit + 1 if mark.part is None else _AT_ONCE, 0, after
    while looked_at < _MOST_LOOKED_AT:
        asked = CasesAsked(month.draft, mark.unit["sort"], mark.unit["unit"], last, at_once, every)
        rows = await gradings.cases_of_unit(driver, seen, row["scheme"], row["kind"], asked)
        found += [case for case in (_case(formula, one) for one in rows) if mark.has(case["counts"])]
        if len(found) > limit:
            return {"items": found[:limit], "next": found[limit - 1]["number"], "counted": mark.counted}
        if len(rows) < at_once:
            return {"items": found, "next": None, "counted": mark.counted}
        looked_at, last = looked_at + len(rows), rows[-1]["number"]
    return {"items": found, "next": last, "counted": mark.counted}


def _case(formula: Formula, row: Mapping[str, Any]) -> dict[str, Any]:
    facts = CaseFacts(**{name: row[name] for name in CASE})
    told = {name: row[name] for name in CASE if name not in ("department", "district")}
    return told | {
        "docket": row["docket"],
        "ending_label": None if facts.ending is None else labels.both(CLOSED_AS[facts.ending]),
        "counts": {name: verdict(name, part, facts) for name, part in formula.parts.items()},
    }
