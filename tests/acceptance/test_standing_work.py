"""Standing work with a real Prefect server: its deployments call the jobs, and without it the ticker does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

from flows.clock_acts import BringUp, Lapse, tick
from flows.loops import cancel, endless
from flows.prefect_link import PrefectApi
from flows.schedules.deployments import DEPLOYMENT, Deployments
from flows.schedules.standing_work import StandingWork, Ticker
from infra.local_stack.prefect_server import PrefectServer
from tests.factories.engines import as_owner
from tests.factories.lives import PARKING, REASON, closed_file, new_file
from tests.factories.practice_office import PracticeOffice
from tests.factories.prefect_records import Prefect, complete, the_same
from tests.factories.waiting import until
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

JOB = "sign_checkpoint"
AT = datetime(2027, 6, 1, 6, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEVER = timedelta(days=365)


@pytest.fixture(scope="module")
def prefect(prefect_server: PrefectServer, tmp_path_factory: pytest.TempPathFactory) -> Prefect:
    return Prefect(prefect_server, tmp_path_factory.mktemp("prefect") / "unused.log")


@pytest.fixture
async def office(database: Database, office_in: Callable[[Any], Awaitable[PracticeOffice]]) -> PracticeOffice:
    made = await office_in(database)
    OfficeClock(made.owner_url).set(AT)
    return made


@asynccontextmanager
async def process(
    office: PracticeOffice, url: str, server: PrefectServer, job: Any, grace: timedelta = NEVER
) -> AsyncIterator[StandingWork]:
    """What a process of schedules runs: the deployments, and the ticker behind them."""
    work = StandingWork(office.database, url, {JOB: job})
    await work.due()
    api = PrefectApi(server.url, server.auth_string)
    loops = (Deployments(api, work, poll_s=0.1).run, Ticker(work, "ticker", grace, look_every_s=0.1).run)
    # The process itself is told by variables; this one of the tests has another server's, or none.
    here = {PREFECT_API_URL: server.url, PREFECT_API_AUTH_STRING: server.auth_string}
    with temporary_settings(here):
        tasks = [asyncio.create_task(endless(loop)) for loop in loops]
    try:
        yield work
    finally:
        await cancel(tasks)
        await api.close()


async def deployment_of(prefect: Prefect, job: str = JOB) -> dict[str, Any]:
    def found() -> list[dict[str, Any]]:
        body = {"deployments": {"name": {"any_": [DEPLOYMENT]}}, "flows": {"name": {"any_": [job]}}}
        return prefect.ask("POST", "/deployments/filter", body)

    (deployment,) = await until(found, "the job has its deployment")
    return deployment


async def called(prefect: Prefect) -> dict[str, Any]:
    """Has Prefect call the job now, as its schedule does; answers the run when it has ended."""
    deployment = await deployment_of(prefect)
    run = prefect.ask("POST", f"/deployments/{deployment['id']}/create_flow_run", {})

    def ended() -> dict[str, Any] | None:
        found = prefect.ask("GET", f"/flow_runs/{run['id']}")
        return found if found["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

    return await until(ended, "Prefect's run ends", limit=60) or {}


async def runs_of(office: PracticeOffice) -> tuple[int, str | None]:
    (found,) = await office.rows("select runs, last_by from standing_job where name = %(n)s", n=JOB)
    return tuple(found)


async def test_prefect_s_deployment_runs_the_job_in_the_process(
    office: PracticeOffice, database: Database, prefect: Prefect
) -> None:
    async def job() -> Mapping[str, Any]:
        return {"chains": 7, "names": ["कमला देवी"]}

    async with process(office, database.app_url, prefect.server, job):
        deployment = await deployment_of(prefect)
        (schedule,) = deployment["schedules"]
        assert schedule["schedule"] == {"cron": "0 */1 * * *", "timezone": "Asia/Kolkata", "day_or": True}
        assert (deployment["global_concurrency_limit"]["limit"], deployment["paused"]) == (1, False)
        assert (await called(prefect))["state_name"] == "NotDue"
        assert await runs_of(office) == (0, None)
        OfficeClock(office.owner_url).forward(HOUR)
        run = await called(prefect)
        assert (run["state_name"], run["state"]["message"]) == ("Completed", '{"chains": 7}')
        assert await runs_of(office) == (1, "prefect")
        assert (await called(prefect))["state_name"] == "NotDue"


async def test_a_job_that_breaks_is_failed_in_prefect_without_a_word_of_why(
    office: PracticeOffice, database: Database, prefect: Prefect
) -> None:
    async def job() -> Mapping[str, Any]:
        raise ValueError("कमला देवी, 9999900001")

    async with process(office, database.app_url, prefect.server, job):
        OfficeClock(office.owner_url).forward(HOUR)
        run = await called(prefect)
    assert run["state_type"] == "FAILED"
    assert "9999900001" not in str(run)


async def test_of_two_processes_one_runs_what_prefect_calls(
    office: PracticeOffice, database: Database, prefect: Prefect
) -> None:
    runs: list[int] = []

    async def job() -> Mapping[str, Any]:
        runs.append(1)
        return {}

    async with (
        process(office, database.app_url, prefect.server, job, grace=timedelta(0)),
        process(office, database.app_url, prefect.server, job, grace=timedelta(0)),
    ):
        await deployment_of(prefect)
        OfficeClock(office.owner_url).forward(HOUR)
        run = await called(prefect)
        await until(lambda: runs, "one of them all runs it")
        assert run["state_name"] in ("Completed", "NotDue")
    assert (len(runs), (await runs_of(office))[0]) == (1, 1)


async def test_with_prefect_down_the_ticker_runs_it_and_prefect_calls_again_when_it_is_back(
    office: PracticeOffice, database: Database, open_folder: Path
) -> None:
    prefect = Prefect(PrefectServer(open_folder / "prefect-standing"), open_folder / "prefect-standing.log")
    runs: list[int] = []

    async def job() -> Mapping[str, Any]:
        runs.append(1)
        return {}

    clock = OfficeClock(office.owner_url)
    await prefect.start()
    try:
        async with process(office, database.app_url, prefect.server, job, grace=timedelta(seconds=90)):
            await deployment_of(prefect)
            prefect.kill()
            clock.forward(HOUR)
            await until(lambda: runs, "the ticker runs it", limit=30)
            assert await runs_of(office) == (1, "ticker")
            await prefect.start()
            clock.set(AT.replace(minute=30) + HOUR)
            assert (await called(prefect))["state_name"] == "Completed"
            assert await runs_of(office) == (2, "prefect")
    finally:
        prefect.stop()


async def test_prefect_s_record_has_what_the_clock_did(
    database: Database, office_in: Callable[[Any], Awaitable[PracticeOffice]], prefect: Prefect
) -> None:
    office = await office_in(database)
    parked, proposed = await new_file(office), await closed_file(office)
    await parked.must("clerk", "park", **PARKING)
    await proposed.must("superintendent", "reopen", **REASON)
    await as_owner(office, "update docket set parked_until = current_date - 1 where id = %s", parked.docket)
    await as_owner(office, "update proposal set lapses_at = office_now() where docket = %s", proposed.docket)
    for act in (BringUp(), Lapse()):
        assert (await tick(office.database, office.identity, act)).done == 1
    await complete(office, prefect, parked, proposed)
    assert [run["name"] for run in await the_same(prefect, parked)][-1] == "bring_up"
    assert [run["name"] for run in await the_same(prefect, proposed)][-1] == "lapse"
