"""What the API tells of a category is what the scheme says: who answers for it, the times, the procedure."""

from __future__ import annotations

from typing import Any

from eoffice_api import rulebook
from eoffice_api.schemas.scheme_answers import Rules
from flows.rules.known_schemes import KNOWN, keep_shipped


def told(name: str, kind: str) -> dict[str, Any]:
    assert keep_shipped(name, 1)
    found = rulebook.rules(KNOWN.of(name, 1), kind)
    assert found is not None
    Rules.model_validate(found)
    return found


def test_a_category_is_told_with_its_department_and_its_procedure() -> None:
    rules = told("up-cm-helpline-1076", "complaint")
    meter = next(one for one in rules["categories"] if one["code"] == "power-bill")
    assert meter["department"] == {"code": "energy", "label": {"en": "Energy", "hi": "ऊर्जा"}}
    assert [step["en"] for step in meter["procedure"]["steps"]] == ["Read the meter", "Correct the bill"]
    assert (meter["procedure"]["version"], meter["procedure"]["within"]) == (1, {"count": 6, "unit": "days"})
    assert [one["code"] for one in meter["evidence"]] == ["corrected_bill"]
    assert meter["levels"] == [{"count": 7, "unit": "days"}] * 4
    assert "energy" in [one["code"] for one in rules["departments"]]


def test_where_a_scheme_names_no_departments_none_is_told() -> None:
    rules = told("up-cm-helpline-1076", "suggestion")
    assert rules["departments"] == []
    assert [(one["department"], one["procedure"]) for one in rules["categories"]] == [(None, None)]
