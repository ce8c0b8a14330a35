"""Verifies the checkpoints of a database: form, signature, link, leaves, and the copies that stand outside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from flows.checkpoints import copy_of, name_of
from flows.rules.audit_checkpoint import (
    BrokenCheckpoint,
    Checkpoint,
    SignedCheckpoint,
    check_link,
    is_signed_by,
    parse_checkpoint,
)
from flows.rules.audit_tree import GrowingTree, Leaf
from flows.rules.audit_values import UnfitForAudit
from infra.audit.report import Report
from infra.audit.superseded import Superseded
from storage import checkpoints, standing_jobs
from storage.checkpoint_copies import COPY, Copies
from storage.database import Driver
from storage.documents.errors import StoreAway

SIGNING: Final = "sign_checkpoint"
"""The standing job that takes checkpoints, by its name in the timetable."""


@dataclass(slots=True)
class SignedPast:
    """The checkpoints that hold: which leaves may be trusted, and until when everything was signed."""

    trusted: set[int] = field(default_factory=set[int])
    signed_until: datetime | None = None
    copies: dict[str, bytes] = field(default_factory=dict[str, bytes])


@dataclass(frozen=True, slots=True)
class CheckpointTable:
    """Goes through the table of checkpoints. ``held`` are hashes by number that were kept outside the office."""

    driver: Driver
    report: Report
    office: UUID
    keys: Mapping[bytes, Ed25519PublicKey]
    held: Mapping[int, bytes]

    async def verify(self) -> SignedPast:
        """Check every checkpoint; what is wrong with one goes into the report."""
        past, before = SignedPast(), None
        async for row in checkpoints.every(self.driver):
            self.report.counts.checkpoints += 1
            past.copies[name_of(bytes(row["body"]), row["number"])] = sha256(_copy(row)).digest()
            try:
                before = await self._verify_one(before, row, past)
            except (BrokenCheckpoint, UnfitForAudit) as fault:
                self.report.fault(f"checkpoint {row['number']}: {fault}")
        for number in await checkpoints.cut_from(self.driver):
            self.report.fault(f"checkpoint {number} is missing; its leaves are still there")
        await self._compare_said(before.number if before else 0)
        self._compare_held(before.number if before else 0)
        if before:
            self.report.last_checkpoint = before.number
            self.report.last_checkpoint_hash = before.hash().hex()
        else:
            self.report.remarks.append("There is no checkpoint yet: the end of any chain could have been cut.")
        return past

    async def _verify_one(self, before: Checkpoint | None, row: Mapping[str, Any], past: SignedPast) -> Checkpoint:
        checkpoint = parse_checkpoint(bytes(row["body"]))
        signed = SignedCheckpoint(bytes(row["body"]), bytes(row["signature"]))
        reasons = [
            *self._against_columns(checkpoint, row),
            *self._against_signature(checkpoint, signed),
            *self._against_link(before, checkpoint),
            *await self._against_leaves(checkpoint, row["number"]),
        ]
        for reason in reasons:
            self.report.fault(f"checkpoint {row['number']}: {reason}")
        if not reasons:
            past.trusted.add(checkpoint.number)
            past.signed_until = checkpoint.at
        return checkpoint

    def _against_columns(self, checkpoint: Checkpoint, row: Mapping[str, Any]) -> list[str]:
        beside = (row["number"], row["at"], row["hash"])
        if beside != (checkpoint.number, checkpoint.at, checkpoint.hash()):
            return ["its number, time or hash in the table is not that of what was signed"]
        held = self.held.get(checkpoint.number)
        if held is not None and held != checkpoint.hash():
            return ["it is not the one that was kept outside the office"]
        return []

    def _against_signature(self, checkpoint: Checkpoint, signed: SignedCheckpoint) -> list[str]:
        if checkpoint.office != self.office:
            return ["it belongs to another office"]
        key = self.keys.get(checkpoint.key)
        if key is None:
            return ["it names a key that was not given"]
        return [] if is_signed_by(signed, key) else ["its signature is not that of its key"]

    def _against_link(self, before: Checkpoint | None, checkpoint: Checkpoint) -> list[str]:
        try:
            check_link(before, checkpoint)
        except BrokenCheckpoint as fault:
            return [str(fault)]
        return []

    async def _against_leaves(self, checkpoint: Checkpoint, number: int) -> list[str]:
        tree, last = GrowingTree(), ""
        async for row in checkpoints.leaves_of(self.driver, number):
            self.report.counts.leaves += 1
            if row["chain"] <= last or row["position"] != tree.size:
                return ["its leaves are not in the order of chains, each once"]
            last = row["chain"]
            tree.add(Leaf(row["chain"], row["length"], bytes(row["head"])).hash())
        if (tree.size, tree.root()) != (checkpoint.size, checkpoint.root):
            return ["its leaves are not those that it signed"]
        return []

    async def _compare_said(self, last: int) -> None:
        """The job that signs keeps the number of the last one that it took."""
        row = await standing_jobs.one(self.driver, SIGNING)
        said = ((row and row["outcome"]) or {}).get("number", 0)
        if said > last:
            self.report.fault(f"checkpoint {said}, which the standing work says it took, is not in the table")

    def _compare_held(self, last: int) -> None:
        for number in sorted(self.held):
            if number > last:
                self.report.fault(f"checkpoint {number}, which was kept outside the office, is not in the table")


def _copy(row: Mapping[str, Any]) -> bytes:
    try:
        return copy_of(SignedCheckpoint(bytes(row["body"]), bytes(row["signature"])))
    except ValueError:
        return b""


async def compare_copies(copies: Copies, past: SignedPast, superseded: Superseded, report: Report) -> None:
    """What stands outside the database shows what was cut from it; ``superseded`` a restore left behind."""
    try:
        names = [name for name in await copies.names() if name not in superseded.checkpoints]
        for name in names:
            number = name.removesuffix(COPY).rpartition("-")[2].lstrip("0")
            found = past.copies.get(name)
            if found is None:
                report.fault(
                    f"checkpoint {number} stands among the copies and not in the table: the table was cut"
                )
            elif sha256(await copies.read(name)).digest() != found:
                report.fault(f"checkpoint {number} is not the one of which a copy was kept")
    except StoreAway as fault:
        report.fault(f"the copies of the checkpoints cannot be read: {fault}")
        return
    _compare_names(set(names), past, report)


def _compare_names(names: set[str], past: SignedPast, report: Report) -> None:
    missing = sorted(past.copies.keys() - names)
    newer = [name for name in missing if name > max(names, default="")]
    for name in missing:
        if name not in newer:
            report.fault(f"the copy {name} of a checkpoint is gone, and copies of later ones are there")
    if newer:
        report.remarks.append(
            f"{len(newer)} checkpoints have no copy outside the database yet; taking one makes them."
        )
