"""What is measured of one complaint in a month, told from its movements alone.

For a complaint in an export that is the only way. The office reads the same of all its complaints at once
(``storage.grading_reading``), and comes here for those that were reopened or recategorised since the month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from flows.rules.calendars import Span
from flows.rules.cases import DocketFacts
from flows.rules.clocks import due
from flows.rules.districts import Districts
from flows.rules.grading import CaseFacts
from flows.rules.months import Month
from flows.rules.retell import Rules, ToldMovement, retell, row_of
from flows.rules.schemes import Category, Kind
from flows.rules.tables import StateClass, Table
from flows.rules.working_time import CalendarInForce

CATEGORY_BEFORE: Final = "category_before"
"""The detail of a movement that tells of which category the complaint was until then."""
_ROW_BEFORE: Final = "category_row_before"
"""The same of the row of an office's own category; a movement that changes nothing of the row does not tell it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A month in a zone: from its first instant until the first one after it."""

    month: Month
    begin: datetime
    end: datetime

    @classmethod
    def of(cls, month: Month, calendar: CalendarInForce) -> Bounds:
        return cls(month, month.begin(calendar), month.end(calendar))

    def has(self, at: datetime) -> bool:
        return self.begin <= at < self.end

    def days_open(self, since: date) -> int:
        """Calendar days from a day until the month's last one."""
        return (self.month.next.first_day - since).days - 1


@dataclass(frozen=True, slots=True)
class Closing:
    """When and how a complaint was closed."""

    at: datetime
    ending: str | None


def is_closed(table: Table, state: str | None) -> bool:
    return state is not None and table.sort_of(state) is StateClass.CLOSED


def standing_closing(table: Table, movements: Sequence[ToldMovement]) -> Closing | None:
    """The closing with which these movements leave a complaint; None: it is open."""
    closing: Closing | None = None
    for one in movements:
        if is_closed(table, one.from_state) != is_closed(table, one.to_state):
            row = row_of(table, one)
            closing = Closing(one.at, row and row.ends) if is_closed(table, one.to_state) else None
    return closing


def department_of(kind: Kind, category: Category) -> str | None:
    """The department that answers for a category; None: nobody said which.

    That of an office's own category has the code of the office's department, which is the scheme's where the
    scheme names one so; capitals make no other department.
    """
    found = category.department
    if found is None:
        return None
    return next((code for code in kind.departments if code.lower() == found.lower()), found)


def as_it_was(docket: DocketFacts, later: Iterable[ToldMovement]) -> DocketFacts:
    """The docket with the category that it had before these movements, and with its row if it is the office's."""
    changed = [one.details or {} for one in later]
    before = next((details[CATEGORY_BEFORE] for details in changed if CATEGORY_BEFORE in details), None)
    if before is None:
        return docket
    rows = [details[_ROW_BEFORE] for details in changed if _ROW_BEFORE in details]
    row = (rows[0] and UUID(str(rows[0]))) if rows else docket.particulars.get("category_row")
    return replace(docket, particulars={**docket.particulars, "category": before, "category_row": row})


def facts_of(
    rules: Rules, docket: DocketFacts, movements: Sequence[ToldMovement], bounds: Bounds, districts: Districts
) -> CaseFacts | None:
    """What is measured of a complaint in a month, from all its movements; None where it was not open in it."""
    known = [one for one in movements if one.at < bounds.end]
    closing = standing_closing(rules.table, known)
    if not known or (closing is not None and closing.at < bounds.begin):
        return None
    was = as_it_was(docket, movements[len(known) :])
    clocks = retell(rules, was, known).clock
    in_month = [one for one in known if bounds.has(one.at)]
    return CaseFacts(
        number=docket.number,
        department=department_of(rules.scheme.kinds[docket.kind], limits_of(rules, docket.kind, was.particulars)),
        district=districts.of(str(was.particulars["place"])),
        registered=rules.calendar.day_of(known[0].at),
        ending=None if closing is None else closing.ending,
        open_days=None if closing is not None else bounds.days_open(rules.calendar.day_of(_since(clocks))),
        replied=any(one.act == "reply" for one in in_month),
        sent_back=any(is_sent_back(one) for one in in_month),
        attended=attended_in(_attended(clocks, bounds), _given(rules, was, known, clocks), bounds),
    )


@dataclass(frozen=True, slots=True)
class Giving:
    """When a complaint was first given to somebody to attend to, and until when that should have been attended.

    ``over``: the end of the limit of attending, counted from the registration.
    """

    over: datetime
    given_at: datetime | None
    closed_at: datetime | None

    @classmethod
    def of(
        cls, limit: Span, calendar: CalendarInForce, at: datetime, given: datetime | None, closed: datetime | None
    ) -> Giving:
        return cls(due(at, limit, calendar.as_of(at)), given, closed)

    def missed_in(self, bounds: Bounds) -> bool:
        """Was the limit over in the month before anybody was given it? Closing in time keeps it too."""
        stops = [at for at in (self.given_at, self.closed_at) if at is not None]
        return bounds.has(self.over) and not (stops and min(stops) <= self.over)


def attended_in(of_clocks: bool | None, giving: Giving, bounds: Bounds) -> bool | None:
    """Every complaint is to be attended by the next day (SYSTEMS S2): what nobody was given by then is not."""
    return False if giving.missed_in(bounds) else of_clocks


def limits_of(rules: Rules, kind: str, particulars: Mapping[str, object]) -> Category:
    """What a complaint with these particulars is about: the office's own category with its row's limits, or the
    scheme's."""
    row = particulars.get("category_row")
    own = rules.own.get(row) if isinstance(row, UUID) else None
    return own or rules.scheme.kinds[kind].categories[str(particulars["category"])]


def _given(rules: Rules, docket: DocketFacts, known: Sequence[ToldMovement], clocks: Iterable[Clock]) -> Giving:
    category = limits_of(rules, docket.kind, docket.particulars)
    given = min((instant(one["began"]) for one in clocks if one["sort"] == "attend"), default=None)
    closing = standing_closing(rules.table, known)
    closed = None if closing is None else closing.at
    return Giving.of(category.attend, rules.calendar, known[0].at, given, closed)


def is_sent_back(movement: ToldMovement) -> bool:
    """Did a reviewer send the reply back with a quality mark?"""
    return movement.act == "review_reply" and "quality" in (movement.details or {})


Clock = Mapping[str, object]


def instant(value: object) -> datetime:
    assert isinstance(value, datetime)
    return value


def _since(clocks: Iterable[Clock]) -> datetime:
    """When the present life of a complaint began: registered, or reopened last."""
    return max(instant(clock["began"]) for clock in clocks if clock["sort"] == "citizen")


def _attended(clocks: Iterable[Clock], bounds: Bounds) -> bool | None:
    """Whether each limit of attending that was over in the month was kept; closing in time keeps it too."""
    over = [one for one in clocks if one["sort"] == "attend" and bounds.has(instant(one["due"]))]
    kept = [one["ended"] is not None and instant(one["ended"]) <= instant(one["due"]) for one in over]
    return all(kept) if kept else None
