"""A scheme is refused whole, with the name of what is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import resources

import pytest
import yaml

from flows.facts import SCHEMES
from flows.rules.errors import TableFault
from flows.rules.schemes import load_scheme

TEXT = resources.files("flows.schemes").joinpath("haryana_eoffice.yaml").read_text("utf-8")


def fault_with(**changes: object) -> str:
    raw = yaml.safe_load(TEXT)
    for path, value in changes.items():
        *parents, last = path.split("__")
        node = raw
        for name in parents:
            node = node[name]
        node[last] = value
    with pytest.raises(TableFault) as fault:
        load_scheme(yaml.safe_dump(raw, allow_unicode=True), "test.yaml")
    return str(fault.value)


def test_the_shipped_scheme_loads() -> None:
    assert load_scheme(TEXT, "haryana_eoffice.yaml") == SCHEMES["haryana-eoffice"]


def test_a_fault_names_its_source() -> None:
    assert fault_with(version=0).startswith("test.yaml: ")


def test_an_unknown_member_is_named() -> None:
    assert "colour" in fault_with(colour="blue")


def test_a_calendar_without_a_working_day_is_refused() -> None:
    assert "at least one to work on" in fault_with(calendar__free_week_days=[1, 2, 3, 4, 5, 6, 7])
    assert "at least one to work on" in fault_with(calendar__free_week_days=[0])


def test_an_office_that_closes_before_it_opens_is_refused() -> None:
    assert "opens before it closes" in fault_with(calendar__opens=17)


def test_a_limit_of_an_unknown_unit_is_refused() -> None:
    bad = {"count": 1, "unit": "weeks"}
    assert "unit" in fault_with(**{"kinds__complaint__categories__pension__citizen": bad})


def test_a_category_without_a_level_is_refused() -> None:
    assert "levels" in fault_with(**{"kinds__complaint__categories__pension__levels": []})


def test_what_is_no_yaml_is_a_fault_too() -> None:
    with pytest.raises(TableFault, match=r"^broken\.yaml: "):
        load_scheme("{", "broken.yaml")


def test_days_follow_the_scheme_s_zone() -> None:
    scheme = SCHEMES["haryana-eoffice"]
    assert scheme.day_of(datetime(2026, 12, 31, 18, 29, tzinfo=UTC)) == date(2026, 12, 31)
    assert scheme.day_of(datetime(2026, 12, 31, 18, 30, tzinfo=UTC)) == date(2027, 1, 1)
