"""Writes a docket into being: its row, its family's, the first movement, the first entry of its chain.

A registration does it, and a movement that brings further dockets into being (a part of a file).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from flows.rules.audit_chain import genesis
from flows.rules.cases import Actor
from flows.rules.plan import ClockChange, NewRow
from flows.writing import ChainEnd, Done, Draft, clock_statement, details_of, plain
from storage import movements
from storage.rows import insert


def movement_id(instruction: UUID, docket: UUID, ordinal: int = 0) -> UUID:
    """The id of the movement that an instruction gives on a docket: known before it is carried out."""
    return uuid5(instruction, f"{docket}/{ordinal}")


@dataclass(frozen=True, slots=True)
class NewDocket:
    """All that is written of a docket that begins.

    ``docket``: its row but for number, version and chain. ``before`` are rows that its family's row cites,
    ``after`` those that cite its first movement. ``unaudited``: columns of the family's row in no entry.
    ``to_post``: whom it was sent to at once, if anybody. ``instruction``: None where a bench made it.
    """

    docket: Mapping[str, Any]
    family: NewRow
    number: str
    movement: UUID
    instruction: UUID | None
    row: str
    act: str
    at: datetime
    actor: Actor
    epoch: int
    before: Sequence[NewRow] = ()
    after: Sequence[NewRow] = ()
    clocks: Sequence[ClockChange] = ()
    unaudited: Mapping[str, Any] | None = None
    to_post: UUID | None = None
    ordinal: int = 0
    details: Mapping[str, Any] | None = None

    @property
    def id(self) -> UUID:
        return self.docket["id"]


def write_birth(new: NewDocket) -> tuple[Draft, Done, bytes]:
    """The statements of a docket's beginning, what it came to, and the hash of its entry."""
    draft = Draft(new.id, new.at)
    docket = {
        **new.docket,
        "number": new.number,
        "version": 1,
        "movements": 1,
        "last_movement": new.movement,
        "last_movement_at": new.at,
        "last_change": 1,
    }
    rows = [
        ("docket", docket),
        *((one.table, one.row) for one in new.before),
        (new.family.table, new.family.row),
        ("movement", _movement(new)),
        *((one.table, one.row) for one in new.after),
    ]
    # The docket's row is written when the chain's head is known; rows that cite it follow it.
    entry_of = Draft(new.id, new.at)
    for table, row in rows:
        entry_of.insert(table, row)
    entry = entry_of.seal(ChainEnd(new.epoch, 0, genesis(f"docket:{new.id}")), f"movement:{new.row}")
    kept = {**plain(docket), "chain_length": 1, "chain_head": entry.hash, "flow_run_id": None}
    draft.also(insert("docket", kept))
    for table, row in rows[1:]:
        more = new.unaudited or {} if table == new.family.table else {}
        draft.also(insert(table, {**plain(row), **more}))
    draft.also(movements.entry_rows(entry))
    _write_time(draft, new)
    holder = docket["holder"]
    done = Done(new.movement, new.row, 1, str(docket["state"]), 1, new.at, holder, number=new.number)
    return draft, done, entry.hash


def _movement(new: NewDocket) -> dict[str, Any]:
    return {
        "id": new.movement,
        "docket": new.id,
        "sequence": 1,
        "instruction": new.instruction,
        "ordinal": new.ordinal,
        "act": new.act,
        "name": new.row,
        "at": new.at,
        "from_state": None,
        "to_state": new.docket["state"],
        "by_post": new.actor.post.id,
        "by_person": new.actor.person,
        "prepared_by": new.actor.prepared_by,
        "to_post": new.to_post,
        "details": details_of(new.actor, new.details),
    }


def _write_time(draft: Draft, new: NewDocket) -> None:
    docket, at, actor = new.id, new.at, new.actor.post.id
    level = new.family.row.get("level")
    holder = new.docket["holder"]
    draft.also(*movements.change_holding(docket, holder, level if isinstance(level, int) else None, at))
    if holder != actor:
        draft.also(movements.touch(docket, holder, "marked", at, acted=False))
    # Who sent it at once had it in his hand when it began: it can come back to him.
    draft.also(movements.touch(docket, actor, "held", at, acted=True))
    draft.also(*(clock_statement(docket, at, change) for change in new.clocks))
    draft.also(movements.owe(new.movement, docket, at, bulk=False), movements.owe_run(docket, at))
