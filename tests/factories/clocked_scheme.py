"""The practice office's scheme with clocks of every sort: limits in minutes, warnings, reminders of their own."""

from __future__ import annotations

from typing import Any

import yaml

from flows.putting_in_force import put_in_force
from flows.rules.known_schemes import shipped_source
from tests.factories.clocked_complaints import VERSIONS
from tests.factories.practice_office import PracticeOffice


def _span(count: int, unit: str, **more: Any) -> dict[str, Any]:
    return {"count": count, "unit": unit, **more}


def _before(count: int, unit: str) -> dict[str, Any]:
    return {"before": _span(count, unit)}


_WEEK = (7, "days")
LIMITS: dict[str, dict[str, Any]] = {
    "drinking-water": {
        "citizen": _span(30, "days", warn=[{"percent": 50}, _before(2, "days")]),
        "attend": _span(1, "working_days", warn=[_before(4, "working_hours")]),
        "levels": [
            _span(*_WEEK, warn=[{"percent": 50}, _before(1, "days")]),
            _span(*_WEEK),
            _span(*_WEEK, remind=_span(30, "hours")),
        ],
    },
    "street-light": {
        "levels": [
            _span(3, "working_days", warn=[_before(8, "working_hours")]),
            _span(600, "working_minutes", warn=[{"percent": 75}], remind=_span(2, "working_days")),
        ],
    },
    "pension": {
        "citizen": _span(20, "working_days", warn=[_before(3, "working_days")]),
        "attend": _span(8, "working_hours", warn=[{"percent": 50}]),
        "levels": [_span(15, "days"), _span(2880, "minutes", warn=[_before(90, "minutes")])],
    },
}
"""By category, what stands in the scheme's text in place of the shipped limits."""


async def put_clocks_in_force(office: PracticeOffice) -> None:
    """What is registered from today on has these limits; of the day before the shipped scheme holds."""
    shipped = shipped_source("haryana-eoffice")
    assert shipped is not None
    said = yaml.safe_load(shipped[0]) | {"version": next(VERSIONS)}
    for category, limits in LIMITS.items():
        said["kinds"]["complaint"]["categories"][category] |= limits
    text = yaml.safe_dump(said, allow_unicode=True, sort_keys=False)
    await put_in_force(office.database, office.identity, text, "clocked.yaml")
