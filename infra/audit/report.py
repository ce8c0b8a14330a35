"""What a verification found: faults in sentences that a clerk understands, counts, and the first bad entry."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from infra.audit.superseded import Lost

MOST_FAULTS_KEPT = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold, and where: a docket's number, a chain and entry, or a file and line."""

    meaning: str
    chain: str | None = None
    sequence: int | None = None
    file: str | None = None
    line: int | None = None
    docket: str | None = None

    def __str__(self) -> str:
        place = [
            self.docket,
            self.chain,
            self.sequence and f"entry {self.sequence}",
            self.file,
            self.line and f"line {self.line}",
        ]
        where = ", ".join(str(part) for part in place if part)
        return f"{where}: {self.meaning}" if where else self.meaning


@dataclass(slots=True)
class Counts:
    """How much was looked at. Uncovered entries came after the last checkpoint of their chain."""

    files: int = 0
    bytes: int = 0
    chains: int = 0
    entries: int = 0
    unchecked_entries: int = 0
    uncovered_entries: int = 0
    rows: int = 0
    values_present: int = 0
    values_withheld: int = 0
    values_erased: int = 0
    values_to_erase: int = 0
    documents_erased: int = 0
    documents: int = 0
    checkpoints: int = 0
    leaves: int = 0


@dataclass(slots=True)
class Report:
    """The outcome of a verification; `ok` only where nothing at all was found wrong.

    ``lost``: what a restore from a backup lost, as its own entry tells, which is nothing wrong with what is here.
    ``erased``: how much was erased under each list and order, in sentences.
    """

    scope: str | None = None
    office: str | None = None
    name: str | None = None
    made_at: str | None = None
    key: str | None = None
    independent_key: bool = False
    last_checkpoint: int | None = None
    last_checkpoint_hash: str | None = None
    counts: Counts = field(default_factory=Counts)
    first_bad_entry: Fault | None = None
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])
    remarks: list[str] = field(default_factory=list[str])
    lost: list[Lost] = field(default_factory=list[Lost])
    erased: list[str] = field(default_factory=list[str])

    @property
    def ok(self) -> bool:
        return self.fault_count == 0

    def fault(
        self,
        meaning: str,
        *,
        chain: str | None = None,
        sequence: int | None = None,
        file: str | None = None,
        line: int | None = None,
        docket: str | None = None,
    ) -> None:
        """Record a fault; of a flood of them the first are kept and the rest counted."""
        fault = Fault(meaning, chain, sequence, file, line, docket)
        self.fault_count += 1
        if self.first_bad_entry is None and sequence is not None:
            self.first_bad_entry = fault
        if len(self.faults) < MOST_FAULTS_KEPT:
            self.faults.append(fault)

    def add(self, other: Report) -> None:
        """Take in the faults and the counts of a report on something else of the same."""
        self.fault_count += other.fault_count
        self.first_bad_entry = self.first_bad_entry or other.first_bad_entry
        self.faults += other.faults[: MOST_FAULTS_KEPT - len(self.faults)]
        for count in fields(Counts):
            setattr(self.counts, count.name, getattr(self.counts, count.name) + getattr(other.counts, count.name))

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {"ok": self.ok, **asdict(self)}
