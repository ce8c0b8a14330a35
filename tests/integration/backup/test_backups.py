"""What a backup holds and shares, what trying one says, and that an office of a released schema comes back."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import psycopg
import pytest

from infra.backup.contents import OBJECTS
from infra.commands.audit import audit
from infra.commands.operator import operator_settings
from infra.local_stack.kept import kept_signing_key
from storage.documents.minio_store import S3Address
from storage.documents.opening import open_store
from storage.migrations.run import newest, upgrade
from storage.settings import load
from tests.factories.audited_office import PDF, AuditedOffice, add_document, operator_environment
from tests.factories.lives import REASON, new_file
from tests.fixtures.postgres import Database as Place
from tests.integration.backup.conftest import BACKUP, PASSPHRASE, RESTORE, Operator, Ruin, operator_of
from tests.integration.documents.conftest import minio_address
from tests.migrations.kept import RELEASES
from tests.migrations.kept import load as load_release

__all__ = ["minio_address"]


def documents(folder: Path) -> dict[str, int]:
    """Each document's name and the file that holds it."""
    return {path.name: path.stat().st_ino for path in (folder / OBJECTS).rglob("*") if path.is_file()}


async def test_a_second_backup_takes_only_what_is_new(made: AuditedOffice, tmp_path: Path) -> None:
    operator, parent = operator_of(made), tmp_path / "backups"
    assert operator.done(BACKUP, parent / "monday")["linked"] == 0
    await add_document(made, made.file, "superintendent", PDF + b"second")
    told = operator.done(BACKUP, parent / "tuesday")
    assert (told["objects"], told["linked"]) == (2, 1)
    monday, tuesday = documents(parent / "monday"), documents(parent / "tuesday")
    assert monday.items() < tuesday.items()

    # What the disk changed under an earlier backup is not handed on.
    damaged = next(path for path in (parent / "tuesday").rglob(next(iter(tuesday.keys() - monday.keys()))))
    damaged.write_bytes(bytes(damaged.stat().st_size))
    assert operator.done(BACKUP, parent / "wednesday")["linked"] == 1
    assert operator.run(RESTORE, parent / "wednesday", "--check").exit_code == 0
    assert operator.run(RESTORE, parent / "tuesday", "--check").exit_code == 1


async def test_a_document_that_the_store_lacks_is_named_and_the_rest_is_kept(
    made: AuditedOffice, tmp_path: Path
) -> None:
    (stored,) = (path for path in made.settings.documents_folder.rglob("*") if len(path.name) == 64)
    stored.unlink()
    said = operator_of(made).json(BACKUP, tmp_path / "backup")
    assert (said["ok"], said["missing"], said["objects"]) == (False, [stored.name], 0)
    tried = operator_of(made).run(RESTORE, tmp_path / "backup", "--check")
    assert (tried.exit_code, "was missing already" in tried.stdout) == (1, True)


def test_trying_a_backup_says_that_it_holds_and_changes_nothing(whole: Path, ruin: Ruin) -> None:
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in whole.rglob("*")}
    told = ruin.operator.done(RESTORE, whole, "--check", "--scratch", ruin.database.owner_url)
    assert told["counts"]["entries"] > 40
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in whole.rglob("*")} == before
    assert ruin.row("select count(*) from pg_class where relnamespace = 'public'::regnamespace") == 0
    assert not ruin.folder.exists()
    with psycopg.connect(ruin.database.owner_url) as owner:
        owner.execute("create table mine (id int)")
    assert "not empty" in ruin.operator.refused(RESTORE, whole, "--check", "--scratch", ruin.database.owner_url)
    assert ruin.row("select count(*) from pg_class where relname = 'mine'") == 1


def test_trying_a_backup_tries_its_keys(whole: Path, ruin: Ruin) -> None:
    """A passphrase that does not open them is found out now, and not when the office is lost."""
    check = (whole, "--check", "--scratch", ruin.database.owner_url)
    assert ruin.operator.done(RESTORE, *check)["keys"] == ["checkpoint.pem"]
    wrong = Operator({**ruin.operator.environment, "PATRAVALI_BACKUP_PASSPHRASE": "wrong"})
    assert "does not open the keys" in wrong.refused(RESTORE, *check, status=2)
    without = {name: value for name, value in ruin.operator.environment.items() if name not in PASSPHRASE}
    assert "No key in it was tried" in Operator(without).run(RESTORE, *check).stdout


def test_the_key_of_second_factors_comes_back(shared: AuditedOffice, ruin: Ruin, tmp_path: Path) -> None:
    """Without it no device that was enrolled would be known any more."""
    key, other = (urlsafe_b64encode(bytes([one]) * 32).decode() for one in (1, 2))
    office = Operator({**operator_of(shared).environment, "PATRAVALI_SECOND_FACTOR_KEY": key})
    office.done(BACKUP, tmp_path / "backup")
    elsewhere = Operator({**ruin.operator.environment, "PATRAVALI_SECOND_FACTOR_KEY": other})
    said = elsewhere.refused(RESTORE, tmp_path / "backup")
    assert "another key than that of the backup stands in PATRAVALI_SECOND_FACTOR_KEY" in said
    place = ruin.folder / "api" / "second-factor.key"
    assert str(place) in ruin.operator.done(RESTORE, tmp_path / "backup")["keys"]
    assert (place.read_text(), place.stat().st_mode & 0o777) == (key, 0o600)
    assert operator_settings(ruin.operator.environment).second_factor_key.get_secret_value() == key


