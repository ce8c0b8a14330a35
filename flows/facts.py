"""Brings storage's rows and the rules' values together: a case from what was read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flows.rules.cases import (
    Actor,
    Case,
    DocketFacts,
    History,
    OpenDraft,
    OpenProposal,
    Parameters,
    PostFacts,
    RunningClock,
)
from flows.rules.decide import TABLES
from flows.rules.schemes import Scheme, shipped_schemes
from flows.rules.tables import Row, Table

SCHEMES: Final[Mapping[str, Scheme]] = shipped_schemes()

_DOCKET_COLUMNS: Final = tuple(name for name in DocketFacts.__dataclass_fields__ if name != "particulars")


def posts_of(rows: list[dict[str, Any]]) -> dict[UUID, PostFacts]:
    """The posts that were read, by id."""
    return {
        row["id"]: PostFacts(
            id=row["id"],
            code=row["code"],
            section=row["section"],
            office=row["office"],
            record_room=row["record_room"],
            open=row["open"],
            occupied=row["occupied"],
            powers=frozenset(row["powers"]),
            above=tuple(row["above"]),
        )
        for row in rows
    }


def docket_of(row: Mapping[str, Any]) -> DocketFacts:
    """The docket's facts from its row."""
    return DocketFacts(
        **{name: row[name] for name in _DOCKET_COLUMNS}, particulars=_particulars(row[row["family"]])
    )


def _particulars(row: Mapping[str, Any]) -> dict[str, Any]:
    """A family's columns; ids come as texts from the database's JSON."""
    ids = {"accused", "complainant", "body"}
    return {k: UUID(v) if k in ids and v is not None else v for k, v in row.items() if k != "docket"}


def history_of(row: Mapping[str, Any]) -> History:
    """The docket's past as the rules need it."""
    replied = row["replied"] or {}
    return History(
        held_by=frozenset(row["held_by"]),
        noted_since_receipt=row["noted"],
        paragraphs=row["paragraphs"],
        fixed_notes=frozenset(row["fixed_notes"]),
        documents=row["documents"],
        drafts=tuple(_draft(draft) for draft in row["drafts"] or ()),
        decision=row["decision"],
        open_conditions={UUID(k): v for k, v in (row["open_conditions"] or {}).items()},
        closed_by=row["closed_by"],
        replied_by=UUID(replied["post"]) if replied else None,
        replied_by_person=UUID(replied["person"]) if replied else None,
        proposal=_proposal(row["proposal"]),
        clocks=tuple(_clock(clock) for clock in row["clocks"] or ()),
        competence=row["competence"] or {},
        changed_by=row["changed_by"],
    )


def _draft(row: Mapping[str, Any]) -> OpenDraft:
    sha256 = bytes.fromhex(row["sha256"])
    return OpenDraft(
        UUID(row["note"]), row["paragraph"], UUID(row["post"]), UUID(row["person"]), sha256, row["text"]
    )


def _proposal(row: Mapping[str, Any] | None) -> OpenProposal | None:
    if row is None:
        return None
    return OpenProposal(
        UUID(row["id"]),
        row["name"],
        UUID(row["post"]),
        UUID(row["person"]),
        datetime.fromisoformat(row["lapses_at"]),
        row["parameters"],
    )


def _clock(row: Mapping[str, Any]) -> RunningClock:
    halted = row["halted_at"]
    return RunningClock(
        row["sort"],
        row["level"],
        datetime.fromisoformat(row["began"]),
        row["limit_unit"],
        datetime.fromisoformat(row["due"]),
        datetime.fromisoformat(halted) if halted else None,
    )


def table_of(scheme: str, kind: str) -> Table:
    """The rules' table of a docket's kind, under the scheme that it was registered in."""
    return TABLES[SCHEMES[scheme].kinds[kind].table]


def case_of(
    row: Mapping[str, Any], posts: Mapping[UUID, PostFacts], actor: Actor, action: Row, given: Parameters
) -> Case:
    """The case of one action; ``row`` is the docket's as ``storage.cases`` reads it."""
    docket = docket_of(row)
    return Case(
        table=table_of(docket.scheme, docket.kind),
        row=action,
        scheme=SCHEMES[docket.scheme],
        docket=docket,
        actor=actor,
        parameters=given,
        at=row["at"],
        posts=posts,
        history=history_of(row),
    )
