"""What the standing jobs do: checkpoints signed, records verified, and the engines' minute work shared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.prefect_link import PrefectApi
from flows.schedules.standing_work import JobFault, Outcome, StandingWork
from infra.local_stack.kept import kept_signing_key
from infra.local_stack.part import plain_environment
from infra.standing_jobs import Office, schedules_jobs
from storage.settings import Settings
from tests.factories.engines import as_owner, running, settings_for
from tests.factories.lives import REASON, Life, closed_file, new_file
from tests.factories.practice_office import PracticeOffice
from tests.factories.waiting import until
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

AT = datetime(2027, 6, 1, 6, 5, tzinfo=UTC)
DAY = timedelta(days=1)
Made = Callable[[Any], Awaitable[PracticeOffice]]


@pytest.fixture
async def office(database: Database, office_in: Made) -> PracticeOffice:
    made = await office_in(database)
    OfficeClock(made.owner_url).set(AT)
    return made


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Those of ``patravali schedules``, without Prefect."""
    key = tmp_path / "checkpoint.pem"
    kept_signing_key(key)
    return Settings.model_validate(
        {
            "data": tmp_path,
            "database_url": database.app_url,
            "database_reader_url": database.reader_url,
            "database_signer_url": database.signer_url,
            "checkpoint_key_file": key,
        }
    )


@asynccontextmanager
async def jobs(office: PracticeOffice, settings: Settings) -> AsyncIterator[StandingWork]:
    api = PrefectApi(settings.prefect_url, "")
    found = schedules_jobs(Office(settings, office.database, office.identity, api))
    yield StandingWork(office.database, settings.direct_url, found)
    await api.close()


async def done_next(office: PracticeOffice, work: StandingWork, name: str) -> Outcome:
    """The job's next run, when it is due."""
    await work.due()
    OfficeClock(office.owner_url).forward(DAY)
    outcome = await work.run(name, "ticker")
    assert outcome is not None
    return outcome


async def test_every_hour_a_checkpoint_is_signed_by_the_signer(office: PracticeOffice, settings: Settings) -> None:
    await new_file(office)
    async with jobs(office, settings) as work:
        first = await done_next(office, work, "sign_checkpoint")
        second = await done_next(office, work, "sign_checkpoint")
    assert (first["number"], first["copied"], second["number"]) == (1, 1, 2)
    assert first["chains"] > second["chains"] == 0
    assert await office.one("select count(*) from checkpoint") == 2


async def test_without_the_key_the_job_says_what_is_missing(office: PracticeOffice, settings: Settings) -> None:
    keyless = settings.model_copy(update={"checkpoint_key_file": None})
    async with jobs(office, keyless) as work:
        with pytest.raises(JobFault, match="PATRAVALI_CHECKPOINT_KEY_FILE is not set"):
            await done_next(office, work, "sign_checkpoint")


async def test_each_night_what_changed_is_verified_and_everything_once_a_week(
    office: PracticeOffice, settings: Settings
) -> None:
    await closed_file(office)
    async with jobs(office, settings) as work:
        first = await done_next(office, work, "verify_records")
        assert (first["ok"], first["whole"], first["faults"], first["dockets"]) == (True, True, 0, 1)
        quiet = await done_next(office, work, "verify_records")
        assert (quiet["ok"], quiet["whole"], quiet["chains"], quiet["entries"]) == (True, False, 0, 0)
        await new_file(office)
        busy = await done_next(office, work, "verify_records")
        assert (busy["whole"], busy["chains"]) == (False, 2), (
            "the file's, and the office's, which tells of restores"
        )
        OfficeClock(office.owner_url).forward(5 * DAY)
        assert (await done_next(office, work, "verify_records"))["whole"] is True


async def test_what_was_verified_on_a_day_to_come_is_verified_again(
    office: PracticeOffice, settings: Settings
) -> None:
    """The clock was set back since: waiting for that day would leave the whole unverified for years."""
    async with jobs(office, settings) as work:
        OfficeClock(office.owner_url).forward(3650 * DAY)
        assert (await done_next(office, work, "verify_records"))["whole"] is True
        OfficeClock(office.owner_url).set(AT)
        assert (await done_next(office, work, "verify_records"))["whole"] is True


