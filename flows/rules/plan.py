"""What an act will write, as the effects plan it. Nothing here knows a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from flows.rules.audit_chain import Commitment
from flows.rules.schemes import Limit


@dataclass(frozen=True, slots=True)
class ClockChange:
    """What happens to a clock: it starts with a limit, is halted, goes on, or ends."""

    do: Literal["start", "halt", "resume", "end"]
    sort: str
    level: int = 0
    limit: Limit | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """Something that the outside is told: ``purpose`` names its text in ``flows.rules.messages``.

    Whom is said by his part alone, or by an id; where that is (a telephone, an address) is looked up when it is
    sent, so that no message keeps it. ``parameters`` hold nothing that a person wrote or is known by.
    """

    purpose: str
    channel: Literal["email", "sms", "webhook"]
    to: Literal["complainant", "post", "webhook"]
    to_id: UUID | None = None
    parameters: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to insert in an audited table."""

    table: str
    row: dict[str, object]


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """Columns to set in an audited table's row."""

    table: str
    key: dict[str, object]
    row: dict[str, object]


Columns = dict[str, object]


@dataclass(frozen=True, slots=True)
class Birth:
    """A docket that a movement brings into being: a part of a file, a receipt's copy for a further post.

    ``row``: the beginning in its kind's table. ``number`` None: the next of its kind's series. ``particulars``
    are its family's columns; ``tie``: how it belongs to the docket that bears it.
    """

    id: UUID
    kind: str
    row: str
    tie: str
    subject: Commitment
    holder: UUID
    sender: UUID | None
    particulars: Mapping[str, object]
    number: str | None = None
    due: datetime | None = None
    others: tuple[NewRow, ...] = ()


@dataclass(slots=True)
class Plan:
    """The plan of one movement: its name and state, columns to set, rows to write, clocks and holding."""

    movement: UUID
    name: str
    to_state: str
    docket: Columns = field(default_factory=dict[str, object])
    particulars: Columns = field(default_factory=dict[str, object])
    columns: Columns = field(default_factory=dict[str, object])
    rows: list[NewRow] = field(default_factory=list[NewRow])
    changed: list[ChangedRow] = field(default_factory=list[ChangedRow])
    clocks: list[ClockChange] = field(default_factory=list[ClockChange])
    holder: UUID | None = None
    holder_changes: bool = False
    drafts_opened: list[tuple[UUID, UUID]] = field(default_factory=list[tuple[UUID, UUID]])
    drafts_fixed: list[UUID] = field(default_factory=list[UUID])
    document: UUID | None = None
    touched: dict[UUID, str] = field(default_factory=dict[UUID, str])
    messages: list[Message] = field(default_factory=list[Message])
    births: list[Birth] = field(default_factory=list[Birth])

    @property
    def details(self) -> Mapping[str, object] | None:
        """What the movement tells beside its columns."""
        found = self.columns.get("details")
        return cast("Mapping[str, object]", found) if found else None

    def tell(self, **details: object) -> None:
        """Adds to what the movement tells beside its columns."""
        self.columns["details"] = {**(self.details or {}), **details}

    def hold(self, post: UUID | None, role: str = "held") -> None:
        """The docket changes hands; a post that it is sent to has the role marked until it receives it."""
        self.holder, self.holder_changes = post, True
        self.docket["holder"] = post
        if post is not None:
            self.touched[post] = role
