"""Writes an audit export: streams of lines cut into files, documents under their hash, a signed manifest last."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.rules.audit_checkpoint import SignedCheckpoint, key_id
from infra.audit.export_format import (
    CHAINS,
    CHECKPOINTS,
    LEAVES,
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    VALUES,
    ListedFile,
    Manifest,
    document_path,
    listed,
    public_key_file,
    shard_path,
    sign_manifest,
)
from infra.audit.export_lines import ExportedLeaf, ExportedValue, checkpoint_line

SHARD_BYTES = 64 * 1024 * 1024


class ExportRefused(Exception):
    """The export cannot be written; the message says why."""


@dataclass(frozen=True, slots=True)
class ExportedDocument:
    """A document's SHA-256 and its bytes."""

    sha256: bytes
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class ExportTerms:
    """What is exported: `scope` is "whole" or a docket's chain; with or without the documents' bytes."""

    office: UUID
    name: str
    made_at: datetime
    scope: str
    documents: bool


class ExportSource(Protocol):
    """Where an export comes from: one snapshot, read once, each stream in the order that its method names."""

    def entries(self) -> AsyncIterator[bytes]:
        """Entries' bytes by chain (in byte order of the chain's id), then by sequence."""
        ...

    def values(self) -> AsyncIterator[ExportedValue]:
        """Every value that an entry commits to and every document, by chain, then by the id's text.

        A value to which two chains commit comes once for each.
        """
        ...

    def checkpoints(self) -> AsyncIterator[SignedCheckpoint]:
        """Checkpoints by number: all of them, or for one docket those that have a leaf of it, and the last."""
        ...

    def leaves(self) -> AsyncIterator[ExportedLeaf]:
        """Leaves by chain, then by checkpoint: all of them, or the docket's with index and proof."""
        ...

    def documents(self) -> AsyncIterator[ExportedDocument]:
        """The bytes of every document whose value is present, each hash once; asked for only where wanted."""
        ...


async def write_export(
    folder: Path,
    source: ExportSource,
    signer: Ed25519PrivateKey,
    terms: ExportTerms,
    shard_bytes: int = SHARD_BYTES,
) -> Manifest:
    """Write the export into a new or empty folder. Until the manifest stands, what is there is no export."""
    _begin(folder)
    files = [_write(folder, PUBLIC_KEY, public_key_file(signer.public_key()))]
    for stream, lines in _streams(source):
        files += await _write_stream(folder, stream, lines, shard_bytes)
    if terms.documents:
        files += [await _write_document(folder, document) async for document in source.documents()]
    manifest = Manifest(
        office=terms.office,
        name=terms.name,
        made_at=terms.made_at,
        scope=terms.scope,
        documents=terms.documents,
        key=key_id(signer.public_key()),
        files=tuple(sorted(files, key=lambda file: file.path)),
    )
    _write(folder, SIGNATURE, sign_manifest(manifest.data(), signer))
    _write(folder, MANIFEST, manifest.data())
    return manifest


def _begin(folder: Path) -> None:
    # An export holds names and notes: nobody but its maker reads it until they hand it on.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ExportRefused(f"The folder {folder} is not empty; an export needs a folder of its own.")


def _streams(source: ExportSource) -> list[tuple[str, AsyncIterator[bytes]]]:
    return [
        (CHAINS, source.entries()),
        (VALUES, (value.line() async for value in source.values())),
        (CHECKPOINTS, (checkpoint_line(signed) async for signed in source.checkpoints())),
        (LEAVES, (leaf.line() async for leaf in source.leaves())),
    ]


async def _write_stream(
    folder: Path, stream: str, lines: AsyncIterator[bytes], shard_bytes: int
) -> list[ListedFile]:
    shards: list[_Writing] = []
    async for line in lines:
        if not shards or shards[-1].length >= shard_bytes:
            if shards:
                shards[-1].close()
            shards.append(_Writing(folder, shard_path(stream, len(shards) + 1)))
        shards[-1].write(line + b"\n")
    if shards:
        shards[-1].close()
    return [shard.listed() for shard in shards]


async def _write_document(folder: Path, document: ExportedDocument) -> ListedFile:
    writing = _Writing(folder, document_path(document.sha256))
    async for chunk in document.chunks:
        writing.write(chunk)
    writing.close()
    if writing.hash.digest() != document.sha256:
        raise ExportRefused(f"The stored bytes of the document {document.sha256.hex()} are not those of its hash.")
    return writing.listed()


def _write(folder: Path, path: str, data: bytes) -> ListedFile:
    writing = _Writing(folder, path)
    writing.write(data)
    writing.close()
    return listed(path, data)


class _Writing:
    """A new file of the export, hashed while it is written."""

    def __init__(self, folder: Path, path: str) -> None:
        self.path, self.length, self.hash = path, 0, sha256()
        place = folder / path
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file: BinaryIO = os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self.hash.update(data)
        self.length += len(data)

    def close(self) -> None:
        self._file.close()

    def listed(self) -> ListedFile:
        return ListedFile(self.path, self.length, self.hash.hexdigest())
