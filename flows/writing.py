"""From a plan to the rows and the audit entry: what one movement writes, for step and registration alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from flows.rules.acts import WITHOUT_ROW
from flows.rules.audit_chain import PROTECTED, Commitment, Entry, RowChange, build_entry
from flows.rules.audit_values import encode_time
from flows.rules.cases import Actor, Case
from flows.rules.plan import ClockChange, Erasing, Message, Plan
from flows.rules.tables import StateClass
from storage import movements
from storage.database import Statement
from storage.models import AUDITED_TABLES
from storage.models.columns import audited_columns
from storage.rows import insert, primary_key, update


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """Where a docket's chain stands."""

    epoch: int
    length: int
    head: bytes


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row for the database: a commitment is stored as the id of its protected value."""
    return {k: v.value_id if isinstance(v, Commitment) else v for k, v in row.items()}


def stated_insert(table: str, row: Mapping[str, Any]) -> RowChange:
    """What an entry says of a new row: every audited column, absent ones as null."""
    keys = primary_key(table)
    columns = audited_columns(AUDITED_TABLES[table])
    return RowChange(
        table,
        "insert",
        {name: row[name] for name in keys},
        {name: row.get(name) for name in columns if name not in keys},
    )


def stated_set(table: str, key: Mapping[str, Any], row: Mapping[str, Any]) -> RowChange:
    """What an entry says of a changed row: the audited columns that changed."""
    columns = audited_columns(AUDITED_TABLES[table])
    return RowChange(table, "set", dict(key), {k: v for k, v in row.items() if k in columns})


class Draft:
    """Statements and stated changes of one movement, gathered in order."""

    def __init__(self, docket: UUID, at: datetime) -> None:
        self.docket, self.at = docket, at
        self.statements: list[Statement] = []
        self.stated: list[RowChange] = []

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        self.statements.append(insert(table, plain(row)))
        self.stated.append(stated_insert(table, row))

    def state_only(self, change: RowChange) -> None:
        self.stated.append(change)

    def set(self, table: str, key: Mapping[str, Any], row: Mapping[str, Any]) -> None:
        self.statements.append(update(table, key, plain(row)))
        self.stated.append(stated_set(table, key, row))

    def also(self, *statements: Statement) -> None:
        """Statements of rows that are not audited."""
        self.statements += statements

    def seal(self, chain: ChainEnd, what: str) -> Entry:
        """The audit entry of all that was gathered; its row is added to the statements."""
        entry = build_entry(
            chain=f"docket:{self.docket}",
            epoch=chain.epoch,
            sequence=chain.length + 1,
            previous=chain.head,
            at=self.at,
            what=what,
            changes=self.stated,
        )
        self.statements.append(movements.entry_rows(entry))
        return entry

    def seal_beside(self, chain: ChainEnd, what: str) -> None:
        """The same for what changes nothing of the docket itself but how far its chain goes."""
        entry = self.seal(chain, what)
        kept = {"chain_length": entry.sequence, "chain_head": entry.hash}
        self.statements.append(update("docket", {"id": self.docket}, kept))


@dataclass(frozen=True, slots=True)
class Done:
    """What a movement came to, as its giver is told it."""

    movement: UUID
    name: str
    sequence: int
    state: str
    version: int
    at: datetime
    holder: UUID | None
    document: UUID | None = None
    number: str | None = None
    others: tuple[dict[str, Any], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As the instruction's row keeps it.

        Only where there are such: ``document``, the one that the movement added; ``number``, of a docket that
        began; ``others``, the movements that other dockets made with it.
        """
        added: dict[str, Any] = {} if self.document is None else {"document": str(self.document)}
        added |= {} if self.number is None else {"number": self.number}
        added |= {"others": list(self.others)} if self.others else {}
        return {
            "movement": str(self.movement),
            "name": self.name,
            "sequence": self.sequence,
            "state": self.state,
            "version": self.version,
            "at": encode_time(self.at),
            "holder": None if self.holder is None else str(self.holder),
            **added,
        }


def movement_row(case: Case, made: Plan, instruction: UUID | None, ordinal: int = 0) -> dict[str, Any]:
    """The row of ``movement`` for a plan."""
    by_post, by_person = case.actor.named
    return {
        "id": made.movement,
        "docket": case.docket.id,
        "sequence": case.docket.movements + 1,
        "instruction": instruction,
        "ordinal": ordinal,
        "act": case.row.act if made.name not in WITHOUT_ROW else made.name,
        "name": made.name,
        "at": case.at,
        "from_state": case.docket.state,
        "to_state": made.to_state,
        "by_post": by_post,
        "by_person": by_person,
        "prepared_by": case.actor.prepared_by,
        "from_post": case.docket.holder,
        **made.columns,
        "details": details_of(case.actor, made.columns.get("details")),
    }


