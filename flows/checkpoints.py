"""Takes a checkpoint: signs how far every chain goes that changed since the last one (DESIGN §6).

Only a process that is given the signing key and the signer's database role can do it: no other role that
works in the database may insert here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from flows.rules.audit_checkpoint import (
    BrokenCheckpoint,
    Checkpoint,
    SignedCheckpoint,
    is_signed_by,
    key_id,
    next_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from flows.rules.audit_reach import Reach
from flows.rules.audit_tree import GrowingTree, Leaf
from flows.rules.audit_values import UnfitForAudit
from flows.rules.canonical_json import canonical, parse_canonical
from storage import checkpoints, numbers, retention
from storage.checkpoint_copies import COPY, REACH, Copies
from storage.database import AlreadyThere, Database, Driver, TryAgain
from storage.identity import read_identity
from storage.snapshots import one_snapshot

_TRIES: Final = 20
_COPY_NAME: Final = re.compile(
    rf"(epoch-(?P<epoch>[0-9]{{6}})-)?(?P<number>[0-9]{{12}}){re.escape(COPY)}", re.ASCII
)


class CheckpointInTheWay(Exception):
    """What stands under a checkpoint's number does not come of taking one; the message says which it is."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(
            f"no checkpoint can be taken: number {number} {why}. Taking one never leaves that behind, so somebody "
            "wrote to the tables by hand; run “patravali audit verify”, which names what does not hold"
        )


class NoSigningKey(Exception):
    """The key that signs checkpoints is not set or cannot be read; the message says which."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A checkpoint that was taken."""

    checkpoint: Checkpoint
    signed: SignedCheckpoint


def read_signing_key(path: Path | None) -> Ed25519PrivateKey:
    """The key of a PEM file. Raises NoSigningKey."""
    if path is None:
        raise NoSigningKey("PATRAVALI_CHECKPOINT_KEY_FILE is not set: only who has the key can sign")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as fault:
        raise NoSigningKey(f"the signing key {path} cannot be read: {fault}") from fault
    if not isinstance(key, Ed25519PrivateKey):
        raise NoSigningKey(f"the signing key {path} is not of the kind Ed25519")
    return key


async def take_checkpoint(database: Database, key: Ed25519PrivateKey) -> Taken:
    """Takes and keeps the next checkpoint as the signer's role. Of two at once, one gets the number after.

    Raises CheckpointInTheWay, NotAnOffice, DatabaseAway, TryAgain where others are in its way all the time.
    """
    fault: Exception | None = None
    for _ in range(_TRIES):
        try:
            async with one_snapshot(database, read_only=False) as driver:
                return await _take(driver, key)
        except (AlreadyThere, TryAgain) as met:
            fault = met
    raise TryAgain(
        f"no checkpoint was taken in {_TRIES} tries, for other sessions write to its tables at the same time: "
        "try again; if it stays so, look in pg_stat_activity for a transaction of theirs that does not end"
    ) from fault


async def _take(driver: Driver, key: Ed25519PrivateKey) -> Taken:
    identity = await read_identity(driver)
    row = await checkpoints.last(driver)
    before = _that_holds(row, identity.id, key.public_key()) if row else None
    number = before.number + 1 if before else 1
    # A checkpoint and its leaves come in one transaction: leaves alone are nobody's who takes one at once.
    # Those that take none of our places would not even be refused, but signed.
    if await checkpoints.has_leaves(driver, number):
        raise CheckpointInTheWay(number, "has leaves and no checkpoint")
    snapshot, at = await checkpoints.this_moment(driver, before.at if before else None)
    await checkpoints.keep_leaves(driver, number, await _since(driver, row, before, identity.epoch))
    tree = await _tree(driver, number)
    checkpoint = next_checkpoint(
        before,
        office=identity.id,
        epoch=max(identity.epoch, before.epoch if before else 0),
        at=at,
        size=tree.size,
        root=tree.root(),
        key=key_id(key.public_key()),
    )
    signed = sign_checkpoint(checkpoint, key)
    kept = {"body": signed.body, "hash": checkpoint.hash(), "signature": signed.signature}
    await checkpoints.keep(driver, number, at, snapshot, kept)
    await driver.commit()
    return Taken(checkpoint, signed)


