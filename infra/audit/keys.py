"""Keys as people hand them over (in a file or as text), and hashes of checkpoints kept outside the office."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from infra.audit.export_format import BrokenFile, read_public_key


class UnusableKey(Exception):
    """A key or hash that was given cannot be used; the message says why."""


def given_key(given: str) -> Ed25519PublicKey:
    """A public key: 64 hexadecimal digits, or a file with these or with PEM. Raises UnusableKey."""
    path = Path(given)
    try:
        data = path.read_bytes() if path.is_file() else given.encode()
        return read_public_key(data)
    except (OSError, BrokenFile) as fault:
        raise UnusableKey(f"{given}: {fault}") from None


def held_hashes(given: Iterable[str]) -> dict[int, bytes]:
    """Hashes of checkpoints, each as NUMBER:HASH. Raises UnusableKey."""
    found: dict[int, bytes] = {}
    for text in given:
        number, _, digest = text.partition(":")
        try:
            found[int(number)] = bytes.fromhex(digest)
        except ValueError:
            digest = ""
        if len(digest) != 64:
            raise UnusableKey(f"“{text}” is not a checkpoint's number and hash, such as 12:9f86d0…")
    return found
