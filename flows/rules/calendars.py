"""Time limits and office calendars as a scheme writes them, and days that an office declares beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

_STRICT: Final = ConfigDict(extra="forbid", frozen=True)

LONGEST: Final = 36_525
"""The largest count of a limit: a century of days. A slip of the keyboard is no time limit."""


UNITS: Final = tuple(kind + unit for kind in ("working_", "") for unit in ("days", "hours", "minutes"))
"""What a limit may be counted in: working or calendar; the database's constraint names the same."""

_LENGTHS: Final = {"hours": timedelta(hours=1), "minutes": timedelta(minutes=1)}


class Span(BaseModel):
    """A length of time: how many of which unit."""

    model_config = _STRICT
    count: int = Field(ge=1, le=LONGEST)
    unit: str = Field(pattern=f"^({'|'.join(UNITS)})$")

    @property
    def working(self) -> bool:
        """Whether it is counted in the office's working time."""
        return self.unit.startswith("working")

    @property
    def length(self) -> timedelta | None:
        """How long it is where it is counted in hours or minutes; None in days, which end with the clock's day."""
        one = _LENGTHS.get(self.unit.removeprefix("working_"))
        return None if one is None else self.count * one


class Warn(BaseModel):
    """When somebody is told before a limit is over: at so much of it, or so long before its end."""

    model_config = _STRICT
    percent: int | None = Field(None, ge=1, le=99)
    before: Span | None = None

    @model_validator(mode="after")
    def _says_one(self) -> Warn:
        if (self.percent is None) == (self.before is None):
            raise ValueError("a warning says either percent (of the limit) or before (its end)")
        return self


class Limit(Span):
    """A time limit. ``warn``: when somebody is told before it is over; ``remind``: how often once it is."""

    warn: tuple[Warn, ...] = ()
    remind: Span | None = None


def _minutes(given: object) -> object:
    """Minutes since midnight, of a whole hour (9) or of a text ("09:30")."""
    if isinstance(given, int) and not isinstance(given, bool):
        if not 0 <= given <= 24:
            raise ValueError('an hour is 0 to 24; a time with minutes stands in quotation marks: "09:30"')
        return given * 60
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", given) if isinstance(given, str) else None
    if found is None:
        raise ValueError('a time of day is an hour (9) or a text ("09:30")')
    return int(found[1]) * 60 + int(found[2])


def _written(minutes: int) -> int | str:
    return minutes // 60 if minutes % 60 == 0 else f"{minutes // 60:02d}:{minutes % 60:02d}"


TimeOfDay = Annotated[int, BeforeValidator(_minutes), PlainSerializer(_written)]
"""Minutes since local midnight; 1440 is the next one. Written as an hour (9) or as a text ("09:30")."""

_LEAST: Final = 60

Hours = tuple[int, int]
"""From opening to closing, minutes since local midnight."""

DaySort = Literal["holiday", "half_day", "working"]

COUNTS_AFTER: Final = timedelta(minutes=1)
"""How long after its declaration a day counts: by then every step that could not see it has ended, for no
transaction of the application lasts as long. So what a past instant knew can be told again exactly."""


@dataclass(frozen=True, slots=True)
class DeclaredDay:
    """What an office declared of a day; of several declarations the last one holds."""

    day: date
    sort: DaySort
    declared_at: datetime


class Calendar(BaseModel):
    """The working days and hours of a scheme.

    ``free_week_days`` are ISO week days (1 to 7). ``free_in_month`` names those that are free only now and then:
    ``{6: [2, 4]}`` frees the second and the fourth Saturday of each month. ``hours`` gives a week day hours of
    its own. A half day counts as a working day; where no ``half_day_closes`` is given it ends midway. What an
    office declares stands under ``name``.
    """

    model_config = _STRICT
    name: str = Field("office", min_length=1, max_length=100)
    free_week_days: frozenset[int]
    free_in_month: Mapping[int, frozenset[int]] = Field(default_factory=dict[int, frozenset[int]])
    holidays: frozenset[date]
    half_days: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()
    opens: TimeOfDay
    closes: TimeOfDay
    half_day_closes: TimeOfDay | None = None
    hours: Mapping[int, tuple[TimeOfDay, TimeOfDay]] = Field(default_factory=dict[int, Hours])

    @model_validator(mode="after")
    def _has_working_time(self) -> Calendar:
        week = frozenset(range(1, 8))
        if not self.free_week_days < week or not self.free_in_month.keys() <= week:
            raise ValueError("free_week_days are ISO week days, 1 to 7, and leave at least one to work on")
        if any(not ordinals <= frozenset(range(1, 6)) for ordinals in self.free_in_month.values()):
            raise ValueError("free_in_month says which of a month's days are free: 1 to 5")
        free = {day for day, ordinals in self.free_in_month.items() if ordinals >= frozenset(range(1, 5))}
        if not week - self.free_week_days - free:
            raise ValueError("free_in_month leaves no week day to work on: at least one is needed")
        return self

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Calendar:
        if not self.hours.keys() <= frozenset(range(1, 8)):
            raise ValueError("hours are given by ISO week day, 1 to 7")
        hours = ((self.opens, self.closes), *self.hours.values())
        if any(closes - opens < _LEAST for opens, closes in hours):
            raise ValueError("the office opens before it closes, by an hour at least")
        ends = self.half_day_closes
        if ends is not None and any(ends - opens < _LEAST for opens, _ in hours):
            raise ValueError("on a half day too the office opens before it closes, by an hour at least")
        return self

    @model_validator(mode="after")
    def _says_one_thing_of_a_day(self) -> Calendar:
        twice = self.holidays & self.half_days | (self.holidays | self.half_days) & self.working_days
        if twice:
            days = ", ".join(str(day) for day in sorted(twice))
            raise ValueError(f"{days}: only one of holidays, half_days and working_days may name a day")
        return self

    def sort_of(self, day: date) -> DaySort:
        """What a day is if nothing was declared of it."""
        if day in self.holidays:
            return "holiday"
        if day in self.half_days:
            return "half_day"
        free = day.isoweekday() in self.free_week_days or _ordinal(day) in self.free_in_month.get(
            day.isoweekday(), ()
        )
        return "holiday" if free and day not in self.working_days else "working"

    def is_working(self, day: date) -> bool:
        return self.sort_of(day) != "holiday"

    def hours_of(self, day: date, sort: DaySort) -> Hours | None:
        """The hours of a day of that sort; None on a holiday."""
        opens, closes = self.hours.get(day.isoweekday(), (self.opens, self.closes))
        if sort == "half_day":
            ends = self.half_day_closes
            return opens, min(closes, (opens + closes) // 2 if ends is None else ends)
        return None if sort == "holiday" else (opens, closes)


def _ordinal(day: date) -> int:
    """Which one of its week day in the month a day is: 1 to 5."""
    return (day.day + 6) // 7
