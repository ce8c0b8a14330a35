"""Formulas of grading as a scheme writes them, what is wrong with one, and each measure in both directions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from flows.rules.acts import COMPLAINT, ENDINGS
from flows.rules.faults import Faults
from flows.rules.grading import CaseFacts, ListHash, hundredths, verdict
from flows.rules.grading_form import Measure, Part, formula_for
from flows.rules.known_schemes import from_text
from flows.rules.labels import CLOSED_AS
from flows.rules.months import Month, NoMonth
from tests.factories.graded_scheme import FORMULA, graded_text

CASE = CaseFacts("CMH-2026-000001", "jal", "hansi", date(2026, 4, 2), None, 12, False, False, None)
SCHEME = from_text(graded_text(), "graded.yaml")


def faults_of(text: str) -> list[str]:
    with pytest.raises(Faults) as refused:
        from_text(text, "mine.yaml")
    return [str(fault) for fault in refused.value.faults]


def test_a_formula_holds_from_its_month_on_until_the_next_one() -> None:
    later = FORMULA.replace("weight: 60, without: [withdrawn]", "weight: 50").replace("weight: 20", "weight: 30")
    grading = from_text(graded_text(more=f"      2026-07:{later}"), "t").kinds["complaint"].grading
    assert formula_for(grading, Month.of("2026-03")) is None
    weights = [formula_for(grading, Month.of(m)) for m in ("2026-04", "2026-06", "2026-07", "2027-01")]
    assert [one and one.parts["satisfied_closure"].weight for one in weights] == [60, 60, 50, 50]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("weight: 20", "weight: 21", "the weights of the parts sum up to 101"),
        ("weight: 20, days: 50", "weight: 20", "“days” belongs to over_days, which needs it"),
        ("poor_quality: {weight: 10}", "poor_quality: {weight: 10, days: 3}", "“days” belongs to over_days"),
        ("without: [withdrawn]", "without: [satisfied]", "“satisfied” is no kind of closing to leave out"),
        ("without: [withdrawn]", "without: [vanished]", "“vanished” is no kind of closing to leave out"),
        ("from_marks: 50", "from_marks: 80", "of the grades one begins at 0, and no two"),
        ("from_cases: 0", "from_cases: 1", "of the groups one begins at 0"),
        ("units: [department, district]", "units: [village]", "grading.2026-04.units.0: "),
        ("units: [department, district]", "units: [district, district]", "a sort of units stands here twice"),
        ("not_attended:", "not_polite:", "grading.2026-04.parts.not_polite"),
        ("2026-04:", "2026-13:", "“2026-13” is no month; write it as 2026-04"),
        ("[Weak, कमज़ोर]", "[Weak, Weak]", "grading.2026-04.grades.C.label: "),
    ],
)
def test_a_fault_of_a_formula_is_named_with_its_line(old: str, new: str, said: str) -> None:
    text = graded_text()
    assert old in text
    found = faults_of(text.replace(old, new, 1))
    assert any(said in fault for fault in found), found
    assert all(int(fault.split(":")[1]) > 10 for fault in found if "grading" in fault), found


def test_a_part_that_no_movement_brings_about_and_units_that_are_not_there_are_refused() -> None:
    without = "tables: {complaint: {movements: {send_reply_back: null, accept_reply: null}}}"
    found = faults_of(graded_text() + without)
    assert any("parts.poor_quality: no movement of the table complaint brings this about" in one for one in found)
    lines = graded_text().replace("{department: jal}", "{}").replace("{department: bijli}", "{}")
    lines = lines.replace("{department: samaj}", "{}").replace(
        "    departments:\n", "    departments: null\n    heads:\n", 1
    )
    assert any("departments are graded, and this kind has no “departments”" in one for one in faults_of(lines))


def test_only_complaints_are_graded() -> None:
    text = graded_text() + f"  file:\n    grading:\n      2026-04:{FORMULA}"
    assert any("kinds.file.grading: only complaints are graded" in one for one in faults_of(text))


@pytest.mark.parametrize(
    ("measure", "case", "well"),
    [
        ("satisfied_closure", replace(CASE, ending="satisfied", open_days=None), True),
        ("satisfied_closure", replace(CASE, ending="unheard", open_days=None), False),
        ("satisfied_closure", replace(CASE, ending="special", open_days=None), False),
        ("satisfied_closure", replace(CASE, ending="withdrawn", open_days=None), None),
        ("satisfied_closure", CASE, None),
        ("over_days", replace(CASE, open_days=50), True),
        ("over_days", replace(CASE, open_days=51), False),
        ("over_days", replace(CASE, open_days=None, ending="satisfied"), None),
        ("poor_quality", replace(CASE, replied=True), True),
        ("poor_quality", replace(CASE, replied=True, sent_back=True), False),
        ("poor_quality", replace(CASE, sent_back=True), False),
        ("poor_quality", CASE, None),
        ("not_attended", replace(CASE, attended=True), True),
        ("not_attended", replace(CASE, attended=False), False),
        ("not_attended", CASE, None),
    ],
)
def test_each_measure_counts_for_against_or_not_at_all(
    measure: Measure, case: CaseFacts, well: bool | None
) -> None:
    part: Part = SCHEME.kinds["complaint"].grading["2026-04"].parts[measure]
    assert verdict(measure, part, case) is well


@pytest.mark.parametrize(
    ("value", "written"),
    [(Fraction(1, 200), 1), (Fraction(1, 201), 0), (Fraction(100), 10000), (Fraction(2, 3), 67), (Fraction(0), 0)],
)
def test_marks_are_written_in_hundredths_and_half_goes_up(value: Fraction, written: int) -> None:
    assert hundredths(value) == written


def test_a_list_s_hash_takes_numbers_in_order_and_each_once() -> None:
    taken = ListHash()
    taken.take(CASE)
    with pytest.raises(ValueError, match="each stands once"):
        taken.take(CASE)
    taken.take(replace(CASE, number="CMH-2026-000002", district="हांसी"))
    assert (taken.cases, len(taken.digest)) == (2, 32)


def test_a_month_begins_at_midnight_of_the_scheme_s_zone() -> None:
    month, calendar = Month.of("2026-12"), SCHEME.calendar_with(())
    assert month.begin(calendar) == datetime(2026, 11, 30, 18, 30, tzinfo=UTC)
    assert month.end(calendar) == datetime(2026, 12, 31, 18, 30, tzinfo=UTC)
    assert (str(month.next), str(month.before), str(Month.of("2026-01").before)) == (
        "2027-01",
        "2026-11",
        "2025-12",
    )
    with pytest.raises(NoMonth):
        Month.of("2026-4")


def test_every_kind_of_closing_of_a_complaint_has_its_label_in_both_languages() -> None:
    assert CLOSED_AS.keys() == set(ENDINGS[COMPLAINT])
    assert all(english.isascii() and not hindi.isascii() for english, hindi in CLOSED_AS.values())