async def test_a_later_checkpoint_under_a_key_that_was_not_given_stops_a_restore(
    made: AuditedOffice, ruin: Ruin, tmp_path: Path
) -> None:
    """The key was changed after the backup: what that checkpoint shows lost counts now or never."""
    operator_of(made).done(BACKUP, tmp_path / "backup")
    lost = await new_file(made.office)
    changed = {"PATRAVALI_CHECKPOINT_KEY_FILE": str(kept_signing_key(tmp_path / "changed.pem"))}
    later = Operator({**operator_of(made).environment, **changed})
    assert later.run(audit, "checkpoint").exit_code == 0
    words = (tmp_path / "backup", "--checkpoints", made.folder / "checkpoints")
    assert "give it with --older-key" in ruin.operator.refused(RESTORE, *words, status=2)
    assert ruin.row("select count(*) from pg_class where relnamespace = 'public'::regnamespace") == 0
    key = later.run(audit, "key").stdout.strip()
    told = ruin.operator.done(RESTORE, *words, "--older-key", key)
    assert lost.number in [one["number"] for one in told["lost"]]


def test_documents_come_back_however_large_one_may_be_now(whole: Path, ruin: Ruin) -> None:
    narrow = Operator({**ruin.operator.environment, "PATRAVALI_DOCUMENT_MAX_BYTES": "5"})
    assert narrow.done(RESTORE, whole)["epoch"] == 1
    assert documents(whole).keys() == stored(ruin).keys()


def test_a_document_that_the_disk_has_damaged_is_put_right(whole: Path, ruin: Ruin) -> None:
    (name,) = documents(whole)
    damaged = ruin.folder / "documents" / name[:2] / name[2:4] / name
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(bytes(len(PDF)))
    ruin.operator.done(RESTORE, whole)
    assert damaged.read_bytes() == PDF


def stored(ruin: Ruin) -> dict[str, Path]:
    """The documents in the folder that was restored to."""
    return {path.name: path for path in (ruin.folder / "documents").glob("??/??/*")}


def test_an_office_comes_up_in_an_embedded_server_of_its_own(
    shared: AuditedOffice, whole: Path, open_folder: Path
) -> None:
    operator = Operator({"PATRAVALI_DATA": str(open_folder / "embedded"), **PASSPHRASE})
    told = operator.done(RESTORE, whole)
    assert (told["epoch"], told["checkpoint"]) == (1, 2)
    key = open_folder / "embedded" / "keys" / "checkpoint.pem"
    assert key.read_bytes() == Path(shared.environment["PATRAVALI_CHECKPOINT_KEY_FILE"]).read_bytes()
    assert operator.done(RESTORE, whole)["again"] is True


async def test_documents_go_from_one_store_to_another(
    made: AuditedOffice, ruin: Ruin, tmp_path: Path, minio_address: S3Address
) -> None:
    bucket = {
        "PATRAVALI_S3_ENDPOINT": minio_address.endpoint,
        "PATRAVALI_S3_BUCKET": minio_address.bucket,
        "PATRAVALI_S3_ACCESS_KEY": minio_address.access_key,
        "PATRAVALI_S3_SECRET_KEY": minio_address.secret_key,
        "PATRAVALI_S3_SECURE": "false",
    }
    operator_of(made).done(BACKUP, tmp_path / "from-folder")
    restored = Operator({**ruin.operator.environment, **bucket})
    assert restored.done(RESTORE, tmp_path / "from-folder")["checkpoint"] == 2
    (name,) = documents(tmp_path / "from-folder")
    store = open_store(load(restored.environment))
    assert await (await store.open(name)).whole() == PDF
    await store.close()
    assert restored.run(audit, "verify").exit_code == 0
    told = restored.done(BACKUP, tmp_path / "elsewhere" / "from-bucket")
    assert (told["objects"], told["epoch"], told["missing"]) == (1, 1, [])


@pytest.mark.parametrize("release", sorted(RELEASES.iterdir()), ids=lambda release: release.name)
def test_an_office_of_a_released_schema_is_backed_up_and_restored(
    release: Path, new_database: Callable[..., Place], ruin: Ruin, tmp_path: Path
) -> None:
    old, folder = new_database(migrated=False), tmp_path / "old"
    load_release(release, old)
    upgrade(old.owner_url)
    copytree(release / "checkpoints", folder / "checkpoints")
    kept_signing_key(folder / "keys" / "checkpoint.pem")
    operator = Operator({**operator_environment(old, folder), **PASSPHRASE})
    key = str(release / "public-key.hex")
    assert len(operator.json(BACKUP, tmp_path / "backup")["missing"]) == 1  # the release keeps no documents
    assert ruin.operator.done(RESTORE, tmp_path / "backup", "--older-key", key)["epoch"] == 1
    assert ruin.row("select version_num from alembic_version") == newest()
    assert ruin.operator.run(audit, "verify", "--older-key", key).exit_code == 0
    restored = asyncio.run(_worked_on(ruin))
    assert restored == 1


async def _worked_on(ruin: Ruin) -> int:
    from tests.integration.backup.test_drill import at_work  # noqa: PLC0415

    office = await ruin.office()
    sql = "select d.number from docket d join post h on h.id = d.holder where d.state = 'in_hand' and h.code = 'superintendent'"  # noqa: E501
    number = await office.one(sql + " and not exists (select 1 from note n where n.docket = d.id)")
    life = await at_work(office, number)
    await life.must("superintendent", "forward", to="accountant", **REASON)
    await office.database.close()
    return office.identity.epoch
