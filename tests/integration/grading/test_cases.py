"""The cases of a month: read by sets they are what each complaint's movements tell, whatever comes later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from flows.grading.cases import cases_of, graded_in, known_of, lives
from flows.imports.carry_in import Given, import_sheet
from flows.office.structure import AddDepartment
from flows.putting_in_force import put_in_force
from flows.rules.grading import CaseFacts
from flows.rules.grading_facts import facts_of
from flows.rules.months import Month
from storage.snapshots import one_snapshot
from tests.factories.graded_lives import lived_at_random
from tests.factories.graded_scheme import NAME, graded_text
from tests.factories.lives import REASON, complaint_with, new_complaint, replied_complaint
from tests.factories.office_orders import ordered
from tests.factories.practice_office import PracticeOffice
from tests.factories.sheets import CATEGORY, as_csv
from tests.fixtures.office import OfficeClock

APRIL, MAY = Month.of("2026-04"), Month.of("2026-05")
# Midnight in India as April ends.
END = datetime(2026, 4, 30, 18, 30, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


async def read(office: PracticeOffice, month: Month) -> list[CaseFacts]:
    async with one_snapshot(office.database) as driver:
        (of,) = await graded_in(driver, month)
        return [case async for case in cases_of(driver, of)]


async def told(office: PracticeOffice, month: Month) -> list[CaseFacts]:
    """The same from every complaint's movements."""
    async with one_snapshot(office.database) as driver:
        (of,) = await graded_in(driver, month)
        known = await known_of(driver, of)
        districts = known.districts_of(of.scheme, of.kind)
        ids = [row[0] for row in await office.rows("select id from docket where family = 'complaint'")]
        found = [
            facts_of(life.rules(known.days), life.docket, life.movements, of.bounds, districts)
            for life in await lives(driver, ids)
        ]
    return sorted((case for case in found if case is not None), key=lambda case: case.number)


