"""The office file's guards and effects one by one: sending, returning, deciding, parking, pulling, closing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from flows.rules.known_schemes import shipped_schemes
from tests.factories.lives import REASON, Life, closed_file, file_with, new_file
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock

REMARK = {"remark": "टिप्पणी"}


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (None, "needs-post"),
        ("no-such-post", "unknown-post"),
        ("abolished", "unknown-post"),
        ("superintendent", "own-post"),
        ("vacant", "nobody-there"),
    ],
)
async def test_a_file_goes_only_to_another_post_that_somebody_holds(
    office: PracticeOffice, to: str | None, code: str
) -> None:
    life = await file_with(office, "superintendent")
    answer = await life.act("superintendent", "forward", to=to, **REASON)
    assert (answer.refused, answer.field) == (code, "to")


async def test_a_post_may_be_named_by_its_id(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "forward", to=str(office.post("clerk")))
    assert (await life.row())["holder"] == str(office.post("clerk"))


async def test_an_unknown_priority_is_refused(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    answer = await life.act("superintendent", "forward", to="clerk", priority="soon")
    assert (answer.refused, answer.field) == ("unknown-priority", "priority")


async def test_forwarding_may_set_priority_and_due(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    due = datetime(2099, 1, 1, 12, tzinfo=UTC)
    await life.must("superintendent", "forward", to="clerk", priority="urgent", due=due)
    row = await life.row()
    assert (row["priority"], datetime.fromisoformat(row["due"])) == ("urgent", due)


async def test_nothing_is_due_before_today_nor_parked_for_ever(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    past = await life.act("superintendent", "forward", to="clerk", due=datetime(1990, 1, 1, tzinfo=UTC))
    assert (past.refused, past.field) == ("due-past", "due")
    today, most = datetime.now(UTC).date(), timedelta(days=shipped_schemes()["haryana-eoffice"].parking_days)
    for far, refused in ((today + most + timedelta(days=2), "parked-too-long"), (today, "day-past")):
        answer = await life.act("superintendent", "park", until=far, **REASON)
        assert (answer.refused, answer.field) == (refused, "until")


async def test_a_parameter_without_meaning_is_refused_not_ignored(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    answer = await life.act("superintendent", "bring_up", until=date(2030, 1, 1))
    assert answer.refused == "wrong-state"
    answer = await life.act("superintendent", "close", until=date(2030, 1, 1))
    assert (answer.refused, answer.field) == ("not-taken", "until")


# --- return, pull back, pull up ---------------------------------------------------------------------------------


async def test_a_return_goes_to_the_post_that_sent_it(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "return", **REMARK)
    assert (await life.row())["holder"] == str(office.post("clerk"))


async def test_a_return_may_go_to_any_post_that_held_it(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "forward", to="officer", **REASON)
    await life.must("officer", "receive")
    assert (await life.act("officer", "return", to="dc", **REMARK)).refused == "never-held"
    await life.must("officer", "return", to="clerk", **REMARK)
    assert (await life.row())["holder"] == str(office.post("clerk"))


async def test_a_post_that_never_received_it_has_not_held_it(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "forward", to="accountant")
    await life.must("superintendent", "pull_back", **REASON)
    answer = await life.act("superintendent", "return", to="accountant", **REMARK)
    assert (answer.refused, answer.field) == ("never-held", "to")


async def test_a_return_after_a_pull_up_must_say_where_to(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("officer", "pull_up", **REASON)
    assert (await life.act("officer", "return", **REMARK)).refused == "needs-post"


async def test_a_return_needs_a_remark(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    answer = await life.act("superintendent", "return")
    assert (answer.refused, answer.field) == ("needs-remark", "remark")


@pytest.mark.parametrize("action", ["pull_back", "pull_up"])
async def test_taking_a_file_back_needs_the_reason(office: PracticeOffice, action: str) -> None:
    life = await new_file(office)
    await life.must("clerk", "forward", to="superintendent", **REASON)
    who = "clerk" if action == "pull_back" else "officer"
    assert (await life.act(who, action)).refused == "needs-reason"


async def test_a_file_is_pulled_back_only_before_it_is_received(office: PracticeOffice) -> None:
    life = await new_file(office)
    await life.must("clerk", "forward", to="superintendent", **REASON)
    await life.must("superintendent", "receive")
    assert (await life.act("clerk", "pull_back", **REASON)).refused == "wrong-state"


async def test_any_post_in_the_chain_above_may_pull_a_file_up(office: PracticeOffice) -> None:
    for superior in ("superintendent", "officer", "dc"):
        life = await new_file(office)
        assert (await life.act(superior, "pull_up", **REASON)).state == "in_hand"
        assert (await life.row())["holder"] == str(office.post(superior))


@pytest.mark.parametrize("who", ["record_room", "clerk"])
async def test_nobody_outside_the_chain_above_pulls_a_file_up(office: PracticeOffice, who: str) -> None:
    life = await file_with(office, "superintendent")
    assert (await life.act(who, "pull_up", **REASON)).refused == "not-superior"


async def test_a_superior_of_former_days_pulls_nothing_up(office: PracticeOffice) -> None:
    life = await new_file(office)
    below, above = office.post("clerk"), office.post("superintendent")
    ended = "update post_superior set to_day = %(day)s where post = %(b)s and superior = %(a)s"
    await _write(office, ended, day=date(2024, 1, 1), a=above, b=below)
    try:
        assert (await life.act("superintendent", "pull_up", **REASON)).refused == "hidden"
    finally:
        await _write(office, ended, day=None, a=above, b=below)


async def test_pulling_up_a_parked_file_ends_its_parking(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "park", until=date(2030, 1, 1), **REASON)
    await life.must("officer", "pull_up", **REASON)
    assert (await life.row())["parked_until"] is None


# --- park --------------------------------------------------------------------------------------------------------


async def test_parking_needs_a_day_to_come_and_a_reason(office: PracticeOffice, office_clock: OfficeClock) -> None:
    # 19:00 in London on the 3rd is 00:30 of the 4th in Hisar.
    office_clock.set(datetime(2027, 3, 3, 19, 0, tzinfo=UTC))
    life = await file_with(office, "superintendent")
    for until, code in ((None, "needs-day"), (date(2027, 3, 3), "day-past"), (date(2027, 3, 4), "day-past")):
        answer = await life.act("superintendent", "park", until=until, **REASON)
        assert (answer.refused, answer.field) == (code, "until")
    assert (await life.act("superintendent", "park", until=date(2027, 3, 5))).refused == "needs-reason"
    await life.must("superintendent", "park", until=date(2027, 3, 5), **REASON)
    assert (await life.row())["parked_until"] == "2027-03-05"


# --- decide ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "paise", "code"),
    [
        ("superintendent", 10_000_00, None),
        ("superintendent", 10_000_01, "beyond-competence"),
        ("officer", 10_000_01, None),
        ("officer", 1_00_000_01, "beyond-competence"),
        ("dc", 1_00_000_01, None),
    ],
)
async def test_a_post_decides_up_to_its_amount(
    office: PracticeOffice, who: str, paise: int, code: str | None
) -> None:
    life = await file_with(office, who, subject_class="expenditure", amount_paise=paise)
    answer = await life.act(who, "approve", outcome="approve")
    assert answer.refused == code


async def test_a_post_decides_only_the_subject_classes_that_it_is_given(office: PracticeOffice) -> None:
    life = await file_with(office, "dc", subject_class="leave")
    for outcome in ("approve", "approve_as_amended", "reject"):
        assert (await life.act("dc", "approve", outcome=outcome)).refused == "beyond-competence"


@pytest.mark.parametrize("outcome", ["discuss", "seen"])
async def test_discussing_and_seeing_need_no_competence_and_decide_nothing(
    office: PracticeOffice, outcome: str
) -> None:
    life = await file_with(office, "dc", subject_class="leave")
    assert (await life.act("dc", "approve", outcome=outcome)).state == "in_hand"
    assert await life.count("decision") == 0
    assert (await life.act("dc", "close")).refused == "needs-decision"


async def test_a_decision_says_which(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    for given in ({}, {"outcome": "perhaps"}):
        answer = await life.act("superintendent", "approve", **given)
        assert (answer.refused, answer.field) == ("needs-outcome", "outcome")


async def test_conditions_and_their_outcome_belong_together(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"outcome": "approve_with_conditions"}, "needs-conditions"),
        ({"outcome": "approve", "conditions": ("शर्त",)}, "not-taken"),
    )
    for given, code in wrong:
        answer = await life.act("superintendent", "approve", **given)
        assert (answer.refused, answer.field) == (code, "conditions")


async def test_each_condition_is_met_or_waived_before_the_file_is_closed(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    given: dict[str, Any] = {"outcome": "approve_with_conditions", "conditions": ("पहली", "दूसरी")}
    await life.must("superintendent", "approve", **given)
    first, second = await life.conditions()
    for condition, outcome in ((first, "met"), (second, "waived")):
        assert (await life.act("superintendent", "close")).refused == "open-condition"
        settled = {"condition": condition, "outcome": outcome, **REMARK}
        await life.must("superintendent", "settle_condition", **settled)
    assert (await life.act("superintendent", "close")).state == "closed"


async def test_settling_a_condition_says_which_how_and_why(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "approve", outcome="approve_with_conditions", conditions=("शर्त",))
    (condition,) = await life.conditions()
    tries: tuple[tuple[dict[str, Any], str], ...] = (
        ({"condition": uuid4(), "outcome": "met", **REMARK}, "unknown-condition"),
        ({"condition": condition, "outcome": "forgotten", **REMARK}, "needs-outcome"),
        ({"condition": condition, "outcome": "met"}, "needs-remark"),
    )
    for given, code in tries:
        assert (await life.act("superintendent", "settle_condition", **given)).refused == code
    await life.must("superintendent", "settle_condition", condition=condition, outcome="met", **REMARK)
    again = {"condition": condition, "outcome": "waived", **REMARK}
    assert (await life.act("superintendent", "settle_condition", **again)).refused == "unknown-condition"


# --- close -------------------------------------------------------------------------------------------------------


async def test_closing_needs_the_power(office: PracticeOffice) -> None:
    life = await new_file(office)
    assert (await life.act("clerk", "close")).refused == "lacks-power"


async def test_a_class_that_asks_for_a_decision_is_not_closed_without(office: PracticeOffice) -> None:
    life = await file_with(office, "officer", subject_class="expenditure", amount_paise=1)
    assert (await life.act("officer", "close")).refused == "needs-decision"
    await life.must("officer", "approve", outcome="reject")
    assert (await life.act("officer", "close")).state == "closed"


async def test_a_closed_file_is_in_nobody_s_hand(office: PracticeOffice) -> None:
    life = await closed_file(office)
    row = await life.row()
    assert (row["holder"], row["sender"], row["ending"]) == (None, None, "closed")
    assert row["closed_at"] is not None


# --- what is kept beside ----------------------------------------------------------------------------------------


async def test_holdings_follow_on_one_another_without_a_gap(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "forward", to="officer", **REASON)
    await life.must("superintendent", "pull_back", **REASON)
    await life.must("dc", "pull_up", **REASON)
    await life.must("dc", "return", to="clerk", **REMARK)
    await life.must("clerk", "receive")
    held = await holdings(life)
    names = ["clerk", "superintendent", "officer", "superintendent", "dc", "clerk"]
    assert [name for name, _, _ in held] == names
    assert all(ended == began for (_, _, ended), (_, began, _) in pairwise(held))
    assert held[-1][2] is None


async def test_a_closed_file_ends_its_last_holding_and_a_reopened_one_begins_another(
    office: PracticeOffice,
) -> None:
    life = await closed_file(office)
    assert all(ended is not None for _, _, ended in await holdings(life))
    await life.must("superintendent", "reopen", **REASON)
    await life.must("officer", "confirm")
    assert [name for name, _, ended in await holdings(life) if ended is None] == ["superintendent"]


async def test_posts_stand_to_a_file_as_those_that_held_it_or_were_marked_or_named(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "forward", to="accountant")
    assert await roles(life) == {"clerk": "held", "superintendent": "held", "accountant": "marked"}
    await life.must("accountant", "receive")
    assert (await roles(life))["accountant"] == "held"
    await life.must("accountant", "close")
    await life.must("record_room", "reopen", **REASON)
    await life.must("sanctioner", "confirm")
    found = await roles(life)
    assert (found["record_room"], found["sanctioner"]) == ("held", "named")


async def test_a_post_that_was_only_sent_a_file_has_not_acted_on_it(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "forward", to="accountant")
    sql = "select last_act from docket_post where docket = %(d)s and post = %(p)s"
    assert await office.one(sql, d=life.docket, p=office.post("accountant")) is None
    await life.must("accountant", "receive")
    assert await office.one(sql, d=life.docket, p=office.post("accountant")) is not None


async def test_receiving_names_the_movement_received(office: PracticeOffice) -> None:
    life = await new_file(office)
    sent = await life.must("clerk", "forward", to="superintendent", **REASON)
    await life.must("superintendent", "add_document", document=True)
    received = await life.must("superintendent", "receive")
    assert sent.outcome is not None
    assert received.outcome is not None
    sql = "select receives from movement where id = %(m)s"
    assert str(await office.one(sql, m=received.outcome["movement"])) == sent.outcome["movement"]


async def test_a_movement_is_never_before_the_last_one(office: PracticeOffice, office_clock: OfficeClock) -> None:
    began = office_clock.set(datetime(2027, 5, 1, tzinfo=UTC))
    life = await new_file(office)
    office_clock.set(began - timedelta(hours=1))
    await life.must("clerk", "forward", to="superintendent", **REASON)
    await life.must("superintendent", "receive")
    times = await office.rows("select at from movement where docket = %(d)s order by sequence", d=life.docket)
    assert [row[0] for row in times] == [began + timedelta(microseconds=n) for n in range(3)]


async def holdings(life: Life) -> list[tuple[str | None, datetime, datetime | None]]:
    sql = "select post, from_at, to_at from holding where docket = %(d)s order by from_at"
    rows = await life.office.rows(sql, d=life.docket)
    return [(life.office.name_of(post), began, ended) for post, began, ended in rows]


async def roles(life: Life) -> dict[str | None, str]:
    rows = await life.office.rows("select post, role from docket_post where docket = %(d)s", d=life.docket)
    return {life.office.name_of(post): role for post, role in rows}


async def _write(office: PracticeOffice, sql: str, **parameters: Any) -> None:
    async with office.database.writing() as driver:
        await driver.execute(sql.encode(), parameters)
        await driver.commit()
