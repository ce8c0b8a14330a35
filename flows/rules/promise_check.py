"""The check of a table against what every table keeps to (``flows.rules.promises``): each breach by its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flows.rules.acts import COMPLAINT
from flows.rules.marked_yaml import Path
from flows.rules.promises import CLOCK_ACTS, ONLY_AFTER, PROMISES, Promise
from flows.rules.tables import Row, StateClass, Table

Found = tuple[Path, str]

_WORKED_ON: Final = (StateClass.IN_HAND, StateClass.IN_TRANSIT, StateClass.DECIDED)
_AFTER_REPLY: Final = ("feedback", "record_attempt", "close_unheard", "review_reply")
_ENDS_SPECIAL: Final = ("approve_special_close", "refuse_special_close", "lapse_special_close")


def check_promises(table: Table) -> Iterator[Found]:
    """What a table loosens that no scheme may. Its words and states were checked before."""
    for row in table.rows:
        at: Path = ("movements", row.name)
        promise = PROMISES[table.family].get(row.act)
        if promise is not None:
            yield from _kept(table, row, promise, at)
        yield from _effects(row, at)
        if "the_clock" in row.who and row.act not in CLOCK_ACTS:
            yield (*at, "who"), f"the clock never does the act “{row.act}” by itself"
    if table.family == COMPLAINT:
        yield from _waiting(table)
        yield from _judged(table)
        yield from _never_left_alone(table)


def _kept(table: Table, row: Row, promise: Promise, at: Path) -> Iterator[Found]:
    yield from _who(row, promise, at)
    more = (name for guard, names in promise.where_by.items() if guard in row.who for name in names)
    for name in (*promise.needs, *more):
        if name not in row.needs:
            yield (*at, "needs"), f"the act “{row.act}” always needs “{name}”"
    if promise.one_of and not set(promise.one_of) & set(row.needs):
        yield (*at, "needs"), f"the act “{row.act}” always needs one of {', '.join(promise.one_of)}"
    for name in promise.follows:
        if name not in row.follows:
            yield (*at, "follows"), f"“{name}” always follows from the act “{row.act}”"
    if promise.closes and not _is_closed(table, row.to_state):
        yield (*at, "to"), f"the act “{row.act}” always leads to a closed state"


def _who(row: Row, promise: Promise, at: Path) -> Iterator[Found]:
    for place, name in enumerate(row.who):
        if promise.by and name not in promise.by:
            yield (*at, "who", place), f"the act “{row.act}” is for {', '.join(promise.by)} only, not for “{name}”"
    if promise.second and row.second not in promise.second:
        yield (*at, "second"), f"the act “{row.act}” is always confirmed by {', '.join(promise.second)}"


def _effects(row: Row, at: Path) -> Iterator[Found]:
    for place, name in enumerate(row.follows):
        acts = ONLY_AFTER.get(name)
        if acts is not None and row.act not in acts:
            yield (*at, "follows", place), f"“{name}” follows from {', '.join(sorted(acts))} only, not “{row.act}”"


def _is_closed(table: Table, state: str | None) -> bool:
    return state is not None and table.sort_of(state) is StateClass.CLOSED


def _waits(table: Table, state: str) -> bool:
    return table.sort_of(state) is StateClass.WAITING


def _waiting(table: Table) -> Iterator[Found]:
    """While others are waited for no officer's time runs out: only a reply and a proposal lead to that."""
    special = {row.to_state for row in table.rows if row.act == "propose_special_close"}
    for row in table.rows:
        at: Path = ("movements", row.name)
        worked = [state for state in row.from_states if not _waits(table, state)]
        if row.to_state is not None and _waits(table, row.to_state):
            if worked and row.act not in ("reply", "propose_special_close"):
                yield (*at, "to"), f"only a reply or a proposal leads to a state of waiting, not “{row.act}”"
        elif row.act in ("reply", "propose_special_close"):
            yield (*at, "to"), f"the act “{row.act}” always leads to a state of waiting"
        if row.act in _AFTER_REPLY and (worked or special & row.from_states):
            yield (*at, "from"), f"the act “{row.act}” is only for what was replied to"
        if row.act in _ENDS_SPECIAL and not row.from_states <= special:
            yield (*at, "from"), f"the act “{row.act}” is only for what was proposed to be closed specially"


def _judged(table: Table) -> Iterator[Found]:
    """A reply that is accepted stays one; a citizen who is not satisfied gets it worked on again."""
    reviewed = any(row.act == "review_reply" for row in table.rows)
    for row in table.rows:
        at: Path = ("movements", row.name)
        if row.act == "review_reply":
            back = (row.to_state is not None, "quality" in row.needs, "back_in_work" in row.follows)
            if len(set(back)) > 1:
                yield at, "a reply goes back into work with a mark of its quality, or it is accepted and stays"
        if (
            row.act == "feedback"
            and row.ends is None
            and not {"back_to_level", "back_to_replier"} & {*row.follows}
        ):
            yield (*at, "follows"), "a citizen who is not satisfied gets it back to an officer"
        if reviewed and row.act in _AFTER_REPLY[:-1] and "reply_reviewed" not in row.needs:
            yield (*at, "needs"), f"where replies are reviewed the act “{row.act}” always needs “reply_reviewed”"
    if any(row.act == "reply" for row in table.rows) and not any(row.ends == "satisfied" for row in table.rows):
        yield ("movements",), "what is replied to must be able to close as “satisfied”"


def _never_left_alone(table: Table) -> Iterator[Found]:
    """Wherever somebody has it, or a reply waits, the clock lets it climb, or reminds."""
    special = {row.to_state for row in table.rows if row.act == "propose_special_close"}
    for act in ("escalate", "remind_overdue"):
        by_clock = [row for row in table.rows if row.act == act and "the_clock" in row.who]
        reached = {state for row in by_clock for state in row.from_states}
        for state in table.states:
            if state.sort in (*_WORKED_ON, StateClass.WAITING) and state.name not in {*reached, *special}:
                yield (
                    ("movements",),
                    f"the clock has no movement over the act “{act}” from the state “{state.name}”",
                )
