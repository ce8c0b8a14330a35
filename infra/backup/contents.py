"""What a backup consists of: the names in its folder, its manifest, and what is said where it cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Final, cast
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from flows.rules.audit_values import encode_time, is_hex_hash, is_uuid_text
from flows.rules.canonical_json import Json, NotCanonical, canonical, parse_canonical
from infra.audit.export_format import ListedFile
from infra.audit.signed_manifest import is_signature_of, signature_of
from infra.commands.operator import CommandFault, InputFault

FORMAT: Final = 1
MANIFEST, SIGNATURE, PUBLIC_KEY = "manifest.json", "manifest.sig", "public-key.hex"
DUMP, OBJECT_LIST, OBJECTS, KEYS = "database.dump", "objects.jsonl", "objects", "keys.age"
LISTED: Final = (DUMP, KEYS, OBJECT_LIST, PUBLIC_KEY)
"""The files that a manifest may list, in order; documents stand in the list of objects."""

_SIGNED_AS: Final = b"patravali-backup-1\n"
_LONGEST_LINE: Final = 4096
_MEMBERS: Final = {
    "checkpoint", "dockets", "entries", "epoch", "files", "format", "key", "made_at", "missing", "name",
    "object_bytes", "objects", "office", "program", "schema",
}  # fmt: skip


class BackupFault(CommandFault):
    """The backup cannot be made, or does not hold; the message says why and what to do."""

    status: ClassVar[int | None] = 1


class NoBackup(InputFault):
    """There is no whole backup where one was said to be; the message says what is there instead."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is: of which office, from which moment, under which last checkpoint, and all its files.

    ``missing``: documents that the office cites and whose bytes its store did not have, or not those.
    """

    office: UUID
    name: str
    made_at: datetime
    epoch: int
    checkpoint: int
    schema: str
    program: str
    dockets: int
    entries: int
    objects: int
    object_bytes: int
    key: bytes
    missing: tuple[str, ...]
    files: tuple[ListedFile, ...]

    def data(self) -> bytes:
        """The exact bytes of manifest.json."""
        stated: dict[str, Json] = {
            name: getattr(self, name) for name in _MEMBERS - {"files", "format", "key", "made_at", "office"}
        }
        files: list[Json] = [{"length": f.length, "path": f.path, "sha256": f.sha256} for f in self.files]
        return canonical(
            {
                **stated,
                "files": files,
                "format": FORMAT,
                "key": self.key.hex(),
                "made_at": encode_time(self.made_at, "made_at"),
                "missing": list(self.missing),
                "office": str(self.office),
            }
        )

    def hash(self) -> bytes:
        """What names this backup."""
        return sha256(self.data()).digest()

    def file(self, path: str) -> ListedFile | None:
        return next((file for file in self.files if file.path == path), None)


def parse_manifest(data: bytes) -> Manifest:
    """Read manifest.json strictly. Raises BackupFault."""
    try:
        value = parse_canonical(data)
    except NotCanonical as fault:
        raise BackupFault(f"{MANIFEST} cannot be read: {fault}") from fault
    if not isinstance(value, dict) or value.keys() != _MEMBERS or value["format"] != FORMAT:
        raise BackupFault(f"{MANIFEST} is not that of a backup of format {FORMAT}")
    try:
        manifest = _manifest(value)
        if manifest.data() == data:
            return manifest
    except (TypeError, ValueError, KeyError) as fault:
        raise BackupFault(f"{MANIFEST}: {fault}") from fault
    raise BackupFault(f"a member of {MANIFEST} is not in its one form")


def _manifest(value: dict[str, Json]) -> Manifest:
    if not is_uuid_text(value["office"]) or not is_hex_hash(value["key"]):
        raise ValueError("it names no office or no key")
    missing, files = value["missing"], value["files"]
    if not isinstance(missing, list) or not all(is_hex_hash(one) for one in missing):
        raise ValueError("it does not say which documents are missing")
    if not isinstance(files, list):
        raise ValueError("the files are no list")
    return Manifest(
        office=UUID(value["office"]),
        made_at=datetime.fromisoformat(_text(value["made_at"], "made_at")),
        name=_text(value["name"], "name"),
        program=_text(value["program"], "program"),
        schema=_text(value["schema"], "schema"),
        checkpoint=_count(value["checkpoint"], "checkpoint"),
        dockets=_count(value["dockets"], "dockets"),
        entries=_count(value["entries"], "entries"),
        epoch=_count(value["epoch"], "epoch"),
        objects=_count(value["objects"], "objects"),
        object_bytes=_count(value["object_bytes"], "object_bytes"),
        key=bytes.fromhex(value["key"]),
        missing=tuple(cast("list[str]", missing)),
        files=tuple(_file(one) for one in files),
    )


def _file(value: Json) -> ListedFile:
    if not isinstance(value, dict) or value.keys() != {"length", "path", "sha256"}:
        raise ValueError("a file does not have exactly a length, a path and a SHA-256")
    path, digest = value["path"], value["sha256"]
    if path not in LISTED or not is_hex_hash(digest):
        raise ValueError("it lists a file that a backup does not have")
    return ListedFile(str(path), _count(value["length"], "length"), digest)


def _count(value: Json, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"“{name}” is no number from 0")
    return value


def _text(value: Json, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"“{name}” is no text")
    return value


def sign(data: bytes, key: Ed25519PrivateKey) -> bytes:
    """The exact bytes of manifest.sig."""
    return signature_of(_SIGNED_AS, data, key)


def is_signed(data: bytes, signature: bytes, key: Ed25519PublicKey) -> bool:
    """Whether the bytes of manifest.sig are this key's signature of the bytes of manifest.json."""
    return is_signature_of(_SIGNED_AS, data, signature, key)


@dataclass(frozen=True, slots=True)
class ListedObject:
    """A document's bytes in the backup: they stand under their SHA-256, as in a folder of documents."""

    sha256: str
    size: int

    def line(self) -> bytes:
        return canonical({"sha256": self.sha256, "size": self.size}) + b"\n"


def object_path(folder: Path, sha256: str) -> Path:
    """Where the bytes stand below the folder of objects."""
    return folder / sha256[:2] / sha256[2:4] / sha256


def read_objects(path: Path) -> Iterator[ListedObject]:
    """The list of objects, in order of SHA-256, each once. Raises BackupFault."""
    last = ""
    with path.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            found = _object(line)
            if found.sha256 <= last:
                raise BackupFault(f"{OBJECT_LIST}: the documents are not in their order, each once")
            last = found.sha256
            yield found


def _object(line: bytes) -> ListedObject:
    try:
        value = parse_canonical(line.removesuffix(b"\n"))
    except NotCanonical as fault:
        raise BackupFault(f"{OBJECT_LIST} cannot be read: {fault}") from fault
    if not isinstance(value, dict) or value.keys() != {"sha256", "size"} or not is_hex_hash(value["sha256"]):
        raise BackupFault(f"{OBJECT_LIST}: a line does not name a document")
    size = value["size"]
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise BackupFault(f"{OBJECT_LIST}: a document's size is no number from 0")
    return ListedObject(value["sha256"], size)
