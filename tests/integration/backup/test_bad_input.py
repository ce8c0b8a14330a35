"""Backups that are cut short, changed or not ours: each is refused in a sentence, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from infra.backup.contents import DUMP, KEYS, MANIFEST, OBJECT_LIST, OBJECTS, SIGNATURE
from infra.backup.folder import INCOMPLETE
from tests.factories.audited_office import AuditedOffice
from tests.integration.backup.conftest import BACKUP, RESTORE, Operator, Ruin, operator_of

FILES = (DUMP, KEYS, OBJECT_LIST, MANIFEST, SIGNATURE)


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """A copy of the backup that a test may spoil."""
    return shutil.copytree(whole, tmp_path / "copy")


def document(folder: Path) -> Path:
    return next(path for path in (folder / OBJECTS).rglob("*") if path.is_file())


def nothing_there(ruin: Ruin) -> None:
    tables = "select count(*) from pg_class where relnamespace = 'public'::regnamespace"
    assert (ruin.row(tables), ruin.folder.exists()) == (0, False)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_file_cut_short_is_named_and_nothing_is_restored(
    name: str, share: float, copy: Path, ruin: Ruin
) -> None:
    path = copy / name
    os.truncate(path, max(int(path.stat().st_size * share) - 1, 0))
    said = ruin.operator.refused(RESTORE, copy)
    assert name in said or name.split(".", maxsplit=1)[0] in said, said
    nothing_there(ruin)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_found(name: str, copy: Path, ruin: Ruin) -> None:
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    assert name in ruin.operator.refused(RESTORE, copy) or name == SIGNATURE
    nothing_there(ruin)


def test_a_document_that_is_missing_or_changed_or_too_many_is_named(copy: Path, ruin: Ruin) -> None:
    path = document(copy)
    held = path.read_bytes()
    path.unlink()
    assert f"{path} is missing" in ruin.operator.refused(RESTORE, copy)
    path.write_bytes(held[:-1] + b"!")
    assert f"{path} was changed" in ruin.operator.refused(RESTORE, copy)
    path.unlink()
    path.symlink_to("/etc/hostname")
    assert f"{path} is no file" in ruin.operator.refused(RESTORE, copy)
    path.unlink()
    path.write_bytes(held)
    (copy / "letter.txt").write_text("mine")
    assert "letter.txt is in no list" in ruin.operator.refused(RESTORE, copy)
    nothing_there(ruin)


def test_a_manifest_that_somebody_else_signed_is_refused(copy: Path, ruin: Ruin) -> None:
    assert "another key" in ruin.operator.refused(RESTORE, copy, "--key", "00" * 31 + "01")
    nothing_there(ruin)


def test_what_is_no_backup_is_a_slip(ruin: Ruin, tmp_path: Path) -> None:
    assert "no such folder" in ruin.operator.refused(RESTORE, tmp_path / "nowhere", status=2)
    assert "no backup" in ruin.operator.refused(RESTORE, tmp_path, status=2)


def test_a_wrong_passphrase_restores_nothing(whole: Path, ruin: Ruin) -> None:
    wrong = Operator({**ruin.operator.environment, "PATRAVALI_BACKUP_PASSPHRASE": "wrong"})
    assert "does not open the keys" in wrong.refused(RESTORE, whole, status=2)
    nothing_there(ruin)


def test_a_folder_without_copies_of_checkpoints_restores_nothing(whole: Path, ruin: Ruin, tmp_path: Path) -> None:
    """Mistyped, it would pass for a loss of nothing, and the epoch and numbers of what is lost be given again."""
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "nowhere", tmp_path / "empty", whole):
        said = ruin.operator.refused(RESTORE, whole, "--checkpoints", folder, status=2)
        assert f"{folder} holds no copies of checkpoints" in said
    nothing_there(ruin)


def test_the_keys_never_stand_in_clear(shared: AuditedOffice, whole: Path, tmp_path: Path) -> None:
    secret = Path(shared.environment["PATRAVALI_CHECKPOINT_KEY_FILE"]).read_bytes().splitlines()[1]
    assert all(secret not in path.read_bytes() for path in whole.rglob("*") if path.is_file())
    without = Operator(shared.environment)
    told = without.run(BACKUP, tmp_path / "without")
    assert "WITHOUT the keys" in told.stdout
    assert not (tmp_path / "without" / KEYS).exists()


def test_an_office_is_never_written_over(shared: AuditedOffice, whole: Path) -> None:
    with psycopg.connect(shared.database.owner_url) as owner:
        before = owner.execute("select count(*), max(xid::text) from audit_entry").fetchone()
    said = operator_of(shared).refused(RESTORE, whole)
    assert "the office is running" in said or "holds the office “Practice office”" in said
    with psycopg.connect(shared.database.owner_url) as owner:
        assert owner.execute("select count(*), max(xid::text) from audit_entry").fetchone() == before


def test_whoever_works_in_the_database_is_named(whole: Path, ruin: Ruin) -> None:
    with psycopg.connect(ruin.database.app_url):
        assert "patravali_app work in the database; stop it first" in ruin.operator.refused(RESTORE, whole)
    nothing_there(ruin)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with room for a few files."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", place], check=False)
    if mounted.returncode != 0:
        pytest.skip("only root mounts a small disk")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_is_said_and_leaves_nothing(shared: AuditedOffice, small_disk: Path) -> None:
    (small_disk / "letter.txt").write_text("mine")
    said = operator_of(shared).refused(BACKUP, small_disk / "backup")
    assert "there is no room left" in said
    assert [path.name for path in small_disk.iterdir()] == ["letter.txt"]


def test_a_table_that_is_kept_locked_is_said_and_leaves_nothing(
    shared: AuditedOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the dump looks at this table, and it would wait as long as the other session pleases."""
    monkeypatch.setattr("infra.backup.dump.LOCK_WAITS_S", 0.3)
    with psycopg.connect(shared.database.owner_url) as owner:
        owner.execute("lock table calendar_day in access exclusive mode")
        said = operator_of(shared).refused(BACKUP, tmp_path / "backup")
    assert "kept locked by another session for over 0.3 s" in said
    assert list(tmp_path.iterdir()) == []
    operator_of(shared).done(BACKUP, tmp_path / "backup")


