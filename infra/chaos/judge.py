"""Judges a run, from the clients' ledgers and the rows that were found alone. Its tests show that it can fail."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid5

from flows.rules.audit_chain import BrokenChain, ChainCheck
from infra.chaos.ledger import LedgerEntry

FaultKind = Literal[
    "never_answered",
    "refused_without_reason",
    "carried_out_against_the_rules",
    "lost",
    "doubled",
    "told_wrong",
    "stray",
    "gap",
    "chain",
    "record",
    "check",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must never be, and where."""

    kind: FaultKind
    what: str


@dataclass(frozen=True, slots=True)
class InstructionRow:
    """An instruction as it stands in the database."""

    id: UUID
    key: str
    state: str


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement as it stands in the database."""

    id: UUID
    docket: UUID
    sequence: int
    instruction: UUID | None


@dataclass(frozen=True, slots=True)
class DocketRow:
    """A docket as it stands, with the bytes of its chain's entries in order."""

    id: UUID
    number: str
    closed: bool
    movements: int
    chain_length: int
    chain_head: bytes
    flow_run: UUID | None
    entries: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found in the office's database."""

    instructions: Sequence[InstructionRow]
    movements: Sequence[MovementRow]
    dockets: Sequence[DocketRow]


@dataclass(frozen=True, slots=True)
class FlowRun:
    """A flow run as Prefect shows it; ``completed`` are its task runs whose state is called Completed."""

    name: str
    state: str
    completed: Sequence[UUID]


def judge(ledger: Sequence[LedgerEntry], found: Evidence) -> list[Fault]:
    """Every instruction ended exactly as its client was told, nothing else happened, and every chain holds."""
    return [*_instructions(ledger, found), *_strays(ledger, found), *_sequences(found), *_chains(found)]


def _instructions(ledger: Sequence[LedgerEntry], found: Evidence) -> Iterator[Fault]:
    by_key: dict[str, list[InstructionRow]] = defaultdict(list)
    for row in found.instructions:
        by_key[row.key].append(row)
    made: dict[UUID | None, list[MovementRow]] = defaultdict(list)
    for movement in found.movements:
        made[movement.instruction].append(movement)
    for entry in ledger:
        rows = by_key[entry.key]
        yield from _entry(entry, rows, [movement for row in rows for movement in made[row.id]])


def _entry(entry: LedgerEntry, rows: Sequence[InstructionRow], made: Sequence[MovementRow]) -> Iterator[Fault]:
    name = f"{entry.action} {entry.key} of client {entry.client}"
    if entry.end == "open":
        yield Fault("never_answered", f"{name}: its client gave up after {len(entry.attempts)} attempts")
    if len(rows) > 1 or len(made) > 1:
        yield Fault("doubled", f"{name}: {len(rows)} instructions, {len(made)} movements")
    carried_out = [row for row in rows if row.state == "carried_out"]
    if entry.acknowledged or entry.end == "carried_out":
        if not carried_out or not made:
            states = ", ".join(row.state for row in rows) or "nowhere"
            yield Fault("lost", f"{name}: acknowledged, and it is {states} with {len(made)} movements")
        if entry.end == "carried_out" and entry.movement not in [str(movement.id) for movement in made]:
            yield Fault("told_wrong", f"{name}: its client was told of movement {entry.movement}")
    elif made:
        yield Fault("told_wrong", f"{name}: its client was told {entry.end}, and it was carried out")
    yield from _against_rules(entry, name)


def _against_rules(entry: LedgerEntry, name: str) -> Iterator[Fault]:
    if entry.expects == "carried_out" and entry.end in ("refused", "failed"):
        yield Fault("refused_without_reason", f"{name}: {entry.end}, {entry.why}")
    if entry.expects == "refused" and entry.end == "carried_out":
        yield Fault("carried_out_against_the_rules", name)


def _strays(ledger: Sequence[LedgerEntry], found: Evidence) -> Iterator[Fault]:
    """No movement without an instruction of a ledger."""
    keys = {entry.key for entry in ledger}
    known = {row.id for row in found.instructions if row.key in keys}
    for movement in found.movements:
        if movement.instruction not in known:
            yield Fault("stray", f"movement {movement.id}: no client gave its instruction")


def _sequences(found: Evidence) -> Iterator[Fault]:
    """The movements of each docket are counted 1, 2, 3 …, as many as its row says."""
    sequences: dict[UUID, list[int]] = defaultdict(list)
    for movement in found.movements:
        sequences[movement.docket].append(movement.sequence)
    for docket in found.dockets:
        if sorted(sequences[docket.id]) != list(range(1, docket.movements + 1)):
            yield Fault("gap", f"{docket.number}: movements {sorted(sequences[docket.id])} of {docket.movements}")


def _chains(found: Evidence) -> Iterator[Fault]:
    movements: dict[UUID, set[str]] = defaultdict(set)
    for movement in found.movements:
        movements[movement.docket].add(str(movement.id))
    for docket in found.dockets:
        yield from _chain(docket, movements[docket.id])


def _chain(docket: DocketRow, movements: set[str]) -> Iterator[Fault]:
    """A docket's chain holds, ends where its row says, and states its movements, each once."""
    check, stated = ChainCheck(f"docket:{docket.id}"), Counter[str]()
    try:
        for data in docket.entries:
            for change in check.take(data).changes:
                if change.table == "movement" and change.do == "insert":
                    stated[str(change.key["id"])] += 1
    except BrokenChain as fault:
        yield Fault("chain", f"{docket.number}: {fault}")
        return
    if (check.end.length, check.end.head) != (docket.chain_length, docket.chain_head):
        yield Fault("chain", f"{docket.number}: its chain does not end where its row says")
    if stated != Counter(movements):
        yield Fault("chain", f"{docket.number}: its entries state other movements than it has")


def judge_record(found: Evidence, runs: Mapping[UUID, FlowRun]) -> list[Fault]:
    """In Prefect each docket is one flow run with exactly its movements as Completed task runs."""
    movements: dict[UUID, list[UUID]] = defaultdict(list)
    for movement in found.movements:
        movements[movement.docket].append(movement.id)
    return [fault for docket in found.dockets for fault in _record(docket, movements[docket.id], runs)]


def _record(docket: DocketRow, movements: Sequence[UUID], runs: Mapping[UUID, FlowRun]) -> Iterator[Fault]:
    run = None if docket.flow_run is None else runs.get(docket.flow_run)
    if run is None:
        yield Fault("record", f"{docket.number}: Prefect has no flow run of it")
        return
    state = "COMPLETED" if docket.closed else "RUNNING"
    if (run.name, run.state) != (docket.number, state):
        yield Fault("record", f"{docket.number}: its flow run is {run.name}, {run.state}")
    wanted = Counter(uuid5(movement, "task-run") for movement in movements)
    if Counter(run.completed) != wanted:
        there = sum((wanted & Counter(run.completed)).values())
        told = f"{there} of {len(movements)} movements, and {len(run.completed) - there} others"
        yield Fault("record", f"{docket.number}: Prefect shows {told}")
