"""How a kind of complaint is graded month by month, as a scheme writes it: parts, their weights, grades, groups.

The formula stands under the first month for which it holds; of several the last that has begun counts, in the
version of the scheme that is in force on the month's first day (SYSTEMS S2).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from flows.rules.acts import COMPLAINT, ENDINGS
from flows.rules.form import Labelled, Strict
from flows.rules.labels import Label
from flows.rules.months import Month

Measure = Literal["satisfied_closure", "over_days", "poor_quality", "not_attended"]
UnitSort = Literal["department", "district"]

MEASURES: Final[Mapping[Measure, Label]] = {
    "satisfied_closure": ("closed to the citizen's satisfaction", "नागरिक की संतुष्टि से बंद"),
    "over_days": ("not open beyond the days allowed", "निर्धारित दिनों से अधिक लंबित नहीं"),
    "poor_quality": ("replies not sent back for quality", "गुणवत्ता के कारण वापस न की गई आख्या"),
    "not_attended": ("attended within the limit", "समय सीमा में अटेंड"),
}
"""What a part measures, said of a case that counts well. The names are those of the orders (SYSTEMS S2)."""

UNIT_SORTS: Final[Mapping[UnitSort, Label]] = {
    "department": ("Departments", "विभाग"),
    "district": ("Districts", "जिले"),
}


def _month(text: str) -> str:
    return str(Month.of(text))


MonthKey = Annotated[str, AfterValidator(_month)]


class Part(Strict):
    """What a part weighs of the 100 marks.

    ``days`` (of ``over_days``): so many whole days a complaint may be open at the month's end. ``without`` (of
    ``satisfied_closure``): kinds of closing that count neither for nor against anybody, such as withdrawn.
    """

    weight: int = Field(ge=1, le=100)
    days: int | None = Field(default=None, ge=1, le=3650)
    without: tuple[str, ...] = ()


class Grade(Strict):
    """A grade, from so many marks of 100 on."""

    from_marks: int = Field(ge=0, le=100)
    label: Labelled


class Group(Strict):
    """Units that are compared with one another: those with so many cases in the month, or more."""

    from_cases: int = Field(ge=0)
    label: Labelled


class Formula(Strict):
    """How the cases of a month become marks. Without ``groups`` all units of a sort are compared."""

    units: tuple[UnitSort, ...] = Field(min_length=1)
    parts: Mapping[Measure, Part] = Field(min_length=1)
    grades: Mapping[str, Grade] = Field(min_length=1)
    groups: Mapping[str, Group] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _weighs_a_hundred(self) -> Formula:
        weights = sum(part.weight for part in self.parts.values())
        if weights != 100:
            raise ValueError(f"the weights of the parts sum up to {weights}; they must be 100 together")
        if len(set(self.units)) < len(self.units):
            raise ValueError("a sort of units stands here twice")
        return self

    @model_validator(mode="after")
    def _says_what_a_part_needs(self) -> Formula:
        for name, part in self.parts.items():
            if (part.days is not None) != (name == "over_days"):
                raise ValueError(f"parts.{name}: “days” belongs to over_days, which needs it")
            if part.without and name != "satisfied_closure":
                raise ValueError(f"parts.{name}: “without” belongs to satisfied_closure")
            unknown = [one for one in part.without if one not in ENDINGS[COMPLAINT] or one == "satisfied"]
            if unknown:
                raise ValueError(f"parts.{name}.without: “{unknown[0]}” is no kind of closing to leave out")
        return self

    @model_validator(mode="after")
    def _reaches_everybody(self) -> Formula:
        for what, limits in (
            ("grades", [one.from_marks for one in self.grades.values()]),
            ("groups", [one.from_cases for one in self.groups.values()]),
        ):
            if limits and (min(limits) != 0 or len(set(limits)) < len(limits)):
                raise ValueError(f"of the {what} one begins at 0, and no two begin at the same number")
        return self


Grading = Mapping[MonthKey, Formula]
"""Formulas by the first month for which each holds."""


def formula_told(told: Mapping[str, object]) -> Formula:
    """A formula as a row or an export tells it. Raises pydantic's ValidationError."""
    return Formula.model_validate_json(json.dumps(told))


def formula_for(grading: Grading, month: Month) -> Formula | None:
    """The formula that holds for a month; None before the first."""
    begun = [key for key in grading if Month.of(key) <= month]
    return grading[max(begun)] if begun else None
