"""The operator's commands ``audit`` and ``fsck`` as they are typed: what they say and what they exit with."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from infra.commands.audit import audit
from infra.commands.fsck import fsck
from tests.factories.audited_office import AuditedOffice, make_audited_office

FSCK = typer.Typer()
FSCK.command()(fsck)


@pytest.fixture(scope="module")
async def office(
    new_database: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[AuditedOffice]:
    made = await make_audited_office(new_database(), tmp_path_factory.mktemp("commands"))
    yield made
    await made.close()


def run(office: AuditedOffice, app: typer.Typer, *words: str) -> Result:
    return CliRunner().invoke(app, words, env=office.environment)


def as_json(office: AuditedOffice, app: typer.Typer, *words: str) -> dict[str, Any]:
    ended = run(office, app, *words, "--json")
    said = json.loads(ended.stdout)
    assert said["ok"] is (ended.exit_code == 0)
    return said


def change(office: AuditedOffice, sql: str) -> None:
    """As somebody with every right."""
    with psycopg.connect(office.database.server.admin_url, dbname=office.database.name) as intruder:
        intruder.execute("set local session_replication_role = replica")
        assert intruder.execute(sql.encode()).rowcount >= 1


def test_a_checkpoint_and_then_the_whole_audit(office: AuditedOffice) -> None:
    first = as_json(office, audit, "checkpoint")
    assert (first["number"], first["chains"], first["copied"]) == (1, 6, 1)
    key = run(office, audit, "key").stdout.strip()
    assert key == office.public_key.public_bytes_raw().hex()
    found = as_json(office, audit, "verify", "--key", key, "--held", f"1:{first['hash']}")
    assert (found["ok"], found["independent_key"], found["last_checkpoint_hash"]) == (True, True, first["hash"])
    told = run(office, audit, "verify")
    assert told.exit_code == 0
    assert told.stdout.startswith("The audit holds:")
    assert "taken from this installation" in told.stdout


def test_what_does_not_hold_is_named_and_the_status_says_so(office: AuditedOffice) -> None:
    setting = "update office_file set retention_class = '{}' where docket = '{}'"
    change(office, setting.format("D", office.file.docket))
    told = run(office, audit, "verify")
    change(office, setting.format("C", office.file.docket))
    assert told.exit_code == 1
    assert "THE AUDIT DOES NOT HOLD" in told.stdout
    assert f"The first entry that does not hold: {office.file.number}" in told.stdout
    assert "office_file.retention_class" in told.stdout


def test_a_docket_that_there_is_not_is_said_in_a_sentence(office: AuditedOffice, tmp_path: Path) -> None:
    ended = run(office, audit, "export", str(tmp_path), "--docket", "X")
    assert ended.exit_code == 1
    assert ended.stderr.startswith("patravali: There is no docket with the number")


def slipped(ended: Result) -> str:
    """What was said of a slip: a sentence and a status of its own, and no word on whether an audit holds."""
    assert (ended.exit_code, ended.stdout) == (2, "")
    (said,) = ended.stderr.splitlines()
    assert said.startswith("patravali: ")
    return said


@pytest.fixture(scope="module")
def export(office: AuditedOffice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handed-over") / "export"
    assert run(office, audit, "export", str(folder)).exit_code == 0
    return folder


def key_of(office: AuditedOffice) -> str:
    return office.public_key.public_bytes_raw().hex()


def test_what_is_no_export_is_a_slip_and_no_damage(office: AuditedOffice, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    (tmp_path / "empty").mkdir()
    (tmp_path / "other" / "documents").mkdir(parents=True)
    for name, reason in (
        ("nowhere", "there is no such folder"),
        ("letter.txt", "this is a file"),
        ("empty", "the folder is empty"),
        ("other", "it has no manifest.json"),
    ):
        said = slipped(run(office, audit, "verify", str(tmp_path / name), "--key", key_of(office)))
        assert reason in said
        assert "give the folder that “patravali audit export” wrote" in said


@pytest.mark.parametrize("left", ["manifest.json", "manifest.sig", "public-key.hex", "chains"])
def test_what_is_left_of_an_export_is_damaged(
    left: str, office: AuditedOffice, export: Path, tmp_path: Path
) -> None:
    shutil.copytree(export, tmp_path, dirs_exist_ok=True)
    for place in tmp_path.iterdir():
        if place.name != left:
            shutil.rmtree(place) if place.is_dir() else place.unlink()
    ended = run(office, audit, "verify", str(tmp_path), "--key", key_of(office))
    assert ended.exit_code == 1
    assert "THE AUDIT DOES NOT HOLD" in ended.stdout
    assert "missing" in ended.stdout


def test_a_key_that_cannot_be_used_is_a_slip_and_is_not_repeated(
    office: AuditedOffice, export: Path, tmp_path: Path
) -> None:
    secret = Path(office.environment["PATRAVALI_CHECKPOINT_KEY_FILE"])
    (tmp_path / "letter.txt").write_text("mine")
    for key, reason in (
        ("", "the key is empty"),
        ("0123", "not 64 hexadecimal digits"),
        (str(tmp_path / "nowhere"), "as a file it cannot be read: No such file"),
        (str(tmp_path), "as a file it cannot be read: Is a directory"),
        (str(tmp_path / "letter.txt"), "no Ed25519 public key"),
        (str(secret), "this is a private key"),
        (secret.read_text(), "this is a private key"),
    ):
        for option in ("--key", "--older-key"):
            said = slipped(run(office, audit, "verify", str(export), option, key))
            assert reason in said
            assert "“patravali audit key” prints" in said
            assert secret.read_text().splitlines()[1] not in said


def test_a_key_in_a_file_verifies_and_that_of_another_office_does_not(
    office: AuditedOffice, export: Path, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(f"{key_of(office)}\n")
    assert run(office, audit, "verify", str(export), "--key", str(tmp_path / "key")).exit_code == 0
    other = run(office, audit, "verify", str(export), "--key", "ab" * 32)
    assert other.exit_code == 1
    assert "signed with another key" in other.stdout


def test_a_hash_that_is_none_is_a_slip(office: AuditedOffice) -> None:
    assert "not a checkpoint's number and hash" in slipped(run(office, audit, "verify", "--held", "one"))


@pytest.mark.parametrize("words", [("checkpoint",), ("export", "{folder}")], ids=["checkpoint", "export"])
def test_who_signs_without_the_signers_role_is_told_what_to_set(
    words: tuple[str, ...], office: AuditedOffice, tmp_path: Path
) -> None:
    name, typed = "PATRAVALI_DATABASE_SIGNER_URL", [word.format(folder=tmp_path / "export") for word in words]
    unset = CliRunner().invoke(audit, typed, env=office.environment | {name: None})
    assert (unset.exit_code, unset.stderr[:53]) == (1, f"patravali: {name} is not set, ")
    others = CliRunner().invoke(audit, typed, env=office.environment | {name: office.database.app_url})
    assert (others.exit_code, others.stderr.count("\n")) == (1, 1)
    assert others.stderr.endswith(f"{name} must name patravali_signer\n")


def test_a_forged_leaf_in_the_way_of_a_checkpoint_is_said_in_a_sentence(office: AuditedOffice) -> None:
    number = as_json(office, audit, "checkpoint")["number"] + 1
    change(office, f"insert into checkpoint_leaf values ({number}, 0, 'docket:x', 1, sha256('x'))")
    told, verified = run(office, audit, "checkpoint"), run(office, audit, "verify")
    change(office, f"delete from checkpoint_leaf where checkpoint = {number}")
    assert told.exit_code == verified.exit_code == 1
    assert told.stderr.startswith(f"patravali: no checkpoint can be taken: number {number} ")
    assert f"checkpoint {number} is missing; its leaves are still there" in verified.stdout
    assert as_json(office, audit, "checkpoint")["number"] == number


ROLES = ("DATABASE_URL", "DATABASE_READER_URL", "DATABASE_SIGNER_URL")
COMMANDS: tuple[tuple[typer.Typer, tuple[str, ...], str], ...] = (
    (audit, ("verify",), "DATABASE_READER_URL"),
    (audit, ("checkpoint",), "DATABASE_SIGNER_URL"),
    (audit, ("export", "{folder}"), "DATABASE_SIGNER_URL"),
    (FSCK, (), "DATABASE_READER_URL"),
)


def told_away(app: typer.Typer, words: tuple[str, ...], environment: dict[str, str]) -> str:
    ended = CliRunner().invoke(app, words, env=environment)
    assert (ended.exit_code, ended.stdout) == (3, "")
    (said,) = ended.stderr.splitlines()
    assert "hush" not in said
    return said


@pytest.mark.parametrize(("app", "words", "role"), COMMANDS)
def test_an_absent_database_is_said_with_its_address_and_what_to_do(
    app: typer.Typer, words: tuple[str, ...], role: str, office: AuditedOffice, tmp_path: Path
) -> None:
    away = {f"PATRAVALI_{name}": "postgresql://who:hush@127.0.0.1:1/none" for name in ROLES}
    said = told_away(app, tuple(word.format(folder=tmp_path) for word in words), office.environment | away)
    assert said.startswith("patravali: PostgreSQL at 127.0.0.1:1 (database none, as who) cannot be reached: ")
    assert (
        f"Connection refused; start it (“patravali up” starts the embedded one), or correct PATRAVALI_{role}"
        in said
    )


@pytest.mark.parametrize(("app", "words", "role"), COMMANDS)
def test_an_absent_store_is_said_with_its_address_and_is_no_fault_of_the_audit(
    app: typer.Typer, words: tuple[str, ...], role: str, office: AuditedOffice, tmp_path: Path
) -> None:
    away = {"S3_ENDPOINT": "127.0.0.1:1", "S3_ACCESS_KEY": "who", "S3_SECRET_KEY": "hush", "S3_SECURE": "false"}
    environment = office.environment | {f"PATRAVALI_{name}": value for name, value in away.items()}
    said = told_away(app, tuple(word.format(folder=tmp_path) for word in words), environment)
    assert "(at 127.0.0.1:1); start it, or correct PATRAVALI_S3_ENDPOINT" in said


def test_a_folder_of_copies_that_cannot_be_read_is_named(office: AuditedOffice, tmp_path: Path) -> None:
    (tmp_path / "checkpoints").write_text("no folder")
    said = told_away(audit, ("verify",), office.environment | {"PATRAVALI_DATA": str(tmp_path)})
    assert f"(in {tmp_path / 'checkpoints'}); see that its disk is there" in said


def test_what_hinders_a_judgement_has_not_the_status_of_one(office: AuditedOffice) -> None:
    for app, words in ((audit, ["verify"]), (FSCK, list[str]())):
        for url in ("nonsense:hush", "postgresql://who:hu/sh@127.0.0.1/none"):
            ended = CliRunner().invoke(app, words, env=office.environment | {"PATRAVALI_DATABASE_READER_URL": url})
            assert (ended.exit_code, ended.stdout) == (2, "")
            assert ended.stderr.startswith("patravali: PATRAVALI_DATABASE_READER_URL: this is no address such as")
            assert "hu" not in ended.stderr


def test_a_folder_that_is_not_empty_gets_no_export(office: AuditedOffice, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    ended = run(office, audit, "export", str(tmp_path))
    assert ended.exit_code == 1
    assert "is not empty" in ended.stderr


KEPT = {
    "a holding that never ended": "update holding set to_at = null where to_at is not null",
    "a holding of another post": "update holding set post = (select id from post limit 1)",
    "a holding lost": "delete from holding",
    "a holding too many": """insert into holding
        select docket, post, level, from_at - interval '1 h', to_at from holding""",
    "a clock set back": "update clock set due = due - interval '1 day' where sort = 'citizen'",
    "a clock that runs again": "update clock set ended = null",
    "a clock lost": "delete from clock where sort = 'attend'",
    "a post that never had it": "update docket_post set role = 'named' where role = 'held'",
    "a post forgotten": "delete from docket_post where role = 'marked' or role = 'held'",
    "a last act": "update docket_post set last_act = null where last_act is not null",
}


@pytest.mark.parametrize("damage", KEPT.values(), ids=KEPT.keys())
def test_what_is_kept_of_time_is_told_anew_from_the_movements(damage: str, office: AuditedOffice) -> None:
    assert as_json(office, FSCK)["differences"] == []
    change(office, damage)
    found = as_json(office, FSCK)
    assert found["ok"] is False
    assert found["differences"]
    assert found["repaired"] is False
    assert as_json(office, FSCK, "--repair")["repaired"] is True
    again = as_json(office, FSCK)
    assert (again["ok"], again["differences"]) == (True, [])


LEFT = {
    "a claim": "insert into claim select id, 4711, now() from docket limit 1",
    "a draft": "insert into note_draft select note, 'x', sha256('x'), now() from note_fixed limit 1",
    "a debt": "insert into prefect_owed select gen_random_uuid(), id, now(), false from docket limit 1",
}


@pytest.mark.parametrize("damage", LEFT.values(), ids=LEFT.keys())
def test_what_lies_about_is_named_and_cleared_away(damage: str, office: AuditedOffice) -> None:
    change(office, damage)
    assert len(as_json(office, FSCK)["leftovers"]) == 1
    as_json(office, FSCK, "--repair")
    assert as_json(office, FSCK)["leftovers"] == []


def test_what_cannot_be_repaired_stays_a_fault(office: AuditedOffice) -> None:
    keep = "create table kept as select * from note_draft"
    with psycopg.connect(office.database.owner_url, autocommit=True) as owner:
        owner.execute(keep)
        owner.execute("delete from note_draft")
        found = as_json(office, FSCK, "--repair")
        owner.execute("insert into note_draft select * from kept")
        owner.execute("drop table kept")
    assert [one["meaning"] for one in found["leftovers"]] == ["a note that is neither a draft nor fixed"]
    assert found["ok"] is False


def test_bytes_that_are_gone_and_bytes_that_nobody_cites_are_named(office: AuditedOffice) -> None:
    folder = office.settings.documents_folder
    (blob,) = (path for path in folder.glob("??/??/*") if len(path.name) == 64)
    data = blob.read_bytes()
    orphan = folder / "ab" / "cd" / ("abcd" + "0" * 60)
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"nobody's")
    found = as_json(office, FSCK)
    assert (found["ok"], found["orphans"], found["documents"]) == (True, [orphan.name], 1)
    assert as_json(office, FSCK, "--remove-orphans")["removed"] == [], "younger than 24 hours"
    blob.chmod(0o600)
    blob.write_bytes(data[::-1])
    told = run(office, FSCK)
    assert told.exit_code == 1
    assert f"{blob.name}: damaged" in told.stdout
    assert as_json(office, FSCK, "--quick")["ok"], "its size is right"
    blob.write_bytes(data)
    orphan.unlink()
