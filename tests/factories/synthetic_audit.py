"""A small office whose audit is made without a database: chains, values, documents and signed checkpoints."""

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.rules.audit_chain import (
    ChainEnd,
    Commitment,
    RowChange,
    build_entry,
    commit_document,
    commit_text,
    genesis,
)
from flows.rules.audit_checkpoint import (
    SignedCheckpoint,
    key_id,
    next_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from flows.rules.audit_tree import GrowingTree, Leaf, ProvingTree
from infra.audit.export_lines import ExportedLeaf, ExportedValue
from infra.audit.write_export import ExportedDocument, ExportTerms, write_export

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OFFICE = UUID("018f0000-0000-7000-8000-00000000000f")
BEGAN = datetime(2026, 4, 1, 4, 30, tzinfo=UTC)
REMARKS = ("कृपया जाँच कर आख्या दें।", "Put up for orders", "सहमत", "")


class SyntheticOffice:
    """What the database would hold. Tests change it as an intruder would, and export it honestly afterwards."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self.entries: dict[str, list[bytes]] = {}
        self.ends: dict[str, ChainEnd] = {}
        self.values: dict[tuple[str, str], ExportedValue] = {}
        self.documents: dict[bytes, bytes] = {}
        self.checkpoints: list[SignedCheckpoint] = []
        self.leaves: list[list[Leaf]] = []
        self._at = BEGAN
        self._signed: dict[str, ChainEnd] = {}

    def new_id(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def append(self, chain: str, what: str, *changes: RowChange) -> None:
        """Add an entry to a chain, which the first one begins."""
        self._at += timedelta(seconds=7)
        end = self.ends.get(chain) or ChainEnd(0, genesis(chain), 0)
        entry = build_entry(
            chain=chain,
            epoch=end.epoch,
            sequence=end.length + 1,
            previous=end.head,
            at=self._at,
            what=what,
            changes=changes,
        )
        self.entries.setdefault(chain, []).append(entry.data)
        self.ends[chain] = ChainEnd(entry.sequence, entry.hash, end.epoch)

    def protect(self, chain: str, text: str) -> Commitment:
        """A protected text of a chain."""
        salt, value_id = self._random.randbytes(16), self.new_id()
        self.values[chain, str(value_id)] = ExportedValue(chain, value_id, "present", salt, text)
        return Commitment(value_id, commit_text(salt, text))

    def docket(self, movements: int, document: bytes | None = None) -> str:
        """Register a docket, move it, and add a document where one is given."""
        docket = self.new_id()
        chain = f"docket:{docket}"
        subject = self.protect(chain, "कार्यालय भवन की मरम्मत")
        row = {"number": f"HSR/2026/{len(self.ends)}", "subject": subject, "version": 1}
        self._move(chain, docket, 1, "register", RowChange("docket", "insert", {"id": docket}, row))
        for step in range(2, movements + 1):
            self._move(
                chain, docket, step, "forward", RowChange("docket", "set", {"id": docket}, {"version": step})
            )
        if document is not None:
            self._add_document(chain, document)
        return chain

    def _move(self, chain: str, docket: UUID, step: int, name: str, change: RowChange) -> None:
        remark = self.protect(chain, self._random.choice(REMARKS)) if step > 1 else None
        row = {"docket": docket, "sequence": step, "name": name, "at": self._at, "remark": remark}
        movement = RowChange("movement", "insert", {"id": self.new_id()}, row)
        self.append(chain, f"movement:{name}", change, movement)

    def _add_document(self, chain: str, data: bytes) -> None:
        salt, digest, document = self._random.randbytes(16), sha256(data).digest(), self.new_id()
        row = {"size": len(data), "commitment": commit_document(salt, digest)}
        self.append(chain, "document:add", RowChange("document", "insert", {"id": document}, row))
        value = ExportedValue(chain, document, "present", salt, document=digest)
        self.values[chain, str(document)] = value
        self.documents[digest] = data

    def erase(self, chain: str, value_id: str, *, recorded: bool = True) -> None:
        """Erase a protected text; without a record it is what an intruder would do."""
        key = {"id": UUID(value_id)}
        if recorded:
            row = {"erased_by": self.new_id()}
            self.append(chain, "value:erase", RowChange("protected_value", "set", key, row))
        self.values[chain, value_id] = ExportedValue(chain, UUID(value_id), "erased")

    def withhold(self, chain: str, value_id: str) -> None:
        self.values[chain, value_id] = ExportedValue(chain, UUID(value_id), "withheld")

    def checkpoint(self, key: Ed25519PrivateKey = KEY) -> None:
        """Sign the chains that changed since the last checkpoint."""
        changed = sorted(chain for chain, end in self.ends.items() if self._signed.get(chain) != end)
        leaves = [Leaf(chain, self.ends[chain].length, self.ends[chain].head) for chain in changed]
        before = parse_checkpoint(self.checkpoints[-1].body) if self.checkpoints else None
        checkpoint = next_checkpoint(
            before,
            office=OFFICE,
            epoch=0,
            at=self._at,
            size=len(leaves),
            root=ProvingTree([leaf.hash() for leaf in leaves]).root(),
            key=key_id(key.public_key()),
        )
        self.checkpoints.append(sign_checkpoint(checkpoint, key))
        self.leaves.append(leaves)
        self._signed = dict(self.ends)

    async def export(
        self, folder: Path, scope: str = "whole", *, documents: bool = True, shard_bytes: int = 2**26
    ) -> Path:
        terms = ExportTerms(OFFICE, "हिसार / Hisar", self._at, scope, documents)
        await write_export(folder, SyntheticSource(self, scope), KEY, terms, shard_bytes)
        return folder


def small_office() -> SyntheticOffice:
    """Two dockets, an office's and an access chain, two checkpoints."""
    office = SyntheticOffice()
    office.docket(3, document=b"%PDF-1.7 a letter")
    office.append(f"office:{OFFICE}", "post:open", RowChange("post", "insert", {"id": OFFICE}, {"code": "HSR-1"}))
    office.checkpoint()
    office.docket(2)
    office.append(f"access:{OFFICE}:2026-04-01", "access:log_in")
    office.checkpoint()
    return office


@dataclass(frozen=True)
class SyntheticSource:
    """The office as a source of exports."""

    office: SyntheticOffice
    scope: str

    def _chains(self) -> Sequence[str]:
        return [chain for chain in sorted(self.office.entries) if self.scope in ("whole", chain)]

    async def entries(self) -> AsyncIterator[bytes]:
        for chain in self._chains():
            for data in self.office.entries[chain]:
                yield data

    async def values(self) -> AsyncIterator[ExportedValue]:
        for (chain, _), value in sorted(self.office.values.items(), key=lambda item: item[0]):
            if self.scope in ("whole", chain):
                yield value

    async def checkpoints(self) -> AsyncIterator[SignedCheckpoint]:
        for number, signed in enumerate(self.office.checkpoints, 1):
            last = number == len(self.office.checkpoints)
            if (
                self.scope == "whole"
                or last
                or any(leaf.chain == self.scope for leaf in self.office.leaves[number - 1])
            ):
                yield signed

    async def leaves(self) -> AsyncIterator[ExportedLeaf]:
        for leaf in sorted(self._all_leaves(), key=lambda leaf: (leaf.leaf.chain, leaf.number)):
            if self.scope in ("whole", leaf.leaf.chain):
                yield leaf

    def _all_leaves(self) -> list[ExportedLeaf]:
        found: list[ExportedLeaf] = []
        for number, leaves in enumerate(self.office.leaves, 1):
            tree = ProvingTree([leaf.hash() for leaf in leaves])
            for index, leaf in enumerate(leaves):
                plain = ExportedLeaf(number, leaf)
                proof = tuple(tree.proof(index))
                found.append(plain if self.scope == "whole" else replace(plain, index=index, proof=proof))
        return found

    async def documents(self) -> AsyncIterator[ExportedDocument]:
        wanted = {value.document for value in self.office.values.values() if self.scope in ("whole", value.chain)}
        for digest, data in self.office.documents.items():
            if digest in wanted:
                yield ExportedDocument(digest, _chunks(data))


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(data), 7):
        yield data[begin : begin + 7]


def grown(leaves: Sequence[bytes]) -> GrowingTree:
    """The tree that a checkpoint's signer grows, over leaf hashes in their order."""
    tree = GrowingTree()
    for leaf in leaves:
        tree.add(leaf)
    return tree
