"""Reads a backup with distrust: its manifest and signature, every file's length and SHA-256, nothing unlisted."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from flows.rules.audit_checkpoint import key_id
from infra.audit.export_format import BrokenFile, ListedFile, read_public_key
from infra.backup.contents import (
    MANIFEST,
    OBJECT_LIST,
    OBJECTS,
    PUBLIC_KEY,
    SIGNATURE,
    BackupFault,
    ListedObject,
    Manifest,
    NoBackup,
    is_signed,
    object_path,
    parse_manifest,
    read_objects,
)
from infra.backup.folder import INCOMPLETE, digest_of

_LONGEST_MANIFEST: Final = 64 * 1024 * 1024
_MOST_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup whose manifest is whole and signed. ``independent``: by a key that was not taken from it."""

    folder: Path
    manifest: Manifest
    key: Ed25519PublicKey
    independent: bool

    @property
    def objects(self) -> Path:
        return self.folder / OBJECTS

    def list_objects(self) -> Iterator[ListedObject]:
        """The documents that it holds. Raises BackupFault."""
        return read_objects(self.folder / OBJECT_LIST)


def open_backup(folder: Path, key: Ed25519PublicKey | None) -> Backup:
    """The backup in a folder, its manifest checked against the key given, or against its own.

    Raises NoBackup, BackupFault.
    """
    _need_backup(folder)
    data, signature = _small(folder / MANIFEST, _LONGEST_MANIFEST), _small(folder / SIGNATURE, 128)
    manifest = parse_manifest(data)
    signed_by = key or _enclosed(folder)
    if key_id(signed_by) != manifest.key:
        raise BackupFault(f"{folder}: the backup was signed with another key than the one given")
    if not is_signed(data, signature, signed_by):
        raise BackupFault(f"{folder}: the signature of {MANIFEST} does not hold: one of the two was changed")
    return Backup(folder, manifest, signed_by, key is not None)


def _need_backup(folder: Path) -> None:
    if (folder / MANIFEST).is_file():
        return
    if not folder.exists():
        draft = folder.absolute().with_name(f".{folder.name}{INCOMPLETE}")
        found = "there is no such folder"
        found += "; a backup to it was begun and never came to its end" if draft.exists() else ""
    else:
        found = f"it has no {MANIFEST}, so it is no backup, or not a whole one"
    raise NoBackup(f"{folder}: {found}; give a folder that “patravali backup” wrote")


def _enclosed(folder: Path) -> Ed25519PublicKey:
    try:
        return read_public_key(_small(folder / PUBLIC_KEY, 64))
    except BrokenFile as fault:
        raise BackupFault(f"{folder / PUBLIC_KEY}: {fault}") from fault


def _small(path: Path, longest: int) -> bytes:
    try:
        if not stat.S_ISREG(path.lstat().st_mode) or path.stat().st_size > longest:
            raise BackupFault(f"{path} is not what a backup has there")
        return path.read_bytes()
    except OSError as fault:
        raise BackupFault(f"{path} cannot be read: {fault.strerror}") from None


def check_files(backup: Backup, advance: Callable[[int, int | None], None]) -> None:
    """Check every file and document; ``advance`` hears of bytes. Raises BackupFault, naming what is wrong."""
    manifest, done = backup.manifest, 0
    total = sum(file.length for file in manifest.files) + manifest.object_bytes
    for file in manifest.files:
        _check(backup.folder / file.path, file)
        done += file.length
        advance(done, total)
    faults = list[str]()
    listed, size = set[str](), 0
    for one in backup.list_objects():
        listed.add(one.sha256)
        faults += _faults(object_path(backup.objects, one.sha256), one)
        size += one.size
        advance(done + size, total)
    if (len(listed), size) != (manifest.objects, manifest.object_bytes):
        faults.append(f"{OBJECT_LIST} has not the documents of which {MANIFEST} tells")
    faults += _unlisted(backup, listed)
    if faults:
        more = f" … and {len(faults) - _MOST_NAMED} more" if len(faults) > _MOST_NAMED else ""
        raise BackupFault(f"{backup.folder} does not hold: {'; '.join(faults[:_MOST_NAMED])}{more}")


def _check(path: Path, file: ListedFile) -> None:
    faults = _faults(path, ListedObject(file.sha256, file.length))
    if faults:
        raise BackupFault(f"the backup does not hold: {faults[0]}")


def _faults(path: Path, expected: ListedObject) -> list[str]:
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            return [f"{path} is no file"]
        if found.st_size != expected.size:
            return [f"{path} has {found.st_size} bytes and not {expected.size}: it was cut short or changed"]
        with path.open("rb") as file:
            return [] if digest_of(file) == expected.sha256 else [f"{path} was changed"]
    except FileNotFoundError:
        return [f"{path} is missing"]
    except OSError as fault:
        return [f"{path} cannot be read: {fault.strerror}"]


def _unlisted(backup: Backup, listed: set[str]) -> list[str]:
    known = {MANIFEST, SIGNATURE, *(file.path for file in backup.manifest.files)}
    found: list[str] = []
    for place, _, names in os.walk(backup.folder):
        for name in names:
            path = Path(place) / name
            of_object = path == object_path(backup.objects, name) and name in listed
            if not of_object and str(path.relative_to(backup.folder)) not in known:
                found.append(f"{path} is in no list of this backup")
    return found
