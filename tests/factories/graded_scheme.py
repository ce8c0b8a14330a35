"""A scheme that grades its complaints: the shipped one with departments and a formula beside it."""

from __future__ import annotations

from typing import Final

NAME: Final = "haryana-eoffice"
VERSION: Final = 3

FORMULA: Final = """
        units: [department, district]
        parts:
          satisfied_closure: {weight: 60, without: [withdrawn]}
          over_days: {weight: 20, days: 50}
          poor_quality: {weight: 10}
          not_attended: {weight: 10}
        grades:
          A: {from_marks: 80, label: [Very good, बहुत अच्छा]}
          B: {from_marks: 50, label: [Middling, मध्यम]}
          C: {from_marks: 0, label: [Weak, कमज़ोर]}
        groups:
          large: {from_cases: 5, label: [Many complaints, अधिक शिकायतें]}
          small: {from_cases: 0, label: [Few complaints, कम शिकायतें]}
"""


def graded_text(*, version: int = VERSION, formula: str = FORMULA, more: str = "") -> str:
    """The YAML of the scheme; ``more`` is joined to its kind of complaint, indented by four."""
    return f"""
extends: {NAME}.2
version: {version}
kinds:
  complaint:
    departments:
      jal: [Public Health Engineering, जन स्वास्थ्य अभियांत्रिकी]
      bijli: [Power, बिजली]
      samaj: [Social Justice, सामाजिक न्याय]
    categories:
      drinking-water: {{department: jal}}
      street-light: {{department: bijli}}
      pension: {{department: samaj}}
    grading:
      2026-04:{formula}
{more}
"""
