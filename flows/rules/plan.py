"""What an act will write, as the effects plan it. Nothing here knows a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, cast
from uuid import UUID

from flows.rules.audit_chain import Commitment
from flows.rules.calendars import Span


@dataclass(frozen=True, slots=True)
class ClockChange:
    """What happens to a clock: it starts with a limit, is halted, goes on, is counted anew, or ends.

    One that starts began with its movement, unless ``began`` says when before. Counted anew it has another limit
    (recategorised) or, where none is given, only another due (extended). ``left`` is the working time with
    which it goes on.
    """

    do: Literal["start", "halt", "resume", "recount", "end"]
    sort: str
    level: int = 0
    limit: Span | None = None
    due: datetime | None = None
    left: timedelta | None = None
    began: datetime | None = None

    def columns(self, at: datetime) -> dict[str, object]:
        """What it sets in the clock's row; a clock that starts gets a row of its own."""
        if self.do == "resume":
            return {"halted_at": None, "due": self.due, "resumed_at": at, "left_us": self._left_us}
        if self.do == "recount" and self.limit is not None:
            limit = {"limit_count": self.limit.count, "limit_unit": self.limit.unit}
            return {**limit, "due": self.due, "left_us": self._left_us}
        name = {"halt": "halted_at", "recount": "due", "end": "ended"}[self.do]
        return {name: self.due if self.do == "recount" else at}

    @property
    def _left_us(self) -> int | None:
        return None if self.left is None else self.left // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Message:
    """Something that the outside is told: ``purpose`` names its text in ``flows.rules.messages``.

    Whom is said by his part alone, or by an id; where that is (a telephone, an address) is looked up when it is
    sent, so that no message keeps it. ``parameters`` hold nothing that a person wrote or is known by.
    """

    purpose: str
    channel: Literal["email", "sms", "webhook"]
    to: Literal["complainant", "post", "webhook", "addressee"]
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
    """A docket that a movement brings into being: a part of a file, a receipt's copy, a grievance split off.

    ``row``: the beginning in its kind's table. ``number`` None: the next of its kind's series. ``particulars``
    are its family's columns; ``tie``: how it belongs to the docket that bears it. ``since``: from when the
    citizen waits for it, of a complaint split off. ``messages`` tell of its beginning.
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
    since: datetime | None = None
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasing:
    """What the movement says is erased, and under which order; the destroyer's role takes it away afterwards."""

    under: UUID
    values: tuple[UUID, ...]
    documents: tuple[UUID, ...]


@dataclass(slots=True)
class Plan:
    """The plan of one movement: its name and state, columns to set, rows to write, clocks and holding.

    ``dispatches`` are rows of that table that still lack their numbers.
    """

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
    dispatches: list[Columns] = field(default_factory=list[Columns])
    erasing: Erasing | None = None

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
