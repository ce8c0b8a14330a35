"""What an operator does with gradings: the commands, and the standing job that drafts the last month."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
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


@pytest.fixture
def exported(april: str, tmp_path: Path) -> Path:
    """The published month on disk; it is computed again without any database."""
    folder = tmp_path / "out"
    assert run("export", "2026-04", str(folder))[0] == 1, "nothing is published yet"
    run("draft", "2026-04")
    assert run("export", "2026-04", str(folder))[0] == 1, "a draft is not exported"
    run("publish", "2026-04")
    assert run("export", "2026-04", str(folder))[0] == 0
    return folder / "haryana-eoffice.complaint.2026-04"


def test_an_exported_month_is_computed_again(april: str, exported: Path) -> None:
    status, told = run("check", str(exported.parent))
    assert (status, told["gradings"][0]["cases"]) == (0, 1)
    line = json.loads((exported / "cases.jsonl").read_text())
    assert (line["number"], line["ending"], line["district"]) == (april, "satisfied", "hansi")
    assert told["gradings"][0]["cases_sha256"] == sha256((exported / "cases.jsonl").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("cases.jsonl", '"satisfied"', '"unheard"', "the SHA-256 of the cases is told as"),
        ("cases.jsonl", '"hansi"', '"हांसी"', "the SHA-256 of the cases is told as"),
        ("cases.jsonl", '"replied":true', '"replied": true', "cases.jsonl:1: this is no case"),
        ("cases.jsonl", '"replied":true', '"replied":1', "cases.jsonl:1: this is no case"),
        ("cases.jsonl", '"replied":true', '"poor":1,"replied":true', "cases.jsonl:1: "),
        ("cases.jsonl", "\n", "", "the line is cut or too long"),
        ("grading.json", '"marks": 10000', '"marks": 9000', "marks of the department jal is told as 9000"),
        ("grading.json", '"weight": 60', '"weight": 61', "the weights of the parts sum up to 101"),
        ("grading.json", '"from_marks": 80', '"from_marks": 101', "the formula is none"),
        ("grading.json", '"rank": 1', '"rank": 2', "rank of the department jal is told as 2, and comes to 1"),
        ("grading.json", '"unit": "jal"', '"unit": "bijli"', "department jal is told as None"),
        ("grading.json", "{", "[", "is no grading"),
    ],
)
def test_what_was_changed_in_an_export_is_named(exported: Path, file: str, old: str, new: str, said: str) -> None:
    text = (exported / file).read_text("utf-8")
    assert old in text
    (exported / file).write_text(text.replace(old, new, 1), "utf-8")
    status, told = run("check", str(exported))
    assert (status, said in told["reason"]) == (1, True), told


def test_a_folder_without_a_grading_is_refused(tmp_path: Path) -> None:
    assert run("check", str(tmp_path))[0] == 2


def test_what_a_stranger_s_month_says_steers_no_terminal(exported: Path) -> None:
    """Neither what holds nor what does not may wipe the screen and write another verdict on it."""
    said = json.loads((exported / "grading.json").read_text("utf-8"))
    for changed, status in (({"scheme": "\x1b[2J"}, 0), ({"cases": "\x1b[2JIt holds"}, 1)):
        (exported / "grading.json").write_text(json.dumps(said | changed), "utf-8")
        ended = CliRunner().invoke(grade, ["check", str(exported)])
        assert (ended.exit_code, "\x1b" in ended.output, "\\x1b[2J" in ended.output) == (status, False, True)
