"""The judge of chaos finds what it is there to find: it is shown sound histories, and each way of breaking one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

import pytest

from flows.rules.audit_chain import RowChange, build_entry, genesis
from infra.chaos.judge import (
    DocketRow,
    Evidence,
    Fault,
    FlowRun,
    InstructionRow,
    MovementRow,
    judge,
    judge_record,
)
from infra.chaos.ledger import Attempt, LedgerEntry

AT = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
MOVEMENTS = 4


@dataclass
class History:
    """One docket's four movements, as ledger, rows and Prefect's run."""

    ledger: list[LedgerEntry]
    instructions: list[InstructionRow]
    movements: list[MovementRow]
    docket: DocketRow
    run: FlowRun

    @property
    def found(self) -> Evidence:
        return Evidence(self.instructions, self.movements, [self.docket])

    def faults(self) -> list[Fault]:
        assert self.docket.flow_run is not None
        return judge(self.ledger, self.found) + judge_record(self.found, {self.docket.flow_run: self.run})

    def kinds(self) -> set[str]:
        return {fault.kind for fault in self.faults()}


def entry_of(docket: UUID, sequence: int, previous: bytes, movement: UUID):
    change = RowChange("movement", "insert", {"id": movement}, {"sequence": sequence})
    return build_entry(
        chain=f"docket:{docket}",
        epoch=0,
        sequence=sequence,
        previous=previous,
        at=AT,
        what="movement:forward",
        changes=[change],
    )


def chain_of(docket: UUID, movements: list[UUID]) -> tuple[list[bytes], bytes]:
    entries, head = [], genesis(f"docket:{docket}")
    for sequence, movement in enumerate(movements, 1):
        entry = entry_of(docket, sequence, head, movement)
        entries.append(entry.data)
        head = entry.hash
    return entries, head


@pytest.fixture
def history() -> History:
    docket, run = uuid4(), uuid4()
    instructions = [InstructionRow(uuid4(), f"key-{n}", "carried_out") for n in range(MOVEMENTS)]
    movements = [MovementRow(uuid4(), docket, n + 1, row.id) for n, row in enumerate(instructions)]
    ledger = [
        LedgerEntry(
            client=1,
            key=row.key,
            action="forward",
            docket=str(docket),
            body={},
            attempts=[Attempt(0, 1, None), Attempt(2, 3, 200)],
            acknowledged=True,
            end="carried_out",
            movement=str(movement.id),
        )
        for row, movement in zip(instructions, movements, strict=True)
    ]
    entries, head = chain_of(docket, [movement.id for movement in movements])
    row = DocketRow(docket, "N-1/1/2026-E", True, MOVEMENTS, MOVEMENTS, head, run, entries)
    recorded = [uuid5(movement.id, "task-run") for movement in movements]
    return History(ledger, instructions, movements, row, FlowRun(row.number, "COMPLETED", recorded))


def test_a_sound_history_has_no_fault(history: History) -> None:
    assert history.faults() == []


def test_a_refusal_that_the_rules_ask_for_is_no_fault(history: History) -> None:
    refused = LedgerEntry(1, "key-refused", "park", "", {}, expects="refused", end="refused", why="412")
    history.ledger.append(refused)
    assert history.faults() == []


def lost_movement(history: History) -> None:
    del history.movements[2]


def lost_instruction(history: History) -> None:
    del history.instructions[1]


def still_waiting(history: History) -> None:
    history.instructions[3] = replace(history.instructions[3], state="waiting")


def acknowledged_and_then_refused(history: History) -> None:
    history.instructions[0] = replace(history.instructions[0], state="refused")
    del history.movements[0]


def doubled_movement(history: History) -> None:
    history.movements.append(replace(history.movements[0], id=uuid4(), sequence=5))


def doubled_instruction(history: History) -> None:
    history.instructions.append(replace(history.instructions[0], id=uuid4()))


def movement_of_nobody(history: History) -> None:
    history.movements.append(MovementRow(uuid4(), history.docket.id, 5, uuid4()))


def movement_without_instruction(history: History) -> None:
    history.movements.append(MovementRow(uuid4(), history.docket.id, 5, None))


def told_of_another_movement(history: History) -> None:
    history.ledger[1].movement = str(uuid4())


def told_refused_and_carried_out(history: History) -> None:
    history.ledger[1].acknowledged, history.ledger[1].end = False, "refused"


def never_answered(history: History) -> None:
    history.ledger[1].acknowledged, history.ledger[1].end = False, "open"


def refused_for_no_reason(history: History) -> None:
    history.ledger.append(LedgerEntry(1, "key-more", "forward", "", {}, end="refused", why="409"))


def failed(history: History) -> None:
    history.ledger.append(LedgerEntry(1, "key-more", "forward", "", {}, end="failed", why="500"))


def wrong_one_carried_out(history: History) -> None:
    history.ledger[2].expects = "refused"


def gap(history: History) -> None:
    history.movements[3] = replace(history.movements[3], sequence=5)


def changed_byte(history: History) -> None:
    entries = list(history.docket.entries)
    entries[1] = entries[1].replace(b"forward", b"fforward")
    history.docket = replace(history.docket, entries=entries)


def dropped_entry(history: History) -> None:
    entries = [data for place, data in enumerate(history.docket.entries) if place != 1]
    history.docket = replace(history.docket, entries=entries)


def cut_chain(history: History) -> None:
    history.docket = replace(history.docket, entries=history.docket.entries[:-1])


def swapped_entries(history: History) -> None:
    first, second, *rest = history.docket.entries
    history.docket = replace(history.docket, entries=[second, first, *rest])


def entry_of_another_movement(history: History) -> None:
    others = [movement.id for movement in history.movements[:-1]] + [uuid4()]
    entries, head = chain_of(history.docket.id, others)
    history.docket = replace(history.docket, entries=entries, chain_head=head)


def not_in_prefect(history: History) -> None:
    history.run = replace(history.run, completed=history.run.completed[:-1])


def twice_in_prefect(history: History) -> None:
    history.run = replace(history.run, completed=[*history.run.completed, history.run.completed[0]])


def another_in_prefect(history: History) -> None:
    history.run = replace(history.run, completed=[*history.run.completed, uuid4()])


def run_in_the_wrong_state(history: History) -> None:
    history.run = replace(history.run, state="RUNNING")


def run_under_another_name(history: History) -> None:
    history.run = replace(history.run, name="N-1/2/2026-E")


BREAKAGES: list[tuple[Callable[[History], None], str]] = [
    (lost_movement, "lost"),
    (lost_instruction, "lost"),
    (still_waiting, "lost"),
    (acknowledged_and_then_refused, "lost"),
    (doubled_movement, "doubled"),
    (doubled_instruction, "doubled"),
    (movement_of_nobody, "stray"),
    (movement_without_instruction, "stray"),
    (told_of_another_movement, "told_wrong"),
    (told_refused_and_carried_out, "told_wrong"),
    (never_answered, "never_answered"),
    (refused_for_no_reason, "refused_without_reason"),
    (failed, "refused_without_reason"),
    (wrong_one_carried_out, "carried_out_against_the_rules"),
    (gap, "gap"),
    (changed_byte, "chain"),
    (dropped_entry, "chain"),
    (cut_chain, "chain"),
    (swapped_entries, "chain"),
    (entry_of_another_movement, "chain"),
    (not_in_prefect, "record"),
    (twice_in_prefect, "record"),
    (another_in_prefect, "record"),
    (run_in_the_wrong_state, "record"),
    (run_under_another_name, "record"),
]


@pytest.mark.parametrize(("breakage", "kind"), BREAKAGES, ids=[breakage.__name__ for breakage, _ in BREAKAGES])
def test_a_broken_history_is_found(history: History, breakage: Callable[[History], None], kind: str) -> None:
    breakage(history)
    assert kind in history.kinds()


def test_a_docket_that_prefect_does_not_know_is_found(history: History) -> None:
    faults = judge_record(history.found, {})
    assert [fault.kind for fault in faults] == ["record"]
