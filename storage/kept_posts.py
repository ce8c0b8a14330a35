"""What a process keeps of the office's posts, so that a movement need not read them anew.

It holds for one version of the structure, which PostgreSQL changes with every transaction that touches a post,
its section, powers or superiors, who sits or assists there, or that declares a day of a calendar. Whoever uses
what is kept reads that version first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

Days = tuple[date, date | None]
"""From a day on, until a day (that one not; None: without end)."""

Instants = tuple[datetime, datetime | None]
"""From an instant on, until an instant (that one not; None: without end)."""


@dataclass(frozen=True, slots=True)
class PostRecord:
    """A post with all that was ever said of it; what holds today is for the reader to say.

    ``tenures`` and ``assistants`` are those of people who may log in, for nobody else acts, tenures with their
    charge; ``withheld`` are the powers that the office's link officers do not have; ``absences`` say who is on
    leave.
    """

    id: UUID
    code: str
    section: UUID
    section_code: str
    office: UUID
    record_room: bool
    opened_on: date
    closed_on: date | None
    powers: tuple[tuple[str, Days], ...]
    superiors: tuple[tuple[UUID, Days], ...]
    tenures: tuple[tuple[UUID, Instants, str], ...]
    absences: tuple[tuple[UUID, Instants], ...]
    withheld: tuple[tuple[str, Days], ...]
    assistants: tuple[tuple[UUID, tuple[str, ...], Instants], ...]


def record_of(row: Mapping[str, Any]) -> PostRecord:
    """The record of a post from its row, whose lists are JSON."""
    same = ("id", "code", "section", "section_code", "office", "record_room", "opened_on", "closed_on")
    return PostRecord(
        **{name: row[name] for name in same},
        powers=_powers(row["powers"]),
        superiors=tuple((UUID(post), _days(since, until)) for post, since, until in row["superiors"] or ()),
        tenures=tuple(
            (UUID(who), _instants(since, to), charge) for who, since, to, charge in row["tenures"] or ()
        ),
        absences=tuple((UUID(who), _instants(since, to)) for who, since, to in row["absences"] or ()),
        withheld=_powers(row["withheld"]),
        assistants=tuple(
            (UUID(person), tuple(powers), _instants(since, until))
            for person, powers, since, until in row["assistants"] or ()
        ),
    )


def _powers(rows: Sequence[Any] | None) -> tuple[tuple[str, Days], ...]:
    return tuple((power, _days(since, until)) for power, since, until in rows or ())


def _days(since: str, until: str | None) -> Days:
    return date.fromisoformat(since), date.fromisoformat(until) if until else None


def _instants(since: str, until: str | None) -> Instants:
    return datetime.fromisoformat(since), datetime.fromisoformat(until) if until else None


@dataclass(frozen=True, slots=True)
class DayRecord:
    """What was declared of a day of a calendar; of several declarations the last one holds."""

    calendar: str
    day: date
    sort: Literal["holiday", "half_day", "working"]
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts that were asked for, at an instant; ``records`` holds those above them too, and may hold others.

    ``days``: every day that was declared, in the order of declaration.
    """

    at: datetime
    asked: frozenset[UUID]
    records: Mapping[UUID, PostRecord]
    days: tuple[DayRecord, ...]


class KeptPosts:
    """The records of one version."""

    def __init__(self) -> None:
        self._version: str | None = None
        self._records: dict[UUID, PostRecord] = {}
        self._codes: dict[str, UUID] = {}
        self._days: tuple[DayRecord, ...] | None = None

    def days(self, version: str) -> tuple[DayRecord, ...] | None:
        """The declared days, if they are kept in this version."""
        return self._days if version == self._version else None

    def found(self, at: datetime, version: str, ids: Collection[UUID], codes: Collection[str]) -> Posts | None:
        """The posts of these ids and codes, if all of them are kept in this version."""
        days = self.days(version)
        if days is None or any(code not in self._codes for code in codes):
            return None
        asked = frozenset((*ids, *(self._codes[code] for code in codes)))
        return Posts(at, asked, self._records, days) if asked <= self._records.keys() else None

    def keep(self, version: str, records: Iterable[PostRecord], days: tuple[DayRecord, ...]) -> None:
        """Keeps what was read in a version; what was kept of another is dropped."""
        if version != self._version:
            # Whoever found something in the old ones goes on with them.
            self._version, self._records, self._codes = version, {}, {}
        self._days = days
        for record in records:
            self._records[record.id] = record
            self._codes[record.code] = record.id
