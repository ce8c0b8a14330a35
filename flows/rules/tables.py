"""The mechanism of the rules' tables: states with their classes, rows of movements, and the check of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from flows.rules.errors import TableFault
from flows.rules.labels import Label


class StateClass(StrEnum):
    """What inboxes and clocks rely on."""

    IN_HAND = "in_hand"
    IN_TRANSIT = "in_transit"
    WAITING = "waiting"
    DECIDED = "decided"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class State:
    """A state of a kind: its class and what a page calls it."""

    name: str
    sort: StateClass
    label: Label


@dataclass(frozen=True, slots=True)
class Row:
    """One movement of a kind.

    ``who`` holds names of guards of which one must pass; ``needs`` those which must all pass; ``follows``
    names the effects in the order in which they are planned. ``to_state`` None: the state stays.
    ``takes`` are the parameters that have a meaning. ``side``: needs no version and queues behind a
    movement. ``second``: the guard that the post of a second person must pass; the movement is then
    proposed first.
    """

    name: str
    act: str
    from_states: frozenset[str]
    to_state: str | None
    who: tuple[str, ...]
    label: Label
    done: Label
    needs: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    takes: frozenset[str] = frozenset()
    side: bool = False
    second: str | None = None
    naming: str | None = None


@dataclass(frozen=True)
class Table:
    """All movements of a kind, and the names that a derived naming (put up, mark …) can give."""

    name: str
    family: str
    states: tuple[State, ...]
    rows: tuple[Row, ...]
    names: Mapping[str, tuple[Label, Label]] = field(default_factory=dict[str, tuple[Label, Label]])

    @cached_property
    def by_name(self) -> Mapping[str, Row]:
        return {row.name: row for row in self.rows}

    @cached_property
    def by_state(self) -> Mapping[str, State]:
        return {state.name: state for state in self.states}

    def row(self, name: str) -> Row | None:
        return self.by_name.get(name)

    def sort_of(self, state: str) -> StateClass:
        return self.by_state[state].sort

    def done_label(self, name: str) -> Label:
        """What a register calls a movement (अनुमोदित), by its name."""
        if name in self.names:
            return self.names[name][1]
        row = self.by_name.get(name)
        return row.done if row else (name, name)


Known = Mapping[str, Callable[..., object]]


def check_table(table: Table, *, who: Known, needs: Known, effects: Known) -> None:
    """Refuses a table that contradicts itself or uses a word outside the closed vocabulary.

    Raises TableFault naming the row and the fault.
    """
    for row in table.rows:
        _check_words(table, row, who, needs, effects)
        for state in [*row.from_states, *([row.to_state] if row.to_state else [])]:
            if state not in table.by_state:
                raise TableFault(f"{table.name}, {row.name}: unknown state “{state}”")
    if len(table.by_name) != len(table.rows):
        raise TableFault(f"{table.name}: two rows of one name")
    _check_ways(table)


def _check_words(table: Table, row: Row, who: Known, needs: Known, effects: Known) -> None:
    used = ((row.who, who), (row.needs, needs), (row.follows, effects))
    for names, known in used:
        for name in names:
            if name not in known:
                raise TableFault(f"{table.name}, {row.name}: unknown guard or effect “{name}”")
    if row.second is not None and row.second not in who:
        raise TableFault(f"{table.name}, {row.name}: unknown guard “{row.second}”")


def _check_ways(table: Table) -> None:
    """Every state is reached from a registration, and every state that is not closed has a way out."""
    reached = _reached(table)
    left = {state for row in table.rows if row.to_state for state in row.from_states if state != row.to_state}
    for state in table.states:
        if state.name not in reached:
            raise TableFault(f"{table.name}: state “{state.name}” is never reached")
        if state.sort is not StateClass.CLOSED and state.name not in left:
            raise TableFault(f"{table.name}: state “{state.name}” has no way out")


def _reached(table: Table) -> set[str]:
    """The states to which movements lead that begin with one from nothing."""
    reached = {row.to_state for row in table.rows if row.to_state and not row.from_states}
    while True:
        further = {row.to_state for row in table.rows if row.to_state and row.from_states & reached} - reached
        if not further:
            return reached
        reached |= further
