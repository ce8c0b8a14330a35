"""A scheme: one government's way of working, read from YAML and checked before use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from importlib import resources
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from flows.rules.errors import TableFault
from flows.rules.labels import Label


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limit(_Strict):
    """A time limit: how many of which unit."""

    count: int = Field(ge=1)
    unit: str = Field(pattern="^(working_days|days|working_hours|hours)$")


class Category(_Strict):
    """What a complaint is about, its limits by level, and the limit within which it must be attended."""

    label: Label
    levels: tuple[Limit, ...] = Field(min_length=1)
    citizen: Limit
    attend: Limit


class Calendar(_Strict):
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


class Kind(_Strict):
    """A kind of docket: its table, its numbers and what its particulars may be."""

    table: str
    number: str
    series: tuple[str, ...]
    label: Label
    heads: Mapping[str, Label] = Field(default_factory=dict)
    subject_classes: Mapping[str, Label] = Field(default_factory=dict)
    decided_before_close: frozenset[str] = frozenset()
    retention_classes: Mapping[str, Label] = Field(default_factory=dict)
    places: Mapping[str, Label] = Field(default_factory=dict)
    channels: Mapping[str, Label] = Field(default_factory=dict)
    categories: Mapping[str, Category] = Field(default_factory=dict)


class Scheme(_Strict):
    """A scheme in force."""

    name: str
    version: int = Field(ge=1)
    label: Label
    zone: str
    calendar: Calendar
    priorities: Mapping[str, Label] = Field(min_length=1)
    proposal_lapses_days: int = Field(ge=1)
    kinds: Mapping[str, Kind]

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def day_of(self, at: datetime) -> date:
        """The day on which an instant falls where the scheme is in force."""
        return at.astimezone(self._zone).date()

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)


def load_scheme(text: str, source: str) -> Scheme:
    """A scheme from YAML. Raises TableFault naming the source and the fault."""
    try:
        return Scheme.model_validate(yaml.safe_load(text))
    except (ValidationError, yaml.YAMLError) as fault:
        raise TableFault(f"{source}: {fault}") from None


def shipped_schemes() -> Mapping[str, Scheme]:
    """The schemes that stand in ``flows/schemes``, by name."""
    folder = resources.files("flows.schemes")
    found = [
        load_scheme(entry.read_text("utf-8"), entry.name)
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    ]
    return {scheme.name: scheme for scheme in found}
