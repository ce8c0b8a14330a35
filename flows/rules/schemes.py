"""A scheme: one government's way of working. Its form in YAML, and what the rules ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from flows.rules.calendars import Calendar, DeclaredDay, Limit, Span
from flows.rules.districts import District
from flows.rules.form import Labelled, Strict
from flows.rules.grading_form import Grading
from flows.rules.handling import Handling
from flows.rules.retention import Retention, RetentionClass
from flows.rules.sources import Assumed
from flows.rules.tables import Table
from flows.rules.working_time import CalendarInForce


class Procedure(Strict):
    """The standard operating procedure of a category: what must be done, step by step, and within what time.

    ``version``: which issue of the department's own paper it repeats (SYSTEMS S1). The evidence that it asks for
    is the category's, which a reply must carry.
    """

    version: int = Field(ge=1)
    steps: tuple[Labelled, ...] = Field(min_length=1)
    within: Span


class Category(Strict):
    """What a complaint is about, its limits by level, and the limit within which it must be attended.

    ``department``: the one that answers for it. ``evidence``: classes of documents without which a reply is not
    accepted (SYSTEMS S1).
    """

    label: Labelled
    department: str | None = None
    sop: Procedure | None = None
    levels: tuple[Limit, ...] = Field(min_length=1)
    citizen: Limit
    attend: Limit
    evidence: tuple[str, ...] = ()

    def limit_at(self, level: int) -> Limit:
        """The limit of a level; above the highest that has one, that one's."""
        return self.levels[min(level, len(self.levels)) - 1]

    def limit_of(self, sort: str, level: int) -> Limit:
        """The limit of a sort of clock: the citizen's, that of attending, or that of a level."""
        if sort == "citizen":
            return self.citizen
        return self.attend if sort == "attend" else self.limit_at(level)


class DispatchNumbers(Strict):
    """How letters that go out are numbered: by the year, the section that dispatches, the file's number.

    ``shared``: all addressees of a letter under one number, as endorsements are; otherwise each has the next.
    """

    number: str = "{section}/{serial}/{year}"
    series: tuple[str, ...] = ("section", "year")
    shared: bool = False


class Kind(Strict):
    """A kind of docket: its table, its numbers and what its particulars may be."""

    table: str
    number: str
    series: tuple[str, ...]
    label: Labelled
    heads: Mapping[str, Labelled] = Field(default_factory=dict)
    subject_classes: Mapping[str, Labelled] = Field(default_factory=dict)
    decided_before_close: frozenset[str] = frozenset()
    retention_classes: Mapping[str, RetentionClass] = Field(default_factory=dict)
    retention: Retention = Retention()
    places: Mapping[str, Labelled] = Field(default_factory=dict)
    districts: Mapping[str, District] = Field(default_factory=dict)
    channels: Mapping[str, Labelled] = Field(default_factory=dict)
    systems: Mapping[str, Labelled] = Field(default_factory=dict)
    """The outside systems of which a docket of the kind may bear the number."""
    departments: Mapping[str, Labelled] = Field(default_factory=dict)
    categories: Mapping[str, Category] = Field(default_factory=dict)
    handling: Handling = Handling()
    grading: Grading = Field(default_factory=dict)
    dispatch: DispatchNumbers = DispatchNumbers()
    assign_at_once: bool = False
    """A complaint that is registered goes to the post of its route in the same transaction."""

    def retention_of(self, retention_class: str | None) -> Retention:
        """How long a docket of the kind is kept; a file by its class. Never due where the scheme says nothing."""
        if retention_class is None:
            return self.retention
        return self.retention_classes.get(retention_class, self.retention)


class SchemeForm(Strict):
    """What a scheme says beside its tables and kinds."""

    name: str = Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    version: int = Field(ge=1, le=1_000_000)
    label: Labelled
    zone: str
    calendar: Calendar
    priorities: Mapping[str, Labelled] = Field(min_length=1)
    proposal_lapses_days: int = Field(ge=1)
    parking_days: int = Field(default=5 * 365, ge=1, le=3650)
    """Calendar days that a file may be parked at a time; it comes up again by itself. No manual names a number."""

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"there is no time zone “{name}”") from None
        return name


@dataclass(frozen=True)
class Scheme:
    """A scheme that was loaded: nothing of it contradicts itself.

    ``assumed``: values without a public source. ``unmarked``: limits, periods and counts of which it is not said.
    """

    form: SchemeForm
    kinds: Mapping[str, Kind]
    tables: Mapping[str, Table]
    assumed: tuple[Assumed, ...] = ()
    unmarked: tuple[Assumed, ...] = field(default=(), compare=False)

    @property
    def name(self) -> str:
        return self.form.name

    @property
    def version(self) -> int:
        return self.form.version

    @property
    def label(self) -> tuple[str, str]:
        return self.form.label

    @property
    def zone(self) -> str:
        return self.form.zone

    @property
    def calendar(self) -> Calendar:
        return self.form.calendar

    @property
    def priorities(self) -> Mapping[str, tuple[str, str]]:
        return self.form.priorities

    @property
    def proposal_lapses_days(self) -> int:
        return self.form.proposal_lapses_days

    @property
    def parking_days(self) -> int:
        return self.form.parking_days

    def table_of(self, kind: str) -> Table:
        """The rules' table of one of its kinds."""
        return self.tables[self.kinds[kind].table]

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.form.zone)

    def day_of(self, at: datetime) -> date:
        """The day on which an instant falls where the scheme is in force."""
        return at.astimezone(self._zone).date()

    def calendar_with(self, declared: Iterable[DeclaredDay]) -> CalendarInForce:
        """The calendar in force where these days were declared."""
        return CalendarInForce(self.calendar, self._zone, declared)
