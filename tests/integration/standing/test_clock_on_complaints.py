"""The clock's acts on complaints: escalating, reminding, warning, closing unheard, lapsing, extending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from flows.clock_acts import BATCH, ClockAct, Tally, tick
from flows.clock_on_complaints import (
    OVERDUE,
    CloseUnheard,
    EscalateOverdue,
    LapseSpecialClose,
    RemindOverdue,
)
from flows.declarations import Declaration, NewDay, declare
from flows.office import OfficeChange, change_office
from flows.putting_in_force import put_in_force
from flows.rules.known_schemes import shipped_source
from flows.schedules.extend_clocks import extend_clocks
from storage import clock_batches
from tests.factories.engines import held
from tests.factories.lives import REASON, Life, complaint_with, new_complaint, replied_complaint
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database
from tests.integration.standing.test_clock_acts import holds_together, last

MONDAY = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)  # 10:00 in Hisar
WEEK = timedelta(days=7)
VERSIONS = count(300)  # a process keeps a version for ever, and other tests have theirs
"""A process keeps what a version says, so each changed text is a version of its own."""
A_SECOND = timedelta(seconds=1)
SOON = timedelta(seconds=1, microseconds=1)
"""A moment after; the movements of one instant lie a microsecond apart."""

Made = Callable[[Any], Awaitable[PracticeOffice]]


@pytest.fixture
async def office(database: Database, office_in: Made) -> PracticeOffice:
    """An office alone in its database, with an e-mail channel: a tick takes whatever is due in it."""
    made = await office_in(database)
    return replace(made, identity=made.identity.telling_by(frozenset()))


@pytest.fixture
def office_clock(office: PracticeOffice) -> OfficeClock:
    clock = OfficeClock(office.owner_url)
    clock.set(MONDAY)
    return clock


async def ticked(office: PracticeOffice, act: ClockAct | None = None) -> Tally:
    return await tick(office.database, office.identity, act or EscalateOverdue())


async def standing(life: Life) -> tuple[str, str | None, int]:
    """State, holder and level."""
    sql = "select d.state, d.holder, c.level from docket d join complaint c on c.docket = d.id where d.id = %(d)s"
    ((state, holder, level),) = await life.office.rows(sql, d=life.docket)
    return state, life.office.name_of(holder), level


async def turn(life: Life) -> tuple[str | None, datetime | None]:
    sql = "select clock_act, clock_at from docket where id = %(d)s"
    ((act, at),) = await life.office.rows(sql, d=life.docket)
    return act, at


async def due(life: Life) -> datetime:
    return datetime.fromisoformat((await life.row())["due"])


async def seen_again(life: Life) -> None:
    """What the clock did meanwhile was read: the next act is on the present version."""
    life.version = (await life.row())["version"]


async def told(life: Life) -> list[tuple[str, str | None]]:
    """Which post was told what by e-mail, in the order of the movements."""
    sql = """select o.purpose, o.recipient_id from outbox o join movement m on m.id = o.movement
        where o.docket = %(d)s and o.channel = 'email' order by m.sequence, o.id"""
    return [(purpose, life.office.name_of(post)) for purpose, post in await life.office.rows(sql, d=life.docket)]


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


# --- what a scheme says: warnings, levels left by hand, days declared late ---------------------------------------


async def in_force_with(office: PracticeOffice, old: str, new: str) -> None:
    """The shipped scheme, changed in one place, holds from today."""
    shipped = shipped_source("haryana-eoffice")
    assert shipped is not None
    text = shipped[0].replace("version: 2", f"version: {next(VERSIONS)}", 1)
    assert old in text
    await put_in_force(office.database, office.identity, text.replace(old, new, 1), "changed.yaml")


async def test_before_the_limit_is_over_its_holder_is_warned_once_for_each_moment(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    warn = "warn: [{percent: 50}, {before: {count: 1, unit: days}}]"
    await in_force_with(office, "levels: [{count: 7, unit: days},", f"levels: [{{count: 7, unit: days, {warn}}},")
    life = await complaint_with(office, "junior")
    until = await due(life)
    for before in (timedelta(days=4), timedelta(days=3, hours=12), timedelta(days=3), timedelta(hours=23)):
        office_clock.set(until - before)
        for act in OVERDUE:
            await ticked(office, act)
    assert await told(life) == [("complaint.warn", "junior")] * 2
    assert await turn(life) == ("escalate", until)
    office_clock.set(until + A_SECOND)
    for act in OVERDUE:
        await ticked(office, act)
    assert await standing(life) == ("assigned", "engineer", 2)
    await holds_together(office, life)


async def test_who_must_give_it_to_somebody_is_warned_too(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    warn = "warn: [{percent: 50}]"
    await in_force_with(office, "levels: [{count: 7, unit: days},", f"levels: [{{count: 7, unit: days, {warn}}},")
    life = await new_complaint(office)
    office_clock.set(MONDAY + WEEK / 2 + A_SECOND)
    for act in OVERDUE:
        await ticked(office, act)
    assert await told(life) == [("complaint.warn", "hub")]
    await holds_together(office, life)


async def warned_of(life: Life) -> list[tuple[list[str], timedelta]]:
    """Of which clocks each warning told, and how long after the beginning of the week."""
    sql = "select details -> 'clocks', at from movement where docket = %(d)s and act = 'warn' order by sequence"
    return [(clocks, round_to_minutes(at - MONDAY)) for clocks, at in await life.office.rows(sql, d=life.docket)]


def round_to_minutes(time: timedelta) -> timedelta:
    """Without the microseconds by which movements of one instant lie apart."""
    return timedelta(minutes=round(time / timedelta(minutes=1)))


DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def test_before_the_limits_of_attending_and_of_the_citizen_its_holder_is_warned_once_each(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    await in_force_with(
        office,
        "        citizen: {count: 30, unit: days}\n        attend: {count: 1, unit: working_days}\n",
        "        citizen: {count: 30, unit: days, warn: [{percent: 50}, {before: {count: 2, unit: days}}]}\n"
        "        attend: {count: 1, unit: working_days, warn: [{before: {count: 4, unit: working_hours}}]}\n",
    )
    attended, late = [await complaint_with(office, "junior") for _ in range(2)]
    await attended.must("junior", "attend", **REASON)
    for hours in range(1, 31 * 24, 5):
        office_clock.set(MONDAY + hours * HOUR)
        for act in OVERDUE:
            await ticked(office, act)
    citizens = [(["citizen"], 15 * DAY + HOUR), (["citizen"], 28 * DAY + 4 * HOUR)]
    assert await warned_of(attended) == citizens
    assert await warned_of(late) == [(["attend"], 31 * HOUR), *citizens]
    sql = "select name from movement where docket = %(d)s and by_post is null and name <> 'warn' order by sequence"
    by_the_clock = [name for (name,) in await office.rows(sql, d=late.docket)]
    assert by_the_clock == ["escalate"] * 2 + ["remind_overdue"] * 2, "a warning keeps nothing from climbing"
    await holds_together(office, attended, late)


async def test_of_two_limits_that_end_together_one_warning_tells(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    warn = "warn: [{before: {count: 2, unit: days}}]"
    old = "citizen: {count: 15, unit: days}\n        attend: {count: 8, unit: working_hours}\n        levels: [{"
    new = old.replace("citizen: {", "citizen: {X, ").replace("levels: [{", "levels: [{X, ").replace("X", warn)
    await in_force_with(office, old.replace("15", "45"), new)
    life = await complaint_with(office, "junior", category="pension")
    office_clock.set(MONDAY + 13 * DAY + SOON)
    for _ in range(2):
        for act in OVERDUE:
            await ticked(office, act)
    assert await warned_of(life) == [(["citizen", "level"], 13 * DAY)]
    assert await told(life) == [("complaint.warn", "junior")]
    await holds_together(office, life)


async def test_a_limit_that_was_extended_is_warned_of_again(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    warn = "warn: [{before: {count: 4, unit: working_hours}}]"
    await in_force_with(
        office, "citizen: {count: 15, unit: days}", f"citizen: {{count: 3, unit: working_days, {warn}}}"
    )
    life = await complaint_with(office, "junior", category="street-light")
    seat = office.seats["administrator"]
    thursday = NewDay(date(2027, 3, 4), "holiday", ("Holi", "होली"))
    for hours in (3 * 24 + 2, 3 * 24 + 3, 3 * 24 + 4, 4 * 24 + 2, 4 * 24 + 3, 4 * 24 + 4):
        office_clock.set(MONDAY + hours * HOUR)
        for act in OVERDUE:
            await ticked(office, act)
        if hours == 3 * 24 + 4:
            order = Declaration("office", [thursday], "k", seat.person, seat.post)
            await declare(office.database, office.identity, order)
            office_clock.forward(timedelta(minutes=5))
            assert (await extend_clocks(office.database, office.identity))["extended"] == 1
    assert await warned_of(life) == [(["citizen"], 3 * DAY + 3 * HOUR), (["citizen"], 4 * DAY + 3 * HOUR)]
    await holds_together(office, life)


async def test_of_warnings_that_a_stoppage_passed_over_one_is_given_and_none_when_it_is_too_late(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    warn = "warn: [{percent: 20}, {percent: 50}]"
    await in_force_with(office, "levels: [{count: 7, unit: days},", f"levels: [{{count: 7, unit: days, {warn}}},")
    warned, late = await complaint_with(office, "junior"), await complaint_with(office, "junior")
    office_clock.set(MONDAY + timedelta(days=5))
    async with held(office, late):
        for act in OVERDUE:
            await ticked(office, act)
    office_clock.set(MONDAY + WEEK + A_SECOND)
    for act in OVERDUE:
        await ticked(office, act)
    assert (await told(warned), await told(late)) == ([("complaint.warn", "junior")], [])
    assert [(await standing(life))[2] for life in (warned, late)] == [2, 2]
    await holds_together(office, warned, late)


async def test_from_a_level_that_is_left_by_hand_only_it_reminds_and_does_not_climb(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    by_hand = "by_hand: [{from_level: 1, grounds: {money: [Needs money, धन आवश्यक]}}]"
    await in_force_with(office, "      hop_limit: 3\n", f"      hop_limit: 3\n      {by_hand}\n")
    life = await complaint_with(office, "junior")
    office_clock.set(MONDAY + WEEK + A_SECOND)
    for act in OVERDUE:
        await ticked(office, act)
    assert await standing(life) == ("in_work", "junior", 1)
    assert [post for _, post in await told(life)] in (["junior", "engineer"], ["engineer", "junior"])
    assert await turn(life) == ("remind_overdue", await due(life) + WEEK)
    await seen_again(life)
    await life.must("engineer", "escalate", ground="money", **REASON)
    assert await standing(life) == ("assigned", "engineer", 2)
    await holds_together(office, life)


async def test_a_day_declared_late_gives_its_time_and_nothing_climbs_before(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    lives = [await complaint_with(office, "junior", category="street-light") for _ in range(2)]
    before = await due(lives[0])
    seat = office.seats["administrator"]
    wednesday = NewDay(date(2027, 3, 3), "holiday", ("Holi", "होली"))
    await declare(
        office.database, office.identity, Declaration("office", [wednesday], "k", seat.person, seat.post)
    )
    office_clock.set(before + A_SECOND)
    assert (await ticked(office)).to_json() == {"done": 0, "refused": 0, "broken": 0, "put_off": 2}
    async with held(office, lives[1]):
        first = await extend_clocks(office.database, office.identity)
    assert (first["extended"], first["left"], first["through"]) == (1, 1, None)
    second = await extend_clocks(office.database, office.identity)
    assert (second["extended"], second["left"]) == (1, 0)
    assert second["through"] is not None
    for life in lives:
        assert await due(life) == before + timedelta(days=1)
        assert (await last(life))["name"] == "extend"
    office_clock.set(before + timedelta(days=1, seconds=1))
    assert (await ticked(office)).done == 2
    await holds_together(office, *lives)


async def test_a_tick_with_nothing_due_looks_into_an_index(office: PracticeOffice) -> None:
    given = {"act": "escalate", "after": UUID(int=0), "limit": BATCH}
    async with office.database.writing() as driver:
        await driver.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
        plan = await (await driver.execute(f"explain {clock_batches.TURNS}".encode(), given)).fetchall()
    assert any("Index Scan using docket_clock_idx" in line for (line,) in plan), plan