def test_a_place_that_is_taken_is_refused(shared: AuditedOffice, whole: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in whole.rglob("*")}
    assert "not empty" in operator_of(shared).refused(BACKUP, whole)
    assert {path: path.stat().st_mtime_ns for path in whole.rglob("*")} == before


def test_a_place_that_no_whole_backup_could_take_is_refused_at_once(
    shared: AuditedOffice, small_disk: Path, tmp_path: Path
) -> None:
    assert "where a disk is mounted" in operator_of(shared).refused(BACKUP, small_disk)
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    assert "a folder of its own" in operator_of(shared).refused(BACKUP, tmp_path / "link")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["disk", "link", "there"]


def test_what_others_put_in_the_draft_s_place_is_left_alone(shared: AuditedOffice, tmp_path: Path) -> None:
    """Who may write beside a backup must not choose what it removes, nor own the folder it is written into."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "letter.txt").write_text("mine")
    draft = tmp_path / f".backup{INCOMPLETE}"
    draft.symlink_to(tmp_path / "theirs")
    assert f"{draft} is none of ours" in operator_of(shared).refused(BACKUP, tmp_path / "backup")
    assert (tmp_path / "theirs" / "letter.txt").read_text() == "mine"
    draft.unlink()
    draft.mkdir()
    if os.geteuid() == 0:
        os.chown(draft, 65534, 65534)
        assert "none of ours" in operator_of(shared).refused(BACKUP, tmp_path / "backup")
