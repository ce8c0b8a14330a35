"""The complaint's guards and clocks: to whom it goes, who hears the citizen, which clock runs, which is halted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from flows.rules.errors import Refused
from tests.factories.lives import Life, complaint_with, new_complaint, replied_complaint
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock

REMARK = {"remark": "विवरण"}
MONDAY = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)  # 10:00 in Hisar


async def clocks(life: Life) -> dict[str, dict[str, Any]]:
    """The docket's clocks by sort; it fails where there are two of one sort."""
    sql = "select sort, began, due, halted_at, ended from clock where docket = %(d)s"
    rows = await life.office.rows(sql, d=life.docket)
    found = {sort: {"began": b, "due": due, "halted": h, "ended": e} for sort, b, due, h, e in rows}
    assert len(found) == len(rows)
    return found


async def test_a_complaint_never_goes_to_the_post_accused_nor_to_one_under_it(office: PracticeOffice) -> None:
    life = await new_complaint(office, accused="engineer")
    for to in ("engineer", "junior"):
        answer = await life.act("hub", "assign", to=to)
        assert (answer.refused, answer.field) == ("accused-post", "to")
    assert (await life.act("hub", "assign", to="superintending")).state == "assigned"


async def test_an_accused_post_that_does_not_exist_is_refused(office: PracticeOffice) -> None:
    for accused in ("no-such-post", str(uuid4())):
        with pytest.raises(Refused) as refused:
            await new_complaint(office, accused=accused)
        assert (refused.value.refusal.code, refused.value.refusal.field) == ("unknown-post", "accused")


async def test_the_officer_who_replied_never_records_the_feedback(office: PracticeOffice) -> None:
    life = await replied_complaint(office, "calling")
    for action in ("satisfied", "not_satisfied"):
        assert (await life.act("calling", action, **REMARK)).refused == "officer-concerned"


async def test_nor_does_he_from_another_of_his_posts(office: PracticeOffice) -> None:
    life = await replied_complaint(office, "junior")
    also_calling = await office.same_person_at("junior", "calling")
    assert (await life.act(also_calling, "satisfied", **REMARK)).refused == "officer-concerned"


async def test_his_successor_at_the_post_does_not_either(office: PracticeOffice) -> None:
    life = await replied_complaint(office, "calling")
    successor = await office.second_person_at("calling")
    assert (await life.act(successor, "satisfied", **REMARK)).refused == "officer-concerned"


@pytest.mark.parametrize("action", ["attend", "reply"])
async def test_attending_and_replying_need_words(office: PracticeOffice, action: str) -> None:
    life = await complaint_with(office, "junior")
    assert (await life.act("junior", action)).refused == "needs-remark"


async def test_feedback_is_in_the_citizen_s_words(office: PracticeOffice) -> None:
    life = await replied_complaint(office)
    assert (await life.act("calling", "satisfied")).refused == "needs-remark"