async def test_by_sets_and_by_movements_they_are_the_same_at_every_later_time(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    april, june = datetime(2026, 4, 3, tzinfo=UTC), datetime(2026, 6, 20, tzinfo=UTC)
    made = await lived_at_random(office, office_clock, april, END, [], 1)
    at_the_end = await read(office, APRIL)
    assert at_the_end == await told(office, APRIL)
    await lived_at_random(office, office_clock, END, june, made, 2)
    assert await read(office, APRIL) == await told(office, APRIL) == at_the_end
    later = await read(office, MAY)
    assert later == await told(office, MAY)
    assert {case.ending for case in at_the_end + later} >= {None, "satisfied"}
    assert {case.attended for case in at_the_end + later} >= {None, False}
    assert any(case.sent_back for case in later)
    assert any(case.open_days is not None for case in later)


async def of(office: PracticeOffice, number: str, month: Month = APRIL) -> CaseFacts | None:
    return next((case for case in await read(office, month) if case.number == number), None)


async def test_what_nobody_was_given_in_time_is_not_attended(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    """The limit of attending runs from the registration until somebody is given it; then his own begins."""
    office_clock.set(datetime(2026, 4, 6, 6, tzinfo=UTC))
    never, late, same_day = [await new_complaint(office) for _ in range(3)]
    await same_day.must("hub", "assign", to="junior")
    await same_day.must("junior", "receive")
    await same_day.must("junior", "attend", **REASON)
    office_clock.set(datetime(2026, 4, 9, 6, tzinfo=UTC))
    await late.must("hub", "assign", to="junior")
    await late.must("junior", "receive")
    await late.must("junior", "attend", **REASON)
    office_clock.set(END + timedelta(hours=1))
    found = {case.number: case.attended for case in await read(office, APRIL)}
    assert found == {never.number: False, late.number: False, same_day.number: True}
    assert await read(office, APRIL) == await told(office, APRIL)
    office_clock.set(datetime(2026, 6, 1, 6, tzinfo=UTC))
    assert {case.attended for case in await read(office, MAY)} == {None}, "it is held against one month only"


async def test_what_happens_at_midnight_in_india_is_the_next_month_s(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(END - timedelta(minutes=1))
    closed = await replied_complaint(office)
    office_clock.set(END - MOMENT)
    last = await new_complaint(office)
    office_clock.set(END)
    first = await new_complaint(office)
    await closed.must("calling", "satisfied", **REASON)
    case = await of(office, last.number)
    assert case is not None
    assert (case.registered, case.open_days, case.ending) == (date(2026, 4, 30), 0, None)
    assert (await of(office, first.number), await of(office, first.number, MAY) is None) == (None, False)
    before, after = await of(office, closed.number), await of(office, closed.number, MAY)
    assert before is not None
    assert after is not None
    assert (before.ending, before.replied) == (None, True)
    assert (after.ending, after.replied, after.open_days) == ("satisfied", False, None)


async def test_a_reopened_complaint_is_open_from_its_reopening_and_was_closed_as_it_was(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(datetime(2026, 4, 5, 6, tzinfo=UTC))
    life = await replied_complaint(office)
    await life.must("calling", "satisfied", **REASON)
    office_clock.set(datetime(2026, 5, 4, 6, tzinfo=UTC))
    await life.must("calling", "reopen", **REASON)
    april, may = await of(office, life.number), await of(office, life.number, MAY)
    assert april is not None
    assert may is not None
    assert (april.ending, april.open_days) == ("satisfied", None)
    assert (may.ending, may.open_days, may.registered) == (None, 27, date(2026, 4, 5))
    assert await of(office, life.number, MAY.next.next) is not None, "it is open still"


async def test_what_was_closed_before_the_month_is_none_of_its_cases(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(datetime(2026, 4, 5, 6, tzinfo=UTC))
    life = await replied_complaint(office)
    await life.must("calling", "satisfied", **REASON)
    assert await of(office, life.number, MAY) is None
    office_clock.set(datetime(2026, 5, 4, 6, tzinfo=UTC))
    await life.must("calling", "reopen", **REASON)
    june = await new_complaint(office)
    assert await of(office, life.number, APRIL) is not None
    assert await of(office, june.number, APRIL) is None


@pytest.mark.parametrize(("hours", "kept"), [(5, True), (24 * 4, False)])
async def test_attended_in_time_counts_well_and_late_does_not(
    office: PracticeOffice, office_clock: OfficeClock, hours: int, kept: bool
) -> None:
    office_clock.set(datetime(2026, 4, 6, 6, tzinfo=UTC))
    life = await complaint_with(office, "junior")
    office_clock.forward(timedelta(hours=hours))
    await life.must("junior", "attend", **REASON)
    case = await of(office, life.number)
    assert case is not None
    assert (case.attended, case.department, case.district) == (kept, "jal", "hansi")


async def test_a_category_that_was_changed_later_leaves_the_month_as_it_was(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(END - timedelta(days=1))
    life = await complaint_with(office, "junior")
    office_clock.set(END + timedelta(hours=6))
    await life.must("hub", "recategorise", to="junior", category="street-light", **REASON)
    april, may = await of(office, life.number), await of(office, life.number, MAY)
    assert april is not None
    assert may is not None
    assert (april.department, may.department) == ("jal", "bijli")


async def test_an_own_category_is_graded_with_the_department_of_its_row(
    office: PracticeOffice, office_clock: OfficeClock, tmp_path: Path
) -> None:
    """The scheme names ``jal`` and the office JAL, which is the same; of KHEL only the office knows."""
    office_clock.set(END - timedelta(days=20))
    for code in ("JAL", "KHEL"):
        await ordered(office, "administrator", AddDepartment(code, "Department", "विभाग"))
    codes = [f"{number:05d}" for number in range(3)]
    await bring_categories(office, tmp_path, zip(codes, ("JAL", "KHEL", ""), strict=True))
    lived = [await complaint_with(office, "junior", category=code) for code in codes]
    expected = dict(zip((life.number for life in lived), ("jal", "KHEL", None), strict=True))
    assert {case.number: case.department for case in await read(office, APRIL)} == expected
    office_clock.set(END + timedelta(hours=1))
    await bring_categories(office, tmp_path / "later", [(codes[0], "KHEL")])
    await lived[0].must("hub", "recategorise", to="junior", category="street-light", **REASON)
    await lived[1].must("hub", "recategorise", to="junior", category=codes[0], **REASON)
    await lived[2].must("hub", "recategorise", to="junior", category=codes[1], **REASON)
    april = await read(office, APRIL)
    assert {case.number: case.department for case in april} == expected, "the month stays as it was"
    assert april == await told(office, APRIL)
    assert [case.department for case in await read(office, MAY)] == ["bijli", "KHEL", "KHEL"]


async def bring_categories(office: PracticeOffice, folder: Path, categories: Iterable[tuple[str, str]]) -> None:
    """Categories of the office's own, each with the code of its department."""
    named = {"scheme": NAME, "name_en": "Something", "name_hi": "कुछ"}
    rows = [{**CATEGORY, **named, "code": code, "department": department} for code, department in categories]
    given = Given("categories", as_csv(folder, rows), "categories.csv")
    await import_sheet(office.database, office.identity, None, given, dry_run=False)


async def test_a_ward_is_graded_with_the_district_in_which_it_lay_at_the_month_s_end(
    office: PracticeOffice, office_clock: OfficeClock, tmp_path: Path
) -> None:
    office_clock.set(datetime(2026, 4, 5, 6, tzinfo=UTC))
    await bring_places(
        office, tmp_path, ("narnaund", ""), ("ward", "hansi"), ("lane", "ward"), ("hamlet", "narnaund")
    )
    lived = {code: await new_complaint(office, place=code) for code in ("lane", "hamlet", "barwala")}
    office_clock.set(END + timedelta(hours=1))
    await bring_places(office, tmp_path / "later", ("ward", "barwala"))
    await lived["lane"].must("hub", "recategorise", to="junior", category="street-light", **REASON)
    cases = {case.number: case.district for case in await read(office, APRIL)}
    found = {code: cases[life.number] for code, life in lived.items()}
    assert found == {"lane": "hansi", "hamlet": "narnaund", "barwala": "barwala"}
    assert await read(office, APRIL) == await told(office, APRIL)
    may = await of(office, lived["lane"].number, MAY)
    assert may is not None
    assert may.district == "barwala"


async def test_the_scheme_names_a_district_for_its_places_and_for_the_office_s(
    office: PracticeOffice, office_clock: OfficeClock, tmp_path: Path
) -> None:
    named = """
    districts:
      hisar: {label: [Hisar, हिसार], places: [hansi, barwala]}
      jind: {label: [Jind, जींद]}
"""
    text = graded_text(version=4, more=named)
    await put_in_force(office.database, office.identity, text, "districts.yaml", date(2026, 4, 1))
    office_clock.set(datetime(2026, 4, 5, 6, tzinfo=UTC))
    await bring_places(
        office, tmp_path, ("division", ""), ("jind", "division"), ("safidon", "jind"), ("ward", "hansi")
    )
    lived = [
        await new_complaint(office, place=code) for code in ("hansi", "barwala", "ward", "safidon", "division")
    ]
    cases = {case.number: case.district for case in await read(office, APRIL)}
    assert [cases[life.number] for life in lived] == ["hisar", "hisar", "hisar", "jind", "division"]


async def bring_places(office: PracticeOffice, folder: Path, *places: tuple[str, str]) -> None:
    """Places of the office's own, each with the one in which it lies."""
    named = {"scheme": NAME, "name_en": "Somewhere", "name_hi": "कहीं"}
    rows = [{**named, "code": code, "parent": parent} for code, parent in places]
    given = Given("places", as_csv(folder, rows), "places.csv")
    await import_sheet(office.database, office.identity, None, given, dry_run=False)


async def test_a_reply_sent_back_counts_in_the_month_in_which_it_was(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(END - timedelta(days=1))
    life = await replied_complaint(office)
    office_clock.set(END + timedelta(days=1))
    await life.must("engineer", "send_reply_back", quality="not_done", **REASON)
    april, may = await of(office, life.number), await of(office, life.number, MAY)
    assert april is not None
    assert may is not None
    assert (april.replied, april.sent_back, may.replied, may.sent_back) == (True, False, False, True)
