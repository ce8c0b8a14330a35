"""Checkpoints, format 1: signed statements of how far every changed chain went, each linked to the one before."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from flows.rules.audit_tree import EMPTY_ROOT
from flows.rules.audit_values import encode_time, is_hex_hash, is_uuid_text
from flows.rules.canonical_json import Json, NotCanonical, canonical, parse_canonical

FORMAT = 1
# What is signed begins with words of its own, so that no checkpoint's signature can pass as an export's.
_SIGNED_AS = b"patravali-checkpoint-1\n"
_MEMBERS = {"at", "epoch", "format", "key", "number", "office", "previous", "previous_root", "root", "size"}


class BrokenCheckpoint(ValueError):
    """The bytes are not a checkpoint of format 1, or it does not follow on from the one before it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Covers the chains changed since the checkpoint before: `root` is that of the tree of their `size` leaves."""

    number: int
    epoch: int
    at: datetime
    size: int
    root: bytes
    previous_root: bytes
    previous: bytes
    office: UUID
    key: bytes

    def body(self) -> bytes:
        """The canonical bytes that are signed and whose hash the next checkpoint names."""
        return canonical(
            {
                "at": encode_time(self.at, "at"),
                "epoch": self.epoch,
                "format": FORMAT,
                "key": self.key.hex(),
                "number": self.number,
                "office": str(self.office),
                "previous": self.previous.hex(),
                "previous_root": self.previous_root.hex(),
                "root": self.root.hex(),
                "size": self.size,
            }
        )

    def hash(self) -> bytes:
        """The hash that the next checkpoint names as its previous."""
        return sha256(self.body()).digest()


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint's exact bytes with their Ed25519 signature (64 bytes)."""

    body: bytes
    signature: bytes


def key_id(key: Ed25519PublicKey) -> bytes:
    """How a key is named: SHA-256 of its 32 raw bytes."""
    return sha256(key.public_bytes_raw()).digest()


def next_checkpoint(
    before: Checkpoint | None, *, office: UUID, epoch: int, at: datetime, size: int, root: bytes, key: bytes
) -> Checkpoint:
    """The checkpoint that follows on from `before`, or the office's first."""
    return Checkpoint(
        number=before.number + 1 if before else 1,
        epoch=epoch,
        at=at,
        size=size,
        root=root,
        previous_root=before.root if before else EMPTY_ROOT,
        previous=before.hash() if before else first_previous(office),
        office=office,
        key=key,
    )


def first_previous(office: UUID) -> bytes:
    """What an office's first checkpoint names as its previous hash."""
    return sha256(f"patravali-audit-1:checkpoint:{office}".encode("ascii")).digest()


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> SignedCheckpoint:
    """Sign a checkpoint; one that names another key raises BrokenCheckpoint."""
    if checkpoint.key != key_id(key.public_key()):
        raise BrokenCheckpoint("the checkpoint names another key than the one that is to sign it")
    body = checkpoint.body()
    return SignedCheckpoint(body, key.sign(_SIGNED_AS + body))


def is_signed_by(signed: SignedCheckpoint, key: Ed25519PublicKey) -> bool:
    """Whether this key made the checkpoint's signature."""
    try:
        key.verify(signed.signature, _SIGNED_AS + signed.body)
    except InvalidSignature:
        return False
    return True


def parse_checkpoint(data: bytes) -> Checkpoint:
    """Read a checkpoint strictly; bytes that are not exactly one raise BrokenCheckpoint."""
    try:
        value = parse_canonical(data)
    except NotCanonical as fault:
        raise BrokenCheckpoint(f"the checkpoint cannot be read: {fault}") from fault
    if not isinstance(value, dict) or value.keys() != _MEMBERS:
        raise BrokenCheckpoint(f"the checkpoint does not have exactly the members {', '.join(sorted(_MEMBERS))}")
    checkpoint = _read(value)
    if checkpoint.body() != data:
        raise BrokenCheckpoint("a member of the checkpoint is not in its one form")
    return checkpoint


def _read(value: dict[str, Json]) -> Checkpoint:
    at, office = value["at"], value["office"]
    if not isinstance(at, str) or not is_uuid_text(office):
        raise BrokenCheckpoint("the checkpoint's time or office is malformed")
    return Checkpoint(
        number=_count(value["number"], "number", 1),
        epoch=_count(value["epoch"], "epoch", 0),
        at=_instant(at),
        size=_count(value["size"], "size", 0),
        root=_hash(value["root"], "root"),
        previous_root=_hash(value["previous_root"], "previous root"),
        previous=_hash(value["previous"], "previous hash"),
        office=UUID(office),
        key=_hash(value["key"], "key"),
    )


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        encode_time(instant)
    except ValueError as fault:
        raise BrokenCheckpoint("the checkpoint's time is not an instant in UTC") from fault
    return instant


def _count(value: Json, name: str, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise BrokenCheckpoint(f"the checkpoint's {name} is not a number from {least}")
    return value


def _hash(value: Json, name: str) -> bytes:
    if not is_hex_hash(value):
        raise BrokenCheckpoint(f"the checkpoint's {name} is not 64 lower-case hexadecimal digits")
    return bytes.fromhex(value)


def check_link(before: Checkpoint | None, checkpoint: Checkpoint) -> None:
    """Check that a checkpoint follows on from the one before, or is the first; BrokenCheckpoint says why not."""
    expected = next_checkpoint(
        before,
        office=before.office if before else checkpoint.office,
        epoch=checkpoint.epoch,
        at=checkpoint.at,
        size=checkpoint.size,
        root=checkpoint.root,
        key=checkpoint.key,
    )
    if checkpoint != expected:
        raise BrokenCheckpoint("it does not follow on from the checkpoint before it")
    if before and (checkpoint.epoch < before.epoch or checkpoint.at < before.at):
        raise BrokenCheckpoint("it is older than the checkpoint before it")
