"""Acts of the clock: batches of dockets that are due, without an instruction and without doing anything twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from flows import clock_acts
from flows.clock_acts import BATCH, BringUp, ClockAct, Lapse, Tally, tick
from flows.rules.cases import Case
from flows.rules.known_schemes import shipped_schemes
from flows.rules.plan import Plan
from infra.audit.verify_database import Trust, verify_database
from infra.fsck.time_kept import check_office
from storage import clock_batches
from storage.snapshots import one_snapshot
from tests.factories.engines import as_owner, held
from tests.factories.lives import REASON, Life, closed_file, new_file
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

DAY = date(2027, 6, 10)
# 18:30 UTC is midnight in India: the day begins there while the ninth still lasts in Greenwich.
MIDNIGHT = datetime(2027, 6, 9, 18, 30, tzinfo=UTC)
PARKED_AT = datetime(2027, 6, 1, 6, tzinfo=UTC)

Made = Callable[[Any], Awaitable[PracticeOffice]]


@pytest.fixture
async def office(database: Database, office_in: Made) -> PracticeOffice:
    """An office alone in its database: a tick takes whatever is due in it."""
    return await office_in(database)


@pytest.fixture
def office_clock(office: PracticeOffice) -> OfficeClock:
    clock = OfficeClock(office.owner_url)
    clock.set(PARKED_AT)
    return clock


async def parked(office: PracticeOffice, until: date = DAY) -> Life:
    life = await new_file(office)
    await life.must("clerk", "park", until=until, **REASON)
    return life


async def proposed(office: PracticeOffice) -> Life:
    life = await closed_file(office)
    await life.must("superintendent", "reopen", **REASON)
    return life


async def ticked(office: PracticeOffice, act: ClockAct | None = None) -> Tally:
    return await tick(office.database, office.identity, act or BringUp())


async def last(life: Life) -> dict[str, Any]:
    sql = "select to_jsonb(m) from movement m where docket = %(d)s order by sequence desc limit 1"
    return await life.office.one(sql, d=life.docket)


async def holds_together(office: PracticeOffice, *lives: Life) -> None:
    """Every chain is its rows' replay, fsck finds nothing, and the audit verifies."""
    for life in lives:
        await assert_rows_equal_their_replay(office, life.docket)
    time, leftovers = await check_office(office.database)
    assert ([str(one) for one in time.differences], leftovers) == ([], [])
    async with one_snapshot(office.database) as driver:
        report = await verify_database(driver, Trust({}, independent=False))
    assert [str(fault) for fault in report.faults] == []


