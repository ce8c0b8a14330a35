"""An audit export, format 1: the names in its folder, its manifest and its keys (its lines: export_lines)."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import cast
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from flows.rules.audit_chain import is_chain_name
from flows.rules.audit_values import encode_time, is_hex_hash, is_uuid_text
from flows.rules.canonical_json import Json, NotCanonical, canonical, parse_canonical
from infra.audit.signed_manifest import is_signature_of, signature_of

FORMAT = 1
MANIFEST, SIGNATURE, PUBLIC_KEY = "manifest.json", "manifest.sig", "public-key.hex"
CHAINS, VALUES, CHECKPOINTS, LEAVES, DOCUMENTS = "chains", "values", "checkpoints", "leaves", "documents"
STREAMS = (CHAINS, CHECKPOINTS, LEAVES, VALUES)
WHOLE = "whole"
# What is signed begins with words of its own, so that no export's signature can pass as a checkpoint's.
_SIGNED_AS = b"patravali-export-1\n"
_MANIFEST_MEMBERS = {"documents", "files", "format", "key", "made_at", "name", "office", "scope"}
_PATH = re.compile(
    rf"{re.escape(PUBLIC_KEY)}|(?:{'|'.join(STREAMS)})/[0-9]{{6}}\.jsonl|documents/([0-9a-f]{{2}})/\1[0-9a-f]{{62}}",
    re.ASCII,
)
_KEY = re.compile(rb"[0-9a-f]{64}")


class BrokenFile(ValueError):
    """A file of an export is not what format 1 allows; the message says why."""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """What the manifest says of one file."""

    path: str
    length: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the export is, and every file in it but the manifest and its signature."""

    office: UUID
    name: str
    made_at: datetime
    scope: str
    documents: bool
    key: bytes
    files: tuple[ListedFile, ...]

    def data(self) -> bytes:
        """The exact bytes of manifest.json."""
        files: list[Json] = [
            {"length": file.length, "path": file.path, "sha256": file.sha256} for file in self.files
        ]
        return canonical(
            {
                "documents": self.documents,
                "files": files,
                "format": FORMAT,
                "key": self.key.hex(),
                "made_at": encode_time(self.made_at, "made_at"),
                "name": self.name,
                "office": str(self.office),
                "scope": self.scope,
            }
        )

    def shards(self, stream: str) -> list[str]:
        """The paths of one stream's files, in their order."""
        return [file.path for file in self.files if file.path.startswith(f"{stream}/")]


def shard_path(stream: str, number: int) -> str:
    """The name of a stream's file; streams are cut into files so that none grows without end."""
    return f"{stream}/{number:06d}.jsonl"


def document_path(digest: bytes) -> str:
    """Where a document's bytes stand: under their own SHA-256."""
    return f"{DOCUMENTS}/{digest.hex()[:2]}/{digest.hex()}"


def parse_manifest(data: bytes) -> Manifest:
    """Read manifest.json strictly; BrokenFile says what is wrong."""
    try:
        value = parse_canonical(data)
    except NotCanonical as fault:
        raise BrokenFile(f"the manifest cannot be read: {fault}") from fault
    if not isinstance(value, dict) or value.keys() != _MANIFEST_MEMBERS:
        raise BrokenFile("the manifest does not have exactly the members of format 1")
    manifest = _read_manifest(value)
    if manifest.data() != data:
        raise BrokenFile("a member of the manifest is not in its one form")
    _check_files(manifest)
    return manifest


def _read_manifest(value: dict[str, Json]) -> Manifest:
    name, office, scope, key = value["name"], value["office"], value["scope"], value["key"]
    if not isinstance(name, str) or not is_uuid_text(office) or not is_hex_hash(key):
        raise BrokenFile("the manifest names no office or no key")
    if scope != WHOLE and not (is_chain_name(scope) and str(scope).startswith("docket:")):
        raise BrokenFile("the manifest's scope is neither the whole office nor a docket")
    if not isinstance(value["documents"], bool):
        raise BrokenFile("the manifest does not say whether documents are in the export")
    return Manifest(
        office=UUID(office),
        name=name,
        made_at=_instant(value["made_at"]),
        scope=cast("str", scope),
        documents=value["documents"],
        key=bytes.fromhex(key),
        files=_read_files(value["files"]),
    )


def _instant(value: Json) -> datetime:
    try:
        instant = datetime.fromisoformat(value if isinstance(value, str) else "")
        encode_time(instant)
    except ValueError as fault:
        raise BrokenFile("the manifest's time is not an instant in UTC") from fault
    return instant


def _read_files(value: Json) -> tuple[ListedFile, ...]:
    if not isinstance(value, list):
        raise BrokenFile("the manifest's files are not a list")
    return tuple(_read_file(item) for item in value)


def _read_file(value: Json) -> ListedFile:
    if not isinstance(value, dict) or value.keys() != {"length", "path", "sha256"}:
        raise BrokenFile("a file in the manifest does not have exactly a length, a path and a SHA-256")
    length, path, digest = value["length"], value["path"], value["sha256"]
    if not isinstance(path, str) or _PATH.fullmatch(path) is None:
        raise BrokenFile("the manifest lists a path that an export does not have")
    if not isinstance(length, int) or isinstance(length, bool) or length < 0 or not is_hex_hash(digest):
        raise BrokenFile(f"the length or SHA-256 of {path} is malformed in the manifest")
    return ListedFile(path, length, digest)


def _check_files(manifest: Manifest) -> None:
    paths = [file.path for file in manifest.files]
    if any(first >= second for first, second in pairwise(paths)):
        raise BrokenFile("the manifest's files are not in the order of their paths, each once")
    for stream in STREAMS:
        shards = manifest.shards(stream)
        if shards != [shard_path(stream, number) for number in range(1, len(shards) + 1)]:
            raise BrokenFile(f"the files of {stream} are not numbered from 000001 on")
    if any(path.startswith(f"{DOCUMENTS}/") for path in paths) and not manifest.documents:
        raise BrokenFile("the manifest lists documents and says that there are none")


def sign_manifest(data: bytes, key: Ed25519PrivateKey) -> bytes:
    """The exact bytes of manifest.sig."""
    return signature_of(_SIGNED_AS, data, key)


def is_manifest_signed(data: bytes, signature: bytes, key: Ed25519PublicKey) -> bool:
    """Whether the bytes of manifest.sig are this key's signature of the bytes of manifest.json."""
    return is_signature_of(_SIGNED_AS, data, signature, key)


def public_key_file(key: Ed25519PublicKey) -> bytes:
    """The exact bytes of public-key.hex: 64 lower-case hexadecimal digits and nothing else."""
    return key.public_bytes_raw().hex().encode("ascii")


def read_public_key(data: bytes) -> Ed25519PublicKey:
    """A public key as people hand it over: 64 hexadecimal digits (spaces around them do no harm) or PEM."""
    text = data.strip()
    if _KEY.fullmatch(text):
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text.decode("ascii")))
    try:
        key = load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise BrokenFile("this is no Ed25519 public key, neither in hexadecimal digits nor in PEM") from fault
    if not isinstance(key, Ed25519PublicKey):
        raise BrokenFile("this public key is not of the kind Ed25519")
    return key


def listed(path: str, data: bytes) -> ListedFile:
    """The manifest's words on a file whose bytes are at hand."""
    return ListedFile(path, len(data), sha256(data).hexdigest())
