"""Numbers of dockets and the series that they are drawn from."""

from __future__ import annotations

from flows.rules import numbering
from flows.rules.known_schemes import shipped_schemes

KINDS = shipped_schemes()["haryana-eoffice"].kinds
FILE = {"head": "N-11016", "year": 2026, "section": "ESTT", "medium": "electronic"}


def test_a_file_s_number_says_head_serial_year_and_section() -> None:
    assert numbering.number_of(KINDS["file"], FILE, 6) == "N-11016/6/2026-ESTT"


def test_a_complaint_s_number_has_six_digits_and_grows_beyond_them() -> None:
    kind = KINDS["complaint"]
    assert numbering.number_of(kind, {"year": 2026}, 42) == "CMH-2026-000042"
    assert numbering.number_of(kind, {"year": 2026}, 1_234_567) == "CMH-2026-1234567"


def test_each_head_year_and_section_counts_on_its_own() -> None:
    names = {
        numbering.series_of("file", KINDS["file"], {**FILE, **other})
        for other in ({}, {"head": "E-21011"}, {"year": 2027}, {"section": "ACC"}, {"medium": "physical"})
    }
    assert len(names) == 4, "the medium does not make a series"


def test_what_makes_the_series_stands_in_the_number() -> None:
    """Else two series would give the same number."""
    for kind in KINDS.values():
        assert all(f"{{{name}" in kind.number for name in kind.series)
