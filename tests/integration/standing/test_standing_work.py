"""Standing jobs: once in an interval whoever calls, alone, within a limit, and again after whatever went wrong."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from flows.rules.timetable import TIMETABLE
from flows.schedules.standing_work import JobFault, StandingWork, Ticker
from flows.standing_status import Shown, shown
from storage import standing_jobs
from storage.database import Database as Pool
from storage.database import DatabaseAway, fetch_one
from tests.factories.practice_office import PracticeOffice
from tests.factories.waiting import until
from tests.factories.wires import wire_to
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

AT = datetime(2027, 6, 1, 6, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
JOB, OTHER = "sign_checkpoint", "sweep_prefect"
Made = Callable[[Any], Awaitable[PracticeOffice]]


@pytest.fixture
async def office(database: Database, office_in: Made) -> PracticeOffice:
    return await office_in(database)


@pytest.fixture
def clock(office: PracticeOffice) -> OfficeClock:
    clock = OfficeClock(office.owner_url)
    clock.set(AT)
    return clock


class Counted:
    """A job's function that counts its runs; it breaks while ``fault`` is set, and waits for ``gate``."""

    def __init__(self) -> None:
        self.runs, self.inside, self.most = 0, 0, 0
        self.fault: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> Mapping[str, Any]:
        self.runs += 1
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            await self.gate.wait()
            if self.fault is not None:
                raise self.fault
            return {"done": self.runs}
        finally:
            self.inside -= 1


def work_of(office: PracticeOffice, url: str, **jobs: Any) -> StandingWork:
    return StandingWork(office.database, url, jobs)


@pytest.fixture
def job() -> Counted:
    return Counted()


@pytest.fixture
async def work(office: PracticeOffice, clock: OfficeClock, database: Database, job: Counted) -> StandingWork:
    """One job, known since AT, due at the next hour."""
    made = work_of(office, database.app_url, **{JOB: job})
    assert await made.due() == []
    return made


async def test_asking_what_is_due_leaves_a_connection_what_it_has_prepared(
    database: Database, work: StandingWork
) -> None:
    pool = Pool(database.app_url, pool=1)
    asking = StandingWork(pool, database.app_url, work.jobs)
    for _ in range(6):
        assert await asking.due() == []
    sql = "select count(*) as count from pg_prepared_statements where statement like '%%standing_job%%'"
    async with pool.querying() as driver:
        assert await fetch_one(driver, sql, {}) == {"count": 1}
    await pool.close()


async def row_of(office: PracticeOffice, name: str = JOB) -> Mapping[str, Any]:
    async with office.database.querying() as driver:
        row = await standing_jobs.one(driver, name)
    assert row is not None
    return row


async def status_of(office: PracticeOffice, name: str = JOB) -> Shown:
    async with office.database.querying() as driver:
        rows = await standing_jobs.all_jobs(driver)
    return next(one for one in shown(rows) if one.job.name == name)


async def test_a_new_job_waits_for_its_next_beginning(
    work: StandingWork, clock: OfficeClock, job: Counted
) -> None:
    assert await work.run(JOB, "ticker") is None
    clock.forward(HOUR)
    assert await work.due() == [JOB]
    assert await work.run(JOB, "ticker") == {"done": 1}


async def test_it_runs_once_in_an_interval_whoever_calls(
    work: StandingWork, clock: OfficeClock, job: Counted, office: PracticeOffice
) -> None:
    clock.forward(HOUR)
    assert await work.run(JOB, "prefect") is not None
    for by in ("ticker", "prefect"):
        assert await work.run(JOB, by) is None
    assert job.runs == 1
    clock.forward(HOUR)
    assert await work.run(JOB, "ticker") is not None
    row = await row_of(office)
    assert (row["runs"], row["last_by"], row["outcome"], row["tries"]) == (2, "ticker", {"done": 2}, 0)


async def test_two_processes_at_once_run_it_once(
    work: StandingWork, clock: OfficeClock, job: Counted, office: PracticeOffice, database: Database
) -> None:
    second = work_of(office, database.app_url, **{JOB: job})
    clock.forward(HOUR)
    job.gate.clear()
    first = asyncio.create_task(work.run(JOB, "prefect"))
    await until(lambda: job.inside, "the first is at it")
    assert await second.run(JOB, "ticker") is None
    assert await second.due() == []
    assert (await status_of(office)).to_json()["running"] is True
    job.gate.set()
    assert await first == {"done": 1}
    assert await second.run(JOB, "ticker") is None
    assert (job.runs, job.most) == (1, 1)


