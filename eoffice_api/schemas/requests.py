"""Bodies of requests. A member that is not named here is refused."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from eoffice_api.schemas.texts import (
    Address,
    Code,
    ComplaintText,
    Condition,
    Day,
    DraftText,
    Instant,
    Name,
    NoteText,
    Remark,
    Subject,
    Telephone,
)
from flows.rules.decide import SETTLING, TABLES
from flows.rules.guards import OUTCOMES


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LogIn(_Body):
    login: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=200)


class Particulars(_Body):
    """A file has head, subject class, retention class, medium, amount; a complaint the other four."""

    head: Code | None = None
    subject_class: Code | None = None
    retention_class: Code | None = None
    medium: Code | None = None
    amount_paise: Annotated[int, Field(strict=True, ge=0, le=10**15)] | None = None
    category: Code | None = None
    place: Code | None = None
    channel: Code | None = None
    identity: Code | None = None


class Complainant(_Body):
    """Who complains. Every read shows it masked; an unmasking is recorded."""

    name: Name | None = None
    telephone: Telephone | None = None
    address: Address | None = None


class Registration(_Body):
    kind: Code
    subject: Subject
    classification: Code = "ordinary"
    priority: Code = "ordinary"
    particulars: Particulars
    text: ComplaintText | None = Field(None, description="a complaint's own words")
    complainant: Complainant | None = None


def _actions() -> str:
    """The actions with their meaning, from the rules' tables."""
    lines = [
        f"- {table.family}: "
        + "; ".join(
            f"`{row.name}` ({row.label[0]}; takes {', '.join(sorted(row.takes)) or 'nothing'})"
            for row in table.rows
            if row.from_states and row.act != "add_document"
        )
        for table in TABLES.values()
    ]
    settling = ", ".join(f"`{name}`" for name in sorted(SETTLING))
    return "What is done with the docket.\n" + "\n".join(lines) + f"\n- the second person: {settling}"


class Movement(_Body):
    """What is done with a docket, and what that takes."""

    action: Code = Field(description=_actions())
    to: Code | None = Field(None, description="a post's id or code")
    remark: Remark | None = None
    text: NoteText | None = None
    agree: Annotated[bool, Field(strict=True)] = False
    draft: UUID | None = Field(None, description="your open draft note, which is fixed with this")
    draft_sha256: str | None = Field(
        None, pattern="^[0-9a-f]{64}$", description="of the draft's text as you read it"
    )
    basis: UUID | None = Field(None, description="the note that is decided on")
    outcome: Code | None = Field(
        None, description=f"of a decision: {', '.join(OUTCOMES)}; of a condition: met, waived"
    )
    conditions: tuple[Condition, ...] = Field((), max_length=50)
    condition: UUID | None = None
    until: Day | None = None
    due: Instant | None = None
    priority: Code | None = None


class DraftSaving(_Body):
    text: DraftText
