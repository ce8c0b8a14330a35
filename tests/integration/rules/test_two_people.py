"""What takes two people: a closed file is proposed for reopening by one and confirmed or declined by another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.lives import REASON, Life, closed_file, consultation_with, file_with
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock


async def proposed(office: PracticeOffice, who: str = "superintendent") -> Life:
    life = await closed_file(office)
    await life.must(who, "reopen", **REASON)
    return life


async def states(life: Life) -> list[str]:
    rows = await life.office.rows("select state from proposal where docket = %(d)s order by at", d=life.docket)
    return [row[0] for row in rows]


async def test_a_proposal_changes_no_state(office: PracticeOffice) -> None:
    life = await closed_file(office)
    answer = await life.must("superintendent", "reopen", **REASON)
    assert (answer.name, answer.state) == ("propose", "closed")
    assert (await life.row())["closed_at"] is not None
    assert await states(life) == ["open"]


async def test_confirming_carries_the_movement_out_and_names_both(office: PracticeOffice) -> None:
    life = await proposed(office)
    answer = await life.must("officer", "confirm")
    assert (answer.name, answer.state) == ("reopen", "in_hand")
    sql = """select by_post, by_person, second_post, second_person from movement
        where docket = %(d)s and name = 'reopen'"""
    first, second = office.seats["superintendent"], office.seats["officer"]
    ((*found,),) = await office.rows(sql, d=life.docket)
    assert found == [first.post, first.person, second.post, second.person]
    row = await life.row()
    assert (row["holder"], row["closed_at"]) == (str(first.post), None)
    assert await states(life) == ["confirmed"]


async def test_the_confirmed_movement_carries_the_proposer_s_reason(office: PracticeOffice) -> None:
    life = await proposed(office)
    await life.must("officer", "confirm")
    sql = """select v.value from movement m join protected_value v on v.id = m.remark
        where m.docket = %(d)s and m.name = 'reopen'"""
    assert await office.one(sql, d=life.docket) == REASON["remark"]


async def test_declining_needs_a_reason_and_leaves_the_file_closed(office: PracticeOffice) -> None:
    life = await proposed(office)
    answer = await life.act("officer", "decline")
    assert (answer.refused, answer.field) == ("needs-reason", "remark")
    answer = await life.must("officer", "decline", **REASON)
    assert (answer.name, answer.state) == ("decline", "closed")
    assert await states(life) == ["declined"]
    assert (await life.act("officer", "confirm")).refused == "no-proposal"


async def test_after_a_refusal_it_may_be_proposed_again(office: PracticeOffice) -> None:
    life = await proposed(office)
    await life.must("officer", "decline", **REASON)
    await life.must("record_room", "reopen", **REASON)
    assert await states(life) == ["declined", "open"]


@pytest.mark.parametrize("action", ["confirm", "decline"])
async def test_nobody_settles_what_he_proposed_himself(office: PracticeOffice, action: str) -> None:
    life = await proposed(office)
    assert (await life.act("superintendent", action, **REASON)).refused == "same-person"


async def test_standing_in_at_the_post_above_does_not_make_a_second_person(office: PracticeOffice) -> None:
    life = await proposed(office)
    above = await office.same_person_at("superintendent", "officer")
    assert (await life.act(above, "confirm")).refused == "same-person"


async def test_another_person_at_the_proposer_s_own_post_is_not_above_it(office: PracticeOffice) -> None:
    life = await proposed(office)
    successor = await office.second_person_at("superintendent")
    assert (await life.act(successor, "confirm")).refused == "not-second"


@pytest.mark.parametrize("who", ["clerk", "record_room"])
async def test_only_a_post_above_the_proposer_or_one_with_the_power_confirms(
    office: PracticeOffice, who: str
) -> None:
    life = await proposed(office)
    assert (await life.act(who, "confirm")).refused == "not-second"


@pytest.mark.parametrize("who", ["officer", "dc", "sanctioner"])
async def test_every_post_that_may_confirm_can_see_what_it_confirms(office: PracticeOffice, who: str) -> None:
    life = await proposed(office)
    assert (await life.act(who, "confirm")).state == "in_hand"


async def test_the_record_room_may_propose_and_then_holds_the_file(office: PracticeOffice) -> None:
    life = await proposed(office, "record_room")
    assert (await life.act("superintendent", "confirm")).refused == "not-second"
    await life.must("sanctioner", "confirm")
    assert (await life.row())["holder"] == str(office.post("record_room"))


async def test_who_closed_it_by_merging_proposes_and_who_closed_it_before_does_not(office: PracticeOffice) -> None:
    life = await proposed(office)
    await life.must("officer", "confirm")
    await life.must("superintendent", "forward", to="officer", **REASON)
    await life.must("officer", "receive")
    into = await file_with(office, "officer")
    await life.must("officer", "merge", other=into.number, **REASON)
    assert (await life.act("superintendent", "reopen", **REASON)).refused == "not-closer"
    await life.must("officer", "reopen", **REASON)
    assert (await life.must("dc", "confirm")).state == "in_hand"


async def test_an_answered_consultation_is_the_record_room_s_to_reopen(office: PracticeOffice) -> None:
    part = await consultation_with(office, "superintendent")
    await part.must("superintendent", "close")
    await part.must("superintendent", "reopen", **REASON)
    await part.must("officer", "confirm")
    await part.must("superintendent", "answer_consultation", **REASON)
    assert (await part.act("superintendent", "reopen", **REASON)).refused == "not-closer"
    await part.must("record_room", "reopen", **REASON)


async def test_a_second_proposal_waits_for_the_first(office: PracticeOffice) -> None:
    life = await proposed(office)
    assert (await life.act("record_room", "reopen", **REASON)).refused == "proposal-open"


async def test_proposing_needs_the_reason(office: PracticeOffice) -> None:
    life = await closed_file(office)
    assert (await life.act("superintendent", "reopen")).refused == "needs-reason"


async def test_confirming_takes_nothing_of_its_own(office: PracticeOffice) -> None:
    life = await proposed(office)
    answer = await life.act("officer", "confirm", **REASON)
    assert (answer.refused, answer.field) == ("not-taken", "remark")


async def test_a_proposal_lapses_and_makes_room_for_another(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    at = office_clock.set(datetime(2027, 6, 1, 6, tzinfo=UTC))
    life = await proposed(office)
    lapses = await office.one("select lapses_at from proposal where docket = %(d)s", d=life.docket)
    assert lapses > at
    office_clock.set(lapses - timedelta(seconds=1))
    assert (await life.act("record_room", "reopen", **REASON)).refused == "proposal-open"
    office_clock.set(lapses)
    assert (await life.act("officer", "confirm")).refused == "no-proposal"
    await life.must("superintendent", "reopen", **REASON)
    assert await states(life) == ["lapsed", "open"]
    await life.must("officer", "confirm")
    assert await states(life) == ["lapsed", "confirmed"]


async def test_reopening_twice_is_two_proposals(office: PracticeOffice) -> None:
    life = await proposed(office)
    await life.must("officer", "confirm")
    await life.must("superintendent", "close")
    await life.must("superintendent", "reopen", **REASON)
    assert await states(life) == ["confirmed", "open"]
