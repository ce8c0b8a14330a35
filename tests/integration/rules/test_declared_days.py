"""Days that an office declares: who is told of them when, what they do to clocks, and what stands in the audit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from flows import facts
from flows.declarations import Declaration, declare
from flows.rules import clocks
from flows.rules.cases import RunningClock
from flows.rules.declarations import NewDay
from flows.rules.errors import Refused
from flows.rules.known_schemes import shipped_schemes
from flows.rules.plan import ClockChange
from flows.writing import clock_statement
from infra.audit.verify_database import Trust, verify_database
from infra.fsck.time_kept import check_office
from storage import calendar_days
from storage.calendar_days import Affected
from storage.checkpoint_copies import FolderCopies
from storage.database import write
from storage.snapshots import one_snapshot
from tests.factories.lives import Life, complaint_with
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock

REMARK = {"remark": "विवरण"}
MONDAY = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)  # 10:00 in Hisar
HOLI = ("Holi", "होली")
THURSDAY_FIVE = datetime(2027, 3, 4, 11, 30, tzinfo=UTC)
A_DAY = timedelta(days=1)
BY_ANOTHER = "insert into calendar_day values (%s, %s, '2027-03-03', 'holiday', 'Holi', 'होली', %s, null, null)"
A_WHILE = timedelta(minutes=2)


@pytest.fixture
def clock(alone: PracticeOffice) -> OfficeClock:
    """The clock of an office of its own, on that Monday."""
    clock = OfficeClock(alone.owner_url)
    clock.install()
    clock.set(MONDAY)
    return clock


async def said(office: PracticeOffice, day: date, sort: str = "holiday", **more: Any) -> datetime:
    seat = office.seats["administrator"]
    given = Declaration(
        "office", [NewDay(day, sort, HOLI)], more.get("key") or str(uuid4()), seat.person, seat.post
    )
    return await declare(office.database, office.identity, given)


async def level_clock(life: Life) -> dict[str, Any]:
    sql = "select began, due, halted_at, resumed_at, left_us from clock where docket = %(d)s and sort = 'level'"
    ((began, due, halted_at, resumed_at, left_us),) = await life.office.rows(sql, d=life.docket)
    return {"began": began, "due": due, "halted": halted_at, "resumed": resumed_at, "left": left_us}


async def assert_time_agrees(office: PracticeOffice) -> None:
    report, _ = await check_office(office.database)
    assert [str(difference) for difference in report.differences] == []
    assert report.checked


async def test_a_declared_holiday_counts_for_the_clock_that_begins_after_it(
    alone: PracticeOffice, clock: OfficeClock
) -> None:
    before = await complaint_with(alone, "junior", category="street-light")
    assert (await level_clock(before))["due"] == THURSDAY_FIVE
    await said(alone, date(2027, 3, 3))
    at_once = await complaint_with(alone, "junior", category="street-light")
    assert (await level_clock(at_once))["due"] == THURSDAY_FIVE, "it counts from a minute after it"
    clock.forward(A_WHILE)
    after = await complaint_with(alone, "junior", category="street-light")
    assert (await level_clock(after))["due"] == THURSDAY_FIVE + A_DAY
    assert (await level_clock(before))["due"] == THURSDAY_FIVE
    await assert_time_agrees(alone)


async def test_a_holiday_during_a_halt_does_not_shorten_what_is_left(
    alone: PracticeOffice, clock: OfficeClock
) -> None:
    life = await complaint_with(alone, "junior", category="street-light")
    clock.set(datetime(2027, 3, 2, 11, 30, tzinfo=UTC))  # Tuesday at the close: two days are left
    await life.must("junior", "reply", **REMARK)
    await said(alone, date(2027, 3, 3))
    clock.set(THURSDAY_FIVE)
    await life.must("calling", "not_satisfied", **REMARK)
    found = await level_clock(life)
    # Thursday and Friday were left; both are made up for on Friday and Monday.
    assert found["due"] == datetime(2027, 3, 8, 11, 30, tzinfo=UTC)
    assert found["resumed"] == THURSDAY_FIVE
    assert found["left"] == 16 * 60 * 60 * 1_000_000
    await assert_time_agrees(alone)


async def test_a_withdrawn_holiday_is_worked_and_the_last_word_holds(
    alone: PracticeOffice, clock: OfficeClock
) -> None:
    first = await said(alone, date(2027, 3, 3))
    clock.set(MONDAY - A_DAY)  # the clock was set back: the withdrawal is the later one all the same
    assert await said(alone, date(2027, 3, 3), "working") == first + timedelta(microseconds=1)
    clock.set(MONDAY + A_WHILE)
    life = await complaint_with(alone, "junior", category="street-light")
    assert (await level_clock(life))["due"] == THURSDAY_FIVE


async def test_other_processes_see_it_with_their_next_movement(alone: PracticeOffice, clock: OfficeClock) -> None:
    """Their kept posts are of another version then; nothing else tells them."""
    await complaint_with(alone, "junior", category="street-light")
    assert alone.database.posts.days(await _version(alone)) == ()
    with psycopg.connect(alone.owner_url, autocommit=True) as other:
        other.execute(BY_ANOTHER.encode(), (uuid4(), "office", MONDAY))
    assert alone.database.posts.days(await _version(alone)) is None
    clock.forward(A_WHILE)
    life = await complaint_with(alone, "junior", category="street-light")
    assert (await level_clock(life))["due"] == THURSDAY_FIVE + A_DAY
    kept = alone.database.posts.days(await _version(alone))
    assert kept is not None
    assert [day.day for day in kept] == [date(2027, 3, 3)]


async def _version(office: PracticeOffice) -> str:
    ((version,),) = await office.rows("select version::text from office_structure")
    return version


async def test_a_day_of_another_calendar_is_none_of_this_one(alone: PracticeOffice, clock: OfficeClock) -> None:
    with psycopg.connect(alone.owner_url, autocommit=True) as other:
        other.execute(BY_ANOTHER.encode(), (uuid4(), "court", MONDAY - A_DAY))
    life = await complaint_with(alone, "junior", category="street-light")
    assert (await level_clock(life))["due"] == THURSDAY_FIVE


async def test_the_same_request_declares_once(alone: PracticeOffice, clock: OfficeClock) -> None:
    first = await said(alone, date(2027, 3, 3), key="k")
    clock.forward(A_DAY)
    assert await said(alone, date(2027, 3, 3), key="k") == first
    assert await alone.rows("select count(*) from calendar_day") == [(1,)]
    with pytest.raises(Refused) as refused:
        await said(alone, date(2027, 3, 4), key="k")
    assert refused.value.refusal.code == "key-reused"


REFUSED = {
    "unknown-calendar": ("court", [NewDay(date(2027, 3, 3), "holiday", HOLI)]),
    "days-count": ("office", []),
    "day-twice": ("office", [NewDay(date(2027, 3, 3), sort, HOLI) for sort in ("holiday", "working")]),
    "unknown-day-sort": ("office", [NewDay(date(2027, 3, 3), "feast", HOLI)]),
    "day-too-far": ("office", [NewDay(date(2036, 3, 3), "holiday", HOLI)]),
    "day-unnamed": ("office", [NewDay(date(2027, 3, 3), "holiday", ("Holi", ""))]),
}


@pytest.mark.parametrize("code", REFUSED)
async def test_what_cannot_be_declared_is_refused_and_nothing_is_written(
    alone: PracticeOffice, clock: OfficeClock, code: str
) -> None:
    calendar, days = REFUSED[code]
    with pytest.raises(Refused) as refused:
        await declare(alone.database, alone.identity, Declaration(calendar, days, "k"))
    assert refused.value.refusal.code == code
    assert refused.value.refusal.sentence("hi") != refused.value.refusal.sentence("en")
    assert await alone.rows("select count(*) from calendar_day") == [(0,)]


async def test_a_declaration_stands_in_the_office_s_chain_and_is_never_changed(
    alone: PracticeOffice, clock: OfficeClock, tmp_path: Any
) -> None:
    await said(alone, date(2027, 3, 3))
    ((entry,),) = await alone.rows(
        "select convert_from(data, 'UTF8') from audit_entry where chain = %(c)s order by sequence desc limit 1",
        c=f"office:{alone.identity.id}",
    )
    assert '"what":"office:calendar.declared"' in entry
    assert str(alone.seats["administrator"].person) in entry
    with psycopg.connect(alone.owner_url, autocommit=True) as owner, pytest.raises(psycopg.Error, match="written"):
        owner.execute("delete from calendar_day")
    async with one_snapshot(alone.database) as driver:
        report = await verify_database(driver, Trust({}, True, {}, FolderCopies(tmp_path)))
    assert not [fault for fault in report.faults if "calendar_day" in str(fault)]
    with psycopg.connect(alone.owner_url, autocommit=True) as owner:
        owner.execute("alter table calendar_day disable trigger user")
        owner.execute("update calendar_day set day = '2027-03-05'")
    async with one_snapshot(alone.database) as driver:
        report = await verify_database(driver, Trust({}, True, {}, FolderCopies(tmp_path)))
    assert any("calendar_day" in str(fault) for fault in report.faults)


async def test_running_clocks_that_a_declaration_may_move_are_found_in_batches(
    alone: PracticeOffice, clock: OfficeClock
) -> None:
    lives = [await complaint_with(alone, "junior", category="street-light") for _ in range(3)]
    halted = await complaint_with(alone, "junior", category="street-light")
    await halted.must("junior", "reply", **REMARK)
    await complaint_with(alone, "junior", category="pension")  # calendar days, but for attending: 8 working hours
    await said(alone, date(2027, 3, 3))
    clock.forward(A_WHILE)
    scheme = shipped_schemes()["haryana-eoffice"]
    begin = datetime(2027, 3, 2, 18, 30, tzinfo=UTC)
    affected = Affected([scheme.name], begin, begin + A_DAY)
    assert await _found(alone, affected) == sorted(life.docket for life in lives)
    assert await _found(alone, Affected([scheme.name], begin + 9 * A_DAY, begin + 10 * A_DAY)) == []
    assert await _found(alone, Affected(["another"], begin, begin + A_DAY)) == []
    assert await _found(alone, Affected([scheme.name], begin - 30 * A_DAY, begin - 20 * A_DAY)) == []


async def _found(office: PracticeOffice, affected: Affected) -> list[UUID]:
    """The dockets of all batches of two."""
    found, after = list[UUID](), None
    async with office.database.querying() as driver:
        while rows := await calendar_days.running_clocks(driver, affected, after, limit=2):
            assert len(rows) <= 2
            after = rows[-1]["id"]
            found += [row["id"] for row in rows]
    return found


async def test_a_clock_that_is_found_is_extended_by_the_day(alone: PracticeOffice, clock: OfficeClock) -> None:
    """What the batch will do for each: read, count anew, set."""
    life = await complaint_with(alone, "junior", category="street-light")
    await said(alone, date(2027, 3, 3))
    at = clock.forward(A_WHILE)
    affected = Affected(["haryana-eoffice"], MONDAY, MONDAY + 3 * A_DAY)
    async with alone.database.writing() as driver:
        (row,) = await calendar_days.running_clocks(driver, affected)
        days = await calendar_days.declared_days(driver)
        calendar = facts.calendar_of(shipped_schemes()[row["scheme"]], days).as_of(at)
        found: dict[str, RunningClock] = {one.sort: one for one in facts.clocks_of(row["clocks"])}
        assert found.keys() == {"level", "attend"}
        due = clocks.extended(found["level"], calendar)
        change = ClockChange("recount", "level", 1, due=due)
        await write(driver, [clock_statement(life.docket, at, change)], commit=True)
    assert (await level_clock(life))["due"] == THURSDAY_FIVE + A_DAY


async def test_another_category_is_written_with_its_limit(alone: PracticeOffice, clock: OfficeClock) -> None:
    life = await complaint_with(alone, "junior", category="street-light")
    async with alone.database.writing() as driver:
        (row,) = await calendar_days.running_clocks(driver, Affected(["haryana-eoffice"], MONDAY, MONDAY + A_DAY))
        level = next(one for one in facts.clocks_of(row["clocks"]) if one.sort == "level")
        scheme = shipped_schemes()["haryana-eoffice"]
        other = scheme.kinds["complaint"].categories["pension"].levels[0]
        changed = clocks.recategorised(level, other, scheme.calendar_with(()))
        change = ClockChange("recount", "level", 1, other, changed.due, changed.left)
        await write(driver, [clock_statement(life.docket, MONDAY, change)], commit=True)
    sql = "select limit_count, limit_unit, due from clock where docket = %(d)s and sort = 'level'"
    assert await alone.rows(sql, d=life.docket) == [(15, "days", level.began + 15 * A_DAY)]
