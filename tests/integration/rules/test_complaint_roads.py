"""Each rule of the complaint's whole table by name, through acceptance and step on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.fsck.time_kept import check_time
from storage.snapshots import one_snapshot
from tests.factories.clock_acts import clock_does
from tests.factories.lives import REASON, Life, complaint_with, new_complaint, replied_complaint
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

REMARK = {"remark": "विवरण"}
MONDAY = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)  # 10:00 in Hisar


@pytest.fixture(autouse=True)
async def what_is_kept_is_what_the_movements_say(office: PracticeOffice) -> AsyncIterator[None]:
    """After each test: every docket's clocks, holdings and posts as retold, every chain as its rows."""
    before = await office.one("select coalesce(array_agg(id), '{}') from docket")
    yield
    async with one_snapshot(office.database) as driver:
        report = await check_time(driver)
    assert report.differences == []
    for (docket,) in await office.rows("select id from docket where id <> all(%(before)s)", before=before):
        await assert_rows_equal_their_replay(office, docket)


async def running(life: Life, sort: str = "level") -> list[tuple[Any, ...]]:
    sql = """select level, began, due, halted_at from clock
        where docket = %(d)s and sort = %(s)s and ended is null"""
    return await life.office.rows(sql, d=life.docket, s=sort)


async def level(life: Life) -> int:
    return await life.office.one("select level from complaint where docket = %(d)s", d=life.docket)


async def holder(life: Life) -> str | None:
    return life.office.name_of(await life.office.one("select holder from docket where id = %(d)s", d=life.docket))


async def details(life: Life) -> dict[str, Any]:
    sql = "select details from movement where docket = %(d)s order by sequence desc limit 1"
    return await life.office.one(sql, d=life.docket)


# --- passing it on ---------------------------------------------------------------------------------------------


