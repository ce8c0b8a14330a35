"""A month as an office counts it: written 2026-04, from midnight to midnight in the zone of its scheme."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from flows.rules.working_time import CalendarInForce

WRITTEN: Final = re.compile(r"(20[0-9]{2}|21[0-9]{2})-(0[1-9]|1[0-2])")
"""How a month is written."""


class NoMonth(ValueError):
    """A text is no month; the message says how one is written."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text[:40]}” is no month; write it as 2026-04")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year from 2000 to 2199."""

    year: int
    month: int

    @classmethod
    def of(cls, text: str) -> Month:
        """A month as it is written. Raises NoMonth."""
        found = WRITTEN.fullmatch(text)
        if found is None:
            raise NoMonth(text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def with_day(cls, day: date) -> Month:
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def next(self) -> Month:
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def before(self) -> Month:
        return Month(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    def begin(self, calendar: CalendarInForce) -> datetime:
        """The month's first instant."""
        return calendar.time_on(self.first_day, 0)

    def end(self, calendar: CalendarInForce) -> datetime:
        """The first instant after the month."""
        return self.next.begin(calendar)
