"""The district of a place: what the scheme names on the way up, or else the topmost place."""

from __future__ import annotations

import pytest

from flows.rules.districts import District, Districts
from flows.rules.faults import Faults
from flows.rules.known_schemes import from_text, shipped_schemes
from tests.factories.graded_scheme import graded_text

LABEL = ("Hisar", "हिसार")
PARENTS = {
    "ward-7": "ward",
    "ward": "hansi",
    "hill": "hisar",
    "hisar": "division",
    "division": None,
    "a": "b",
    "b": "a",
}


@pytest.mark.parametrize(
    ("named", "place", "district"),
    [
        ({}, "hansi", "hansi"),
        ({}, "ward-7", "hansi"),
        ({}, "hill", "division"),
        ({"hisar": ()}, "hill", "hisar"),
        ({"hisar": ()}, "hisar", "hisar"),
        ({"hisar": ()}, "ward-7", "hansi"),
        ({"hisar": ("hansi",)}, "ward-7", "hisar"),
        ({"hisar": ("hansi",)}, "hansi", "hisar"),
        ({"hisar": ("hansi",)}, "division", "division"),
        ({"hisar": ("hisar", "hansi")}, "hill", "hisar"),
    ],
)
def test_the_district_is_the_first_that_is_named_on_the_way_up_or_the_topmost_place(
    named: dict[str, tuple[str, ...]], place: str, district: str
) -> None:
    districts = {code: District(label=LABEL, places=places) for code, places in named.items()}
    assert Districts(districts, PARENTS).of(place) == district


def test_rows_that_were_closed_to_a_circle_come_to_an_end() -> None:
    assert Districts({}, PARENTS).of("a") in {"a", "b"}


@pytest.mark.parametrize(
    ("districts", "said"),
    [
        (
            "hisar: {label: [Hisar, हिसार], places: [hansi, mars]}",
            "districts.hisar.places.1: there is no place “mars”",
        ),
        (
            "hisar: {label: [Hisar, हिसार], places: [hansi]}\n      east: {label: [East, पूर्व], places: [hansi]}",
            "districts.east.places.0: the place “hansi” lies in “hisar” already",
        ),
        (
            "hisar: {label: [Hisar, हिसार], places: [hansi]}\n      hansi: {label: [Hansi, हांसी]}",
            "districts.hisar.places.0: “hansi” is a district of its own",
        ),
        ("hisar: {label: [Hisar, Hisar]}", "districts.hisar.label"),
    ],
)
def test_what_is_wrong_with_districts_is_named_with_its_line(districts: str, said: str) -> None:
    with pytest.raises(Faults) as refused:
        from_text(graded_text(more=f"    districts:\n      {districts}"), "mine.yaml")
    found = [str(fault) for fault in refused.value.faults]
    assert any(said in fault for fault in found), found


def test_what_ships_grades_districts_and_not_their_blocks() -> None:
    kinds = [kind for scheme in shipped_schemes().values() for kind in scheme.kinds.values()]
    graded = [kind for kind in kinds if any("district" in formula.units for formula in kind.grading.values())]
    assert graded
    for kind in graded:
        districts = Districts(kind.districts, {"sagar": None, "rehli": "sagar", "village": "hatta"})
        assert {districts.of(place) for place in kind.places} <= kind.districts.keys()
        assert (districts.of("village"), districts.of("rehli")) == ("damoh-district", "sagar")
