"""Tries a backup: every file, then its database in a scratch one, where audit and fsck are asked."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from flows.rules.audit_checkpoint import key_id
from infra.audit.operations import crew_at, crew_told
from infra.audit.report import Report
from infra.audit.verify_database import Trust, verify_database
from infra.backup.contents import BackupFault
from infra.backup.loading import load_backup
from infra.backup.read import Backup, check_files
from infra.backup.sealed_keys import keys_in
from infra.fsck import documents
from infra.fsck.time_kept import check_office
from infra.local_stack.postgres import EmbeddedPostgres
from infra.local_stack.postgres_home import remove_elsewhere
from infra.progress_bar import progress_bar
from storage import backup_reading, numbers, time_check
from storage.connecting import PATIENCE
from storage.database import Database, Driver
from storage.documents.local_directory import LocalDirectory
from storage.settings import Settings
from storage.snapshots import one_snapshot

_EMPTIED = """
drop schema public cascade; create schema public; grant usage on schema public to public
"""


@dataclass(slots=True)
class Verdict:
    """What a backup would restore to: the audit's report, and what else is not as it should be.

    ``keys``: the names of those in it, where they could be opened.
    """

    audit: Report
    faults: list[str] = field(default_factory=list[str])
    keys: list[str] = field(default_factory=list[str])

    @property
    def ok(self) -> bool:
        return self.audit.ok and not self.faults


@contextmanager
def scratch(given: str) -> Iterator[str]:
    """The owner's address of an empty database: the one given, emptied again afterwards, or a server of its own.

    Raises BackupFault where the one given is not empty, and PostgresFault.
    """
    if given:
        _need_empty(given)
        try:
            yield given
        finally:
            with psycopg.connect(given, autocommit=True, **PATIENCE) as connection:
                connection.execute(_EMPTIED)
        return
    folder = Path(tempfile.mkdtemp(prefix="patravali-check-"))
    folder.chmod(0o755)  # embedded PostgreSQL may have to run as another user
    server = EmbeddedPostgres(folder / "postgres")
    try:
        server.start()
        yield server.url("owner")
    finally:
        server.stop()
        remove_elsewhere(folder / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


def _need_empty(url: str) -> None:
    with psycopg.connect(url, **PATIENCE) as connection:
        found = connection.execute("select 1 from pg_class where relnamespace = 'public'::regnamespace limit 1")
        if found.fetchone() is not None:
            raise BackupFault("the database to try the backup in is not empty")


@dataclass(frozen=True, slots=True)
class Opening:
    """With what the keys in a backup are opened: the settings' passphrase, or an age identity's file."""

    settings: Settings
    identity: Path | None = None


async def check_backup(
    backup: Backup, scratch_url: str, keys: Mapping[bytes, Ed25519PublicKey], opening: Opening, *, quiet: bool
) -> Verdict:
    """Check files and keys, load the dump, let audit and fsck judge it.

    Raises BackupFault for a damaged backup, SealFault where what was given does not open its keys.
    """
    with progress_bar("bytes checked", quiet=quiet) as advance:
        check_files(backup, advance)
    opened = keys_in(backup, opening.settings, opening.identity)
    await load_backup(backup, scratch_url, quiet=quiet)
    database = Database(scratch_url, pool=2)
    try:
        verdict = await _judge(backup, database, {**keys, key_id(backup.key): backup.key}, quiet=quiet)
    finally:
        await database.close()
    verdict.keys = sorted(opened or ())
    return verdict


async def _judge(
    backup: Backup, database: Database, keys: Mapping[bytes, Ed25519PublicKey], *, quiet: bool
) -> Verdict:
    async with one_snapshot(database) as driver:
        with progress_bar("entries verified", quiet=quiet) as advance:
            trust = Trust(keys, backup.independent)
            with crew_told():
                report = await verify_database(driver, trust, advance, crew=crew_at(database))
        verdict = Verdict(report, await _against_manifest(backup, driver))
        verdict.faults += await _documents(backup, driver)
    time, leftovers = await check_office(database)
    # Claims of engines of the office that worked on go with the restore.
    verdict.faults += [str(one) for one in (*time.differences, *(one for one in leftovers if not one.clearable))]
    return verdict


async def _against_manifest(backup: Backup, driver: Driver) -> list[str]:
    found, told = await backup_reading.facts(driver), backup.manifest
    names = ("office", "epoch", "dockets", "entries", "checkpoint")
    return [
        f"the manifest tells of {name} {getattr(told, name)}, and the dump holds {getattr(found, name)}"
        for name in names
        if getattr(found, name) != getattr(told, name)
    ]


async def _documents(backup: Backup, driver: Driver) -> list[str]:
    """The dump and the documents beside it, whose bytes were compared with their names before."""

    async def cited() -> AsyncIterator[documents.Cited]:
        async for row in time_check.cited_blobs(driver):
            yield row["sha256"], row["size"]

    async def is_cited(_sha256: str) -> bool:
        return False

    store, now = LocalDirectory(backup.objects), await numbers.now(driver)
    found = await documents.check(cited(), store, now=now, is_cited=is_cited, read_bytes=False)
    lacking = set(backup.manifest.missing)
    faults = [f"the document {f.sha256}: {f.trouble}" for f in found.faults if f.sha256 not in lacking]
    faults += [f"the document {one} was missing already when the backup was made" for one in sorted(lacking)]
    return faults + [f"the dump cites no document {orphan.sha256}" for orphan in found.orphans]
