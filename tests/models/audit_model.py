"""Audit format 1 a second time, written from its record alone and importing nothing of ours: slow and plain."""

import json
import unicodedata
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MEMBERS = {"at", "chain", "epoch", "format", "previous", "rows", "sequence", "what"}


def model_text(salt: bytes, text: str) -> str:
    """The commitment to a text, in hexadecimal digits."""
    return sha256(salt + unicodedata.normalize("NFC", text).encode()).hexdigest()


def model_document(salt: bytes, digest: bytes) -> str:
    """The commitment to a document, in hexadecimal digits."""
    return sha256(salt + digest).hexdigest()


def model_value(sort: str, given: Any) -> Any:
    """The form of a column's value, from a sort and a plain way of writing it."""
    if sort == "integer":
        number = int(given)
        return number if -(2**53) < number < 2**53 else str(number)
    if sort == "time":
        return datetime.fromisoformat(given).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return given


def model_genesis(chain: str) -> str:
    """What the first entry of a chain names as previous."""
    return sha256(f"patravali-audit-1:{chain}".encode()).hexdigest()


def model_entry(members: dict[str, Any]) -> bytes:
    """An entry's bytes from its members but the format."""
    return rfc8785.dumps({**members, "format": 1})


def model_leaf(chain: str, length: int, head: str) -> bytes:
    """A leaf's bytes."""
    return rfc8785.dumps({"chain": chain, "head": head, "length": length})


def model_first_previous(office: str) -> str:
    """What an office's first checkpoint names as previous."""
    return sha256(f"patravali-audit-1:checkpoint:{office}".encode()).hexdigest()


def model_signature(secret: bytes, words: str, body: bytes) -> str:
    """The signature of a checkpoint or a manifest, whose words come before its bytes."""
    return Ed25519PrivateKey.from_private_bytes(secret).sign(words.encode() + b"\n" + body).hex()


def model_key_id(secret: bytes) -> str:
    """The name of the public key that belongs to a secret one."""
    return sha256(Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()).hexdigest()


def model_chain_holds(entries: list[bytes], chain: str) -> bool:
    """Whether well-formed entries follow on from one another as a chain of this name."""
    previous, epoch = model_genesis(chain), 0
    for sequence, data in enumerate(entries, 1):
        body = json.loads(data)
        if body.keys() != MEMBERS or rfc8785.dumps(body) != data:
            return False
        if (body["chain"], body["sequence"], body["previous"]) != (chain, sequence, previous):
            return False
        if body["epoch"] < epoch:
            return False
        previous, epoch = sha256(data).hexdigest(), body["epoch"]
    return True
