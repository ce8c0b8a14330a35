"""A scheme holds from a day on for what is registered then; what was registered before keeps its own rules."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from typer.testing import CliRunner

from flows.carry_out import carry_out
from flows.putting_in_force import NotPutInForce, put_in_force
from flows.register import Wish, register
from flows.rules.errors import Refused
from flows.rules.known_schemes import KNOWN, resolved_text, shipped_source
from infra.commands.scheme import scheme as command
from storage import schemes
from tests.factories.lives import FILE, REASON, Life
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

Made = Callable[[Database], Awaitable[PracticeOffice]]


def text_of(name: str, version: int, old: str = "", new: str = "") -> str:
    """A scheme that extends the shipped one with a name of its own, and in it a text replaced."""
    shipped = shipped_source("haryana-eoffice")
    assert shipped is not None
    text = resolved_text(*shipped)
    assert old in text
    own = text.replace(f"version: {KNOWN_VERSION}", f"version: {version}", 1).replace("haryana-eoffice", name, 1)
    return own.replace(old, new) if old else own


_SHIPPED = shipped_source("haryana-eoffice")
assert _SHIPPED is not None
KNOWN_VERSION = int(_SHIPPED[1].split(".")[1])
NEED = "        - note_if_putting_up\n"


async def _registered(office: PracticeOffice, name: str | None) -> Life:
    wish = Wish(name, "file", "विषय", "ordinary", "ordinary", FILE)
    made = await register(office.database, office.identity, office.giver("clerk"), wish)
    assert made.outcome is not None
    return Life(office, made.docket, str(made.outcome["number"]))


async def _version(life: Life) -> tuple[str, int]:
    row = await life.row()
    return row["scheme"], row["scheme_version"]


async def test_a_docket_keeps_the_version_that_it_was_registered_under(
    database: Database, office_in: Made
) -> None:
    office, clock, name = await office_in(database), OfficeClock(database.owner_url), f"own-{uuid4().hex[:8]}"
    today = clock.set(datetime(2027, 3, 30, 6, 0, tzinfo=UTC))
    await put_in_force(office.database, office.identity, text_of(name, 1), "own.yaml")
    later = text_of(name, 2, NEED, "")
    await put_in_force(office.database, office.identity, later, "own.yaml", date(2027, 4, 1))
    before = await _registered(office, name)
    clock.set(today + timedelta(days=1, hours=12, minutes=29))
    eve = await _registered(office, name)
    clock.set(today + timedelta(days=1, hours=12, minutes=30))
    after = await _registered(office, name)
    assert [await _version(life) for life in (before, eve, after)] == [(name, 1), (name, 1), (name, 2)]
    assert (await before.act("clerk", "forward", to="superintendent")).refused == "needs-note"
    assert (await after.act("clerk", "forward", to="superintendent")).refused is None
    await assert_rows_equal_their_replay(office, after.docket)


async def test_a_process_that_does_not_know_a_scheme_reads_it_from_the_office(
    database: Database, office_in: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, name = await office_in(database), f"own-{uuid4().hex[:8]}"
    await put_in_force(office.database, office.identity, text_of(name, 1), "own.yaml")
    life = await _registered(office, name)
    for part in ("_kept", "_parts"):
        monkeypatch.setattr(KNOWN, part, {})
    accepted = await life.accept("clerk", "note", text="टिप्पणी")
    for part in ("_kept", "_parts"):
        monkeypatch.setattr(KNOWN, part, {})
    outcome = await carry_out(office.database, office.identity, accepted.instruction)
    assert outcome["name"] == "note"
    assert KNOWN.has(name, 1)


async def test_what_was_put_in_force_never_changes(database: Database, office_in: Made) -> None:
    office, name = await office_in(database), f"own-{uuid4().hex[:8]}"
    _, changed = await put_in_force(office.database, office.identity, text_of(name, 1), "own.yaml")
    _, again = await put_in_force(office.database, office.identity, text_of(name, 1), "own.yaml")
    assert (changed, again) == (True, False)
    with pytest.raises(NotPutInForce, match="another text"):
        await put_in_force(office.database, office.identity, text_of(name, 1, NEED, ""), "own.yaml")
    with pytest.raises(NotPutInForce, match="is past"):
        await put_in_force(office.database, office.identity, text_of(name, 2), "own.yaml", date(2020, 1, 1))
    today = await office.one("select max(from_day) from scheme_in_force where scheme = %(name)s", name=name)
    with pytest.raises(NotPutInForce, match="already; choose another day"):
        await put_in_force(office.database, office.identity, text_of(name, 2), "own.yaml", today)
    async with office.database.querying() as driver:
        assert [row["version"] for row in await schemes.history(driver) if row["scheme"] == name] == [1]


async def test_a_kind_that_several_schemes_have_needs_the_scheme(database: Database, office_in: Made) -> None:
    office, name = await office_in(database), f"own-{uuid4().hex[:8]}"
    only = await _registered(office, None)
    assert (await _version(only))[0] == "haryana-eoffice"
    await put_in_force(office.database, office.identity, text_of(name, 1), "own.yaml")
    with pytest.raises(Refused) as refused:
        await _registered(office, None)
    assert refused.value.refusal.code == "needs-scheme"
    with pytest.raises(Refused) as refused:
        await _registered(office, "no-such-scheme")
    assert refused.value.refusal.code == "unknown-scheme"


async def test_before_anything_was_put_in_force_only_papers_of_the_first_release_go_by_its_scheme(
    database: Database, office_in: Made
) -> None:
    office, clock = await office_in(database), OfficeClock(database.owner_url)
    life = await _registered(office, None)
    clock.set(datetime(2020, 1, 1, 12, tzinfo=UTC))
    with pytest.raises(Refused, match="No scheme is in force"):
        await _registered(office, None)
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("update docket set scheme_version = 1 where id = %s", (life.docket,))
    assert await _version(await _registered(office, None)) == ("haryana-eoffice", 1)


def test_the_command_names_every_fault_and_what_is_assumed(tmp_path: Path) -> None:
    runner = CliRunner()
    ended = runner.invoke(command, ["check", "haryana-eoffice", "--json"])
    assert ended.exit_code == 0, ended.output
    assert f'"version": {KNOWN_VERSION}' in ended.stdout
    assert json.loads(ended.stdout)["unmarked"] == []
    # The first release's is kept as it is for the papers that live under it, and would not be put in force now.
    ended = runner.invoke(command, ["check", "haryana-eoffice.1", "--json"])
    told = json.loads(ended.stdout)
    assert (ended.exit_code, told["ok"]) == (1, False)
    assert "haryana-eoffice.1.yaml:186: tables.complaint.movements.reply.needs" in told["reason"]
    (tmp_path / "unmarked.yaml").write_text("extends: haryana-eoffice.2\nversion: 4\nproposal_lapses_days: 15\n")
    ended = runner.invoke(command, ["check", str(tmp_path / "unmarked.yaml"), "--json"])
    told = json.loads(ended.stdout)
    assert (ended.exit_code, told["ok"]) == (1, False)
    assert told["unmarked"] == [{"path": "proposal_lapses_days", "line": 3, "value": 15}]
    ended = runner.invoke(command, ["check", "no-such"])
    assert (ended.exit_code, "haryana-eoffice" in ended.stderr) == (2, True)


def test_the_command_shows_a_scheme_in_either_language_and_draws_it(tmp_path: Path) -> None:
    runner, words = CliRunner(), ["show", "haryana-eoffice", "--kind", "complaint", "--svg", str(tmp_path / "new")]
    english = runner.invoke(command, words)
    assert english.exit_code == 0, english.output
    assert "Send the reply back" in english.stdout
    hindi = runner.invoke(command, [*words, "--hindi"])
    assert "आख्या वापस करें" in hindi.stdout
    assert ("parked for 1825 days" in english.stdout, "1825 दिन पार्क" in hindi.stdout) == (True, True)
    drawn = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert drawn == [f"haryana-eoffice.{KNOWN_VERSION}.complaint.{language}.svg" for language in ("en", "hi")]
    rows = json.loads(runner.invoke(command, ["show", "haryana-eoffice.1", "--json"]).stdout)["kinds"]["file"]
    assert {row["movement"] for row in rows} >= {"forward", "close"}
    ended = runner.invoke(command, ["show", "haryana-eoffice", "--kind", "none"])
    assert (ended.exit_code, "complaint" in ended.stderr) == (2, True)
    (tmp_path / "file").write_text("")
    ended = runner.invoke(command, [*words[:-1], str(tmp_path / "file")])
    assert (ended.exit_code, "cannot be written to" in ended.stderr) == (2, True)


async def test_the_command_compares_with_what_is_in_force(
    database: Database, office_in: Made, tmp_path: Path
) -> None:
    office, name, file = await office_in(database), f"own-{uuid4().hex[:8]}", tmp_path / "next.yaml"
    await put_in_force(office.database, office.identity, text_of(name, 1), "own.yaml")
    file.write_text(text_of(name, 2, NEED, ""))
    ended = await asyncio.to_thread(
        CliRunner().invoke,
        command,
        ["diff", str(file), "--json"],
        env={"PATRAVALI_DATABASE_URL": database.app_url},
    )
    assert ended.exit_code == 0, ended.output
    found = {one["path"]: one for one in json.loads(ended.stdout)["differences"]}
    movements = [found.pop(f"tables.office_file.movements.{name}.needs") for name in ("forward", "route")]
    assert found == {"version": {"path": "version", "source": "next.yaml", "line": 2, "before": 1, "after": 2}}
    for needs in movements:
        assert set(needs["before"]) - set(needs["after"]) == {"note_if_putting_up"}
    file.write_text(text_of("other-name", 1))
    none = await asyncio.to_thread(
        CliRunner().invoke, command, ["diff", str(file)], env={"PATRAVALI_DATABASE_URL": database.app_url}
    )
    assert (none.exit_code, "no version of other-name is in force" in none.stderr) == (2, True)


async def test_a_file_is_parked_as_long_as_its_scheme_says(database: Database, office_in: Made) -> None:
    office, clock = await office_in(database), OfficeClock(database.owner_url)
    today = clock.set(datetime(2027, 3, 30, 6, 0, tzinfo=UTC)).date()
    short = "extends: haryana-eoffice.2\nname: short\nversion: 1\nparking_days: {value: 10, assumed: true}\n"
    await put_in_force(office.database, office.identity, short, "short.yaml")
    life, usual = await _registered(office, "short"), await _registered(office, "haryana-eoffice")
    answer = await life.act("clerk", "park", until=today + timedelta(days=11), **REASON)
    assert (answer.refused, answer.field) == ("parked-too-long", "until")
    await life.must("clerk", "park", until=today + timedelta(days=10), **REASON)
    answer = await usual.act("clerk", "park", until=today + timedelta(days=1826), **REASON)
    assert (answer.refused, answer.field) == ("parked-too-long", "until")
    await usual.must("clerk", "park", until=today + timedelta(days=1825), **REASON)
