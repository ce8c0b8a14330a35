"""Grading a second time, slow and plain, from the orders' words: decimals, no fractions, one unit at a time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, getcontext
from typing import Any

getcontext().prec = 60


def _counts(measure: str, days: int, case: dict[str, Any]) -> tuple[bool, bool]:
    """Is the case looked at, and is it a good one?"""
    closed = case["ending"] is not None
    if measure == "satisfied_closure":
        return closed, case["ending"] == "satisfied"
    if measure == "over_days":
        return not closed, not closed and not case["open_days"] > days
    if measure == "poor_quality":
        return case["replied"] or case["sent_back"], not case["sent_back"]
    return case["attended"] is not None, bool(case["attended"])


def marks_of(weights: dict[str, int], days: int, cases: Sequence[dict[str, Any]]) -> Decimal | None:
    """The marks of a unit with these cases, of 100, to two places; None: not graded."""
    earned, possible = Decimal(0), 0
    for measure, weight in weights.items():
        looked_at = [good for is_one, good in (_counts(measure, days, case) for case in cases) if is_one]
        if looked_at:
            earned += Decimal(weight) * sum(looked_at) / len(looked_at)
            possible += weight
    if not possible:
        return None
    whole = earned * 100 / possible
    # What sixty digits leave of a third is no half of a hundredth.
    return whole.quantize(Decimal("1e-40")).quantize(Decimal("0.01"), ROUND_HALF_UP)
