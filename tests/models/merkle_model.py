"""RFC 6962's Merkle tree as the RFC defines it, by recursion: slow, plain, and importing nothing of ours."""

from hashlib import sha256


def model_root(leaves: list[bytes]) -> bytes:
    """The tree hash of a list of leaf bytes (section 2.1)."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    half = _split(len(leaves))
    return sha256(b"\x01" + model_root(leaves[:half]) + model_root(leaves[half:])).digest()


def model_proof(index: int, leaves: list[bytes]) -> list[bytes]:
    """The audit path of one leaf (section 2.1.1)."""
    if len(leaves) == 1:
        return []
    half = _split(len(leaves))
    if index < half:
        return [*model_proof(index, leaves[:half]), model_root(leaves[half:])]
    return [*model_proof(index - half, leaves[half:]), model_root(leaves[:half])]


def _split(size: int) -> int:
    half = 1
    while half * 2 < size:
        half *= 2
    return half