def details_of(actor: Actor, details: Any) -> dict[str, Any] | None:
    """A movement's details. Who is on leave may act all the same, and the movement says so."""
    if actor.person not in actor.post.absent:
        return details
    return {**(details or {}), "on_leave": True}


def message_row(message: Message, movement: UUID, docket: UUID, at: datetime) -> dict[str, Any]:
    """The row of ``outbox`` for a message; its id, and so its key at the gateway, follows from what it is."""
    return {
        "id": uuid5(movement, f"{message.channel}/{message.purpose}/{message.to}/{message.to_id}"),
        "docket": docket,
        "movement": movement,
        "channel": message.channel,
        "purpose": message.purpose,
        "recipient": message.to,
        "recipient_id": message.to_id,
        "parameters": dict(message.parameters),
        "at": at,
    }


def write_movement(
    case: Case, made: Plan, instruction: UUID | None, epoch: int, ordinal: int = 0
) -> tuple[list[Statement], Done]:
    """All statements of one movement on a docket that exists, its entry among them."""
    draft = Draft(case.docket.id, case.at)
    draft.insert("movement", movement_row(case, made, instruction, ordinal))
    # What changes goes first: a lapsed proposal must make room for the new one.
    for change in made.changed:
        draft.set(change.table, change.key, change.row)
    for new in made.rows:
        draft.insert(new.table, new.row)
    for message in made.messages:
        draft.insert("outbox", message_row(message, made.movement, case.docket.id, case.at))
    if made.erasing is not None:
        _state_erasing(draft, made.erasing)
    if made.particulars:
        draft.set(case.docket.family, {"docket": case.docket.id}, made.particulars)
    done = _write_docket(draft, case, made, epoch)
    _write_notes(draft, case, made)
    _write_time(draft, case, made)
    return draft.statements, done


def _state_erasing(draft: Draft, erasing: Erasing) -> None:
    """What the entry says is erased (ADR 0001); the rows themselves are the destroyer's to change."""
    gone: tuple[tuple[str, tuple[UUID, ...]], ...] = (
        (PROTECTED, erasing.values),
        ("document", erasing.documents),
    )
    for table, ids in gone:
        for one in ids:
            draft.state_only(RowChange(table, "set", {"id": one}, {"erased_by": erasing.under}))


def _write_docket(draft: Draft, case: Case, made: Plan, epoch: int) -> Done:
    docket = case.docket
    sequence, version = docket.movements + 1, docket.version + 1
    row: dict[str, Any] = {
        **made.docket,
        "state": made.to_state,
        "state_class": case.table.sort_of(made.to_state).value,
        "version": version,
        "movements": sequence,
        "last_movement": made.movement,
        "last_movement_at": case.at,
    }
    if not case.row.side:
        row["last_change"] = sequence
    draft.state_only(stated_set("docket", {"id": docket.id}, row))
    entry = draft.seal(ChainEnd(epoch, docket.chain_length, docket.chain_head), f"movement:{made.name}")
    kept = {**row, "chain_length": entry.sequence, "chain_head": entry.hash}
    draft.also(update("docket", {"id": docket.id}, plain(kept)))
    holder = made.holder if made.holder_changes else docket.holder
    return Done(made.movement, made.name, sequence, made.to_state, version, case.at, holder, made.document)


def _write_notes(draft: Draft, case: Case, made: Plan) -> None:
    for note, value in made.drafts_opened:
        draft.also(movements.open_draft(note, value, case.at))
    draft.also(*(movements.drop_draft(note) for note in made.drafts_fixed))


def _write_time(draft: Draft, case: Case, made: Plan) -> None:
    docket, at = case.docket.id, case.at
    if made.holder_changes:
        level = made.particulars.get("level", case.docket.particulars.get("level"))
        draft.also(*movements.change_holding(docket, made.holder, level if isinstance(level, int) else None, at))
    actors = {case.actor.post.id, made.columns.get("second_post")}
    draft.also(*(movements.touch(docket, p, role, at, acted=p in actors) for p, role in made.touched.items()))
    draft.also(*(clock_statement(docket, at, change) for change in made.clocks))
    draft.also(movements.owe(made.movement, docket, at, bulk=case.actor.is_clock))
    closed = StateClass.CLOSED
    if (case.table.sort_of(case.docket.state) is closed) != (case.table.sort_of(made.to_state) is closed):
        draft.also(movements.owe_run(docket, at))


def clock_statement(docket: UUID, at: datetime, change: ClockChange) -> Statement:
    """The statement for what happens to a clock."""
    if change.do == "start":
        assert change.limit is not None
        return movements.start_clock(
            docket,
            change.began or at,
            {
                "sort": change.sort,
                "level": change.level,
                "limit_count": change.limit.count,
                "limit_unit": change.limit.unit,
                "due": change.due,
            },
        )
    return movements.change_clock(docket, change.sort, change.level, change.columns(at))