def _that_holds(row: Mapping[str, Any], office: UUID, key: Ed25519PublicKey) -> Checkpoint:
    """The checkpoint of the last row, if the next can follow on from it. Raises CheckpointInTheWay.

    One that names another key may be from before the key was changed: whether it holds, the verifier says.
    """
    number, signed = row["number"], SignedCheckpoint(bytes(row["body"]), bytes(row["signature"]))
    try:
        checkpoint = parse_checkpoint(signed.body)
    except (BrokenCheckpoint, UnfitForAudit) as fault:
        raise CheckpointInTheWay(number, f"is no checkpoint ({fault})") from fault
    if (checkpoint.number, checkpoint.office) != (number, office):
        raise CheckpointInTheWay(number, "is a checkpoint of another number or office")
    if checkpoint.key == key_id(key) and not is_signed_by(signed, key):
        raise CheckpointInTheWay(number, "names the office's key, which did not sign it")
    return checkpoint


async def _since(
    driver: Driver, row: Mapping[str, Any] | None, before: Checkpoint | None, epoch: int
) -> str | None:
    """The snapshot of the last checkpoint, where transactions are still counted as they were then."""
    # A restored office counts transactions anew, in a new epoch: the old snapshot says nothing about them.
    if row is None or before is None or before.epoch != epoch:
        return None
    return row["snapshot"] if await checkpoints.is_of_this_server(driver, row["snapshot"]) else None


async def _tree(driver: Driver, number: int) -> GrowingTree:
    tree = GrowingTree()
    async for row in checkpoints.leaves_of(driver, number):
        tree.add(Leaf(row["chain"], row["length"], row["head"]).hash())
    return tree


def copy_name(number: int, epoch: int = 0) -> str:
    """What the copy of a checkpoint is called: names in order are epochs, and numbers in order.

    A restore goes on with numbers that lost checkpoints had, whose copies stand already.
    """
    name = f"{number:012d}{COPY}"
    return f"epoch-{epoch:06d}-{name}" if epoch else name


def place_of(name: str) -> tuple[int, int] | None:
    """The epoch and the number that a copy's name states; None for a name that no copy has."""
    found = _COPY_NAME.fullmatch(name)
    return (int(found["epoch"] or 0), int(found["number"])) if found else None


def reach_name(name: str) -> str:
    """What the record beside a copy is called: how far the checkpoint covers each chain."""
    return name.removesuffix(COPY) + REACH


def copy_of(signed: SignedCheckpoint) -> bytes:
    """A checkpoint's copy: its body and signature, as an export writes them."""
    return canonical({"body": parse_canonical(signed.body), "signature": signed.signature.hex()})


def read_copy(data: bytes) -> tuple[Checkpoint, SignedCheckpoint]:
    """The checkpoint of a copy; its signature is not checked. Raises BrokenCheckpoint."""
    try:
        value = parse_canonical(data)
        if not isinstance(value, dict) or value.keys() != {"body", "signature"}:
            raise BrokenCheckpoint("the copy does not have exactly a body and a signature")
        signed = SignedCheckpoint(canonical(value["body"]), bytes.fromhex(str(value["signature"])))
    except ValueError as fault:
        raise BrokenCheckpoint(f"the copy cannot be read: {fault}") from fault
    return parse_checkpoint(signed.body), signed


def name_of(body: bytes, number: int) -> str:
    """The name of the copy of a checkpoint as its row has it, readable or not."""
    try:
        return copy_name(number, parse_checkpoint(body).epoch)
    except (BrokenCheckpoint, UnfitForAudit):
        return copy_name(number)


async def copy_checkpoints(database: Database, copies: Copies) -> int:
    """Copies every checkpoint that has no copy yet, and answers how many were.

    Raises StoreAway, CopyDiffers. A copy is made after the commit, so that none tells of what never was; the
    record of its leaves goes before it, so that a copy that stands has one.
    """
    have, made = set(await copies.names()), 0
    async with one_snapshot(database) as driver:
        beside = Reach((), {}, await numbers.every_last(driver), await retention.signed(driver))
        async for row in checkpoints.every(driver):
            body, number = bytes(row["body"]), row["number"]
            name = name_of(body, number)
            if name not in have:
                await copies.keep_latest(reach_name(name), (await _reach(driver, number, beside)).data())
                await copies.keep(name, copy_of(SignedCheckpoint(body, bytes(row["signature"]))))
                made += 1
    return made


async def _reach(driver: Driver, number: int, beside: Reach) -> Reach:
    leaves, known = list[Leaf](), dict[str, str]()
    async for row in checkpoints.numbered_leaves_of(driver, number):
        leaves.append(Leaf(row["chain"], row["length"], bytes(row["head"])))
        if row["number"] is not None:
            known[row["chain"]] = row["number"]
    return replace(beside, leaves=tuple(leaves), numbers=known)