async def test_the_citizen_s_clock_begins_at_registration(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    life = await new_complaint(office)
    assert (await clocks(life)).keys() == {"citizen"}
    citizen = (await clocks(life))["citizen"]
    assert (citizen["began"], citizen["due"]) == (MONDAY, MONDAY + timedelta(days=30))


async def test_the_officer_s_clocks_begin_when_it_is_assigned(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    life = await new_complaint(office)
    assigned = office_clock.forward(timedelta(hours=3))
    await life.must("hub", "assign", to="junior")
    found = await clocks(life)
    assert (found["level"]["began"], found["level"]["due"]) == (assigned, assigned + timedelta(days=7))
    # One working day: by the close of office on Tuesday, 17:00 in Hisar.
    assert found["attend"]["due"] == datetime(2027, 3, 2, 11, 30, tzinfo=UTC)
    assert (await life.row())["due"] == found["level"]["due"].isoformat()


async def test_the_first_attending_ends_its_clock(office: PracticeOffice, office_clock: OfficeClock) -> None:
    office_clock.set(MONDAY)
    life = await complaint_with(office, "junior")
    attended = office_clock.forward(timedelta(hours=5))
    await life.must("junior", "attend", **REMARK)
    office_clock.forward(timedelta(hours=5))
    await life.must("junior", "attend", **REMARK)
    assert (await clocks(life))["attend"]["ended"] == attended


async def test_a_reply_halts_the_officer_s_clock_only(office: PracticeOffice, office_clock: OfficeClock) -> None:
    office_clock.set(MONDAY)
    life = await complaint_with(office, "junior")
    replied = office_clock.forward(timedelta(days=2))
    await life.must("junior", "reply", **REMARK)
    found = await clocks(life)
    assert found["level"]["halted"] == replied
    assert found["citizen"]["halted"] is None
    assert found["level"]["ended"] is None
    row = await life.row()
    assert (row["holder"], row["due"]) == (None, None)


async def test_not_satisfied_goes_back_to_the_replier_with_the_time_that_was_left(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    life = await complaint_with(office, "junior")
    before = await clocks(life)
    office_clock.forward(timedelta(days=2))
    await life.must("junior", "reply", **REMARK)
    office_clock.forward(timedelta(days=4))
    answer = await life.must("calling", "not_satisfied", **REMARK)
    after, row = await clocks(life), await life.row()
    assert (answer.state, row["holder"]) == ("assigned", str(office.post("junior")))
    assert after["level"]["due"] == before["level"]["due"] + timedelta(days=4)
    assert after["level"]["halted"] is None
    assert row["due"] == after["level"]["due"].isoformat()


async def test_the_time_left_of_a_working_limit_is_working_time(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    life = await complaint_with(office, "junior", category="street-light")
    thursday_five = datetime(2027, 3, 4, 11, 30, tzinfo=UTC)
    assert (await clocks(life))["level"]["due"] == thursday_five
    office_clock.set(datetime(2027, 3, 2, 11, 30, tzinfo=UTC))  # Tuesday at the close: two days are left
    await life.must("junior", "reply", **REMARK)
    office_clock.set(datetime(2027, 3, 4, 11, 30, tzinfo=UTC))
    await life.must("calling", "not_satisfied", **REMARK)
    monday_five = datetime(2027, 3, 8, 11, 30, tzinfo=UTC)  # Friday and Monday, not Saturday
    assert (await clocks(life))["level"]["due"] == monday_five


async def test_the_citizen_s_clock_never_restarts_and_ends_only_at_close(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    life = await complaint_with(office, "junior")
    first = (await clocks(life))["citizen"]
    for _ in range(2):
        office_clock.forward(timedelta(days=1))
        await life.must("junior", "reply", **REMARK)
        office_clock.forward(timedelta(days=1))
        await life.must("calling", "not_satisfied", **REMARK)
        await life.must("junior", "receive")
        assert (await clocks(life))["citizen"] == first
    await life.must("junior", "reply", **REMARK)
    closed = office_clock.forward(timedelta(days=1))
    await life.must("calling", "satisfied", **REMARK)
    found = await clocks(life)
    assert found["citizen"] == {**first, "ended": closed}
    assert {clock["ended"] for clock in found.values()} == {closed}


async def test_satisfied_closes_with_its_own_kind_of_ending(office: PracticeOffice) -> None:
    life = await replied_complaint(office)
    assert (await life.must("calling", "satisfied", **REMARK)).state == "closed"
    assert (await life.row())["ending"] == "satisfied"


async def test_days_of_waiting_for_the_citizen_are_nobody_s_holding(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    life = await complaint_with(office, "junior")
    replied = office_clock.forward(timedelta(days=1))
    await life.must("junior", "reply", **REMARK)
    back = office_clock.forward(timedelta(days=2))
    await life.must("calling", "not_satisfied", **REMARK)
    sql = "select post, level, from_at, to_at from holding where docket = %(d)s order by from_at"
    rows = await office.rows(sql, d=life.docket)
    assert [(office.name_of(post), level) for post, level, _, _ in rows] == [
        ("hub", 1),
        ("junior", 1),
        ("junior", 1),
    ]
    assert (rows[1][3], rows[2][2], rows[2][3]) == (replied, back, None)


async def test_a_superior_sees_what_his_officer_answered_and_a_stranger_does_not(office: PracticeOffice) -> None:
    life = await replied_complaint(office)
    assert (await life.act("superintending", "satisfied", **REMARK)).refused == "lacks-power"
    assert (await life.act("stranger", "satisfied", **REMARK)).refused == "hidden"
