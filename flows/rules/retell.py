"""Tells the time of a docket anew from its movements: who held it, its clocks, which posts had to do with it.

What a movement did to them is asked of the same effects with which a step plans it, so that the two cannot
drift apart. ``patravali fsck`` compares the answer with the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, cast
from uuid import UUID

from flows.rules.acts import COMPLAINT, WITHOUT_ROW
from flows.rules.cases import (
    NOBODY,
    Actor,
    Case,
    DocketFacts,
    History,
    Parameters,
    RunningClock,
    nowhere,
)
from flows.rules.effects import EFFECTS
from flows.rules.own_values import OwnCategory
from flows.rules.plan import ClockChange, Plan
from flows.rules.registration import first_clocks
from flows.rules.schemes import Category, Scheme
from flows.rules.tables import Row, StateClass, Table
from flows.rules.working_time import CalendarInForce

TELLING: Final = frozenset(
    {
        "leave_hands",
        "inform_posts",
        "send_to_post",
        "send_back",
        "take_in_hand",
        "take_to_actor",
        "end",
        "reopen",
        "start_level_clock",
        "end_attend_clock",
        "record_reply",
        "back_to_replier",
        "back_to_level",
        "back_in_work",
        "send_to_hub",
        "give_down",
        "send_up",
        "send_to_last",
        "send_by_route",
        "raise_level",
        "begin_level",
        "recategorise",
        "open_again",
        "begin_clocks",
        "extend_clocks",
    }
)
"""Effects that change who holds a docket, its clocks or its posts."""

SILENT: Final = frozenset(
    {
        "tie",
        "untie",
        "open_part",
        "open_volume",
        "amend",
        "copy_to_posts",
        "open_consultations",
        "split_off",
        "name_unanswered",
        "begin_route",
        "back_on_route",
        "along_route",
        "end_route",
        "decide_letter",
        "dispatch_letter",
        "draft_letter",
        "drop_letter",
        "revise_letter",
        "sign_letter",
        "tell_addressees",
        "withhold",
        "release",
        "name_by_relation",
        "open_note",
        "fix_draft",
        "record_decision",
        "settle_condition",
        "park",
        "bring_up",
        "add_document",
        "add_reference",
        "record_feedback",
        "tell_post",
        "record_review",
        "record_ground",
        "for_the_citizen",
        "count_attempt",
        "warn_holder",
        "remind_holder_and_above",
        "remind_who_is_to_hear",
    }
)
"""Effects that leave time and posts as they are; a test holds that every effect stands in one of the two sets."""

_RANK: Final = {"named": 0, "marked": 1, "held": 2}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a docket's movements were judged by: its kind's table, its scheme, its calendar.

    ``own``: the office's own categories that it ever had, by their rows.
    """

    table: Table
    scheme: Scheme
    calendar: CalendarInForce
    own: Mapping[UUID, Category] = field(default_factory=dict[UUID, Category])


@dataclass(frozen=True, slots=True)
class ToldMovement:
    """What a row of ``movement`` says of time and posts."""

    id: UUID
    act: str
    name: str
    at: datetime
    from_state: str | None
    to_state: str
    by_post: UUID | None
    second_post: UUID | None
    from_post: UUID | None
    to_post: UUID | None
    details: Mapping[str, object] | None


Columns = dict[str, object]


