"""Numbers of outside systems: kept with the docket, found by them, and never on two dockets."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from flows.rules.errors import Refused
from flows.rules.references import is_number
from storage.database import AlreadyThere
from tests.factories.lives import Life, complaint_with, new_complaint
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures.api import COMPLAINT, Api

AGO = date(2020, 1, 2)


def fresh(**more: Any) -> dict[str, Any]:
    """A number that no docket has yet."""
    return {"system": "cpgrams", "reference": f"PMOPG/E/{uuid4().hex}", **more}


async def _rows(life: Life) -> list[tuple[Any, ...]]:
    sql = "select system, number, day from docket_reference where docket = %(d)s order by number"
    return [tuple(row) for row in await life.office.rows(sql, d=life.docket)]


async def test_it_is_registered_with_the_number_that_it_came_under(office: PracticeOffice) -> None:
    given = fresh(reference_day=AGO)
    life = await new_complaint(office, **given)
    assert await _rows(life) == [("cpgrams", given["reference"], AGO)]
    await assert_rows_equal_their_replay(office, life.docket)


async def test_the_same_number_twice_is_refused_and_the_first_is_named(office: PracticeOffice) -> None:
    given = fresh()
    first = await new_complaint(office, **given)
    with pytest.raises(Refused) as met:
        await new_complaint(office, **given)
    refusal = met.value.refusal
    assert (refusal.code, refusal.field, refusal.facts["first"]) == ("reference-known", "reference", first.number)
    assert first.number in refusal.sentence("hi")
    await new_complaint(office, **{**given, "system": "cm_window"})


async def test_two_at_once_give_one_docket(office: PracticeOffice) -> None:
    given = fresh()
    made = await asyncio.gather(*(new_complaint(office, **given) for _ in range(4)), return_exceptions=True)
    assert len([one for one in made if isinstance(one, Life)]) == 1
    assert {one.refusal.code for one in made if isinstance(one, Refused)} == {"reference-known"}
    assert len([one for one in made if isinstance(one, Refused)]) == 3


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"system": "cpgrams"}, "reference-incomplete"),
        ({"reference": "17"}, "reference-incomplete"),
        ({"reference_day": AGO}, "reference-incomplete"),
        ({"system": "nowhere", "reference": "17"}, "unknown-particular"),
        ({"system": "cpgrams", "reference": "कमला देवी"}, "unknown-particular"),
        ({"system": "cpgrams", "reference": "17", "reference_day": date(2199, 1, 1)}, "day-not-come"),
    ],
)
async def test_what_a_registration_may_not_say(office: PracticeOffice, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as met:
        await new_complaint(office, **given)
    assert met.value.refusal.code == code


async def test_one_that_comes_to_be_known_later_is_added(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    one, other = fresh(), fresh(reference_day=AGO)
    await life.must("junior", "add_reference", **one)
    await life.must("hub", "add_reference", **other)
    assert len(await _rows(life)) == 2
    for again in (one, other):
        assert (await life.act("junior", "add_reference", **again)).refused == "reference-known"
        assert (await life.force("junior", "add_reference", **again)).refused == "reference-known"
    second = await complaint_with(office, "junior")
    answer = await second.act("junior", "add_reference", **one)
    assert (answer.refused, answer.field) == ("reference-known", "reference")
    await assert_rows_equal_their_replay(office, life.docket)


async def test_of_two_steps_at_once_one_is_carried_out_and_the_other_refused(office: PracticeOffice) -> None:
    given, lives = fresh(), [await complaint_with(office, "junior") for _ in range(2)]
    accepted = [await life.accept("junior", "add_reference", **given) for life in lives]
    pairs = list(zip(lives, accepted, strict=True))
    ended = await asyncio.gather(*(life.step(one.instruction) for life, one in pairs), return_exceptions=True)
    # One that met the other's row at its commit is a fault of the step, which the engine tries again.
    for place, one in enumerate(ended):
        if isinstance(one, AlreadyThere):
            ended[place] = await pairs[place][0].step(pairs[place][1].instruction)
    assert sorted(str(getattr(one, "refused", one)) for one in ended) == ["None", "reference-known"]


async def test_what_the_movement_needs(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    for given, code, field in (
        ({"reference": "17"}, "missing", "system"),
        ({"system": "cpgrams"}, "missing", "reference"),
        ({"system": "nowhere", "reference": "17"}, "unknown-particular", "system"),
        ({"system": "cpgrams", "reference": "one two"}, "unknown-particular", "reference"),
        (fresh(reference_day=date(2199, 1, 1)), "day-not-come", "reference_day"),
    ):
        answer = await life.act("junior", "add_reference", **given)
        assert (answer.refused, answer.field) == (code, field)


@pytest.mark.parametrize("number", ["1", "PMOPG/E/2026/01", "60000260110123", "a_b.c:d(e)-f", "x" * 100])
def test_numbers_as_systems_give_them(number: str) -> None:
    assert is_number(number)


@pytest.mark.parametrize("number", ["", " 1", "1 2", "-1", "राम", "१२", "x" * 101, "1\n", None, 17])
def test_what_is_no_number(number: Any) -> None:
    assert not is_number(number)


async def test_it_is_found_by_its_number_by_whoever_may_know_of_it(api: Api) -> None:
    hub, stranger = await api.desk("hub"), await api.desk("stranger")
    given = fresh()
    body = {"kind": "complaint", "subject": "पानी", "text": "नल में पानी नहीं।"}
    answer = await hub.register(**body, particulars={**COMPLAINT, **given})
    assert answer.status_code == 201, answer.text
    docket = answer.json()["id"]
    again = await hub.register(**body, particulars={**COMPLAINT, **given})
    assert again.status_code == 422
    assert answer.json()["number"] in again.json()["detail"]
    found = (await hub.get("/dockets", params={"reference": given["reference"]})).json()["items"]
    assert [one["id"] for one in found] == [docket]
    shown = (await hub.get(f"/dockets/{docket}")).json()
    assert shown["references"] == [{"system": "cpgrams", "number": given["reference"], "day": None}]
    for query in ({"reference": given["reference"][:-1]}, {"reference": "none"}):
        assert (await hub.get("/dockets", params=query)).json()["items"] == []
    assert (await stranger.get("/dockets", params={"reference": given["reference"]})).json()["items"] == []
    await hub.moved(docket, "add_reference", **fresh(reference_day="2020-01-02"))
    assert len((await hub.get(f"/dockets/{docket}")).json()["references"]) == 2
