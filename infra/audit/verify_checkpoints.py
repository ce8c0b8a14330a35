"""Verifies an export's checkpoints (signatures, links) and decides which leaves are covered by a signature."""

from collections.abc import Iterable, Iterator, Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from flows.rules.audit_checkpoint import (
    BrokenCheckpoint,
    Checkpoint,
    SignedCheckpoint,
    check_link,
    is_signed_by,
    parse_checkpoint,
)
from flows.rules.audit_tree import GrowingTree, verify_inclusion
from infra.audit.export_files import Line
from infra.audit.export_format import WHOLE, BrokenFile, Manifest
from infra.audit.export_lines import ExportedLeaf, parse_checkpoint_line, parse_leaf
from infra.audit.report import Report


class CheckpointVerifier:
    """Holds the checkpoints of an export; a leaf is trusted when a signed checkpoint's root covers it."""

    def __init__(
        self,
        report: Report,
        manifest: Manifest,
        keys: Mapping[bytes, Ed25519PublicKey],
        held: Mapping[int, bytes],
    ) -> None:
        self._report = report
        self._held = held
        self._manifest = manifest
        self._keys = keys
        self._signed: dict[int, Checkpoint] = {}
        self._trees: dict[int, GrowingTree] = {}
        self._trusted: set[int] = set()

    def read_checkpoints(self, lines: Iterable[Line]) -> None:
        """Check every checkpoint's form, signature and link to the one before it."""
        before: Checkpoint | None = None
        for line in lines:
            self._report.counts.checkpoints += 1
            try:
                signed = parse_checkpoint_line(line.data)
                checkpoint = parse_checkpoint(signed.body)
                self._check_signature(signed, checkpoint)
                self._check_order(before, checkpoint)
            except (BrokenFile, BrokenCheckpoint) as fault:
                self._report.fault(str(fault), file=line.file, line=line.number)
                continue
            before = checkpoint
            self._signed[checkpoint.number] = checkpoint
        self._compare_held()
        if before is None:
            self._report.remarks.append(
                "No checkpoint covers this export: its end could have been cut before it was made."
            )
            return
        self._report.last_checkpoint = before.number
        self._report.last_checkpoint_hash = before.hash().hex()

    def _compare_held(self) -> None:
        # The office's own key could sign another past, but not change what was handed out before.
        for number, digest in sorted(self._held.items()):
            checkpoint = self._signed.get(number)
            if checkpoint and checkpoint.hash() != digest:
                self._report.fault(f"checkpoint {number} is not the one that was kept outside the office")
            elif checkpoint is None and self._manifest.scope == WHOLE:
                self._report.fault(f"checkpoint {number}, which was kept outside the office, is not in the export")

    def _check_signature(self, signed: SignedCheckpoint, checkpoint: Checkpoint) -> None:
        if checkpoint.office != self._manifest.office:
            raise BrokenCheckpoint("the checkpoint belongs to another office")
        key = self._keys.get(checkpoint.key)
        if key is None:
            raise BrokenCheckpoint("the checkpoint names a key that was not given")
        if not is_signed_by(signed, key):
            raise BrokenCheckpoint("the checkpoint's signature is not that of its key")

    def _check_order(self, before: Checkpoint | None, checkpoint: Checkpoint) -> None:
        adjoining = checkpoint.number == (before.number if before else 0) + 1
        if adjoining or self._manifest.scope == WHOLE:
            check_link(before, checkpoint)
        elif before and (checkpoint.number <= before.number or checkpoint.at < before.at):
            raise BrokenCheckpoint("the checkpoints are not in their order")

    def read_leaves(self, lines: Iterable[Line]) -> None:
        """Check every leaf's place; for the whole office, that each checkpoint's leaves are all there."""
        last = ("", 0)
        for line in lines:
            self._report.counts.leaves += 1
            try:
                leaf = parse_leaf(line.data)
                self._take_leaf(leaf, last)
            except BrokenFile as fault:
                self._report.fault(str(fault), file=line.file, line=line.number)
                continue
            last = (leaf.leaf.chain, leaf.number)
        if self._manifest.scope == WHOLE:
            for checkpoint in self._signed.values():
                self._compare_root(checkpoint)

    def _take_leaf(self, leaf: ExportedLeaf, last: tuple[str, int]) -> None:
        if (leaf.leaf.chain, leaf.number) <= last:
            raise BrokenFile("the leaves are not in the order of chains and checkpoints, each once")
        if leaf.number not in self._signed:
            raise BrokenFile(f"the leaf names checkpoint {leaf.number}, which is not here or does not hold")
        if self._manifest.scope != WHOLE:
            if not self._is_proven(leaf):
                raise BrokenFile(f"the proof does not show that checkpoint {leaf.number} covers this leaf")
        elif leaf.proof is not None:
            raise BrokenFile("an export of the whole office has all leaves and no proofs")
        else:
            self._trees.setdefault(leaf.number, GrowingTree()).add(leaf.leaf.hash())

    def _compare_root(self, checkpoint: Checkpoint) -> None:
        tree = self._trees.get(checkpoint.number, GrowingTree())
        if (tree.size, tree.root()) == (checkpoint.size, checkpoint.root):
            self._trusted.add(checkpoint.number)
        else:
            self._report.fault(f"the leaves of checkpoint {checkpoint.number} are not those that it signed")

    def _is_proven(self, leaf: ExportedLeaf) -> bool:
        checkpoint = self._signed.get(leaf.number)
        if checkpoint is None or leaf.index is None or leaf.proof is None:
            return False
        return verify_inclusion(leaf.leaf.hash(), leaf.index, checkpoint.size, leaf.proof, checkpoint.root)

    def trusted_leaves(self, lines: Iterable[Line]) -> Iterator[ExportedLeaf]:
        """The leaves that a signature covers, read a second time: their faults are known already."""
        for line in lines:
            try:
                leaf = parse_leaf(line.data)
            except BrokenFile:
                continue
            if leaf.number in self._trusted if self._manifest.scope == WHOLE else self._is_proven(leaf):
                yield leaf
