"""A month replayed by other rules: what would have been late, sent up and graded how; nothing is changed."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from flows.office import OfficeChange, change_office
from infra.commands.scheme import scheme
from storage.models import TABLES
from tests.factories.clock_acts import clock_does
from tests.factories.graded_scheme import NAME, graded_text
from tests.factories.lives import REASON, complaint_with, new_complaint
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

APRIL_6 = datetime(2026, 4, 6, 6, tzinfo=UTC)
DAYS = "{{count: {0}, unit: days}}"


def tried_text(first: int, attend: str = "{count: 1, unit: working_days}", version: int = 4) -> str:
    """The scheme with another first limit of drinking water (7 days in force) and of attending."""
    levels = f"[{DAYS.format(first)}, {DAYS.format(7)}, {DAYS.format(7)}]"
    said = f"{{department: jal, levels: {levels}, attend: {attend}}}"
    return graded_text(version=version).replace("{department: jal}", said)


@pytest.fixture
def simulated(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("PATRAVALI_DATABASE_READER_URL", database.reader_url)

    async def run(text: str, *more: str) -> dict[str, Any]:
        file = tmp_path / "tried.yaml"
        file.write_text(text, "utf-8")
        words = ["simulate", str(file), "--against", "2026-04", "--json", *more]
        done = await asyncio.to_thread(CliRunner().invoke, scheme, words)
        return json.loads(done.stdout) | {"status": done.exit_code}

    return run


def counts(side: dict[str, Any]) -> tuple[int, ...]:
    return tuple(side[name] for name in ("cases", "late", "escalated", "attended", "not_attended"))


@pytest.fixture
async def attended(office: PracticeOffice, office_clock: OfficeClock) -> None:
    """Received on the 6th, attended on the 10th (late), replied and closed on the 11th."""
    office_clock.set(APRIL_6)
    life = await complaint_with(office, "junior")
    office_clock.forward(timedelta(days=4))
    await life.must("junior", "attend", **REASON)
    office_clock.forward(timedelta(days=1))
    await life.must("junior", "reply", **REASON)
    await life.must("calling", "satisfied", **REASON)
    office_clock.set(datetime(2026, 5, 1, 4, tzinfo=UTC))


async def test_shorter_limits_show_what_would_have_been_late_and_sent_up(simulated: Any, attended: None) -> None:
    found = await simulated(tried_text(2))
    assert found["status"] == 0
    assert (counts(found["truth"]), counts(found["tried"])) == ((1, 0, 0, 0, 1), (1, 1, 1, 0, 1))
    assert "the same at the same times" in found["assumed"]
    assert counts((await simulated(tried_text(5)))["tried"]) == (1, 0, 0, 0, 1), (
        "at the very instant it is not over yet"
    )


async def test_a_longer_limit_of_attending_betters_the_marks(simulated: Any, attended: None) -> None:
    found = await simulated(tried_text(7, "{count: 6, unit: days}"))
    assert (counts(found["truth"]), counts(found["tried"])) == ((1, 0, 0, 0, 1), (1, 0, 0, 1, 0))
    marks = [[unit["marks"] for unit in found[side]["units"]] for side in ("truth", "tried")]
    assert marks == [[8750, 8750], [10000, 10000]]


async def test_nobody_looks_at_it_and_it_climbs_to_the_top(
    office: PracticeOffice, office_clock: OfficeClock, simulated: Any
) -> None:
    office_clock.set(APRIL_6)
    life = await complaint_with(office, "junior")
    office_clock.forward(timedelta(days=7, minutes=1))
    await clock_does(life, "escalate", "arbiter")
    office_clock.set(datetime(2026, 5, 1, 4, tzinfo=UTC))
    found = await simulated(tried_text(7))
    truth, tried = counts(found["truth"]), counts(found["tried"])
    assert truth == (1, 1, 1, 0, 1), "the clock was late: it sent it up once only"
    assert tried == (1, 1, 2, 0, 1), "by the same limits it would have climbed to the third level"
    assert counts((await simulated(tried_text(30)))["tried"]) == (1, 0, 0, 0, 1)


async def test_a_person_reads_whose_rules_were_tried_what_changed_and_units_by_their_names(
    attended: None, simulated: Any, tmp_path: Path
) -> None:
    await simulated(tried_text(2))

    async def read(*more: str) -> list[str]:
        words = ["simulate", str(tmp_path / "tried.yaml"), "--against", "2026-04", *more]
        return (await asyncio.to_thread(CliRunner().invoke, scheme, words)).stdout.splitlines()

    english, hindi = await read(), await read("--hindi")
    assert "the rules of haryana-eoffice 3. As tried: those of haryana-eoffice 4." in english[0]
    said = [line.split(maxsplit=3) for line in english[2:7]]
    assert [line[:3] for line in said] == [
        ["1", "1", "="],
        ["0", "1", "+1"],
        ["0", "1", "+1"],
        ["0", "0", "="],
        ["1", "1", "="],
    ]
    assert said[1][3] == "of them late: a level's or the citizen's time limit ran out"
    assert "87.50 A" in english[8]
    assert "Public Health Engineering (department)" in english[8]
    assert "Hansi (district)" in english[9]
    assert "हांसी (जिला)" in hindi[9]
    assert len(hindi) == len(english)


async def test_what_nobody_was_given_is_late_and_climbs_all_the_same(
    office: PracticeOffice, office_clock: OfficeClock, simulated: Any
) -> None:
    office_clock.set(APRIL_6)
    await new_complaint(office)
    office_clock.set(datetime(2026, 5, 1, 4, tzinfo=UTC))
    found = await simulated(tried_text(7))
    assert counts(found["truth"])[:3] == (1, 1, 0), "24 days with nobody, where the first level has 7"
    assert counts(found["tried"])[:3] == (1, 1, 2), "the clock sends it up from there, to the third level"
    assert counts((await simulated(tried_text(30)))["tried"])[:3] == (1, 0, 0)


async def test_the_citizen_s_limit_is_late_whatever_the_level_s(
    office: PracticeOffice, office_clock: OfficeClock, simulated: Any
) -> None:
    office_clock.set(APRIL_6)
    await complaint_with(office, "junior", category="street-light")
    office_clock.set(datetime(2026, 5, 1, 4, tzinfo=UTC))
    tried = graded_text(version=4).replace(
        "{department: bijli}", f"{{department: bijli, levels: [{DAYS.format(60)}]}}"
    )
    assert counts((await simulated(tried))["tried"])[:3] == (1, 1, 0), (
        "its 15 days are over, the level's 60 are not"
    )


async def test_the_office_s_own_category_is_replayed_by_its_rows(
    office: PracticeOffice, office_clock: OfficeClock, simulated: Any
) -> None:
    office_clock.set(APRIL_6)
    change = OfficeChange("routing.changed")
    limits = {"levels": [{"count": 2, "unit": "days"}], "citizen": {"count": 90, "unit": "days"}}
    row = {
        "id": uuid4(),
        "scheme": NAME,
        "kind": "complaint",
        "code": "monkeys",
        "parent": None,
        "department": None,
    }
    row |= {"label_en": "Monkeys", "label_hi": "बंदर", "evidence": None, "from_at": APRIL_6, "to_at": None}
    change.insert("category", {**row, "limits": {**limits, "attend": {"count": 1, "unit": "days"}}})
    await change_office(office.database, office.identity, change)
    office_clock.forward(timedelta(hours=1))
    await complaint_with(office, "junior", category="monkeys")
    office_clock.set(datetime(2026, 5, 1, 4, tzinfo=UTC))
    found = await simulated(tried_text(7))
    assert found["unknown"] == 0
    assert counts(found["truth"])[:3] == counts(found["tried"])[:3] == (1, 1, 0)


async def test_no_table_is_changed(office: PracticeOffice, simulated: Any, attended: None) -> None:
    async def sums() -> dict[str, str]:
        sql = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t"
        return {name: await office.one(sql.format(name)) for name in TABLES}

    before = await sums()
    assert (await simulated(tried_text(2)))["status"] == 0
    assert await sums() == before


async def test_what_cannot_be_replayed_is_told(simulated: Any, attended: None) -> None:
    assert (await simulated(tried_text(2), "--kind", "file"))["status"] == 2
    gone = graded_text(version=4).replace("drinking-water: {department: jal}", "drinking-water: null")
    gone = gone.replace("      jal: [Public Health Engineering, जन स्वास्थ्य अभियांत्रिकी]\n", "")
    found = await simulated(gone)
    assert (found["status"], found["unknown"], found["truth"]["cases"]) == (0, 1, 0)
