"""The signature in the file beside a manifest, of an export or of a backup.

What is signed begins with words of its own kind, so that no signature can pass as one of another kind.
"""

from __future__ import annotations

import re
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_SIGNATURE: Final = re.compile(rb"[0-9a-f]{128}")


def signature_of(words: bytes, data: bytes, key: Ed25519PrivateKey) -> bytes:
    """The exact bytes of the file: 128 lower-case hexadecimal digits and nothing else."""
    return key.sign(words + data).hex().encode("ascii")


def is_signature_of(words: bytes, data: bytes, signature: bytes, key: Ed25519PublicKey) -> bool:
    """Whether the bytes of the file are this key's signature of the manifest's bytes."""
    if _SIGNATURE.fullmatch(signature) is None:
        return False
    try:
        key.verify(bytes.fromhex(signature.decode("ascii")), words + data)
    except InvalidSignature:
        return False
    return True
