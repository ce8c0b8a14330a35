"""What a scheme says of the clock on complaints: warnings, levels left by hand, days declared late."""

from __future__ import annotations

from datetime import date, timedelta

from flows.clock_on_complaints import (
    OVERDUE,
)
from flows.declarations import Declaration, NewDay, declare
from flows.putting_in_force import put_in_force
from flows.rules.known_schemes import shipped_source
from flows.schedules.extend_clocks import extend_clocks
from tests.factories.clocked_complaints import (
    A_SECOND,
    MONDAY,
    SOON,
    VERSIONS,
    WEEK,
    due,
    seen_again,
    standing,
    ticked,
    told,
    turn,
)
from tests.factories.engines import held
from tests.factories.lives import REASON, Life, complaint_with, new_complaint
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock
from tests.integration.standing.test_clock_acts import holds_together, last


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


async def test_a_working_day_declared_late_takes_no_time_from_one_that_nobody_was_given(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    office_clock.set(MONDAY + 3 * DAY)
    old, warn = "levels: [{count: 3, unit: working_days", "warn: [{before: {count: 8, unit: working_hours}}]"
    await in_force_with(office, old, f"{old}, {warn}")
    life = await new_complaint(office, category="street-light")
    seat = office.seats["administrator"]
    saturday = NewDay(date(2027, 3, 6), "working", ("Worked for Holi", "होली के बदले"))
    await declare(office.database, office.identity, Declaration("office", [saturday], "k", seat.person, seat.post))
    warned, reminded = [(f"complaint.{act}", "hub") for act in ("warn", "remind_overdue")]
    for days, so_far in ((7, [warned]), (8, [warned, reminded])):
        office_clock.set(MONDAY + days * DAY + 7 * HOUR + A_SECOND)
        for act in OVERDUE:
            await ticked(office, act)
        assert await told(life) == so_far
    await holds_together(office, life)
