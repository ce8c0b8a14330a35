"""The form of a rules' table in YAML, its columns, and the table that is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from flows.rules.acts import FAMILIES
from flows.rules.effects import EFFECTS
from flows.rules.form import Labelled, Strict
from flows.rules.guards import NEEDS
from flows.rules.parts import taken_by
from flows.rules.tables import Row, State, StateClass, Table


def _family(name: str) -> str:
    if name not in FAMILIES:
        raise ValueError(f"there is no family “{name}”; there are {', '.join(FAMILIES)}")
    return name


class StateForm(Strict):
    """A state: its class and what a page calls it."""

    sort: Annotated[StateClass, Field(alias="class")]
    label: Labelled


class NameForm(Strict):
    """A name that a movement may get by what it does."""

    label: Labelled
    done: Labelled


class RowForm(Strict):
    """A movement, in the table's columns. ``act`` is left out where it has the movement's own name.

    ``takes``: the parameters that it takes beside those which its guards and effects ask for.
    """

    act: str | None = None
    from_states: Annotated[tuple[str, ...], Field(alias="from")]
    to: str | None = None
    who: Annotated[tuple[str, ...], Field(min_length=1)]
    needs: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    side: bool = False
    second: str | None = None
    naming: str | None = None
    ends: str | None = None
    beside: str | None = None
    label: Labelled
    done: Labelled

    def row(self, name: str) -> Row:
        """The row of this movement; a word that is not known takes no parameter."""
        rules = [NEEDS[word] for word in self.needs if word in NEEDS]
        rules += [EFFECTS[word] for word in self.follows if word in EFFECTS]
        return Row(
            name=name,
            act=self.act or name,
            from_states=frozenset(self.from_states),
            to_state=self.to,
            who=self.who,
            label=self.label,
            done=self.done,
            needs=self.needs,
            follows=self.follows,
            takes=taken_by(rules) | frozenset(self.takes),
            side=self.side,
            second=self.second,
            naming=self.naming,
            ends=self.ends,
            beside=self.beside,
        )


class TableShell(Strict):
    """What a table says beside its lists: ``states``, ``names`` and ``movements``, each read one by one."""

    family: Annotated[str, AfterValidator(_family)]


def table_of(
    name: str,
    family: str,
    states: Mapping[str, StateForm],
    names: Mapping[str, NameForm],
    movements: Mapping[str, RowForm],
) -> Table:
    """The table that these forms say."""
    return Table(
        name=name,
        family=family,
        states=tuple(State(state, form.sort, form.label) for state, form in states.items()),
        rows=tuple(form.row(movement) for movement, form in movements.items()),
        names={called: (form.label, form.done) for called, form in names.items()},
    )
