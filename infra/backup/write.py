"""Makes a backup of an office that goes on working meanwhile: one snapshot of the database, and what it cites."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.checkpoints import read_signing_key
from flows.rules.audit_checkpoint import key_id
from infra.audit.export_format import ListedFile, public_key_file
from infra.audit.operations import database_of, sign_checkpoint_now, store_of
from infra.backup.contents import (
    DUMP,
    KEYS,
    MANIFEST,
    OBJECT_LIST,
    OBJECTS,
    PUBLIC_KEY,
    SIGNATURE,
    BackupFault,
    ListedObject,
    Manifest,
    object_path,
    sign,
)
from infra.backup.dump import dump
from infra.backup.folder import create, earlier_objects, flush, linked, listed, new_folder, room_told, write_file
from infra.backup.sealed_keys import Seal, read_keys
from infra.commands.operator import needed
from infra.progress_bar import progress_bar
from storage import backup_reading, time_check
from storage.database import Driver
from storage.documents.errors import BlobDamaged, BlobMissing
from storage.documents.protocol import DocumentStore
from storage.migrations.run import newest
from storage.settings import Settings
from storage.snapshots import one_snapshot


@dataclass(slots=True)
class Copied:
    """The documents of a backup; ``linked``: how many an earlier one had; ``missing``: the store lacks them."""

    objects: int = 0
    size: int = 0
    linked: int = 0
    missing: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made."""

    manifest: Manifest
    linked: int
    keys: bool


async def write_backup(settings: Settings, place: Path, seal: Seal | None, *, quiet: bool = False) -> Made:
    """Take a checkpoint, then write the backup; until all of it is on disk nothing stands under its name.

    It needs the addresses of the reader's role (who reads everything) and the signer's, and the signing key.
    Raises BackupFault, NoSigningKey, CommandFault, and what ``take_checkpoint`` raises.
    """
    signer = read_signing_key(settings.checkpoint_key_file)
    with new_folder(place) as folder:
        await sign_checkpoint_now(settings)
        files = [write_file(folder, PUBLIC_KEY, public_key_file(signer.public_key()))]
        if seal is not None:
            files.append(write_file(folder, KEYS, seal.close(read_keys(settings))))
        async with (
            store_of(settings) as store,
            database_of(settings, "database_reader_url") as database,
            one_snapshot(database) as driver,
        ):
            facts = await backup_reading.facts(driver)
            _need_present(facts.schema)
            # Told here: further out a fault of a disk would pass for one of the database's connection.
            with room_told(place):
                files.append(await _dump(settings, driver, folder, quiet))
                copied = await _copy_objects(driver, store, folder, earlier_objects(place), quiet)
        files.append(listed(folder, OBJECT_LIST))
        manifest = _manifest(facts, copied, signer, files)
        _seal_folder(folder, manifest, signer)
    return Made(manifest, copied.linked, seal is not None)


def _need_present(schema: str) -> None:
    if schema != newest():
        raise BackupFault(
            f"the schema is {schema}, and this release's is {newest()}; run “patravali migrate” first"
        )


async def _dump(settings: Settings, driver: Driver, folder: Path, quiet: bool) -> ListedFile:
    snapshot = await backup_reading.export_snapshot(driver)
    with progress_bar("bytes of the database", quiet=quiet) as advance:
        url = needed(settings, "database_reader_url")
        await dump(url, snapshot, folder / DUMP, lambda done: advance(done, None))
    return listed(folder, DUMP)


async def _copy_objects(
    driver: Driver, store: DocumentStore, folder: Path, earlier: list[Path], quiet: bool
) -> Copied:
    total = await time_check.count_blobs(driver)
    (folder / OBJECTS).mkdir(mode=0o700)
    with create(folder / OBJECT_LIST) as file, progress_bar("documents copied", quiet=quiet) as advance:
        copying = _Copying(store, folder / OBJECTS, earlier, file)
        await copying.run(_cited(driver), lambda done: advance(done, total))
        flush(file)
    return copying.copied


async def _cited(driver: Driver) -> AsyncIterator[ListedObject]:
    async for row in time_check.cited_blobs(driver):
        yield ListedObject(row["sha256"], row["size"])


@dataclass(slots=True)
class _Copying:
    """Brings the documents that the snapshot cites into the backup, each under its SHA-256."""

    store: DocumentStore
    objects: Path
    earlier: list[Path]
    names: BinaryIO
    copied: Copied = field(default_factory=Copied)

    async def run(self, cited: AsyncIterator[ListedObject], advance: Callable[[int], None]) -> None:
        async for one in cited:
            await self._copy(one)
            advance(self.copied.objects + len(self.copied.missing))

    async def _copy(self, one: ListedObject) -> None:
        to = object_path(self.objects, one.sha256)
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if linked(one.sha256, one.size, to, self.earlier):
            self.copied.linked += 1
        elif not await self._fetch(one, to):
            self.copied.missing.append(one.sha256)
            return
        self.copied.objects += 1
        self.copied.size += one.size
        self.names.write(one.line())

    async def _fetch(self, one: ListedObject, to: Path) -> bool:
        """Whether the store gave the bytes; a backup without one document is better than none."""
        size = 0
        with create(to) as file, suppress(BlobMissing, BlobDamaged):
            async for piece in await self.store.open(one.sha256):
                size += file.write(piece)
            flush(file)
            if size == one.size:
                return True
        os.unlink(to)
        return False


def _manifest(
    facts: backup_reading.Facts, copied: Copied, signer: Ed25519PrivateKey, files: list[ListedFile]
) -> Manifest:
    return Manifest(
        office=facts.office,
        name=facts.name,
        made_at=facts.at,
        epoch=facts.epoch,
        checkpoint=facts.checkpoint,
        schema=facts.schema,
        program=version("patravali"),
        dockets=facts.dockets,
        entries=facts.entries,
        objects=copied.objects,
        object_bytes=copied.size,
        key=key_id(signer.public_key()),
        missing=tuple(copied.missing),
        files=tuple(sorted(files, key=lambda file: file.path)),
    )


def _seal_folder(folder: Path, manifest: Manifest, signer: Ed25519PrivateKey) -> None:
    data = manifest.data()
    write_file(folder, SIGNATURE, sign(data, signer))
    write_file(folder, MANIFEST, data)
