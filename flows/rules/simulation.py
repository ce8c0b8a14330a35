"""A month replayed by other rules: what its complaints would have come to under another scheme's limits.

What people did stays as it was, at the same times: nobody knows how they would have acted otherwise. What the
clock did is left out and told anew by the limits of the scheme that is tried; its effects are those of every step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from flows.rules import clocks
from flows.rules.cases import NOBODY, DocketFacts, RunningClock
from flows.rules.districts import Districts
from flows.rules.grading import CaseFacts
from flows.rules.grading_facts import Bounds, as_it_was, facts_of, instant, limits_of
from flows.rules.retell import Rules, Telling, TimeKept, ToldMovement, retell
from flows.rules.schemes import Category
from flows.rules.tables import Row

_MOMENT: Final = timedelta(microseconds=1)
_NEVER_MORE: Final = 50
"""So many levels nobody has; it ends what could otherwise go on for ever."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a complaint came to in the month: its facts, and how many of its limits were over in it.

    ``late``: limits that were over at some time in the month: of its levels, also while nobody was given it, and
    the citizen's. ``escalated``: how often the clock sent it up
    in the month.
    """

    facts: CaseFacts
    late: int
    escalated: int


def is_escalation_of_the_clock(movement: ToldMovement) -> bool:
    return movement.act == "escalate" and movement.by_post is None


def as_lived(
    rules: Rules, docket: DocketFacts, movements: Sequence[ToldMovement], bounds: Bounds, districts: Districts
) -> Replayed | None:
    """What a complaint came to under its own scheme; None where it was not open in the month."""
    facts = facts_of(rules, docket, movements, bounds, districts)
    if facts is None:
        return None
    known = [one for one in movements if one.at < bounds.end]
    was = as_it_was(docket, movements[len(known) :])
    return _replayed(facts, rules, was, retell(rules, was, known), known, bounds)


def by_other_rules(
    rules: Rules, docket: DocketFacts, movements: Sequence[ToldMovement], bounds: Bounds, districts: Districts
) -> Replayed | None:
    """What it would have come to under these rules, which must know its kind and category; None as above."""
    lived = _escalated_anew(rules, docket, movements, bounds)
    whole = [*lived, *(one for one in movements if one.at >= bounds.end)]
    facts = facts_of(rules, docket, whole, bounds, districts)
    if facts is None:
        return None
    was = as_it_was(docket, [one for one in movements if one.at >= bounds.end])
    return _replayed(facts, rules, was, retell(rules, was, lived), lived, bounds)


def _replayed(
    facts: CaseFacts,
    rules: Rules,
    docket: DocketFacts,
    kept: TimeKept,
    movements: Sequence[ToldMovement],
    bounds: Bounds,
) -> Replayed:
    escalated = [one for one in movements if is_escalation_of_the_clock(one) and bounds.has(one.at)]
    limits = [row for row in kept.clock if row["sort"] != "attend"] + _ungiven(rules, docket, kept)
    return Replayed(facts, sum(_over_in(row, bounds) for row in limits), len(escalated))


def _ungiven(rules: Rules, docket: DocketFacts, kept: TimeKept) -> list[dict[str, object]]:
    """The first level's clock of a complaint until somebody was given it: it counts from the registration."""
    citizen = min((row for row in kept.clock if row["sort"] == "citizen"), key=lambda row: instant(row["began"]))
    began = instant(citizen["began"])
    limit = limits_of(rules, docket.kind, docket.particulars).limit_at(1)
    given = [instant(row["began"]) for row in kept.clock if row["sort"] == "level"]
    ends = given if citizen["ended"] is None else [*given, instant(citizen["ended"])]
    due = clocks.due(began, limit, rules.calendar.as_of(began))
    return [{"due": due, "halted_at": None, "ended": min(ends, default=None)}]


def _over_in(clock: dict[str, object], bounds: Bounds) -> bool:
    """Did it run beyond its limit at some time in the month?"""
    stops = [instant(clock[name]) for name in ("ended", "halted_at") if clock[name] is not None]
    stop = min([*stops, bounds.end])
    return instant(clock["due"]) < stop and stop > bounds.begin


def _escalated_anew(
    rules: Rules, docket: DocketFacts, movements: Sequence[ToldMovement], bounds: Bounds
) -> list[ToldMovement]:
    """What people did until the month's end, and between it what the clock would have done by these rules."""
    known = [one for one in movements if one.at < bounds.end]
    by_people = [one for one in known if not is_escalation_of_the_clock(one)]
    replay = _Replay(rules, as_it_was(docket, movements[len(known) :]), by_people)
    for one in by_people:
        replay.escalate_until(one.at)
        replay.take(one)
    replay.escalate_until(bounds.end)
    return replay.lived


class _Replay:
    """One complaint on its way through the month."""

    def __init__(self, rules: Rules, docket: DocketFacts, by_people: Sequence[ToldMovement]) -> None:
        self.rules, self.docket, self.kind = rules, docket, rules.scheme.kinds[docket.kind]
        self.telling, self.lived = Telling(rules, docket, by_people), list[ToldMovement]()
        self.row = next(
            (row for row in rules.table.rows if row.act == "escalate" and "the_clock" in row.who), None
        )

    def take(self, movement: ToldMovement) -> None:
        self.telling.take(movement)
        self.lived.append(movement)

    def escalate_until(self, end: datetime) -> None:
        """Sends it up each time that a level's limit is over before the end."""
        for _ in range(_NEVER_MORE):
            at = self._due()
            if self.row is None or at is None or at >= end:
                return
            self.take(self._up(self.row, at))

    def _due(self) -> datetime | None:
        """When the clock sends it up next if nobody acts; None: never."""
        if self.row is None or not self.lived or self.lived[-1].to_state not in self.row.from_states:
            return None
        clock = self._responsible()
        if clock is None or clock.halted_at is not None or not self._may_climb(clock.level):
            return None
        return max(clock.due, self.lived[-1].at) + _MOMENT

    def _responsible(self) -> RunningClock | None:
        """The clock of the level that is responsible; of one that nobody was given, counted from registration."""
        running = {one.sort: one for one in self.telling.kept.running()}
        if "level" in running or "citizen" not in running:
            return running.get("level")
        level, since = self.telling.particulars["level"], running["citizen"].began
        assert isinstance(level, int)
        limit = self._limits().limit_at(level)
        return clocks.started("level", level, since, limit, self.rules.calendar.as_of(since))

    def _limits(self) -> Category:
        return limits_of(self.rules, self.docket.kind, self.telling.particulars)

    def _may_climb(self, level: int) -> bool:
        """Below the top, and from a level that is not left by hand only."""
        return level < len(self._limits().levels) and not self.kind.handling.grounds_from(level)

    def _up(self, row: Row, at: datetime) -> ToldMovement:
        last = self.lived[-1]
        return replace(
            last,
            id=UUID(int=len(self.lived)),
            act=row.act,
            name=row.name,
            at=at,
            from_state=last.to_state,
            to_state=row.to_state or last.to_state,
            by_post=None,
            second_post=None,
            from_post=None,
            to_post=NOBODY,
            details=None,
        )
