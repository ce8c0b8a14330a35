"""The mechanism of the rules' tables: states with their classes, and rows of movements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from flows.rules.acts import ACTS
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
    proposed first. ``ends``: the kind of closing, of a row that leads to a closed state.
    ``beside``: the movement that the other docket, which the action names, makes with it.
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
    ends: str | None = None
    beside: str | None = None

    @property
    def is_action(self) -> bool:
        """May a person ask for it? Not for a beginning, nor for what only follows from another docket's act."""
        return bool(self.from_states) and self.who != ("beside",)


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

    @cached_property
    def from_outside(self) -> frozenset[str]:
        """Movements that somebody makes here who need not know of this docket: answers to a consultation."""
        return frozenset(row.beside for row in self.rows if row.beside and ACTS[row.act].unties == "consultation")

    @cached_property
    def beginning(self) -> Row:
        """The row by which a docket of this table is registered."""
        return next(row for row in self.rows if row.act == "register")

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
