"""Keys as people hand them over (in a file or as text), and hashes of checkpoints kept outside the office."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from infra.audit.export_format import BrokenFile, read_public_key
from infra.commands.operator import InputFault

# No key in PEM comes near it; a file that was named by mistake may be of any size.
_LONGEST: Final = 65_536
_DIGITS: Final = re.compile(rb"[0-9A-Fa-f]{64}")
_PEM: Final = b"-----BEGIN"
_PRIVATE: Final = b"PRIVATE KEY-----"
_GIVE: Final = "give the public key that “patravali audit key” prints"


class UnusableKey(InputFault):
    """A key or hash that was given cannot be used; the message says why."""


def given_key(given: str) -> Ed25519PublicKey:
    """A public key: 64 hexadecimal digits, or a file with these or with PEM. Raises UnusableKey."""
    text = os.fsencode(given.strip())
    if not text:
        raise UnusableKey(f"the key is empty; {_GIVE}")
    if _PEM in text:
        return _read(text, "the key that was given")
    return _read(text if _DIGITS.fullmatch(text) else _content(Path(given)), given)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST)
    except OSError as fault:
        found = f"it is not 64 hexadecimal digits, and as a file it cannot be read: {fault.strerror}"
        raise UnusableKey(f"{path}: {found}; {_GIVE}") from None


def _read(data: bytes, named: str) -> Ed25519PublicKey:
    """Never repeats what was given: it may be a secret."""
    if _PRIVATE in data:
        raise UnusableKey(f"{named}: this is a private key, which nobody but the office may have; {_GIVE}")
    try:
        return read_public_key(data)
    except BrokenFile as fault:
        raise UnusableKey(f"{named}: {fault}; {_GIVE}") from None


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