async def test_returned_it_is_with_the_hub_and_its_level_s_clock_runs_on(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    life = await complaint_with(office, "junior")
    before = await running(life)
    office_clock.forward(timedelta(days=1))
    assert (await life.act("junior", "return_to_hub")).refused == "needs-reason"
    assert (await life.must("junior", "return_to_hub", **REASON)).state == "registered"
    assert await holder(life) == "hub"
    office_clock.forward(timedelta(days=1))
    await life.must("hub", "assign", to="engineer")
    assert await running(life) == before


async def test_at_the_hop_limit_only_the_arbiter_assigns_and_finally(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    assert (await life.act("arbiter", "assign_finally", to="engineer", **REASON)).refused == "hops-left"
    await life.must("junior", "transfer", to="engineer", **REASON)
    await life.must("engineer", "transfer", to="junior", **REASON)
    await life.must("junior", "return_to_hub", **REASON)
    assert (await life.act("hub", "assign", to="engineer")).refused == "hop-limit"
    await life.must("arbiter", "assign_finally", to="engineer", **REASON)
    for action in ("return_to_hub", "transfer"):
        given = {"to": "junior"} if action == "transfer" else {}
        assert (await life.act("engineer", action, **given, **REASON)).refused == "hop-limit"


async def test_another_category_has_its_own_limits_from_the_same_beginning(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    life = await complaint_with(office, "junior")
    citizen, ((_, assigned, _, _),) = await running(life, "citizen"), await running(life)
    office_clock.forward(timedelta(days=1))
    await life.must("junior", "recategorise", to="junior", category="pension", **REASON)
    ((_, began, due, _),) = await running(life)
    assert (began, due) == (assigned, assigned + timedelta(days=15))
    assert await running(life, "citizen") == citizen
    assert await details(life) == {"category": "pension", "category_before": "drinking-water"}


async def test_the_first_level_recategorises_within_the_scheme_s_days_and_the_hub_always(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    life = await complaint_with(office, "junior")
    given = {"to": "engineer", "category": "street-light", **REASON}
    office_clock.forward(timedelta(days=4))
    assert (await life.act("junior", "recategorise", **given)).refused == "recategorise-late"
    assert (await life.act("hub", "recategorise", **{**given, "category": "moon"})).refused == "unknown-particular"
    assert (
        await life.act("hub", "recategorise", **{**given, "category": "drinking-water"})
    ).refused == "same-category"
    await life.must("hub", "recategorise", **given)


async def test_before_anybody_had_it_the_hub_corrects_the_category_and_assigns(office: PracticeOffice) -> None:
    life = await new_complaint(office)
    await life.must("hub", "recategorise", to="junior", category="street-light", **REASON)
    ((_, began, due, _),) = await running(life)
    assert due - began < timedelta(days=7)


async def test_directed_down_it_keeps_level_and_clock(office: PracticeOffice) -> None:
    life = await complaint_with(office, "engineer")
    before = await running(life)
    assert (await life.act("engineer", "direct_down", to="superintending")).refused == "not-below"
    assert (await life.must("engineer", "direct_down", to="junior")).state == "in_work"
    assert (await holder(life), await level(life), await running(life)) == ("junior", 1, before)
    assert (await life.must("junior", "reply", **REMARK)).state == "replied"


async def test_who_recused_itself_never_gets_it_again(office: PracticeOffice) -> None:
    life = await complaint_with(office, "engineer")
    assert (await life.act("engineer", "recuse", to="junior", **REASON)).refused == "under-the-conflict"
    await life.must("engineer", "recuse", to="stranger", **REASON)
    assert (await level(life), await holder(life)) == (1, "stranger")
    for action in ("transfer", "recategorise"):
        given = {"category": "pension"} if action == "recategorise" else {}
        assert (await life.act("hub", action, to="engineer", **given, **REASON)).refused == "recused-post"


# --- the accused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["transfer", "recuse", "recategorise"])
async def test_no_row_sends_it_to_the_accused_nor_under_it(office: PracticeOffice, action: str) -> None:
    life = await new_complaint(office, accused="engineer")
    await life.must("hub", "assign", to="stranger")
    given = {"category": "pension"} if action == "recategorise" else {}
    for to in ("engineer", "junior"):
        assert (await life.act("stranger", action, to=to, **given, **REASON)).refused == "accused-post"


async def test_a_post_where_only_the_accused_officer_sits_does_not_get_it(
    database: Database, office_in: Callable[[Database], Awaitable[PracticeOffice]]
) -> None:
    office = await office_in(database)
    await office.same_person_at("engineer", "vacant")
    life = await new_complaint(office, accused="engineer")
    assert (await life.act("hub", "assign", to="vacant")).refused == "accused-post"


async def test_the_accused_superior_neither_sees_nor_decides(office: PracticeOffice) -> None:
    life = await new_complaint(office, accused="superintending")
    await life.must("hub", "assign", to="stranger")
    elsewhere = await office.same_person_at("superintending", "arbiter")
    assert (await life.act("superintending", "escalate", to="dc", **REASON)).refused == "hidden"
    assert (await life.act(elsewhere, "escalate", to="dc", **REASON)).refused == "hidden"


async def test_a_post_with_nobody_above_lets_nothing_go_up(office: PracticeOffice) -> None:
    life = await new_complaint(office, accused="superintendent")
    await life.must("hub", "assign", to="stranger")
    assert (await life.act("arbiter", "escalate", **REASON)).refused == "needs-post"
    assert (await life.act("arbiter", "escalate", to="officer", **REASON)).refused == "not-above"
    assert await holder(life) == "stranger"


# --- the citizen ------------------------------------------------------------------------------------------------


async def test_the_desk_takes_down_for_the_citizen_and_says_by_which_way(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    assert (await life.act("calling", "answer", **REMARK)).refused == "not-asked"
    await life.must("junior", "ask", **REMARK)
    assert (await life.act("calling", "answer", channel="pigeon", **REMARK)).refused == "unknown-particular"
    before = await running(life)
    await life.must("calling", "answer", channel="telephone", **REMARK)
    assert await details(life) == {"for": "citizen", "channel": "telephone"}
    assert await running(life) == before
    assert (await life.act("calling", "answer", **REMARK)).refused == "not-asked"


async def test_withdrawn_it_is_closed_as_such_and_never_by_the_officer(office: PracticeOffice) -> None:
    life = await complaint_with(office, "calling")
    assert (await life.act("calling", "withdraw", **REMARK)).refused == "officer-concerned"
    life = await complaint_with(office, "junior")
    await life.must("calling", "withdraw", **REMARK)
    row = await life.row()
    assert (row["state"], row["ending"], row["holder"]) == ("closed", "withdrawn", None)


# --- reply and review -------------------------------------------------------------------------------------------


async def test_a_reply_without_the_category_s_evidence_is_not_accepted(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior", category="pension")
    assert (await life.act("junior", "reply", **REMARK)).refused == "lacks-evidence"
    await life.must("junior", "add_document", document="payment_proof")
    assert (await life.must("junior", "reply", **REMARK)).state == "replied"


async def test_sent_back_by_its_reviewer_it_goes_on_in_the_time_that_was_left(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    life = await complaint_with(office, "junior")
    ((_, _, due, _),) = await running(life)
    office_clock.forward(timedelta(hours=1))
    await life.must("junior", "reply", **REMARK)
    office_clock.forward(timedelta(days=2))
    assert (await life.act("engineer", "send_reply_back", **REASON)).field == "quality"
    await life.must("engineer", "send_reply_back", quality="not_done", **REASON)
    ((_, _, after, halted),) = await running(life)
    assert (await holder(life), after, halted) == ("junior", due + timedelta(days=2), None)
    assert await details(life) == {"quality": "not_done"}


async def test_an_accepted_reply_is_not_reviewed_again_but_a_new_one_is(office: PracticeOffice) -> None:
    life = await replied_complaint(office)
    await life.must("reviewing", "accept_reply")
    assert (await life.act("engineer", "accept_reply")).refused == "reviewed-already"
    await life.must("calling", "not_satisfied", **REMARK)
    await life.must("junior", "receive")
    await life.must("junior", "reply", **REMARK)
    await life.must("engineer", "accept_reply")


async def test_who_replied_does_not_review_from_another_post(office: PracticeOffice) -> None:
    life = await replied_complaint(office)
    above = await office.same_person_at("junior", "engineer")
    assert (await life.act(above, "accept_reply")).refused == "own-reply"


# --- unheard ----------------------------------------------------------------------------------------------------


async def test_unheard_is_closed_by_the_clock_after_attempts_on_different_days_and_hours(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    life = await replied_complaint(office)
    for _ in range(3):
        await life.must("calling", "record_attempt")
    assert (await clock_does(life, "close_unheard")).refused == "attempts-missing"
    for pause in (timedelta(days=1), timedelta(days=1, hours=2)):
        office_clock.forward(pause)
        await life.must("calling", "record_attempt")
    assert (await life.act("calling", "close_unheard")).refused == "not-the-clock"
    assert (await clock_does(life, "close_unheard")).state == "closed"
    assert (await life.row())["ending"] == "unheard"


async def test_nobody_is_called_at_night(office: PracticeOffice, office_clock: OfficeClock) -> None:
    office_clock.set(MONDAY)
    life = await replied_complaint(office)
    office_clock.forward(timedelta(hours=12))
    assert (await life.act("calling", "record_attempt")).refused == "outside-calling-hours"


# --- closing without consent -----------------------------------------------------------------------------------


async def special(office: PracticeOffice, who: str = "junior") -> Life:
    life = await complaint_with(office, who)
    await life.must(who, "propose_special_close", ground="court", **REMARK)
    return life


async def test_special_closing_takes_another_person_at_a_higher_post(office: PracticeOffice) -> None:
    life = await special(office)
    above = await office.same_person_at("junior", "superintending")
    assert (await life.act(above, "approve_special_close", **REASON)).refused == "same-person"
    assert (await life.act("arbiter", "approve_special_close", **REASON)).refused == "not-decider"
    await life.must("engineer", "approve_special_close", **REASON)
    assert (await life.row())["ending"] == "special"


async def test_refused_it_is_in_work_again_with_the_same_officer(office: PracticeOffice) -> None:
    life = await special(office)
    before = await running(life)
    await life.must("superintending", "refuse_special_close", **REASON)
    assert ((await life.row())["state"], await holder(life), await running(life)) == ("in_work", "junior", before)


async def test_a_proposal_of_special_closing_lapses(office: PracticeOffice, office_clock: OfficeClock) -> None:
    office_clock.set(MONDAY)
    life = await special(office)
    assert (await clock_does(life, "lapse_special_close")).refused == "not-lapsed"
    office_clock.forward(timedelta(days=15, minutes=1))
    assert (await life.act("engineer", "approve_special_close", **REASON)).refused == "proposal-lapsed"
    assert (await clock_does(life, "lapse_special_close")).state == "in_work"


async def test_special_closing_needs_a_ground_of_the_scheme(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    assert (await life.act("junior", "propose_special_close", ground="tired", **REMARK)).field == "ground"


async def test_rejecting_takes_two_people(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    assert (await life.must("junior", "reject", ground="untrue", **REASON)).state == "in_work"
    above = await office.same_person_at("junior", "arbiter")
    assert (await life.act(above, "confirm")).refused == "same-person"
    assert (await life.must("engineer", "confirm")).state == "closed"
    assert (await life.row())["ending"] == "rejected"


async def test_a_rejection_is_not_confirmed_after_it_passed_to_another_officer(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    await life.must("junior", "reject", ground="untrue", **REASON)
    await life.must("hub", "transfer", to="stranger", **REASON)
    await life.must("stranger", "receive")
    assert (await life.act("engineer", "confirm")).refused in ("not-holder", "hidden")


# --- up, and open again -----------------------------------------------------------------------------------------


async def test_escalated_the_next_level_s_clock_begins(office: PracticeOffice, office_clock: OfficeClock) -> None:
    office_clock.set(MONDAY)
    life = await complaint_with(office, "junior")
    office_clock.forward(timedelta(days=3))
    assert (await clock_does(life, "escalate")).refused == "not-overdue"
    now = office_clock.forward(timedelta(days=5))
    assert (await clock_does(life, "escalate")).state == "assigned"
    ((of, began, _, _),) = await running(life)
    assert (of, began, await level(life), await holder(life)) == (2, now, 2, "engineer")
    held = "select level from holding where docket = %(d)s and to_at is null"
    assert await office.one(held, d=life.docket) == 2


async def test_a_complaint_that_nobody_was_given_is_escalated_too_and_at_the_top_it_stays(
    office: PracticeOffice,
) -> None:
    life = await new_complaint(office, category="street-light")
    await life.must("arbiter", "escalate", to="junior", **REASON)
    assert (await life.act("arbiter", "escalate", to="engineer", **REASON)).refused == "top-level"


async def test_a_person_escalates_with_a_reason_and_never_downwards(office: PracticeOffice) -> None:
    life = await complaint_with(office, "engineer")
    assert (await life.act("superintending", "escalate")).refused == "needs-reason"
    assert (await life.act("superintending", "escalate", to="junior", **REASON)).refused == "not-above"


async def closed(office: PracticeOffice) -> Life:
    life = await replied_complaint(office)
    await life.must("calling", "satisfied", **REMARK)
    return life


async def test_reopened_it_has_new_clocks_and_the_old_stay_on_record(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    life = await closed(office)
    now = office_clock.forward(timedelta(days=2))
    await life.must("calling", "reopen", **REASON)
    assert (await holder(life), (await life.row())["ending"]) == ("junior", None)
    for sort in ("citizen", "level", "attend"):
        ((_, began, _, _),) = await running(life, sort)
        assert began == now
    assert await life.count("clock") == 6


async def test_an_appeal_goes_to_the_next_level(office: PracticeOffice) -> None:
    life = await closed(office)
    await life.must("calling", "appeal", **REASON)
    assert (await level(life), await holder(life)) == (2, "engineer")


async def test_the_citizen_reopens_within_the_window_and_as_often_as_the_scheme_says(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY)
    life = await closed(office)
    for _ in range(2):
        await life.must("calling", "reopen", **REASON)
        await life.must("calling", "withdraw", **REMARK)
        office_clock.forward(timedelta(hours=1))
    assert (await life.act("calling", "reopen", **REASON)).refused == "reopened-too-often"
    late = await closed(office)
    office_clock.forward(timedelta(days=31))
    assert (await late.act("calling", "reopen", **REASON)).refused == "reopening-late"
    await late.must("engineer", "reopen_by_superior", **REASON)
