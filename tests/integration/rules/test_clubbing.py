"""Complaints about one thing are clubbed under one that leads: each citizen is answered, each clock its own."""

from __future__ import annotations

import asyncio

from flows.carry_out import carry_out
from tests.factories.lives import REASON, Life, complaint_with, new_complaint
from tests.factories.locks import docket_locked
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay

TOLD = {"remark": "मुख्य शिकायत में पाइप बदल दी गई; आपके घर भी पानी आ रहा है।"}


async def _clocks(life: Life) -> list[tuple[object, ...]]:
    sql = "select sort, began, due, ended from clock where docket = %(d)s order by sort, began"
    return [tuple(row) for row in await life.office.rows(sql, d=life.docket)]


async def _club(office: PracticeOffice) -> tuple[Life, Life]:
    """One that leads, with the junior engineer, and one of another citizen clubbed under it."""
    lead, life = await complaint_with(office, "junior"), await complaint_with(office, "junior")
    await life.must("junior", "club", other=lead.number, **REASON)
    return lead, life


async def test_a_club_is_told_in_both_chains_and_stops_no_clock(office: PracticeOffice) -> None:
    lead, life = await complaint_with(office, "junior"), await complaint_with(office, "junior")
    before = await _clocks(lead), await _clocks(life)
    done = await life.must("junior", "club", other=lead.number, **REASON)
    assert done.outcome is not None
    assert [one["name"] for one in done.outcome["others"]] == ["clubbed_with"]
    assert (await _clocks(lead), await _clocks(life)) == before
    for one in (lead, life):
        await assert_rows_equal_their_replay(office, one.docket)


async def test_what_leads_is_under_none_and_what_is_under_one_leads_none(office: PracticeOffice) -> None:
    lead, life = await _club(office)
    third = await complaint_with(office, "junior")
    under = await third.act("junior", "club", other=life.number, **REASON)
    assert (under.refused, under.field) == ("is-clubbed", "other")
    assert (await lead.act("junior", "club", other=third.number, **REASON)).refused == "leads-a-club"
    assert (await life.act("junior", "club", other=third.number, **REASON)).refused == "is-clubbed"
    await third.must("hub", "club", other=lead.number, **REASON)


async def test_it_closes_with_its_lead_by_two_people_and_never_before(office: PracticeOffice) -> None:
    lead, life = await _club(office)
    assert (await life.act("junior", "close_clubbed", **TOLD)).refused == "lead-open"
    other = await complaint_with(office, "junior")
    assert (await other.act("junior", "close_clubbed", **TOLD)).refused == "not-clubbed"
    lead.version = (await lead.row())["version"]
    await lead.must("junior", "reply", remark="पाइप बदल दी गई।")
    await lead.must("calling", "satisfied", remark="पानी आ गया।")
    await life.must("junior", "close_clubbed", **TOLD)
    assert (await life.row())["state"] == "in_work", "one person alone closes nothing"
    assert (await life.act("junior", "confirm")).refused == "same-person"
    assert (await life.must("engineer", "confirm")).state == "closed"
    assert await office.one("select ending from docket where id = %(d)s", d=life.docket) == "clubbed"
    assert all(ended is not None for *_, ended in await _clocks(life))
    await assert_rows_equal_their_replay(office, life.docket)


async def test_the_lead_cannot_be_opened_while_another_is_confirmed_closed(office: PracticeOffice) -> None:
    lead, life = await _club(office)
    lead.version = (await lead.row())["version"]
    await lead.must("junior", "reply", remark="पाइप बदल दी गई।")
    await lead.must("calling", "satisfied", remark="पानी आ गया।")
    await life.must("junior", "close_clubbed", **TOLD)
    opening = await lead.accept("arbiter", "reopen_by_superior", **REASON)
    closing = await life.accept("engineer", "confirm")
    async with docket_locked(lead) as lock:
        steps = list[asyncio.Task[object]]()
        for accepted in (opening, closing):
            steps.append(asyncio.create_task(carry_out(office.database, office.identity, accepted.instruction)))
            await lock.until_waiting(len(steps))
        await lock.release()
        await asyncio.gather(*steps)
    assert (await lead.row())["state"] == "assigned"
    outcome = await office.one("select outcome from instruction where id = %(i)s", i=closing.instruction)
    assert outcome["refusal"]["code"] == "lead-open"
    assert (await life.row())["state"] == "in_work"


async def test_taken_out_it_goes_its_own_way(office: PracticeOffice) -> None:
    lead, life = await _club(office)
    other = await new_complaint(office)
    assert (await life.act("junior", "unclub", other=other.number, **REASON)).refused in (
        "not-tied",
        "unknown-docket",
    )
    await life.must("hub", "unclub", other=lead.number, **REASON)
    assert (await life.act("junior", "close_clubbed", **TOLD)).refused == "not-clubbed"
    await life.must("junior", "club", other=lead.number, **REASON)
    for one in (lead, life):
        await assert_rows_equal_their_replay(office, one.docket)