async def test_what_the_night_finds_stays_shown_until_it_is_put_right(
    office: PracticeOffice, settings: Settings
) -> None:
    file = await new_file(office)
    async with jobs(office, settings) as work:
        await done_next(office, work, "verify_records")
        await file.must("clerk", "park", until=date(2030, 1, 1), **REASON)
        await as_owner(office, "update docket set priority = 'urgent' where id = %s", file.docket)
        await as_owner(office, "delete from holding where docket = %s", file.docket)
        for _ in range(2):
            found = await done_next(office, work, "verify_records")
            assert (found["ok"], found["faults"], found["differences"]) == (False, 1, 1)
            assert file.number in found["first_faults"][0]
            assert file.number in found["first_differences"][0]


async def test_an_engine_brings_parked_files_up_and_two_do_it_once(
    office: PracticeOffice, database: Database, tmp_path: Path
) -> None:
    clock = OfficeClock(office.owner_url)
    files: list[Life] = []
    for _ in range(3):
        files.append(await new_file(office))
        await files[-1].must("clerk", "park", until=AT.date() + DAY, **REASON)

    async def states() -> bool:
        return {(await file.row())["state"] for file in files} == {"in_hand"}

    async def outcome(name: str) -> dict[str, Any] | None:
        return await office.one("select outcome from standing_job where name = %(n)s", n=name)

    async def known() -> bool:
        return await office.one("select count(*) from standing_job") == 4

    settings = [settings_for(database.app_url, tmp_path / name) for name in ("a", "b")]
    async with running(settings[0]), running(settings[1]):
        await until(known, "the engines look after the minute's work")
        clock.forward(DAY)
        await until(states, "they are brought up")
        for name in ("bring_up_parked", "complete_prefect_record", "send_outbox"):
            await until(lambda name=name: outcome(name), "the minute's work is done")
    assert {await file.count("movement") for file in files} == {3}
    assert await outcome("bring_up_parked") == {"ok": True, "done": 3, "refused": 0, "broken": 0, "put_off": 0}
    # Their Prefect never answers, which is to be looked at.
    record = await outcome("complete_prefect_record") or {}
    assert (record["ok"], record["prefect"]) == (False, False)
    sent = await outcome("send_outbox") or {}
    assert (sent["ok"], sent["waiting"], sent["uncertain"]) == (True, 0, 0)


def status(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    url = settings.database_url.get_secret_value()
    environment = {**plain_environment(), "PATRAVALI_DATABASE_URL": url, "PATRAVALI_DATA": str(settings.data)}
    argv = [sys.executable, "-m", "infra.cli", "schedules", "status", *arguments]
    return subprocess.run(argv, env={**environment, "COLUMNS": "300"}, capture_output=True, text=True, check=False,
                          cwd=os.getcwd(), timeout=60)  # fmt: skip


async def test_the_command_shows_each_job_and_fails_where_one_is_broken(
    office: PracticeOffice, settings: Settings
) -> None:
    async with jobs(office, settings) as work:
        await done_next(office, work, "sign_checkpoint")
    shown = status(settings)
    assert shown.returncode == 1
    assert "number 1" in shown.stdout
    assert "no process has served it yet" in shown.stdout
    told = json.loads(status(settings, "--json").stdout)
    assert told["ok"] is False
    job = next(one for one in told["jobs"] if one["name"] == "sign_checkpoint")
    assert (job["broken"], job["outcome"]["number"], job["last_by"]) == (False, 1, "ticker")
    # Everything served and done just now: nothing is left to look at.
    for name in ("complete_prefect_record", "send_outbox", "bring_up_parked", "escalate_overdue"):
        await as_owner(office, "insert into standing_job (name, covered) values (%s, office_now())", name)
    await as_owner(office, "update standing_job set covered = office_now()")
    assert status(settings).returncode == 0


def test_the_command_says_when_the_database_cannot_be_reached(settings: Settings) -> None:
    away = settings.model_copy(
        update={"database_url": type(settings.database_url)("postgresql://x@127.0.0.1:1/x")}
    )
    ended = status(away)
    assert ended.returncode == 3
    assert "cannot be reached" in ended.stderr
