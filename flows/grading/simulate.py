"""Replays a month of the office by the rules of a scheme that is tried; it reads only.

The complaints of the month are those that were open in it, as for its grading: registered in it or before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flows import facts
from flows.grading.cases import PAGE, MonthOfKind, ToldLife, asked_of, known_of, lives
from flows.rules.districts import Districts
from flows.rules.grading import Tally, UnitMarks
from flows.rules.grading_form import Formula, formula_for
from flows.rules.retell import Rules
from flows.rules.schemes import Scheme
from flows.rules.simulation import Replayed, as_lived, by_other_rules
from flows.rules.working_time import CalendarInForce
from storage import grading_reading
from storage.database import Driver
from storage.kept_posts import DayRecord

Advance = Callable[[int, int], None]


@dataclass(slots=True)
class Side:
    """What the month came to on one side: the truth, or by the rules that are tried."""

    formula: Formula | None
    cases: int = 0
    late: int = 0
    escalated: int = 0
    attended: int = 0
    not_attended: int = 0
    tally: Tally | None = field(init=False)

    def __post_init__(self) -> None:
        self.tally = None if self.formula is None else Tally(self.formula)

    def take(self, replayed: Replayed) -> None:
        self.cases += 1
        self.late += replayed.late > 0
        self.escalated += replayed.escalated
        self.attended += replayed.facts.attended is True
        self.not_attended += replayed.facts.attended is False
        if self.tally is not None:
            self.tally.take(replayed.facts)

    @property
    def units(self) -> list[UnitMarks]:
        """The marks by this side's formula; none where it has none."""
        return [] if self.tally is None else self.tally.marks()

    def to_json(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in ("cases", "late", "escalated", "attended", "not_attended")}
        return counts | {"units": [unit.to_json() for unit in self.units]}


@dataclass(slots=True)
class Simulation:
    """Both sides of a month. ``unknown``: complaints that the rules that are tried cannot judge, for they have not
    their category or their state; those stand on neither side."""

    truth: Side
    tried: Side
    unknown: int = 0


async def simulate(driver: Driver, tried: Scheme, of: MonthOfKind, advance: Advance) -> Simulation:
    """Replays a month of a kind by the rules of a scheme. The connection reads one snapshot."""
    asked, known = await asked_of(driver, of), await known_of(driver, of)
    found = Simulation(Side(of.formula), Side(formula_for(tried.kinds[of.kind].grading, of.month)))
    # What the office says of its days and places is the same for every complaint.
    days, was = known.days, known.districts_of(of.scheme, of.kind)
    trial = Trial(tried, facts.calendar_of(tried, days), known.districts_of(tried, of.kind))
    ids = [row["id"] async for row in grading_reading.cases(driver, asked)]
    for begin in range(0, len(ids), PAGE):
        for life in await lives(driver, ids[begin : begin + PAGE]):
            _take(found, trial, of, life, days, was)
        advance(min(begin + PAGE, len(ids)), len(ids))
    return found


@dataclass(frozen=True, slots=True)
class Trial:
    """The scheme that is tried, with the office's days and places as it counts them."""

    scheme: Scheme
    calendar: CalendarInForce
    districts: Districts


def _take(
    found: Simulation, trial: Trial, of: MonthOfKind, life: ToldLife, days: tuple[DayRecord, ...], was: Districts
) -> None:
    table = trial.scheme.table_of(of.kind)
    states = {one.to_state for one in life.movements}
    codes = trial.scheme.kinds[of.kind].categories.keys() | _own_categories(life)
    if not (_categories(life) <= codes and states <= table.by_state.keys()):
        found.unknown += 1
        return
    other = Rules(table, trial.scheme, trial.calendar, life.own)
    truth = as_lived(life.rules(days), life.docket, life.movements, of.bounds, was)
    replayed = by_other_rules(other, life.docket, life.movements, of.bounds, trial.districts)
    if truth is not None and replayed is not None:
        found.truth.take(truth)
        found.tried.take(replayed)


def _own_categories(life: ToldLife) -> set[str]:
    """The office's own categories that it had: their limits are rows, whatever scheme is tried."""
    said: Sequence[Mapping[str, object]] = [one.details or {} for one in life.movements]
    before = {str(one["category_before"]) for one in said if one.get("category_row_before") is not None}
    now = {str(life.docket.particulars["category"])} if life.docket.particulars.get("category_row") else set[str]()
    return before | now


def _categories(life: ToldLife) -> set[str]:
    """Every category that the complaint had."""
    said: Sequence[Mapping[str, object]] = [one.details or {} for one in life.movements]
    before = {str(details["category_before"]) for details in said if "category_before" in details}
    return before | {str(life.docket.particulars["category"])}