@dataclass(slots=True)
class TimeKept:
    """The rows that a docket should have in ``holding``, ``clock`` and ``docket_post``, without its id."""

    holding: list[Columns] = field(default_factory=list[Columns])
    clock: list[Columns] = field(default_factory=list[Columns])
    docket_post: list[Columns] = field(default_factory=list[Columns])

    def take(self, plan: Plan, at: datetime, level: int | None, actors: set[UUID]) -> None:
        """What a movement changes."""
        if plan.holder_changes:
            self._hold(plan.holder, level, at)
        for change in plan.clocks:
            self._change_clock(change, at)
        for post, role in plan.touched.items():
            self._touch(post, role, at, acted=post in actors)

    def _hold(self, post: UUID | None, level: int | None, at: datetime) -> None:
        for row in self.holding:
            row["to_at"] = row["to_at"] or at
        if post is not None:
            self.holding.append({"post": post, "level": level, "from_at": at, "to_at": None})

    def _change_clock(self, change: ClockChange, at: datetime) -> None:
        if change.do == "start":
            self.clock.append(_started(change, at))
            return
        sets = change.columns(at)
        for row in self.clock:
            if (row["sort"], row["level"], row["ended"]) == (change.sort, change.level, None):
                row.update(sets)

    def _touch(self, post: UUID, role: str, at: datetime, *, acted: bool) -> None:
        row = next((row for row in self.docket_post if row["post"] == post), None)
        if row is None:
            row = Columns({"post": post, "since": at, "last_act": None, "role": role})
            self.docket_post.append(row)
        row["role"] = max(str(row["role"]), role, key=_RANK.__getitem__)
        if acted:
            row["last_act"] = at

    def running(self) -> tuple[RunningClock, ...]:
        """The clocks that have not ended, as effects look at them."""
        return tuple(_running(row) for row in self.clock if row["ended"] is None)


def _started(change: ClockChange, at: datetime) -> Columns:
    limit = change.limit
    assert limit is not None
    return {
        "sort": change.sort,
        "level": change.level,
        "began": change.began or at,
        "limit_count": limit.count,
        "limit_unit": limit.unit,
        "due": change.due,
        "halted_at": None,
        "resumed_at": None,
        "left_us": None,
        "ended": None,
    }


def _running(row: Columns) -> RunningClock:
    began, due, halted, resumed = row["began"], row["due"], row["halted_at"], row["resumed_at"]
    level, count, left = row["level"], row["limit_count"], row["left_us"]
    assert isinstance(began, datetime)
    assert isinstance(due, datetime)
    assert isinstance(level, int)
    assert isinstance(count, int)
    assert halted is None or isinstance(halted, datetime)
    assert resumed is None or isinstance(resumed, datetime)
    assert left is None or isinstance(left, int)
    unit, time_left = str(row["limit_unit"]), None if left is None else timedelta(microseconds=left)
    return RunningClock(str(row["sort"]), level, began, unit, due, halted, count, resumed, time_left)


class Telling:
    """A docket's time while it is told, movement by movement in their order."""

    def __init__(self, rules: Rules, docket: DocketFacts, movements: Iterable[ToldMovement]) -> None:
        """``movements``: all of them, for the particulars with which it began."""
        self.kept = TimeKept()
        self._rules, self._docket = rules, docket
        self.particulars = _as_registered(docket, movements)

    def take(self, movement: ToldMovement) -> None:
        """What a movement did, told with the calendar as it was declared by its own time."""
        row = self.particulars.get("category_row")
        own = self._rules.own.get(row) if isinstance(row, UUID) else None
        now = replace(self._docket, holder=movement.from_post, particulars=self.particulars, category=own)
        case = _case(self._rules, now, movement, self.kept)
        plan = _plan(case, movement)
        self.particulars |= plan.particulars
        level = self.particulars.get("level")
        actors = {post for post in (movement.by_post, movement.second_post) if post is not None}
        self.kept.take(plan, movement.at, level if isinstance(level, int) else None, actors)


def retell(rules: Rules, docket: DocketFacts, movements: Iterable[ToldMovement]) -> TimeKept:
    """The rows that these movements, in their order, should have left."""
    movements = tuple(movements)
    telling = Telling(rules, docket, movements)
    for movement in movements:
        telling.take(movement)
    return telling.kept


def _as_registered(docket: DocketFacts, movements: Iterable[ToldMovement]) -> Columns:
    """The particulars with which it began; what changes them later says so in its plan."""
    particulars = dict(docket.particulars)
    if "level" in particulars:
        particulars["level"] = 1
    for movement in movements:
        if movement.details is not None and "category_before" in movement.details:
            before = {"category_row": _row_in(movement, "category_row_before")}
            return particulars | before | {"category": movement.details["category_before"]}
    return particulars