async def test_a_file_comes_up_when_its_day_begins_in_the_scheme_s_zone(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await parked(office)
    office_clock.set(MIDNIGHT - timedelta(seconds=1))
    assert (await ticked(office)).done == 0
    office_clock.set(MIDNIGHT)
    assert (await ticked(office)).done == 1
    row = await life.row()
    assert (row["state"], row["holder"], row["parked_until"]) == ("in_hand", str(office.post("clerk")), None)
    assert (row["version"], row["last_change"]) == (3, 3)


async def test_the_movement_names_nobody_and_owes_its_record_behind_live_ones(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await parked(office)
    office_clock.set(MIDNIGHT)
    await ticked(office)
    movement = await last(life)
    assert (movement["name"], movement["act"], movement["instruction"]) == ("bring_up", "bring_up", None)
    assert (movement["by_post"], movement["by_person"]) == (None, None)
    bulk = "select bulk from prefect_owed where movement = %(m)s"
    assert await office.one(bulk, m=movement["id"]) is True
    await holds_together(office, life)


async def test_a_batch_of_many_is_written_by_as_many_statements_as_one_of_two(
    office: PracticeOffice, office_clock: OfficeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = [await parked(office) for _ in range(7)]
    sent: list[int] = []
    real = clock_acts.write

    async def counted(driver: Any, statements: Any, *, commit: bool) -> None:
        sent.append(len(statements))
        await real(driver, statements, commit=commit)

    monkeypatch.setattr(clock_acts, "write", counted)
    monkeypatch.setattr(clock_acts, "BATCH", 5)
    office_clock.set(MIDNIGHT)
    assert (await ticked(office)).done == 7
    first, second = sent
    assert first == second
    await holds_together(office, *lives)


async def test_what_somebody_is_at_work_on_is_passed_over_until_the_next_tick(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    locked, waiting, free = [await parked(office) for _ in range(3)]
    accepted = await waiting.accept("clerk", "bring_up")
    office_clock.set(MIDNIGHT)
    async with held(office, locked):
        assert (await ticked(office)).done == 1
    assert [(await life.row())["state"] for life in (locked, waiting, free)] == ["parked", "parked", "in_hand"]
    await waiting.step(accepted.instruction)
    assert (await last(waiting))["by_post"] == str(office.post("clerk"))
    assert (await ticked(office)).done == 1
    assert (await last(locked))["by_post"] is None
    await holds_together(office, locked, waiting, free)


async def test_two_engines_at_once_do_nothing_twice(office: PracticeOffice, office_clock: OfficeClock) -> None:
    lives = [await parked(office) for _ in range(12)]
    office_clock.set(MIDNIGHT)
    tallies = await asyncio.gather(*(ticked(office) for _ in range(4)))
    assert sum(tally.done for tally in tallies) == 12
    assert {await life.count("movement") for life in lives} == {3}
    await holds_together(office, *lives)


async def test_the_same_batch_twice_does_nothing_the_second_time(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await parked(office)
    office_clock.set(MIDNIGHT)
    await ticked(office)
    before = await last(life)
    assert (await ticked(office)).to_json() == {"done": 0, "refused": 0, "broken": 0, "put_off": 0}
    # As if it had been forgotten that the day came: the movement's id is the same, so it cannot be made again.
    await as_owner(office, "update docket set state = 'parked', parked_until = %s where id = %s", DAY, life.docket)
    assert (await ticked(office)).broken == 1
    assert (await last(life))["id"] == before["id"]


async def test_parked_again_for_another_day_it_comes_up_again(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await parked(office)
    office_clock.set(MIDNIGHT)
    await ticked(office)
    life.version = 3
    await life.must("clerk", "park", until=DAY + timedelta(days=1), **REASON)
    office_clock.set(MIDNIGHT + timedelta(days=1))
    assert (await ticked(office)).done == 1
    assert await life.count("movement") == 5
    await holds_together(office, life)


class BreaksOn(BringUp):
    """Plans every docket but one."""

    def __init__(self, docket: UUID) -> None:
        self.docket = docket

    def plan(self, case: Case, movement: UUID) -> Plan:
        if case.docket.id == self.docket:
            raise ValueError("this one breaks")
        return super().plan(case, movement)


async def test_a_docket_that_breaks_holds_up_no_other(office: PracticeOffice, office_clock: OfficeClock) -> None:
    lives = [await parked(office) for _ in range(3)]
    office_clock.set(MIDNIGHT)
    found = await ticked(office, BreaksOn(lives[1].docket))
    assert (found.done, found.broken) == (2, 1)
    assert [(await life.row())["state"] for life in lives] == ["in_hand", "parked", "in_hand"]


async def test_a_proposal_lapses_and_the_post_that_made_it_is_told(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await proposed(office)
    lapses = await office.one("select lapses_at from proposal where docket = %(d)s", d=life.docket)
    office_clock.forward(timedelta(days=1))
    young = await proposed(office)
    office_clock.set(lapses - timedelta(seconds=1))
    assert (await ticked(office, Lapse())).done == 0
    office_clock.set(lapses)
    assert (await ticked(office, Lapse())).done == 1
    movement = await last(life)
    assert (movement["name"], movement["act"], movement["by_post"]) == ("lapse", "lapse", None)
    assert movement["to_post"] == str(office.post("superintendent"))
    assert (await life.row())["state"] == "closed"
    states = await office.rows("select state, settled_at from proposal where docket = %(d)s", d=life.docket)
    assert [(state, settled) for state, settled in states] == [("lapsed", lapses)]
    assert (await ticked(office, Lapse())).done == 0
    await holds_together(office, life, young)
    life.version += 1
    await life.must("superintendent", "reopen", **REASON)
    await life.must("officer", "confirm")


async def test_no_person_passes_for_the_clock(office: PracticeOffice, office_clock: OfficeClock) -> None:
    life = await parked(office)
    assert "the_clock" in shipped_schemes()["haryana-eoffice"].table_of("file").by_name["bring_up"].who
    office_clock.set(MIDNIGHT)
    for who in ("superintendent", "dc", "administrator"):
        assert (await life.force(who, "bring_up")).refused == "not-holder"


@pytest.mark.parametrize(
    ("index", "question"),
    [("docket_parked_idx", clock_batches.PARKED), ("proposal_open_idx", clock_batches.LAPSED)],
)
async def test_a_tick_with_nothing_due_looks_into_an_index(
    office: PracticeOffice, index: str, question: str
) -> None:
    given = {"schemes": ["haryana-eoffice"], "zones": ["Asia/Kolkata"], "after": UUID(int=0), "limit": BATCH}
    async with office.database.writing() as driver:
        # The tables are small: without this they would be read whole.
        await driver.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
        plan = await (await driver.execute(f"explain {question}".encode(), given)).fetchall()
    assert any(f"Index Scan using {index}" in line for (line,) in plan), plan
