"""The check of a rules' table: every fault of it, each with the path of what is wrong.

A table is refused that uses a word outside the closed vocabulary, contradicts itself, leads an act to the wrong
kind of end, closes without the consent of citizen or second person, or has a state that is never reached or never
left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from flows.rules.acts import ACTS, ENDINGS, WITHOUT_CONSENT, Act
from flows.rules.effects import EFFECTS
from flows.rules.guards import NEEDS, POWER_ASKED, WHO
from flows.rules.marked_yaml import Path
from flows.rules.tables import Row, StateClass, Table

Found = tuple[Path, str]

NAMINGS: Final = ("by_relation",)
"""How a movement may be named by what it does: put up, mark, send or forward (DESIGN §4)."""


def check_rows(table: Table) -> Iterator[Found]:
    """What is wrong with each row by itself."""
    for row in table.rows:
        at: Path = ("movements", row.name)
        yield from _words(row, at)
        yield from _states(table, row, at)
        act = ACTS.get(row.act)
        if act is None:
            yield (*at, "act"), f"there is no act “{row.act}”"
        else:
            yield from _act(table, row, act, at)
            yield from _end(table, row, act, at)
            yield from _two_people(row, act, at)


def _words(row: Row, at: Path) -> Iterator[Found]:
    for column, used, known in (
        ("who", row.who, WHO),
        ("needs", row.needs, NEEDS),
        ("follows", row.follows, EFFECTS),
    ):
        sort = "effect" if column == "follows" else "guard"
        for place, name in enumerate(used):
            if name not in known:
                yield (*at, column, place), f"there is no {sort} “{name}”"
    if row.second is not None and row.second not in WHO:
        yield (*at, "second"), f"there is no guard “{row.second}”"
    if row.naming is not None and row.naming not in NAMINGS:
        yield (*at, "naming"), f"there is no naming “{row.naming}”"


def _states(table: Table, row: Row, at: Path) -> Iterator[Found]:
    for state in sorted(row.from_states - table.by_state.keys()):
        yield (*at, "from"), f"there is no state “{state}”"
    if row.to_state is not None and row.to_state not in table.by_state:
        yield (*at, "to"), f"there is no state “{row.to_state}”"


def _act(table: Table, row: Row, act: Act, at: Path) -> Iterator[Found]:
    if table.family not in act.families:
        yield (*at, "act"), f"the act “{act.name}” is none of the family {table.family}"
    if act.begins == bool(row.from_states):
        beginning = "a beginning has no states that it comes from" if act.begins else "it comes from no state"
        yield (*at, "from"), beginning


def _two_people(row: Row, act: Act, at: Path) -> Iterator[Found]:
    """What the citizen did not agree to, one person alone never does."""
    if row.ends in WITHOUT_CONSENT and row.second is None and not act.decides:
        yield (
            (*at, "second"),
            f"it closes as “{row.ends}” without the citizen's consent; say which second post confirms it",
        )


def _end(table: Table, row: Row, act: Act, at: Path) -> Iterator[Found]:
    """The kind of closing: said where and only where it closes, and one to which the act may lead."""
    closes = _is_closed(table, row.to_state)
    if closes and row.ends is None:
        yield (*at, "ends"), "it leads to a closed state; say with which kind of closing"
    if row.ends is not None:
        yield from _kind_of_end(table, row, act, at, closes=closes)
    if closes != ("end" in row.follows):
        yield (*at, "follows"), "“end” follows where it closes, and nowhere else"
    closed = {state for state in row.from_states if _is_closed(table, state)}
    if row.to_state is not None and not closes and bool(closed) != act.reopens:
        yield (*at, "from"), f"only an act that reopens leads out of a closed state, and “{act.name}” is none"


def _kind_of_end(table: Table, row: Row, act: Act, at: Path, *, closes: bool) -> Iterator[Found]:
    if row.ends not in ENDINGS.get(table.family, ()):
        yield (*at, "ends"), f"the family {table.family} has no kind of closing “{row.ends}”"
    elif not closes:
        yield (*at, "ends"), f"it ends as “{row.ends}” and leads to no closed state"
    elif row.ends not in act.ends:
        yield (*at, "ends"), f"the act “{act.name}” never leads to the end “{row.ends}”"


def _is_closed(table: Table, state: str | None) -> bool:
    found = table.by_state.get(state) if state is not None else None
    return found is not None and found.sort is StateClass.CLOSED


def check_beside(tables: Mapping[str, Table | None]) -> Iterator[Found]:
    """What stands beside an act on another docket is a row of its tables that nobody asks for by itself."""
    for name, table in tables.items():
        for row in table.rows if table is not None else ():
            act = ACTS.get(row.act)
            if act is None or (act.other is None and row.beside is None):
                continue
            fitting = [one for one in tables.values() if one is not None and one.family == act.other]
            if not any(_stands_beside(one, row.beside) for one in fitting):
                place: Path = ("tables", name, "movements", row.name, "beside")
                yield place, f"a table of the family {act.other} needs a movement “{row.beside}” of “beside” alone"


def _stands_beside(table: Table, name: str | None) -> bool:
    row = table.row(name) if name is not None else None
    return row is not None and row.who == ("beside",)


def check_beginning(table: Table) -> Iterator[Found]:
    """One movement registers, and who may is said by powers alone, for there is no docket to look at yet."""
    found = [row for row in table.rows if row.act == "register"]
    if len(found) != 1:
        yield ("movements",), f"one movement registers, and there are {len(found)} over the act “register”"
    for row in found:
        for place, name in enumerate(row.who):
            if name not in POWER_ASKED:
                yield ("movements", row.name, "who", place), f"“{name}” cannot be asked before there is a docket"


def check_ways(table: Table) -> Iterator[Found]:
    """Every state is reached from a registration, has a way out unless it is closed, and a way to an end."""
    reached, ending = _reached(table), _ending(table)
    left = {state for row in table.rows if row.to_state for state in row.from_states if state != row.to_state}
    for state in table.states:
        if state.name not in reached:
            yield ("states", state.name), "no movement leads to this state"
        if state.sort is not StateClass.CLOSED and state.name not in left:
            yield ("states", state.name), "this state has no way out"
        elif state.name in reached and state.name not in ending:
            yield ("states", state.name), "no way leads from this state to a closed one"


def _reached(table: Table) -> set[str]:
    """The states to which movements lead that begin with one from nothing."""
    reached = {row.to_state for row in table.rows if row.to_state and not row.from_states}
    while True:
        further = {row.to_state for row in table.rows if row.to_state and row.from_states & reached} - reached
        if not further:
            return reached
        reached |= further


def _ending(table: Table) -> set[str]:
    """The closed states, and those from which movements lead to one."""
    ending = {state.name for state in table.states if state.sort is StateClass.CLOSED}
    while True:
        further = {state for row in table.rows if row.to_state in ending for state in row.from_states} - ending
        if not further:
            return ending
        ending |= further
