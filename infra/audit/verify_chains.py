"""Verifies an export's chains as a stream: entries, replayed rows, signed heads, and the values they commit to."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

from flows.rules.audit_chain import (
    BrokenChain,
    BrokenEntry,
    BrokenLink,
    ChainCheck,
    ParsedEntry,
    Replay,
    parse_entry,
    row_key,
    settle_link,
)
from flows.rules.audit_epochs import Epochs
from flows.rules.retention import order_words
from infra.audit.export_files import Line
from infra.audit.export_format import WHOLE
from infra.audit.export_lines import ExportedLeaf, ExportedValue
from infra.audit.report import Report
from infra.audit.row_rules import RowRules

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Read:
    """A line of the chains, as an entry or with the reason why it is none."""

    data: bytes
    entry: ParsedEntry | None
    reason: str = ""

    def belongs_to(self, chain: str | None) -> bool:
        return self.entry is not None and self.entry.chain == chain


def _read(line: Line) -> _Read:
    try:
        return _Read(line.data, parse_entry(line.data))
    except BrokenEntry as fault:
        return _Read(line.data, None, str(fault))


def _owner(this: _Read, following: _Read | None, current: str | None) -> str | None:
    """The chain in which a line stands: a changed one stands where its neighbours say, not where it says."""
    if following and current and following.belongs_to(current):
        return current
    if this.entry:
        return this.entry.chain
    if following and following.entry and following.entry.sequence > 1:
        return following.entry.chain
    return current or (following.entry.chain if following and following.entry else None)


class _InChainOrder(Generic[T]):
    """A stream sorted by chain, taken along while the chains pass by."""

    def __init__(self, items: Iterable[T], chain_of: Callable[[T], str]) -> None:
        self._items, self._chain_of = iter(items), chain_of
        self._next: T | None = next(self._items, None)

    def until(self, chain: str | None) -> Iterator[T]:
        """What belongs to chains before this one (all that is left, for None)."""
        while self._next is not None and (chain is None or self._chain_of(self._next) < chain):
            yield self._pop(self._next)

    def of(self, chain: str) -> Iterator[T]:
        """What belongs to this chain."""
        while self._next is not None and self._chain_of(self._next) == chain:
            yield self._pop(self._next)

    def _pop(self, item: T) -> T:
        self._next = next(self._items, None)
        return item


@dataclass(slots=True)
class _Chain:
    """The chain that is being read, and what its entries said so far."""

    check: ChainCheck
    rules: RowRules
    covered: int
    replay: Replay = field(default_factory=Replay)
    bound: dict[str, tuple[bytes, int]] = field(default_factory=dict[str, tuple[bytes, int]])
    documents: set[str] = field(default_factory=set[str])
    broken: bool = False

    def take(self, this: _Read, following: _Read | None) -> ParsedEntry:
        entry = self._follow(this, following)
        self.replay.take(entry)
        self.rules.take(entry)
        for commitment in entry.values:
            self.bound[str(commitment.value_id)] = (commitment.sha256, entry.sequence)
        for commitment in entry.documents():
            self.bound[str(commitment.value_id)] = (commitment.sha256, entry.sequence)
            self.documents.add(str(commitment.value_id))
        return entry

    def _follow(self, this: _Read, following: _Read | None) -> ParsedEntry:
        if this.entry is None:
            raise BrokenChain(self.check.chain, self.check.end.length + 1, this.reason)
        try:
            return self.check.follow(this.entry)
        except BrokenLink as fault:
            raise settle_link(self.check, fault, this.data, following.data if following else None) from None

    def erased_by(self, value_id: str) -> str | None:
        """Under which list or order an entry says that the value (or the document) was erased."""
        table = "document" if value_id in self.documents else "protected_value"
        row = self.replay.rows.get((table, row_key({"id": value_id})), {})
        return cast("str | None", row.get("erased_by"))

    def orders(self) -> Iterator[tuple[str, str]]:
        """The lists and orders under which something of this chain was erased, and what is said of each."""
        for (table, _), row in self.replay.rows.items():
            told = row.get("details") if table == "movement" and row.get("act") in ("destroy", "erase") else None
            if isinstance(told, dict) and told.get("sort") in ("list", "order"):
                yield str(told.get("order")), order_words(str(told["sort"]), cast("int", told.get("number")))[0]


class ChainVerifier:
    """Takes the three streams of an export that are in the order of chains, and holds one chain at a time."""

    def __init__(
        self,
        report: Report,
        scope: str,
        leaves: Iterable[ExportedLeaf],
        values: Iterable[ExportedValue],
        found_document: Callable[[ExportedValue, int], None],
    ) -> None:
        self._report, self._scope = report, scope
        self._leaves = _InChainOrder(leaves, lambda leaf: leaf.leaf.chain)
        self._values = _InChainOrder(values, lambda value: value.chain)
        self._found_document = found_document
        self._current: _Chain | None = None
        self._greatest = ""
        self.found_scope = scope == WHOLE
        self.epochs = Epochs()
        self._orders, self._erased = dict[str, str](), Counter[str]()

    def read(self, lines: Iterable[Line]) -> None:
        """Verify all chains; the first entry of each that does not hold is reported, and why."""
        reads = map(_read, lines)
        this = next(reads, None)
        while this is not None:
            following = next(reads, None)
            self._take(this, following)
            this = following
        self._finish()
        self._pass_over(None)
        for order, said in sorted(self._orders.items(), key=lambda one: one[1]):
            self._report.erased.append(f"{self._erased[order]:,} texts and documents {said}")

    def _take(self, this: _Read, following: _Read | None) -> None:
        current = self._current.check.chain if self._current else None
        owner = _owner(this, following, current)
        if owner is None:
            self._report.fault(f"the first entry of the export cannot be read: {this.reason}", sequence=1)
            return
        if owner != current:
            self._finish()
            self._begin(owner)
        self._follow(this, following)

    def _begin(self, chain: str) -> None:
        self._report.counts.chains += 1
        self.found_scope |= chain == self._scope
        if chain <= self._greatest:
            self._report.fault("the chain does not stand in its order, or twice", chain=chain, sequence=1)
        if self._scope not in (WHOLE, chain):
            self._report.fault("the chain does not belong in this export", chain=chain, sequence=1)
        self._pass_over(chain)
        self._greatest = max(self._greatest, chain)
        vouched = self._vouched(chain)
        check = ChainCheck(chain, vouched=vouched)
        self._current = _Chain(check, RowRules(chain), max(vouched, default=0))

    def _vouched(self, chain: str) -> dict[int, bytes]:
        heads: dict[int, bytes] = {}
        for leaf in self._leaves.of(chain):
            if leaf.leaf.length <= max(heads, default=0):
                reason = f"checkpoint {leaf.number} covers no more of the chain than one before it"
                self._report.fault(reason, chain=chain)
                continue
            heads[leaf.leaf.length] = leaf.leaf.head
        return heads

    def _follow(self, this: _Read, following: _Read | None) -> None:
        current = self._current
        if current is None or current.broken:
            self._report.counts.unchecked_entries += 1
            return
        self._report.counts.entries += 1
        try:
            self.epochs.take(current.take(this, following))
        except BrokenChain as fault:
            current.broken = True
            self._report.fault(fault.reason, chain=fault.chain, sequence=fault.sequence)

    def _finish(self) -> None:
        current = self._current
        if current is None:
            return
        chain, length = current.check.chain, current.check.end.length
        if not current.broken and length < current.covered:
            reason = f"it is missing: a signed checkpoint covers {current.covered} entries of this chain"
            self._report.fault(reason, chain=chain, sequence=length + 1)
            current.broken = True
        self._report.counts.uncovered_entries += max(0, length - current.covered)
        self._report.counts.rows += len(current.replay.rows)
        self._compare_values(current)
        self._orders.update(current.orders())
        self._current = None

    def _compare_values(self, current: _Chain) -> None:
        remaining = dict(current.bound)
        for value in self._values.of(current.check.chain):
            bound = remaining.pop(str(value.value_id), None)
            if bound:
                self._compare_value(current, value, *bound)
            elif not current.broken:
                self._report.fault(f"no entry commits to the value {value.value_id}", chain=value.chain)
        for value_id, (_, sequence) in remaining.items():
            reason = f"the value {value_id} to which the entry commits is missing and not said to be withheld"
            self._report.fault(reason, chain=current.check.chain, sequence=sequence)

    def _compare_value(self, current: _Chain, value: ExportedValue, expected: bytes, sequence: int) -> None:
        self._count(value)
        order = current.erased_by(str(value.value_id))
        erased = order is not None
        # One that was to be erased, and still stood when the export was made, is withheld.
        if (
            not current.broken
            and (value.state == "erased") != erased
            and not (erased and value.state == "withheld")
        ):
            said = "is marked as erased and no entry says so" if value.state == "erased" else "should be erased"
            self._report.fault(f"the value {value.value_id} {said}", chain=value.chain, sequence=sequence)
        self._erased[order or ""] += value.state == "erased"
        if value.state == "present" and value.commitment() != expected:
            reason = f"the value {value.value_id} is not the one to which the entry commits"
            self._report.fault(reason, chain=value.chain, sequence=sequence)
        elif value.document is not None:
            self._found_document(value, sequence)

    def _count(self, value: ExportedValue) -> None:
        counts = self._report.counts
        counts.values_present += value.state == "present"
        counts.values_withheld += value.state == "withheld"
        counts.values_erased += value.state == "erased"

    def _pass_over(self, chain: str | None) -> None:
        missing = {leaf.leaf.chain: leaf for leaf in self._leaves.until(chain)}
        for name, leaf in missing.items():
            reason = (
                f"it is missing with its whole chain: checkpoint {leaf.number} covers {leaf.leaf.length} entries"
            )
            self._report.fault(reason, chain=name, sequence=1)
        for value in self._values.until(chain):
            self._report.fault(f"the value {value.value_id} is of a chain that is not here", chain=value.chain)