async def test_a_job_that_breaks_stays_due_and_is_tried_again_after_a_pause_that_grows(
    work: StandingWork, clock: OfficeClock, job: Counted, office: PracticeOffice
) -> None:
    clock.forward(HOUR)
    job.fault = JobFault("the store is full; make room")
    pauses: list[timedelta] = []
    for _ in range(3):
        with pytest.raises(JobFault, match="make room"):
            await work.run(JOB, "ticker")
        row = await row_of(office)
        assert await work.due() == []
        pauses.append(row["not_before"] - row["now"])
        clock.forward(pauses[-1])
        assert await work.due() == [JOB]
    assert pauses == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    told = await status_of(office)
    assert (told.broken, told.to_json()["tries"]) == (True, 3)
    assert told.to_json()["error"] == "the store is full; make room"
    job.fault = None
    assert await work.run(JOB, "ticker") == {"done": 4}
    told = await status_of(office)
    assert (told.broken, told.to_json()["error"], told.to_json()["tries"]) == (False, None, 0)


async def test_what_nobody_expected_is_told_by_its_kind_only(
    work: StandingWork, clock: OfficeClock, job: Counted, office: PracticeOffice
) -> None:
    clock.forward(HOUR)
    job.fault = ValueError("कमला देवी, 9999900001")
    with pytest.raises(JobFault, match="ValueError; the log has more under incident"):
        await work.run(JOB, "ticker")
    assert "9999900001" not in (await row_of(office))["last_error"]


async def test_a_job_that_hangs_is_cut(
    work: StandingWork, clock: OfficeClock, job: Counted, office: PracticeOffice
) -> None:
    work.standing = {JOB: replace(TIMETABLE[JOB], limit=timedelta(seconds=0.2))}
    clock.forward(HOUR)
    job.gate.clear()
    with pytest.raises(JobFault, match=r"cut after 0\.2 s"):
        await work.run(JOB, "ticker")
    assert job.inside == 0
    assert (await row_of(office))["running"] is False


