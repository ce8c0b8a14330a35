"""Takes a checkpoint: signs how far every chain goes that changed since the last one (DESIGN §6).

Only a process that is given the signing key and the signer's database role can do it: no other role that
works in the database may insert here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from flows.rules.audit_checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    key_id,
    next_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from flows.rules.audit_tree import GrowingTree, Leaf
from flows.rules.canonical_json import canonical, parse_canonical
from storage import checkpoints
from storage.checkpoint_copies import Copies
from storage.database import AlreadyThere, Database, Driver, TryAgain
from storage.identity import read_identity
from storage.snapshots import one_snapshot

_TRIES: Final = 20


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

    Raises NotAnOffice, DatabaseAway, BrokenCheckpoint where the last one cannot be read.
    """
    for again in range(_TRIES):
        try:
            async with one_snapshot(database, read_only=False) as driver:
                return await _take(driver, key)
        except (AlreadyThere, TryAgain):
            if again == _TRIES - 1:
                raise
    raise AssertionError("the last try answers or raises")


async def _take(driver: Driver, key: Ed25519PrivateKey) -> Taken:
    identity = await read_identity(driver)
    row = await checkpoints.last(driver)
    before = parse_checkpoint(row["body"]) if row else None
    snapshot, at = await checkpoints.this_moment(driver)
    number = before.number + 1 if before else 1
    await checkpoints.keep_leaves(driver, number, _since(row, before, identity.epoch))
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


def _since(row: Mapping[str, Any] | None, before: Checkpoint | None, epoch: int) -> str | None:
    """The snapshot of the last checkpoint, where transactions are still counted as they were then."""
    if row is None or before is None:
        return None
    # A restored office counts transactions anew, in a new epoch: the old snapshot says nothing about them.
    return None if row["other_server"] or before.epoch != epoch else row["snapshot"]


async def _tree(driver: Driver, number: int) -> GrowingTree:
    tree = GrowingTree()
    async for row in checkpoints.leaves_of(driver, number):
        tree.add(Leaf(row["chain"], row["length"], row["head"]).hash())
    return tree


def copy_name(number: int) -> str:
    """What the copy of a checkpoint is called: names in order are numbers in order."""
    return f"{number:012d}.json"


def copy_of(signed: SignedCheckpoint) -> bytes:
    """A checkpoint's copy: its body and signature, as an export writes them."""
    return canonical({"body": parse_canonical(signed.body), "signature": signed.signature.hex()})


async def copy_checkpoints(database: Database, copies: Copies) -> int:
    """Copies every checkpoint that has no copy yet, and answers how many were.

    Raises StoreAway, CopyDiffers. A copy is made after the commit, so that none tells of what never was.
    """
    have, made = set(await copies.names()), 0
    async with one_snapshot(database) as driver:
        async for row in checkpoints.every(driver):
            name = copy_name(row["number"])
            if name not in have:
                await copies.keep(name, copy_of(SignedCheckpoint(bytes(row["body"]), bytes(row["signature"]))))
                made += 1
    return made
