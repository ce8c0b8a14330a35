"""Checkpoints that a restore from a backup left behind: what they show of dockets and entries that are lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from flows.checkpoints import copy_name, place_of, reach_name, read_copy
from flows.rules.audit_checkpoint import BrokenCheckpoint, Checkpoint, is_signed_by
from flows.rules.audit_reach import Reach, parse_reach
from storage.checkpoint_copies import Copies
from storage.documents.errors import StoreAway


@dataclass(frozen=True, slots=True)
class Ended:
    """An epoch that a restore ended: its backup held checkpoints up to ``checkpoint`` and none after it."""

    epoch: int
    checkpoint: int


@dataclass(frozen=True, slots=True)
class Lost:
    """Entries that a chain had and has no more. ``number`` is the docket's, where the chain is one's."""

    chain: str
    number: str | None
    kept: int
    entries: int

    def __str__(self) -> str:
        what = self.number or self.chain
        if self.kept:
            return f"{what}: its last {self.entries} entries, {self.kept} are here"
        return f"{what}: all of it, {self.entries} entries"


@dataclass(slots=True)
class Superseded:
    """What stands of an ended epoch outside the database.

    ``lengths``: how far each chain went, by epoch and chain. ``numbers``: of dockets, by chain. ``orders``: lists
    and orders of erasure that were signed. ``untold``: checkpoints beside which no record of their leaves stands.
    ``unbelieved``: copies in this office's name under keys that were not given.
    """

    checkpoints: dict[str, Checkpoint] = field(default_factory=dict[str, Checkpoint])
    lengths: dict[tuple[int, str], int] = field(default_factory=dict[tuple[int, str], int])
    numbers: dict[str, str] = field(default_factory=dict[str, str])
    series: dict[str, int] = field(default_factory=dict[str, int])
    orders: dict[str, int] = field(default_factory=dict[str, int])
    untold: list[str] = field(default_factory=list[str])
    unbelieved: list[str] = field(default_factory=list[str])

    def add(self, name: str, checkpoint: Checkpoint, reach: Reach | None) -> None:
        """Hear of one more of its checkpoints."""
        self.checkpoints[name] = checkpoint
        if reach is None:
            self.untold.append(name)
            return
        for leaf in reach.leaves:
            place = checkpoint.epoch, leaf.chain
            self.lengths[place] = max(leaf.length, self.lengths.get(place, 0))
        self.numbers |= reach.numbers
        self.orders |= reach.orders
        for series, last in reach.series.items():
            self.series[series] = max(last, self.series.get(series, 0))

    @property
    def epochs(self) -> set[int]:
        """The ended epochs of which any checkpoint was found."""
        return {checkpoint.epoch for checkpoint in self.checkpoints.values()}

    def lost(self, kept: Mapping[tuple[int, str], int]) -> list[Lost]:
        """What is lost where of each chain only so many entries of that epoch or before are kept."""
        found = [
            Lost(chain, self.numbers.get(chain), kept.get((epoch, chain), 0), length - kept.get((epoch, chain), 0))
            for (epoch, chain), length in self.lengths.items()
        ]
        return sorted((one for one in found if one.entries > 0), key=lambda one: (one.number or "~", one.chain))

    def is_held(self, number: int, digest: bytes) -> bool:
        """Whether a checkpoint that somebody kept outside is one of these."""
        return any((one.number, one.hash()) == (number, digest) for one in self.checkpoints.values())


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Where copies of checkpoints are looked for, and what makes one believed."""

    places: tuple[Copies, ...]
    office: UUID
    keys: Mapping[bytes, Ed25519PublicKey]

    async def of(self, ended: Iterable[Ended], beyond: int | None = None) -> Superseded:
        """The checkpoints of ended epochs that came after the restored backup. Raises StoreAway.

        ``beyond``: of every other epoch too, those after this number.
        """
        found, last = Superseded(), {one.epoch: one.checkpoint for one in ended}
        for copies in self.places:
            for name in await copies.names():
                epoch, number = place_of(name) or (-1, 0)
                kept = last.get(epoch, beyond)
                if kept is not None and number > kept and name not in found.checkpoints:
                    await self._add(copies, name, found)
        return found

    async def _add(self, copies: Copies, name: str, found: Superseded) -> None:
        """Only a copy of this office, under its own name and signed by a known key, says anything."""
        try:
            checkpoint, signed = read_copy(await copies.read(name))
        except BrokenCheckpoint:
            return
        own_name = copy_name(checkpoint.number, checkpoint.epoch)
        if own_name != name or checkpoint.office != self.office:
            return
        key = self.keys.get(checkpoint.key)
        if key is None:
            found.unbelieved.append(name)
        elif is_signed_by(signed, key):
            found.add(name, checkpoint, await _reach(copies, name, checkpoint))


async def _reach(copies: Copies, name: str, checkpoint: Checkpoint) -> Reach | None:
    try:
        return parse_reach(await copies.read(reach_name(name)), checkpoint)
    except (StoreAway, BrokenCheckpoint):
        return None  # an older release kept none, or it is not that checkpoint's: then it tells nothing
