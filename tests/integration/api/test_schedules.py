"""Standing work as administrators and auditors see it, and as figures."""

from __future__ import annotations

import pytest

from flows.rules.timetable import TIMETABLE
from storage import standing_jobs
from tests.fixtures.api import Api

JOB = "lapse_proposals"


async def ran(api: Api, **outcome: int | bool) -> None:
    """As if the job had just run and ended well."""
    async with api.office.database.writing() as driver:
        await standing_jobs.know(driver, [JOB])
        await standing_jobs.begin(driver, JOB, "prefect", pause_s=30, longest_s=600)
        await standing_jobs.end_well(driver, JOB, 0.25, outcome, holds=bool(outcome.get("ok", True)))


@pytest.mark.parametrize("who", ["administrator", "auditor"])
async def test_every_job_is_shown_with_its_last_run(api: Api, who: str) -> None:
    await ran(api, done=3)
    answer = await (await api.desk(who)).get("/schedules")
    assert answer.status_code == 200
    items = {item["name"]: item for item in answer.json()["items"]}
    assert list(items) == list(TIMETABLE)
    job = items[JOB]
    assert job["label"]["hi"].startswith("जिन प्रस्तावों")
    assert (job["outcome"], job["last_by"], job["seconds"], job["error"]) == ({"done": 3}, "prefect", 0.25, None)
    assert (job["broken"], job["overdue"], job["running"]) == (False, False, False)
    assert job["last_good"] == job["last_started"]
    unserved = items["sign_checkpoint"]
    assert (unserved["broken"], unserved["running"], unserved["next"]) == (True, None, None)


@pytest.mark.parametrize("who", ["clerk", "officer", "hub"])
async def test_others_are_not_shown_it(api: Api, who: str) -> None:
    answer = await (await api.desk(who)).get("/schedules")
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (403, "not-allowed")


async def test_the_figures_say_what_is_broken(api: Api) -> None:
    await ran(api, ok=False, faults=2)
    text = (await api.client.get("/metrics")).text
    assert f'patravali_standing_job_broken{{job="{JOB}"}} 1.0' in text
    assert f'patravali_standing_job_seconds{{job="{JOB}"}} 0.25' in text
    assert 'patravali_standing_job_broken{job="sign_checkpoint"} 1.0' in text
    await ran(api, done=0)
    text = (await api.client.get("/metrics")).text
    assert f'patravali_standing_job_broken{{job="{JOB}"}} 0.0' in text


async def test_readiness_says_nothing_of_it(api: Api) -> None:
    await ran(api, ok=False)
    assert (await api.client.get("/readyz")).status_code == 200