async def test_a_job_whose_lock_is_lost_is_cut(
    work: StandingWork, clock: OfficeClock, job: Counted, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.schedules.standing_work.LOCK_SEEN_S", 0.02)
    clock.forward(HOUR)
    job.gate.clear()
    running = asyncio.create_task(work.run(JOB, "ticker"))
    await until(lambda: job.inside, "the job is at it")
    sql = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s"
    async with await psycopg.AsyncConnection.connect(database.server.admin_url) as admin:
        await admin.execute(sql, (f"standing work: {JOB}",))
    with pytest.raises(JobFault, match="lock broke"):
        await running
    assert job.inside == 0


@asynccontextmanager
async def cut_off(
    work: StandingWork, job: Counted, database: Database
) -> AsyncIterator[asyncio.Task[Mapping[str, Any] | None]]:
    """The run of a job that is at it, now that the wire to its lock is cut."""
    job.gate.clear()
    async with wire_to(database.app_url) as wire:
        work.direct_url = wire.url
        running = asyncio.create_task(work.run(JOB, "ticker"))
        await until(lambda: job.inside, "the job is at it")
        wire.cut()
        yield running


async def test_a_job_whose_lock_is_behind_a_network_that_is_gone_is_cut_and_ends(
    work: StandingWork, clock: OfficeClock, job: Counted, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the question whether the lock stands nor giving it back waits for an answer that never comes."""
    monkeypatch.setattr("flows.schedules.standing_work.LOCK_SEEN_S", 0.02)
    monkeypatch.setattr("storage.standing_jobs.ANSWERS_WITHIN_S", 0.2)
    clock.forward(HOUR)
    async with cut_off(work, job, database) as running:
        with pytest.raises(JobFault, match="lock broke"):
            await asyncio.wait_for(running, 30)
    assert job.inside == 0


async def test_a_job_that_ends_behind_a_network_that_is_gone_is_not_at_it_for_ever(
    work: StandingWork, clock: OfficeClock, job: Counted, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.standing_jobs.ANSWERS_WITHIN_S", 0.2)
    clock.forward(HOUR)
    async with cut_off(work, job, database) as running:
        job.gate.set()
        assert await asyncio.wait_for(running, 30) == {"done": 1}


async def test_what_ran_on_a_day_to_come_is_due_when_the_clock_was_set_back(
    work: StandingWork, clock: OfficeClock, job: Counted
) -> None:
    """Until that day it would never be, whatever it is that signs, verifies and escalates."""
    clock.forward(timedelta(days=3650))
    assert await work.run(JOB, "ticker") == {"done": 1}
    clock.set(AT)
    assert await work.run(JOB, "ticker") == {"done": 2}
    clock.forward(-timedelta(seconds=30))
    assert await work.due() == [], "by a little the clock catches up soon"
    clock.set(AT + HOUR)
    assert await work.due() == [JOB]


async def test_a_clock_that_was_set_back_pauses_no_job(
    work: StandingWork, clock: OfficeClock, job: Counted, office: PracticeOffice
) -> None:
    """A pause that was given in a year to come would never be over."""
    clock.forward(timedelta(days=3650))
    job.fault = JobFault("the store is full; make room")
    with pytest.raises(JobFault):
        await work.run(JOB, "ticker")
    job.fault = None
    clock.set(AT + HOUR)
    assert (await status_of(office)).to_json()["next"] < AT + HOUR
    assert await work.due() == [JOB]
    assert await work.run(JOB, "ticker") == {"done": 2}


async def test_what_it_looked_at_and_does_not_hold_is_shown(
    office: PracticeOffice, clock: OfficeClock, database: Database
) -> None:
    async def finds() -> Mapping[str, Any]:
        return {"ok": False, "faults": 2}

    work = work_of(office, database.app_url, **{JOB: finds})
    await work.due()
    clock.forward(HOUR)
    await work.run(JOB, "ticker")
    told = await status_of(office)
    assert (told.broken, told.to_json()["error"]) == (True, None)
    assert (await row_of(office))["tries"] == 0


async def test_a_job_that_breaks_or_hangs_stops_no_other(
    office: PracticeOffice, clock: OfficeClock, database: Database, job: Counted
) -> None:
    hanging, breaking = Counted(), Counted()
    hanging.gate.clear()
    breaking.fault = JobFault("broken")
    jobs = {"lapse_proposals": breaking, OTHER: hanging, JOB: job}
    work = work_of(office, database.app_url, **jobs)
    await work.due()
    ticker = asyncio.create_task(Ticker(work, "ticker", look_every_s=0.02).run())
    try:
        for turn in (1, 2):
            clock.forward(HOUR)
            await until(lambda turn=turn: job.runs == turn, "it runs beside them")
            await until(lambda turn=turn: breaking.runs >= turn, "the broken one is tried again")
        assert hanging.runs == 1
    finally:
        ticker.cancel()
        await asyncio.gather(ticker, return_exceptions=True)
    assert hanging.inside == 0


async def test_a_ticker_leaves_prefect_its_time(work: StandingWork, clock: OfficeClock, job: Counted) -> None:
    clock.set(datetime(2027, 6, 1, 6, 30, tzinfo=UTC))
    assert await work.due(grace=timedelta(seconds=90)) == []
    clock.forward(timedelta(seconds=90))
    assert await work.due(grace=timedelta(seconds=90)) == [JOB]


async def test_a_database_that_is_away_ends_no_ticker(
    office: PracticeOffice, clock: OfficeClock, database: Database, job: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = work_of(office, database.app_url, **{JOB: job})
    await work.due()
    clock.forward(HOUR)
    work.direct_url = "postgresql://nobody@127.0.0.1:1/nowhere"
    with pytest.raises(DatabaseAway):
        await work.run(JOB, "ticker")
    ticker = asyncio.create_task(Ticker(work, "ticker", look_every_s=0.02).run())
    work.direct_url = database.app_url
    await until(lambda: job.runs, "it runs when the database is back")
    ticker.cancel()
    await asyncio.gather(ticker, return_exceptions=True)


HANGS = """
import asyncio, sys
from flows.schedules.standing_work import StandingWork
from storage.database import Database

async def hangs():
    print("at it", flush=True)
    await asyncio.Event().wait()

asyncio.run(StandingWork(Database(sys.argv[1]), sys.argv[1], {sys.argv[2]: hangs}).run(sys.argv[2], "ticker"))
"""


async def test_one_that_is_killed_in_the_middle_is_due_again(
    work: StandingWork, clock: OfficeClock, job: Counted, office: PracticeOffice, database: Database
) -> None:
    clock.forward(HOUR)
    argv = [sys.executable, "-c", HANGS, database.app_url, JOB]
    process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"at it\n"
    assert await work.run(JOB, "ticker") is None
    process.kill()
    await process.wait()

    async def free() -> bool:
        return not (await row_of(office))["running"]

    await until(free, "its lock is free")
    told = await status_of(office)
    assert (told.broken, told.to_json()["tries"]) == (True, 1)
    assert await work.due() == []
    clock.forward(timedelta(seconds=30))
    assert await work.run(JOB, "ticker") == {"done": 1}


async def test_status_has_every_job_also_those_that_no_process_serves(
    work: StandingWork, office: PracticeOffice
) -> None:
    async with office.database.querying() as driver:
        found = shown(await standing_jobs.all_jobs(driver))
    assert [one.job.name for one in found] == list(TIMETABLE)
    assert {one.job.name: one.broken for one in found} == {name: name != JOB for name in TIMETABLE}
    json.dumps([one.to_json() for one in found], default=str)
