"""An exported month against an audit export: what the office did not publish is named, without a database."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.checkpoints import read_signing_key
from flows.grading.cases import graded_in
from flows.grading.draft import make_draft
from flows.office.grading import PublishGrading
from flows.rules.grading import CaseFacts, ListHash, graded, line_of
from flows.rules.grading_form import formula_told
from flows.rules.months import Month
from infra.audit.operations import export_office
from infra.grading_export import export_months
from storage import gradings
from storage.settings import load
from tests.factories.audited_office import operator_environment
from tests.factories.lives import REASON, new_complaint, replied_complaint
from tests.factories.office_orders import ordered
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

APRIL = Month.of("2026-04")
NAMED = ("haryana-eoffice", "complaint", "2026-04")
Change = Callable[[list[dict[str, Any]], dict[str, Any]], None]


@dataclass(frozen=True)
class Handed:
    """What is handed to an outsider: a month, an audit export, and the key by another way."""

    month: Path
    audit: Path
    key: str

    def check(self, *words: str) -> tuple[int, list[str]]:
        """As an outsider, in another process without settings; status and lines."""
        command = [sys.executable, "-m", "infra.cli", "grade", "check", str(self.month)]
        more = list(words) or ["--audit-export", str(self.audit), "--key", self.key]
        done = subprocess.run(
            [*command, *more], env={"PATH": "/usr/bin"}, capture_output=True, text=True, check=False
        )
        return done.returncode, (done.stdout + done.stderr).splitlines()

    def change(self, change: Change) -> None:
        """Forges cases or what is said of them, and then computes marks and sums as an honest office would."""
        lines = (self.month / "cases.jsonl").read_text("utf-8").splitlines()
        said = json.loads((self.month / "grading.json").read_text("utf-8"))
        rows = [json.loads(line) for line in lines]
        change(rows, said)
        cases = [
            CaseFacts(**{**row, "registered": datetime.fromisoformat(row["registered"]).date()}) for row in rows
        ]
        taken = ListHash()
        for case in cases:
            taken.take(case)
        units = [unit.to_json() for unit in graded(formula_told(said["formula"]), cases)]
        told = said | {"cases": taken.cases, "cases_sha256": taken.digest.hex(), "units": units}
        (self.month / "cases.jsonl").write_bytes(b"".join(map(line_of, cases)))
        (self.month / "grading.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")


@pytest.fixture
async def handed(office: PracticeOffice, office_clock: OfficeClock, database: Database, tmp_path: Path) -> Handed:
    office_clock.set(datetime(2026, 4, 6, 6, tzinfo=UTC))
    life = await replied_complaint(office)
    await life.must("calling", "satisfied", **REASON)
    await new_complaint(office, category="street-light", place="barwala")
    office_clock.set(datetime(2026, 5, 1, 4, tzinfo=UTC))
    async with office.database.querying() as driver:
        (of,) = await graded_in(driver, APRIL)
    await make_draft(office.database, of)
    async with office.database.querying() as driver:
        draft = await gradings.draft(driver, *NAMED)
    assert draft is not None
    await ordered(office, "arbiter", PublishGrading(*NAMED, draft["cases_sha256"]))
    settings = load(operator_environment(database, tmp_path / "office"))
    await export_office(settings, tmp_path / "audit", None, documents=False, quiet=True)
    (month,) = await export_months(database.app_url, APRIL, tmp_path / "months")
    key = read_signing_key(settings.checkpoint_key_file).public_key().public_bytes_raw().hex()
    return Handed(month, tmp_path / "audit", key)


def test_the_month_that_the_office_published_holds_and_the_entry_is_named(handed: Handed) -> None:
    status, (line,) = handed.check()
    assert (status, "2 cases; entry " in line, "states the same" in line) == (0, True, True)
    status, (_, remark) = handed.check("--audit-export", str(handed.audit))
    assert (status, "taken from the export itself" in remark) == (0, True)


def bettered(rows: list[dict[str, Any]], _: dict[str, Any]) -> None:
    rows[1]["attended"] = True


def dropped(rows: list[dict[str, Any]], _: dict[str, Any]) -> None:
    rows.pop()


def milder(_: list[dict[str, Any]], said: dict[str, Any]) -> None:
    said["formula"]["grades"]["A"]["from_marks"] = 10


def of_another_month(_: list[dict[str, Any]], said: dict[str, Any]) -> None:
    said["month"] = "2026-05"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            bettered,
            ["states the SHA-256 of the cases otherwise", "states parts of the district barwala otherwise"],
        ),
        (dropped, ["states the number of cases otherwise: 2, and not 1", "tells also of the district barwala"]),
        (milder, ["states the formula otherwise"]),
        (of_another_month, ["tells of no published grading of haryana-eoffice complaint 2026-05"]),
    ],
)
def test_a_forgery_that_agrees_with_itself_is_named_by_the_chain(
    handed: Handed, change: Change, said: list[str]
) -> None:
    handed.change(change)
    assert handed.check("--json")[0] == 0, "alone it is of one piece"
    status, lines = handed.check()
    assert status == 1
    for one in said:
        assert any(one in line for line in lines), lines


def test_marks_changed_by_hand_are_named_without_the_audit_export_too(handed: Handed) -> None:
    path = handed.month / "grading.json"
    told = json.loads(path.read_text("utf-8"))
    for unit in told["units"][:3]:
        unit["marks"] = 4321
    path.write_text(json.dumps(told), "utf-8")
    status, lines = handed.check("--json")
    assert (status, any("is told as 4321, and comes to" in line for line in lines)) == (1, True)


def test_an_audit_export_that_does_not_hold_proves_nothing(handed: Handed) -> None:
    (chains,) = (handed.audit / "chains").iterdir()
    chains.chmod(0o600)
    chains.write_bytes(chains.read_bytes().replace(b"grading.published", b"grading.punished!"))
    status, lines = handed.check()
    assert (status, any("the audit export does not hold" in line for line in lines)) == (1, True)
    other = "0" * 64 if handed.key[0] != "0" else "1" * 64
    assert handed.check("--audit-export", str(handed.audit), "--key", other)[0] in (1, 2)


def test_what_is_no_audit_export_cannot_be_used(handed: Handed, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert handed.check("--audit-export", str(tmp_path / "empty"))[0] == 2
    status, lines = handed.check("--key", handed.key)
    assert (status, any("--audit-export" in line for line in lines)) == (2, True)
