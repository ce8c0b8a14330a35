"""The arithmetic of grading against a slow plain model, for any cases and weights."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flows.rules.grading import CaseFacts, graded
from flows.rules.grading_form import MEASURES, Formula
from tests.models.grading_model import marks_of

DAYS = 50
ENDINGS = ["satisfied", "unheard", "special", "rejected"]


@st.composite
def a_case(draw: st.DrawFn) -> dict[str, Any]:
    ending = draw(st.none() | st.sampled_from(ENDINGS))
    return {
        "department": draw(st.sampled_from(["jal", "bijli", None])),
        "district": draw(st.sampled_from(["hansi", "barwala"])),
        "ending": ending,
        "open_days": None if ending else draw(st.integers(DAYS - 2, DAYS + 2)),
        "replied": draw(st.booleans()),
        "sent_back": draw(st.booleans()),
        "attended": draw(st.none() | st.booleans()),
    }


@st.composite
def some_weights(draw: st.DrawFn) -> dict[str, int]:
    names = draw(st.lists(st.sampled_from(sorted(MEASURES)), min_size=1, max_size=4, unique=True))
    cuts = draw(st.lists(st.integers(1, 99), min_size=len(names) - 1, max_size=len(names) - 1, unique=True))
    ends = [0, *sorted(cuts), 100]
    return {name: ends[n + 1] - ends[n] for n, name in enumerate(names)}


def formula_of(weights: dict[str, int]) -> Formula:
    parts = {name: {"weight": weight} for name, weight in weights.items()}
    if "over_days" in parts:
        parts["over_days"]["days"] = DAYS
    grades = {
        "A": {"from_marks": 80, "label": ("Good", "अच्छा")},
        "B": {"from_marks": 0, "label": ("Weak", "कमज़ोर")},
    }
    groups = {
        "large": {"from_cases": 5, "label": ("Large", "बड़े")},
        "small": {"from_cases": 0, "label": ("Small", "छोटे")},
    }
    said = {"units": ("department", "district"), "parts": parts, "grades": grades, "groups": groups}
    return Formula.model_validate(said)


@given(weights=some_weights(), cases=st.lists(a_case(), max_size=12))
def test_marks_grades_groups_and_ranks_are_those_of_the_plain_model(
    weights: dict[str, int], cases: list[dict[str, Any]]
) -> None:
    facts = [CaseFacts(number=f"शि-{n}", registered=date(2026, 4, 1), **one) for n, one in enumerate(cases)]
    found = graded(formula_of(weights), facts)
    units = {(sort, one[sort]) for one in cases for sort in ("department", "district") if one[sort] is not None}
    assert {(one.sort, one.unit) for one in found} == units
    for unit in found:
        of_unit = [one for one in cases if one[unit.sort] == unit.unit]
        marks = marks_of(weights, DAYS, of_unit)
        assert unit.marks == (None if marks is None else int(marks * 100))
        assert unit.cases == len(of_unit)
        assert unit.group == ("large" if len(of_unit) >= 5 else "small")
        assert unit.grade == (None if marks is None else "A" if marks >= Decimal(80) else "B")
        rivals = [one for one in found if (one.sort, one.group) == (unit.sort, unit.group)]
        better = sum(one.marks is not None and one.marks > (unit.marks or 0) for one in rivals)
        assert unit.rank == (None if marks is None else better + 1)
