"""What an operator does with gradings: the commands, and the standing job that drafts the last month."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.grading.draft import drafts_made
from infra.commands.grade import grade
from tests.factories.lives import REASON, replied_complaint
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database


@pytest.fixture
async def april(
    office: PracticeOffice, office_clock: OfficeClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A complaint closed in April; it is May now, and the commands find the office."""
    office_clock.set(datetime(2026, 4, 6, 6, tzinfo=UTC))
    life = await replied_complaint(office)
    await life.must("calling", "satisfied", **REASON)
    office_clock.set(datetime(2026, 5, 1, 4, tzinfo=UTC))
    monkeypatch.setenv("PATRAVALI_DATABASE_URL", database.app_url)
    monkeypatch.setenv("PATRAVALI_DATABASE_READER_URL", database.reader_url)
    return life.number


def run(*words: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(grade, [*words, "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_a_month_is_drafted_shown_and_published_once(april: str) -> None:
    assert run("show", "2026-04")[0] == 1
    _, drafted = run("draft", "2026-04")
    (one,) = drafted["gradings"]
    assert (one["published"], one["cases"], len(one["cases_sha256"])) == (False, 1, 64)
    assert {(unit["unit"], unit["grade"]) for unit in one["units"]} == {("jal", "A"), ("hansi", "A")}
    status, published = run("publish", "2026-04")
    assert (status, published["published"][0]["cases_sha256"]) == (0, one["cases_sha256"])
    assert run("show", "2026-04")[1]["gradings"] == [one | {"published": True}]
    assert run("publish", "2026-04")[0] == 1


def test_what_cannot_be_graded_is_told(april: str) -> None:
    for month, status, said in (
        ("2026-4", 2, "write it as 2026-04"),
        ("2026-05", 1, "is not over"),
        ("2026-03", 1, "grades 2026-03"),
    ):
        found, told = run("draft", month)
        assert (found, said in told["reason"]) == (status, True), told


async def test_the_standing_job_drafts_the_month_that_is_over_once(april: str, office: PracticeOffice) -> None:
    assert await drafts_made(office.database) == 1
    assert await drafts_made(office.database) == 0
    assert await office.one("select month from grading_draft") == "2026-04"
