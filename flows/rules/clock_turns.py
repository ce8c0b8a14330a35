"""The clock's next turn at a complaint: which of its acts comes next, and when. It is kept beside the docket.

A turn hastens and proves nothing: what may be done is judged by the table's row when the turn has come, under the
docket's lock. It may come too early, for then the clock sees that nothing is due and sets the next one; it is
never too late. A complaint whose table has no row for the clock has no turn.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flows.rules import clocks, complaints
from flows.rules.acts import COMPLAINT
from flows.rules.cases import Case, RunningClock
from flows.rules.plan import ClockChange, Plan
from flows.rules.schemes import Category
from flows.rules.tables import Row, StateClass, Table
from flows.rules.working_time import CalendarInForce

ESCALATE: Final = "escalate"
REMIND: Final = "remind_overdue"
WARN: Final = "warn"
CLOSE_UNHEARD: Final = "close_unheard"
LAPSE_SPECIAL: Final = "lapse_special_close"

LOOK_AGAIN: Final = timedelta(days=1)
"""How soon the clock looks again at what is overdue and can go nowhere today: a post above may be filled."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the clock does next, and from when."""

    act: str
    at: datetime


def columns_of(turn: Turn | None) -> dict[str, object]:
    """The docket's columns; both are empty where the clock has nothing to do with it."""
    return {"clock_act": turn and turn.act, "clock_at": turn and turn.at}


def row_for(table: Table, act: str, state: str | None = None) -> Row | None:
    """The row by which the clock does an act (in a state, if named); None: the table leaves it to people."""
    rows = [row for row in table.rows if row.act == act and "the_clock" in row.who]
    here = (row for row in rows if state in row.from_states)
    return next(here, rows[0] if rows else None)


def first(table: Table, category: Category, at: datetime, calendar: CalendarInForce) -> Turn | None:
    """That of a complaint just registered: the first level's limit counts, given to somebody at once or not."""
    begun = [clocks.started(sort, 1, at, category.limit_of(sort, 1), calendar) for sort in ("level", "citizen")]
    return _known(table, _begun(calendar, category, *begun))


def at_once(table: Table, at: datetime) -> Turn | None:
    """That of a complaint of which several limits run, one perhaps since long: the clock looks, and sees when."""
    return _known(table, Turn(ESCALATE, at))


def follow(case: Case, plan: Plan) -> None:
    """Sets the next turn where a movement may change it; an effect that knows better has set it before."""
    if case.table.family != COMPLAINT or "clock_at" in plan.docket:
        return
    before, after = (case.table.sort_of(state) for state in (case.docket.state, plan.to_state))
    if after is StateClass.CLOSED:
        plan.docket |= columns_of(None)
    elif after is StateClass.WAITING:
        plan.docket |= columns_of(_waiting(case.table, plan.to_state, case.at))
    elif (started := _started(plan.clocks, case.at)) and not _warns_of_others(case, plan):
        category = complaints.category_after(case, plan.particulars)
        plan.docket |= columns_of(_known(case.table, _begun(case.calendar, category, started)))
    elif before in (StateClass.WAITING, StateClass.CLOSED) or _may_be_sooner(plan):
        plan.docket |= columns_of(_known(case.table, Turn(ESCALATE, case.at)))


def _may_be_sooner(plan: Plan) -> bool:
    """Its level's clock changes, or it comes to a post above which there may be one, where there was none."""
    return plan.holder_changes or any(one.sort == "level" for one in plan.clocks)


def _warns_of_others(case: Case, plan: Plan) -> bool:
    """Does the clock tell of attending or of the citizen's limit as well? Then it looks at once, and sees when."""
    category = complaints.category_after(case, plan.particulars)
    return bool(category.attend.warn or category.citizen.warn)


def _known(table: Table, turn: Turn) -> Turn | None:
    """A turn for which the table has a row; one that it lacks falls to escalating, which it may lack too."""
    if row_for(table, turn.act) is not None:
        return turn
    return Turn(ESCALATE, turn.at) if row_for(table, ESCALATE) is not None else None


def _waiting(table: Table, state: str, at: datetime) -> Turn | None:
    """What the clock may do in a state in which others are waited for: it looks at once, and sees when."""
    rows = (row_for(table, act, state) for act in (CLOSE_UNHEARD, LAPSE_SPECIAL, REMIND))
    return next((Turn(row.act, at) for row in rows if row is not None and state in row.from_states), None)


