"""What a rule holds back is not reached by a way round it: another act, another value, another day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from flows.clock_acts import tick
from flows.clock_on_complaints import OVERDUE, WAITING, EscalateOverdue
from flows.office.charges import GiveCharge
from flows.office.posts import AddPost, ClosePost
from tests.factories.lives import (
    REASON,
    Life,
    complaint_with,
    file_with,
    new_complaint,
    new_file,
    new_receipt,
    replied_complaint,
)
from tests.factories.office_orders import login_of, ordered
from tests.factories.practice_office import PracticeOffice, Seat
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures.office import OfficeClock

EXPENDITURE: dict[str, Any] = {"subject_class": "expenditure", "amount_paise": 10**12}
TOLD = {"remark": "मुख्य शिकायत में पाइप बदल दी गई।"}


async def _seen(life: Life) -> Life:
    life.version = (await life.row())["version"]
    return life


# --- an end by another name --------------------------------------------------------------------------------------


async def test_merging_closes_and_needs_what_closing_needs(office: PracticeOffice) -> None:
    file, other = await new_file(office, **EXPENDITURE), await new_file(office)
    assert (await file.act("clerk", "merge", other=other.number, **REASON)).refused == "lacks-power"
    file = await file_with(office, "superintendent", **EXPENDITURE)
    into = {"other": (await file_with(office, "superintendent")).number, **REASON}
    assert (await file.act("superintendent", "merge", **into)).refused == "needs-decision"


async def test_what_took_another_in_is_not_struck_out(office: PracticeOffice) -> None:
    file, other = await new_file(office, "accountant"), await new_file(office, "accountant")
    await file.must("accountant", "merge", other=other.number, **REASON)
    assert (await (await _seen(other)).act("accountant", "cancel", **REASON)).refused == "merged-into-it"
    await other.must("accountant", "close")


async def test_what_was_merged_stands_for_itself_when_it_is_reopened(office: PracticeOffice) -> None:
    """The tie ends and stays on record: the other may be struck out, or take it in a second time."""
    file, other = await new_file(office, "accountant"), await new_file(office, "accountant")
    await file.must("accountant", "merge", other=other.number, **REASON)
    await file.must("accountant", "reopen", **REASON)
    assert (await (await _seen(other)).act("accountant", "cancel", **REASON)).refused == "merged-into-it"
    reopened = await file.must("sanctioner", "confirm")
    tie = """select sort, ended_by, ended_at is not null from docket_tie where docket = %(d)s order by at"""
    assert reopened.outcome is not None
    assert await office.rows(tie, d=file.docket) == [("merged", UUID(reopened.outcome["movement"]), True)]
    await file.must("accountant", "merge", other=other.number, **REASON)
    assert [row[2] for row in await office.rows(tie, d=file.docket)] == [True, False]
    await file.must("accountant", "reopen", **REASON)
    await file.must("sanctioner", "confirm")
    await (await _seen(other)).must("accountant", "cancel", **REASON)
    for life in (file, other):
        await assert_rows_equal_their_replay(office, life.docket)


async def test_nothing_ends_with_a_file_attached_to_it(office: PracticeOffice) -> None:
    for who, action, given in (("superintendent", "close", {}), ("clerk", "cancel", REASON)):
        make = file_with if who == "superintendent" else new_file
        one, other = await make(office, who), await make(office, who)
        await one.must(who, "attach", other=other.number)
        assert (await (await _seen(other)).act(who, action, **given)).refused == "has-attached"
        await (await _seen(one)).must(who, "detach", other=other.number)
        await (await _seen(other)).must(who, action, **given)


async def test_a_file_with_a_receipt_in_it_is_not_struck_out(office: PracticeOffice) -> None:
    receipt, file = await new_receipt(office), await new_file(office)
    await receipt.must("clerk", "put_in_file", other=file.number)
    assert (await (await _seen(file)).act("clerk", "cancel", **REASON)).refused == "receipt-undisposed"
    await receipt.must("clerk", "take_out", other=file.number, **REASON)
    await (await _seen(file)).must("clerk", "cancel", **REASON)


async def test_a_receipt_in_an_attached_file_is_disposed_of_by_who_has_the_other(office: PracticeOffice) -> None:
    receipt, file, other = await new_receipt(office), await new_file(office), await new_file(office)
    await receipt.must("clerk", "put_in_file", other=file.number)
    await (await _seen(file)).must("clerk", "attach", other=other.number)
    await receipt.must("clerk", "filed", remark="फाइल में रखा")


# --- competence --------------------------------------------------------------------------------------------------


async def test_an_amount_that_is_not_said_is_within_no_limit(office: PracticeOffice) -> None:
    file = await file_with(office, "superintendent", subject_class="expenditure")
    refused = await file.act("superintendent", "approve", outcome="approve")
    assert (refused.refused, refused.field) == ("needs-amount", None)
    await file.must("superintendent", "approve", outcome="discuss")
    await file.must("superintendent", "amend_particulars", particulars={"amount_paise": 10_000_00}, **REASON)
    await file.must("superintendent", "approve", outcome="approve")


async def test_the_highest_limit_needs_no_amount(office: PracticeOffice) -> None:
    file = await file_with(office, "dc", subject_class="expenditure")
    await file.must("dc", "approve", outcome="approve")


@pytest.mark.parametrize(
    ("was", "amended", "field"),
    [
        (EXPENDITURE, {"amount_paise": 1}, "amount_paise"),
        (EXPENDITURE, {"subject_class": "general"}, "subject_class"),
        ({"subject_class": "leave"}, {"subject_class": "general"}, "subject_class"),
        ({"subject_class": "expenditure", "amount_paise": 1}, {"amount_paise": 10**12}, "amount_paise"),
        ({"subject_class": "expenditure"}, {"subject_class": "general"}, "subject_class"),
        ({"subject_class": "general"}, {"subject_class": "leave"}, "subject_class"),
    ],
)
async def test_nobody_amends_what_he_may_not_decide(
    office: PracticeOffice, was: dict[str, Any], amended: dict[str, Any], field: str
) -> None:
    file = await file_with(office, "superintendent", **was)
    answer = await file.act("superintendent", "amend_particulars", particulars=amended, **REASON)
    assert (answer.refused, answer.field) == ("beyond-amending", field)


async def test_whoever_may_decide_both_amends(office: PracticeOffice) -> None:
    file = await file_with(office, "superintendent", subject_class="expenditure", amount_paise=10_000_00)
    await file.must("superintendent", "amend_particulars", particulars={"amount_paise": 9_000_00}, **REASON)
    await file.must("superintendent", "amend_particulars", particulars={"subject_class": "general"}, **REASON)


async def test_a_slip_at_registration_is_mended_before_the_file_leaves(office: PracticeOffice) -> None:
    file = await new_file(office, **EXPENDITURE)
    await file.must("clerk", "amend_particulars", particulars={"amount_paise": 10**11}, **REASON)
    await file.must("clerk", "forward", to="superintendent", **REASON)
    await file.must("clerk", "pull_back", **REASON)
    await file.must("clerk", "forward", to="superintendent", **REASON)
    await file.must("superintendent", "receive")
    await file.must("superintendent", "forward", to="clerk", **REASON)
    await file.must("clerk", "receive")
    answer = await file.act("clerk", "amend_particulars", particulars={"amount_paise": 1}, **REASON)
    assert answer.refused == "beyond-amending"


async def test_a_condition_is_waived_by_who_set_it_or_above_and_met_by_anybody(office: PracticeOffice) -> None:
    file = await file_with(office, "officer")
    given: dict[str, Any] = {"outcome": "approve_with_conditions", "conditions": ("पहली", "दूसरी", "तीसरी")}
    await file.must("officer", "approve", **given)
    first, second, third = await file.conditions()
    await file.must("officer", "settle_condition", condition=first, outcome="waived", **REASON)
    await file.must("officer", "forward", to="clerk", **REASON)
    await file.must("clerk", "receive")
    answer = await file.act("clerk", "settle_condition", condition=second, outcome="waived", **REASON)
    assert (answer.refused, answer.field) == ("not-to-waive", "outcome")
    await file.must("clerk", "settle_condition", condition=second, outcome="met", **REASON)
    await file.must("clerk", "forward", to="dc", **REASON)
    await file.must("dc", "receive")
    await file.must("dc", "settle_condition", condition=third, outcome="waived", **REASON)


# --- a proposal that outlives its ground -------------------------------------------------------------------------


async def _proposed_with_its_lead(office: PracticeOffice) -> tuple[Life, Life]:
    """A complaint that leads and is closed, and one under it that is proposed to be closed with it."""
    lead, life = await complaint_with(office, "junior"), await complaint_with(office, "junior")
    await life.must("junior", "club", other=lead.number, **REASON)
    await (await _seen(lead)).must("junior", "reply", remark="पाइप बदल दी गई।")
    await lead.must("calling", "satisfied", remark="पानी आ गया।")
    await life.must("junior", "close_clubbed", **TOLD)
    return lead, life


async def test_it_is_not_closed_with_a_lead_from_which_it_was_taken(office: PracticeOffice) -> None:
    lead, life = await _proposed_with_its_lead(office)
    await life.must("hub", "unclub", other=lead.number, **REASON)
    assert (await life.act("engineer", "confirm")).refused == "not-clubbed"
    assert (await life.row())["state"] == "in_work"


async def test_it_is_not_closed_with_a_lead_that_was_reopened(office: PracticeOffice) -> None:
    lead, life = await _proposed_with_its_lead(office)
    await lead.must("calling", "reopen", **REASON)
    assert (await life.act("engineer", "confirm")).refused == "lead-open"


# --- papers of others --------------------------------------------------------------------------------------------


async def test_a_hub_adds_papers_to_what_it_held_and_to_nothing_else(office: PracticeOffice) -> None:
    file = await new_file(office)
    await file.must("clerk", "mark_for_information", posts=("hub",))
    assert (await file.act("hub", "add_document", document=True)).refused == "not-holder"
    complaint = await new_complaint(office)
    await complaint.must("hub", "assign", to="junior")
    await complaint.must("hub", "add_document", document=True)


# --- time that is let pass ---------------------------------------------------------------------------------------

COURT = {"ground": "court", "remark": "न्यायालय में विचाराधीन।"}


async def test_special_closing_is_proposed_so_often_and_no_more(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    for _ in range(2):
        await life.must("junior", "propose_special_close", **COURT)
        await life.must("engineer", "refuse_special_close", **REASON)
    assert (await life.act("junior", "propose_special_close", **COURT)).refused == "proposed-too-often"


async def test_no_proposal_hides_a_limit_that_is_over(office: PracticeOffice, office_clock: OfficeClock) -> None:
    office_clock.set(datetime(2027, 6, 7, 6, 0, tzinfo=UTC))
    life = await complaint_with(office, "junior")
    await life.must("junior", "propose_special_close", **COURT)
    office_clock.forward(timedelta(days=14))
    await life.must("engineer", "refuse_special_close", **REASON)
    assert (await life.act("junior", "propose_special_close", **COURT)).refused == "limit-over"
    await tick(office.database, office.identity, EscalateOverdue())
    row = await life.row()
    assert (row["state"], row["holder"]) == ("assigned", str(office.post("engineer")))


async def test_by_hand_it_goes_up_its_own_line(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    for to in ("accountant", "stranger", "hub"):
        assert (await life.act("arbiter", "escalate", to=to, **REASON)).refused == "not-above"
    await life.must("arbiter", "escalate", to="superintending", **REASON)


# --- a post that was closed --------------------------------------------------------------------------------------


async def _replied_at_a_closed_post(office: PracticeOffice) -> Life:
    """A complaint replied to by a post under the engineer that is no more."""
    code = f"p{uuid4().hex[:6]}"
    add = AddPost("ph", "PH-WORKS", code, "PX", "post", "पद", superior="engineer")
    await ordered(office, "administrator", add)
    post = await office.one("select id from post where code = %(c)s", c=code)
    person = await office.new_person()
    await ordered(office, "administrator", GiveCharge(code, await login_of(office, person), "substantive"))
    office.seats[code] = Seat(person, post, code)
    life = await complaint_with(office, code)
    await life.must(code, "reply", remark="पाइप बदल दी गई।")
    await ordered(office, "administrator", ClosePost(code))
    del office.seats[code]
    return life


async def test_what_is_sent_back_to_a_closed_post_goes_to_the_one_above(office: PracticeOffice) -> None:
    life = await _replied_at_a_closed_post(office)
    await life.must("reviewing", "send_reply_back", quality="incomplete", **REASON)
    row = await life.row()
    assert (row["state"], row["holder"]) == ("in_work", str(office.post("engineer")))
    await life.must("engineer", "reply", remark="अब पूरा।")


async def test_a_citizen_who_is_not_satisfied_is_heard_by_the_post_above(office: PracticeOffice) -> None:
    life = await _replied_at_a_closed_post(office)
    await life.must("calling", "not_satisfied", remark="पानी नहीं आया।")
    await life.must("engineer", "receive")


# --- a reply that nobody hears ----------------------------------------------------------------------------------


async def _days(office: PracticeOffice, office_clock: OfficeClock, days: int) -> None:
    """So many days pass, on each of which the clock does what is due."""
    for _ in range(days):
        office_clock.forward(timedelta(days=1))
        for act in (*OVERDUE, *WAITING):
            await tick(office.database, office.identity, act)


async def _by_the_clock(life: Life) -> list[str]:
    sql = "select name from movement where docket = %(d)s and by_post is null order by sequence"
    return [row[0] for row in await life.office.rows(sql, d=life.docket)]


async def _reminded(life: Life) -> set[str | None]:
    sql = "select distinct jsonb_array_elements_text(details -> 'reminded') from movement where docket = %(d)s"
    return {life.office.name_of(UUID(row[0])) for row in await life.office.rows(sql, d=life.docket)}


async def test_a_reply_that_nobody_hears_reminds_and_climbs(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(datetime(2027, 6, 7, 6, 0, tzinfo=UTC))
    life = await replied_complaint(office)
    await _days(office, office_clock, 29)
    assert await _by_the_clock(life) == ["remind_of_reply"] * 9, "every three days"
    assert await _reminded(life) == {"calling"}
    await _days(office, office_clock, 2)
    row = await life.row()
    assert (row["state"], row["holder"]) == ("assigned", str(office.post("engineer"))), (
        "the citizen's limit is over"
    )
    assert await office.one("select level from complaint where docket = %(d)s", d=life.docket) == 2
    await assert_rows_equal_their_replay(office, life.docket)


async def test_at_the_top_a_reply_that_nobody_hears_goes_on_reminding(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(datetime(2027, 6, 7, 6, 0, tzinfo=UTC))
    life = await complaint_with(office, "junior")
    for _ in range(2):
        await life.must("arbiter", "escalate", **REASON)
        await life.must(str(office.name_of(UUID((await life.row())["holder"]))), "receive")
    await life.must("superintending", "reply", remark="पाइप बदल दी गई।")
    await _days(office, office_clock, 60)
    assert (await life.row())["state"] == "replied"
    assert await _by_the_clock(life) == ["remind_of_reply"] * 19
