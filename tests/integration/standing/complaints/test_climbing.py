"""The clock's acts on complaints: escalating, reminding, closing unheard, lapsing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from psycopg.conninfo import make_conninfo

from flows.clock_acts import BATCH
from flows.clock_on_complaints import (
    CloseUnheard,
    EscalateOverdue,
    LapseSpecialClose,
    RemindOverdue,
)
from flows.office import OfficeChange, change_office
from infra.bench.resting import copy_complaint
from storage import clock_batches
from tests.factories.clocked_complaints import (
    A_SECOND,
    MONDAY,
    SOON,
    WEEK,
    due,
    seen_again,
    standing,
    ticked,
    told,
    turn,
)
from tests.factories.engines import held
from tests.factories.lives import REASON, complaint_with, new_complaint, replied_complaint
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database
from tests.integration.standing.test_clock_acts import holds_together, last


async def test_what_is_overdue_climbs_the_instant_after_its_due_and_not_before(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await complaint_with(office, "junior")
    assert await turn(life) == ("escalate", await due(life))
    office_clock.set(await due(life))
    assert (await ticked(office)).done == 0
    office_clock.forward(A_SECOND)
    assert (await ticked(office)).to_json() == {"done": 1, "refused": 0, "broken": 0, "put_off": 0}
    assert await standing(life) == ("assigned", "engineer", 2)
    movement = await last(life)
    assert (movement["name"], movement["by_post"], movement["instruction"]) == ("escalate", None, None)
    assert await turn(life) == ("escalate", await due(life)) == ("escalate", MONDAY + 2 * WEEK + SOON)
    assert (await ticked(office)).done == 0
    await holds_together(office, life)


async def test_a_complaint_forgotten_for_a_month_passes_level_after_level_by_its_own_limits(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await complaint_with(office, "junior")
    for day in range(1, 31):
        office_clock.set(MONDAY + timedelta(days=day, minutes=day))
        for act in (EscalateOverdue(), RemindOverdue()):
            await ticked(office, act)
    sql = "select name, at from movement where docket = %(d)s and by_post is null order by sequence"
    found = [(name, (at - MONDAY).days) for name, at in await office.rows(sql, d=life.docket)]
    assert found == [("escalate", 7), ("escalate", 14), ("remind_overdue", 21), ("remind_overdue", 28)]
    await holds_together(office, life)


async def test_after_a_stoppage_it_climbs_one_level_and_has_the_next_limit_whole(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await complaint_with(office, "junior")
    office_clock.set(MONDAY + 10 * WEEK)
    for _ in range(3):
        await ticked(office)
    assert await standing(life) == ("assigned", "engineer", 2)
    assert await turn(life) == ("escalate", MONDAY + 11 * WEEK)
    await holds_together(office, life)


async def test_a_complaint_that_nobody_was_given_still_climbs(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    await give_the_hub_a_superior(office)
    life = await new_complaint(office)
    office_clock.set(MONDAY + WEEK)
    assert (await ticked(office)).done == 0
    office_clock.forward(A_SECOND)
    assert (await ticked(office)).done == 1
    assert await standing(life) == ("assigned", "dc", 2)
    await holds_together(office, life)


async def give_the_hub_a_superior(office: PracticeOffice) -> None:
    change = OfficeChange("set.up")
    change.insert(
        "post_superior",
        {"post": office.post("hub"), "superior": office.post("dc"), "from_day": date(2020, 1, 1), "to_day": None},
    )
    await change_office(office.database, office.identity, change)


async def test_with_nobody_above_it_reminds_and_climbs_when_there_is_somebody(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await new_complaint(office)
    office_clock.set(MONDAY + WEEK + A_SECOND)
    assert (await ticked(office)).put_off == 1
    assert (await ticked(office, RemindOverdue())).done == 1
    assert await told(life) == [("complaint.remind_overdue", "hub")]
    await give_the_hub_a_superior(office)
    office_clock.forward(timedelta(days=1))
    assert (await ticked(office)).done == 1
    assert await standing(life) == ("assigned", "dc", 2)
    await holds_together(office, life)


async def test_given_to_somebody_who_has_one_above_him_it_climbs_at_once(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await complaint_with(office, "stranger")
    office_clock.set(MONDAY + WEEK + A_SECOND)
    assert (await ticked(office)).put_off == 1
    assert (await ticked(office, RemindOverdue())).done == 1
    await seen_again(life)
    await life.must("hub", "transfer", to="junior", **REASON)
    office_clock.forward(A_SECOND)
    assert (await ticked(office)).done == 1
    assert await standing(life) == ("assigned", "engineer", 2)
    await holds_together(office, life)


async def test_assigned_in_time_the_officer_has_the_whole_limit(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await new_complaint(office)
    office_clock.forward(timedelta(days=6))
    await life.must("hub", "assign", to="junior")
    office_clock.set(MONDAY + 2 * WEEK - timedelta(days=1))
    assert (await ticked(office)).done == 0
    office_clock.forward(A_SECOND)
    assert (await ticked(office)).done == 1


async def test_at_the_top_it_reminds_the_holder_and_the_post_above_once_a_period(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await complaint_with(office, "junior", category="pension")
    office_clock.set(MONDAY + timedelta(days=15, seconds=1))
    await ticked(office)
    await seen_again(life)
    await life.must("engineer", "receive")
    over = MONDAY + timedelta(days=30, seconds=2)
    office_clock.set(over)
    for _ in range(3):
        await ticked(office)
        await ticked(office, RemindOverdue())
    assert sorted(await told(life)) == [
        ("complaint.remind_overdue", "engineer"),
        ("complaint.remind_overdue", "superintending"),
    ]
    assert (await last(life))["details"] == {"reminder": 1}
    office_clock.set(over + 5 * WEEK)
    for _ in range(3):
        await ticked(office, RemindOverdue())
    assert len(await told(life)) == 4
    assert (await last(life))["details"] == {"reminder": 6}, "those of the stoppage are one, and it says so"
    await holds_together(office, life)


async def test_a_reminder_is_given_once_after_a_proposal_that_lapsed(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await complaint_with(office, "superintending", category="drinking-water")
    await life.must("superintending", "propose_special_close", ground="court", **REASON)
    office_clock.forward(timedelta(days=16))
    await ticked(office, LapseSpecialClose())
    assert await standing(life) == ("in_work", "superintending", 1)
    for _ in range(3):
        office_clock.forward(A_SECOND)
        for act in (EscalateOverdue(), RemindOverdue()):
            await ticked(office, act)
    assert [post for _, post in await told(life)] == ["superintending"]
    await holds_together(office, life)


async def test_a_halted_clock_never_climbs_and_goes_on_with_the_time_that_was_left(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await replied_complaint(office)
    office_clock.set(MONDAY + 4 * WEEK)
    for act in (EscalateOverdue(), RemindOverdue(), CloseUnheard()):
        assert (await ticked(office, act)).done == 0
    await life.must("calling", "not_satisfied", **REASON)
    assert (await ticked(office)).to_json() == {"done": 0, "refused": 0, "broken": 0, "put_off": 1}
    office_clock.set(MONDAY + 5 * WEEK + A_SECOND)
    assert (await ticked(office)).done == 1
    await holds_together(office, life)


async def test_who_is_accused_or_recused_never_gets_it(office: PracticeOffice, office_clock: OfficeClock) -> None:
    against = await new_complaint(office, accused="engineer")
    await against.must("hub", "assign", to="stranger")
    recused = await complaint_with(office, "engineer")
    await recused.must("engineer", "recuse", to="stranger", **REASON)
    await recused.must("stranger", "receive")
    await recused.must("stranger", "transfer", to="junior", **REASON)
    office_clock.set(MONDAY + WEEK + A_SECOND)
    for act in (EscalateOverdue(), RemindOverdue()):
        await ticked(office, act)
    assert await standing(against) == ("assigned", "stranger", 1)
    assert await told(against) == [("complaint.remind_overdue", "stranger")]
    assert await standing(recused) == ("assigned", "superintending", 2)
    await holds_together(office, against, recused)


async def test_what_an_officer_is_just_moving_is_passed_over(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    locked, waiting, free = [await complaint_with(office, "junior") for _ in range(3)]
    accepted = await waiting.accept("junior", "reply", remark="हो गया")
    office_clock.set(MONDAY + WEEK + A_SECOND)
    async with held(office, locked):
        assert (await ticked(office)).done == 1
    assert [(await standing(life))[2] for life in (locked, waiting, free)] == [1, 1, 2]
    await waiting.step(accepted.instruction)
    assert (await ticked(office)).done == 1
    assert [(await standing(life))[0] for life in (locked, waiting, free)] == ["assigned", "replied", "assigned"]
    await holds_together(office, locked, waiting, free)


async def test_with_the_clock_set_back_nothing_is_done_twice(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await complaint_with(office, "junior")
    office_clock.set(MONDAY + WEEK + A_SECOND)
    await ticked(office)
    office_clock.set(MONDAY + WEEK - timedelta(days=2))
    assert (await ticked(office)).done == 0
    office_clock.set(MONDAY + WEEK + 2 * A_SECOND)
    assert (await ticked(office)).done == 0
    assert (await standing(life))[2] == 2
    await holds_together(office, life)


async def test_unheard_it_closes_only_after_the_attempts_on_their_days_and_hours(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await replied_complaint(office)
    for day, hour in ((1, 0), (2, 0), (2, 2), (3, 1)):
        assert (await ticked(office, CloseUnheard())).done == 0
        assert (await standing(life))[0] == "replied"
        office_clock.set(MONDAY + timedelta(days=day, hours=hour))
        await life.must("calling", "record_attempt")
    assert (await ticked(office, CloseUnheard())).done == 1
    row = await life.row()
    assert (row["state"], row["ending"], await turn(life)) == ("closed", "unheard", (None, None))
    await holds_together(office, life)


async def test_a_proposal_to_close_specially_lapses_and_the_limit_goes_on(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await complaint_with(office, "junior")
    await life.must("junior", "propose_special_close", ground="court", **REASON)
    lapses = datetime.fromisoformat((await last(life))["at"]) + timedelta(days=15)
    office_clock.set(lapses - A_SECOND)
    assert (await ticked(office, LapseSpecialClose())).put_off == 1
    assert await turn(life) == ("lapse_special_close", lapses)
    assert (await ticked(office)).done == 0, "a proposal waits for its decider and climbs nowhere"
    office_clock.set(lapses)
    assert (await ticked(office, LapseSpecialClose())).done == 1
    assert (await ticked(office)).done == 1
    assert await standing(life) == ("assigned", "engineer", 2)
    await holds_together(office, life)


# Rows of dockets that this transaction read, whether it went by an index or not.
_PASSED = (
    b"select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables where relname = 'docket'"
)


async def test_a_tick_with_nothing_due_looks_into_an_index_and_past_no_other_complaint(
    office: PracticeOffice, database: Database
) -> None:
    life = await complaint_with(office, "junior")
    registered_at = await office.one("select registered_at from docket where id = %(d)s", d=life.docket)
    whole = make_conninfo(database.server.admin_url, dbname=database.name)
    copy_complaint(whole, registered_at, 5_000)
    for _ in range(8):  # by then the driver has prepared the statement
        async with office.database.writing() as driver:
            assert await clock_batches.lock_turns(driver, "escalate", UUID(int=0), BATCH) == []
            passed = await (await driver.execute(_PASSED)).fetchone()
        assert passed is not None
        assert passed[0] < 100, "a few at the ends of indexes are read for the plan, and 5,000 are open"