def _started(changes: list[ClockChange], at: datetime) -> RunningClock | None:
    """The level's clock that a movement began."""
    for one in changes:
        if one.do == "start" and one.sort == "level" and one.limit is not None and one.due is not None:
            return RunningClock("level", one.level, at, one.limit.unit, one.due, None, one.limit.count)
    return None


def _begun(calendar: CalendarInForce, category: Category, level: RunningClock, *others: RunningClock) -> Turn:
    """The first warning before one of the limits that begin, or else the end of the level's."""
    warned = ((clock, category.limit_of(clock.sort, clock.level).warn) for clock in (level, *others))
    moments = [at for clock, warn in warned for at in clocks.warnings_due(clock, warn, calendar)]
    end = clocks.extended(level, calendar)
    at = min(moments, default=end)
    return Turn(WARN, at) if at < end else Turn(ESCALATE, end)


def as_it_stands(case: Case, told: Collection[str] = ()) -> Turn | None:
    """The next turn of a complaint on which the clock can do nothing more now.

    ``told``: the sorts of clocks of which the present movement tells.
    """
    sort = case.table.sort_of(case.docket.state)
    if sort is StateClass.WAITING:
        turn = _waiting(case.table, case.docket.state, case.at)
        lapses = complaints.special_close_lapses(case) if turn is not None and turn.act == LAPSE_SPECIAL else None
        if lapses is not None:
            return Turn(LAPSE_SPECIAL, max(lapses, case.at))
        # To close it unheard the clock waits for the next attempt, a movement; who makes none is reminded.
        return while_it_waits(case, case.history.told_at)
    clock = None if sort is StateClass.CLOSED else complaints.responsible_clock(case)
    if clock is None or clock.halted_at is not None:
        return None
    own = Turn(ESCALATE, clocks.extended(clock, case.calendar))
    if clocks.is_over(clock, case.at, case.calendar):
        own = _overdue(case, clock, case.at if clock.sort in told else case.history.told_at)
    return _known(case.table, _warning_before(case, own, told))


def while_it_waits(case: Case, told: datetime | None) -> Turn | None:
    """The next turn of a reply that waits to be reviewed or heard: a reminder, or the end of the citizen's limit.

    ``told``: when somebody was reminded last.
    """
    state, citizen = case.docket.state, complaints.limiting_clock(case)
    reminds = complaints.reply_reminds_at(case, told) if _has(case.table, REMIND, state) else None
    turns = [] if reminds is None else [Turn(REMIND, max(reminds, case.at))]
    if (
        reminds is not None
        and citizen is not None
        and complaints.climbs(case)
        and _has(case.table, ESCALATE, state)
    ):
        over = clocks.is_over(citizen, case.at, case.calendar)
        # If it was just that which the table refused, not at once again.
        again = case.at + LOOK_AGAIN if case.row.act == ESCALATE else case.at
        turns.append(Turn(ESCALATE, again if over else clocks.extended(citizen, case.calendar)))
    return min(turns, key=lambda turn: turn.at, default=None)


def _has(table: Table, act: str, state: str) -> bool:
    row = row_for(table, act, state)
    return row is not None and state in row.from_states


def _warning_before(case: Case, turn: Turn, told: Collection[str]) -> Turn:
    """The next warning, if it comes before another turn and the table lets the clock give it."""
    ahead = complaints.warnings_ahead(case) if row_for(case.table, WARN) is not None else {}
    moments = [at for sort, times in ahead.items() for at in times if sort not in told or at > case.at]
    at = min(moments, default=turn.at)
    return Turn(WARN, at) if at < turn.at else turn


def _overdue(case: Case, clock: RunningClock, told: datetime | None) -> Turn:
    """The next turn of one whose limit is over and that did not climb now: a reminder, once in a period."""
    every, past = complaints.reminds_every(case), complaints.reminders_past(case, clock)
    if complaints.climbs(case):
        # If it was just that which the table refused, not at once again.
        return Turn(ESCALATE, case.at + LOOK_AGAIN if case.row.act == ESCALATE else case.at)
    if told is None or told < clocks.reminder_at(clock, every, past, case.calendar):
        return Turn(REMIND, case.at)
    coming = clocks.reminder_at(clock, every, past + 1, case.calendar)
    if complaints.stays_at_level(case):
        return Turn(REMIND, coming)
    return Turn(ESCALATE, min(coming, case.at + LOOK_AGAIN))
