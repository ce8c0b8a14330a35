"""What the entries of one chain say: its end, the rows as they should stand, the values that it binds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flows.rules.audit_chain import BrokenChain, ChainEnd, ParsedEntry, Replay, check_chain, genesis, row_key
from flows.rules.audit_epochs import Epochs
from flows.rules.canonical_json import Json
from infra.audit.row_rules import RowRules

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Bound:
    """A commitment of the chain: the hash, and the entry that stated it first."""

    sha256: bytes
    sequence: int


@dataclass(slots=True)
class ToldChain:
    """The chain as far as its entries hold. ``fault`` is the first that does not; ``ends``: each epoch's last."""

    name: str
    end: ChainEnd
    replay: Replay = field(default_factory=Replay)
    stated_by: dict[Place, int] = field(default_factory=dict[Place, int])
    texts: dict[UUID, Bound] = field(default_factory=dict[UUID, Bound])
    documents: dict[UUID, Bound] = field(default_factory=dict[UUID, Bound])
    fault: BrokenChain | None = None
    first_uncovered_at: datetime | None = None
    ends: dict[int, int] = field(default_factory=dict[int, int])
    _by_table: dict[str, dict[str, dict[str, Json]]] | None = None

    def take(self, entry: ParsedEntry, row: Mapping[str, Any], covered: int) -> None:
        """Add an entry that follows on; raises BrokenChain where what stands beside it or in it cannot be."""
        if row["sequence"] != entry.sequence:
            raise BrokenChain(self.name, entry.sequence, f"the table says that it is entry {row['sequence']}")
        if row["hash"] != entry.hash:
            raise BrokenChain(self.name, entry.sequence, "the hash that the table keeps beside it is not its own")
        self.replay.take(entry)
        for change in entry.changes:
            self.stated_by[change.table, change.named] = entry.sequence
        for commitment in entry.values:
            self.texts.setdefault(commitment.value_id, Bound(commitment.sha256, entry.sequence))
        for commitment in entry.documents():
            self.documents.setdefault(commitment.value_id, Bound(commitment.sha256, entry.sequence))
        self.end = ChainEnd(entry.sequence, entry.hash, entry.epoch)
        self.ends[entry.epoch] = entry.sequence
        if entry.sequence > covered and self.first_uncovered_at is None:
            self.first_uncovered_at = entry.at

    def rows_of(self, table: str) -> dict[str, dict[str, Json]]:
        """The rows of a table as all entries say that they stand, by key."""
        return dict(self._tables().get(table, {}))

    def _tables(self) -> Mapping[str, Mapping[str, dict[str, Json]]]:
        if self._by_table is None:
            self._by_table = {}
            for (name, key), row in self.replay.rows.items():
                self._by_table.setdefault(name, {})[key] = row
        return self._by_table

    def has_rows_of(self, table: str) -> bool:
        return table in self._tables()

    def length_at(self, epoch: int) -> int:
        """How many entries it has of this epoch and those before it."""
        return max((sequence for of, sequence in self.ends.items() if of <= epoch), default=0)

    def erased_by(self, table: str, value: UUID) -> Json:
        """Under which list or order a value was erased, if an entry says so."""
        return self.replay.rows.get((table, row_key({"id": str(value)})), {}).get("erased_by")


def tell(name: str, rows: Sequence[Mapping[str, Any]], vouched: Mapping[int, bytes], epochs: Epochs) -> ToldChain:
    """Check the entries of a chain one after another; ``vouched`` are the heads that checkpoints signed.

    ``epochs`` hears of every entry that holds.
    """
    told = ToldChain(name, ChainEnd(0, genesis(name)))
    rules, covered = RowRules(name), max(vouched, default=0)
    try:
        checked = check_chain((bytes(row["data"]) for row in rows), name, vouched=vouched)
        for row, entry in zip(rows, checked, strict=False):
            told.take(entry, row, covered)
            rules.take(entry)
            epochs.take(entry)
    except BrokenChain as fault:
        told.fault = fault
    return told
