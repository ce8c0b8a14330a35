"""A scheme: one government's way of working. Its form in YAML, and what the rules ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from flows.rules.form import Labelled, Strict
from flows.rules.sources import Assumed
from flows.rules.tables import Table


class Limit(Strict):
    """A time limit: how many of which unit."""

    count: int = Field(ge=1)
    unit: str = Field(pattern="^(working_days|days|working_hours|hours)$")


class Category(Strict):
    """What a complaint is about, its limits by level, and the limit within which it must be attended."""

    label: Labelled
    levels: tuple[Limit, ...] = Field(min_length=1)
    citizen: Limit
    attend: Limit


class Calendar(Strict):
    """Working days: ISO week days that are free, holidays, and the working hours of a day."""

    free_week_days: frozenset[int]
    holidays: frozenset[date]
    opens: int = Field(ge=0, le=23)
    closes: int = Field(ge=1, le=24)

    @model_validator(mode="after")
    def _has_working_time(self) -> Calendar:
        if not self.free_week_days < frozenset(range(1, 8)):
            raise ValueError("free_week_days are ISO week days, 1 to 7, and leave at least one to work on")
        if self.opens >= self.closes:
            raise ValueError("the office opens before it closes")
        return self

    def is_working(self, day: date) -> bool:
        return day.isoweekday() not in self.free_week_days and day not in self.holidays


class Kind(Strict):
    """A kind of docket: its table, its numbers and what its particulars may be."""

    table: str
    number: str
    series: tuple[str, ...]
    label: Labelled
    heads: Mapping[str, Labelled] = Field(default_factory=dict)
    subject_classes: Mapping[str, Labelled] = Field(default_factory=dict)
    decided_before_close: frozenset[str] = frozenset()
    retention_classes: Mapping[str, Labelled] = Field(default_factory=dict)
    places: Mapping[str, Labelled] = Field(default_factory=dict)
    channels: Mapping[str, Labelled] = Field(default_factory=dict)
    categories: Mapping[str, Category] = Field(default_factory=dict)


class SchemeForm(Strict):
    """What a scheme says beside its tables and kinds."""

    name: str = Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    version: int = Field(ge=1, le=1_000_000)
    label: Labelled
    zone: str
    calendar: Calendar
    priorities: Mapping[str, Labelled] = Field(min_length=1)
    proposal_lapses_days: int = Field(ge=1)

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
    """A scheme that was loaded: nothing of it contradicts itself. ``assumed``: values without a public source."""

    form: SchemeForm
    kinds: Mapping[str, Kind]
    tables: Mapping[str, Table]
    assumed: tuple[Assumed, ...] = ()

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
    def calendar(self) -> Calendar:
        return self.form.calendar

    @property
    def priorities(self) -> Mapping[str, tuple[str, str]]:
        return self.form.priorities

    @property
    def proposal_lapses_days(self) -> int:
        return self.form.proposal_lapses_days

    def table_of(self, kind: str) -> Table:
        """The rules' table of one of its kinds."""
        return self.tables[self.kinds[kind].table]

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.form.zone)

    def day_of(self, at: datetime) -> date:
        """The day on which an instant falls where the scheme is in force."""
        return at.astimezone(self._zone).date()

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)
