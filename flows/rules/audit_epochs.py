"""Epochs, format 1: one rises only where the office's own chain tells of a restore, and none goes on after it.

Entries may be taken in any order of their chains: only the outermost entries of each epoch are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.rules.audit_entry import ParsedEntry, StatedChange

RESTORED = "restored"
"""The table of restores, which the office's chain states."""

# The machine that is restored to may be a little behind the one that was lost.
_CLOCKS_DIFFER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Place:
    """An entry, and when it was written."""

    chain: str
    sequence: int
    at: datetime


@dataclass(frozen=True, slots=True)
class EpochFault:
    """An entry that its epoch shows not to belong where it stands."""

    place: Place
    meaning: str


class Epochs:
    """What entries say of epochs: which a restore began, and the first and last entry of each."""

    def __init__(self) -> None:
        self.begun: dict[int, Place] = {}
        self._first: dict[int, Place] = {}
        self._last: dict[int, Place] = {}

    @property
    def risen(self) -> list[int]:
        """The epochs of entries that only a restore can have begun, in order."""
        return sorted(epoch for epoch in self._first if epoch > 0)

    def take(self, entry: ParsedEntry) -> None:
        """Hear of one entry that holds in its chain."""
        place = Place(entry.chain, entry.sequence, entry.at)
        self._stretch(entry.epoch, place, place)
        if entry.chain.startswith("office:"):
            for change in entry.changes:
                if _begins(change, entry.epoch):
                    self.begun.setdefault(entry.epoch, place)

    def add(self, others: Epochs) -> None:
        """Hear of all that was heard of other chains."""
        for epoch, first in others._first.items():
            self._stretch(epoch, first, others._last[epoch])
        self.begun = others.begun | self.begun

    def _stretch(self, epoch: int, begins: Place, ends: Place) -> None:
        first, last = self._first.get(epoch), self._last.get(epoch)
        if first is None or begins.at < first.at:
            self._first[epoch] = begins
        if last is None or ends.at > last.at:
            self._last[epoch] = ends

    def faults(self) -> Iterator[EpochFault]:
        """Epochs that no restore began, and entries of one that a restore had ended by then."""
        for epoch in self.risen:
            if epoch not in self.begun:
                meaning = f"it is of epoch {epoch}, and the office's chain tells of no restore that began it"
                yield EpochFault(self._first[epoch], meaning)
        for epoch, last in sorted(self._last.items()):
            ended = next((began for later, began in sorted(self.begun.items()) if later > epoch), None)
            if ended is not None and last.at > ended.at + _CLOCKS_DIFFER:
                yield EpochFault(last, f"it is of epoch {epoch}, which a restore had ended by then")


def _begins(change: StatedChange, epoch: int) -> bool:
    """Whether the office states here that a restore began the epoch of this very entry."""
    return change.table == RESTORED and change.do == "insert" and change.key.get("epoch") == epoch
