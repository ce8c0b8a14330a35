"""Audit chains, format 1: check that entries follow on from one another, and replay the rows that they state.

This is also the one place from which the rest of the program imports the parts of an entry.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flows.rules.audit_entry import (
    BrokenEntry,
    Entry,
    ParsedEntry,
    RowChange,
    StatedChange,
    build_entry,
    genesis,
    is_chain_name,
    parse_entry,
    row_key,
)
from flows.rules.audit_values import (
    Commitment,
    UnfitForAudit,
    commit_document,
    commit_text,
    encode_row,
    encode_value,
    new_salt,
    quick_row_bytes,
)
from flows.rules.canonical_json import Json

__all__ = [
    "PROTECTED",
    "BrokenChain",
    "BrokenEntry",
    "ChainCheck",
    "ChainEnd",
    "Commitment",
    "Entry",
    "ParsedEntry",
    "Replay",
    "RowChange",
    "Rows",
    "StatedChange",
    "UnfitForAudit",
    "build_entry",
    "check_chain",
    "commit_document",
    "commit_text",
    "encode_row",
    "encode_value",
    "genesis",
    "is_chain_name",
    "new_salt",
    "parse_entry",
    "quick_row_bytes",
    "replay",
    "row_key",
]

PROTECTED = "protected_value"
Rows = dict[tuple[str, str], dict[str, Json]]


class BrokenChain(ValueError):
    """The first entry of a chain that does not hold, and why."""

    def __init__(self, chain: str, sequence: int, reason: str) -> None:
        super().__init__(f"{chain}, entry {sequence}: {reason}")
        self.chain = chain
        self.sequence = sequence
        self.reason = reason


class BrokenLink(BrokenChain):
    """An entry does not follow on from the one before it; the one after it tells which of the two was changed."""


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """How far a chain goes: its number of entries, the hash of the last, and the epoch of the last."""

    length: int
    head: bytes
    epoch: int = 0


class ChainCheck:
    """Checks a chain entry by entry; `vouched` has the hashes, by sequence, that signed checkpoints state."""

    def __init__(
        self, chain: str, start: ChainEnd | None = None, vouched: Mapping[int, bytes] | None = None
    ) -> None:
        self.chain = chain
        self.start = start or ChainEnd(0, genesis(chain))
        self.end = self.start
        self.vouched = vouched or {}

    def take(self, data: bytes) -> ParsedEntry:
        """Read the next entry and check it against all before it; one that does not hold raises BrokenChain."""
        try:
            return self.follow(parse_entry(data))
        except BrokenEntry as fault:
            raise BrokenChain(self.chain, self.end.length + 1, str(fault)) from fault

    def follow(self, entry: ParsedEntry) -> ParsedEntry:
        """Check an entry that was read against all before it; one that does not hold raises BrokenChain."""
        sequence = self.end.length + 1
        self._check_place(entry, sequence)
        if self.vouched.get(sequence, entry.hash) != entry.hash:
            raise BrokenChain(self.chain, sequence, "it is not the entry that a signed checkpoint vouches for")
        if entry.previous != self.end.head:
            raise self._broken_link(sequence)
        if entry.epoch < self.end.epoch:
            raise BrokenChain(self.chain, sequence, "its epoch is lower than that of the entry before it")
        self.end = ChainEnd(sequence, entry.hash, entry.epoch)
        return entry

    def _check_place(self, entry: ParsedEntry, sequence: int) -> None:
        if entry.chain != self.chain:
            raise BrokenChain(self.chain, sequence, f"it belongs to {entry.chain}")
        if entry.sequence != sequence:
            reason = f"entry {entry.sequence} stands where entry {sequence} should"
            raise BrokenChain(self.chain, sequence, reason)

    def _broken_link(self, sequence: int) -> BrokenChain:
        if sequence in self.vouched:
            return self.blame_predecessor(sequence)
        reason = f"it does not follow on from entry {sequence - 1}: one of the two was changed"
        return BrokenLink(self.chain, sequence, reason)

    def blame_predecessor(self, sequence: int) -> BrokenChain:
        """The fault for an entry that is known to be sound but does not follow on from the one before it."""
        if sequence - 1 <= self.start.length:
            return BrokenChain(self.chain, sequence, "it does not follow on from where the check began")
        reason = f"it is not the entry that entry {sequence} was written after"
        return BrokenChain(self.chain, sequence - 1, reason)


def check_chain(
    entries: Iterable[bytes],
    chain: str,
    start: ChainEnd | None = None,
    vouched: Mapping[int, bytes] | None = None,
) -> Iterator[ParsedEntry]:
    """Yield each entry that holds, in order; the first that does not raises BrokenChain with its sequence."""
    check = ChainCheck(chain, start, vouched)
    remaining = iter(entries)
    for data in remaining:
        try:
            entry = check.take(data)
        except BrokenLink as fault:
            raise settle_link(check, fault, data, next(remaining, None)) from None
        yield entry


def settle_link(check: ChainCheck, fault: BrokenLink, data: bytes, following: bytes | None) -> BrokenChain:
    """Say which of two entries was changed: if the following one names the later, the later is sound."""
    if following is None:
        return fault
    try:
        sound = parse_entry(following).previous == parse_entry(data).hash
    except BrokenEntry:
        return fault
    return check.blame_predecessor(fault.sequence) if sound else fault


class Replay:
    """Rebuilds rows from entries: {(table, row_key(key)): row as stated}.

    A protected value is a row of its own, which the first commitment to it begins, keyed by its id:
    {"erased_by": null, "sha256": …}. Only a "set" of "erased_by" may change it, once.
    """

    def __init__(self) -> None:
        self.rows: Rows = {}

    def take(self, entry: ParsedEntry) -> None:
        """Apply one entry; a second insert, or a set of a row that was not inserted, raises BrokenChain."""
        try:
            for commitment in entry.values:
                self._begin_value(commitment)
            for change in entry.changes:
                self._apply(change)
        except _Impossible as fault:
            raise BrokenChain(entry.chain, entry.sequence, str(fault)) from fault

    def _begin_value(self, commitment: Commitment) -> None:
        found = self.rows.setdefault(value_place(str(commitment.value_id)), {"erased_by": None})
        if found.setdefault("sha256", commitment.sha256.hex()) != commitment.sha256.hex():
            raise _Impossible(f"it states another hash for the value {commitment.value_id} than before")

    def _apply(self, change: StatedChange) -> None:
        place = (change.table, change.named)
        if change.table == PROTECTED:
            self._change_value(place, change)
        elif change.do == "insert":
            if place in self.rows:
                raise _Impossible(f"it inserts the row {place[1]} of {change.table} a second time")
            self.rows[place] = dict(change.row)
        else:
            self._standing(place).update(change.row)

    def _change_value(self, place: tuple[str, str], change: StatedChange) -> None:
        row = self._standing(place)
        if change.do == "insert" or set(change.row) != {"erased_by"} or change.row["erased_by"] is None:
            raise _Impossible("a protected value can only be erased")
        if row["erased_by"] is not None:
            raise _Impossible(f"it erases the value {place[1]} a second time")
        row.update(change.row)

    def _standing(self, place: tuple[str, str]) -> dict[str, Json]:
        row = self.rows.get(place)
        if row is None:
            raise _Impossible(f"it changes the row {place[1]} of {place[0]}, which no entry inserted")
        return row


class _Impossible(ValueError):
    """A row change that cannot follow on what was replayed."""


def value_place(value_id: str) -> tuple[str, str]:
    """Where Replay keeps the row of a protected value."""
    return PROTECTED, row_key({"id": value_id})


def replay(entries: Iterable[ParsedEntry]) -> Rows:
    """All rows that the entries of one chain state, as they stand after the last."""
    state = Replay()
    for entry in entries:
        state.take(entry)
    return state.rows
