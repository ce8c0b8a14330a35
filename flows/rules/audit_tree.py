"""The Merkle tree (RFC 6962) over the chains that changed since the last checkpoint: root and inclusion proofs."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from flows.rules.audit_chain import is_chain_name
from flows.rules.audit_values import HASH_LENGTH, UnfitForAudit
from flows.rules.canonical_json import LARGEST_INTEGER, canonical

EMPTY_ROOT = sha256(b"").digest()


@dataclass(frozen=True, slots=True, order=True)
class Leaf:
    """What a checkpoint says of one chain: how many entries it had, and the hash of the last."""

    chain: str
    length: int
    head: bytes

    def __post_init__(self) -> None:
        if not is_chain_name(self.chain):
            raise UnfitForAudit("leaf", f"{self.chain[:80]!r} names no chain")
        if not 1 <= self.length <= LARGEST_INTEGER or len(self.head) != HASH_LENGTH:
            raise UnfitForAudit("leaf", "a leaf has a length from 1 and a head of 32 bytes")

    def data(self) -> bytes:
        """The leaf's bytes in the tree."""
        return canonical({"chain": self.chain, "head": self.head.hex(), "length": self.length})

    def hash(self) -> bytes:
        """The leaf's hash in the tree."""
        return leaf_hash(self.data())


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf's bytes; its prefix keeps a leaf from passing as an inner node."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class GrowingTree:
    """A tree that takes leaf hashes in order and keeps only one hash for each of its full subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self._full: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        node, joins = leaf, self.size
        while joins & 1:
            node = node_hash(self._full.pop(), node)
            joins >>= 1
        self._full.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self._full:
            return EMPTY_ROOT
        node = self._full[-1]
        for left in reversed(self._full[:-1]):
            node = node_hash(left, node)
        return node


class ProvingTree:
    """A whole tree in memory (about 100 bytes a leaf), which gives the inclusion proof of any leaf."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            self._levels.append(_level_above(self._levels[-1]))

    def root(self) -> bytes:
        return self._levels[-1][0] if self._levels[-1] else EMPTY_ROOT

    def proof(self, index: int) -> list[bytes]:
        """The sibling hashes from the leaf up to the root."""
        if not 0 <= index < len(self._levels[0]):
            raise IndexError(f"the tree has no leaf {index}")
        hashes: list[bytes] = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                hashes.append(level[sibling])
            index >>= 1
        return hashes


def _level_above(level: list[bytes]) -> list[bytes]:
    above = [node_hash(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
    # A node without a sibling stands one level higher as it is: this is the tree that RFC 6962 defines.
    return above + level[len(above) * 2 :]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that the leaf hash stands at this index of the tree of this size and root."""
    if not 0 <= index < size:
        return False
    node, last, remaining = leaf, size - 1, list(reversed(proof))
    while last:
        if index & 1 or index != last:
            if not remaining:
                return False
            sibling = remaining.pop()
            node = node_hash(sibling, node) if index & 1 else node_hash(node, sibling)
        index, last = index >> 1, last >> 1
    return not remaining and node == root