def row_of(table: Table, movement: ToldMovement) -> Row | None:
    """The table's row of a movement; None for the parts of a second person's mechanism that change nothing."""
    if movement.name in WITHOUT_ROW:
        return None
    return table.by_name.get(movement.name) or next(row for row in table.rows if row.act == movement.act)


def _case(rules: Rules, docket: DocketFacts, movement: ToldMovement, kept: TimeKept) -> Case:
    to = movement.to_post
    return Case(
        table=rules.table,
        row=row_of(rules.table, movement) or rules.table.rows[0],
        scheme=rules.scheme,
        docket=docket,
        actor=Actor(NOBODY, nowhere(movement.by_post or NOBODY)),
        parameters=Parameters(to=to, category=_category(movement), posts=_informed(movement)),
        at=movement.at,
        posts={} if to is None else {to: nowhere(to)},
        history=History(
            replied_by=to, assigned_by=to, clocks=kept.running(), new_category=_new_category(rules, movement)
        ),
        calendar=rules.calendar.as_of(movement.at),
    )


def _category(movement: ToldMovement) -> str | None:
    """The category that a movement gave it."""
    given = (movement.details or {}).get("category")
    return given if isinstance(given, str) else None


def _new_category(rules: Rules, movement: ToldMovement) -> OwnCategory | None:
    """The same, where it is the office's own and these rules know it."""
    row = _row_in(movement, "category_row")
    found = None if row is None else rules.own.get(row)
    return None if row is None or found is None else OwnCategory(row, found, None)


def _row_in(movement: ToldMovement, name: str) -> UUID | None:
    """The row of a category that a movement tells of."""
    told = (movement.details or {}).get(name)
    return None if told is None else UUID(str(told))


def _informed(movement: ToldMovement) -> tuple[UUID, ...]:
    """The posts that a movement marked it to for information."""
    told = (movement.details or {}).get("informed")
    return tuple(UUID(str(post)) for post in cast("list[object]", told)) if isinstance(told, list) else ()


def _plan(case: Case, movement: ToldMovement) -> Plan:
    plan = Plan(movement.id, movement.name, movement.to_state)
    if movement.from_state is None:
        plan.hold(movement.to_post or movement.by_post, "marked" if movement.to_post else "held")
        if movement.by_post is not None:
            plan.touched[movement.by_post] = "held"
        category = case.category if case.docket.family == COMPLAINT else None
        plan.clocks += first_clocks(case.calendar, category, movement.at, _since(movement))
    elif row_of(case.table, movement) is not None:
        for name in case.row.follows:
            if name in TELLING:
                EFFECTS[name](case, plan)
    if movement.by_post is not None and movement.name not in case.table.from_outside:
        plan.touched.setdefault(movement.by_post, "held" if _holds(case, movement) else "named")
    if movement.second_post is not None:
        plan.touched.setdefault(movement.second_post, "named")
    return plan


def _since(movement: ToldMovement) -> datetime | None:
    """From when the citizen waits, of a complaint that was split off."""
    told = (movement.details or {}).get("since")
    return datetime.fromisoformat(told) if isinstance(told, str) else None


def _holds(case: Case, movement: ToldMovement) -> bool:
    """Did the post that acted have the docket in its hands?"""
    state = movement.from_state
    return case.is_holder and state is not None and case.table.sort_of(state) is not StateClass.IN_TRANSIT


def differences(
    expected: Iterable[Mapping[str, object]], found: Iterable[Mapping[str, object]], key: tuple[str, ...]
) -> list[str]:
    """How the rows of one table differ from what they should be, each as a sentence."""
    should = {tuple(row[name] for name in key): row for row in expected}
    said: list[str] = []
    for row in found:
        place = tuple(row[name] for name in key)
        right = should.pop(place, None)
        if right is None:
            said.append(f"the row {_shown(place)} should not be there")
        else:
            said += [
                f"{name} of the row {_shown(place)} is {row[name]} and should be {right[name]}"
                for name in right
                if row[name] != right[name]
            ]
    return said + [f"the row {_shown(place)} is missing" for place in should]


def _shown(place: tuple[object, ...]) -> str:
    return ", ".join(str(part) for part in place)
