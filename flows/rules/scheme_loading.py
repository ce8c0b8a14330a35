"""Loads a scheme from YAML: whole, or not at all, with every fault by its line.

``extends`` names a scheme, in a table a shipped table, in a kind another kind of the scheme; what stands beside
it is joined to it (``null`` takes a member away, and a state from the rows that are inherited too).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from flows.rules.faults import Fault, Faults
from flows.rules.kind_check import check_kind
from flows.rules.marked_yaml import Node, Path, merged, read_marked, without
from flows.rules.promise_check import check_promises
from flows.rules.schemes import Category, Kind, Scheme, SchemeForm
from flows.rules.sources import unmarked, without_sources
from flows.rules.table_check import check_beginning, check_beside, check_rows, check_ways
from flows.rules.table_form import NameForm, RowForm, StateForm, TableShell, table_of
from flows.rules.tables import Table

Parent = Callable[[str], Node | None]
"""Gives the scheme (``name.version``) or the table of a name, as it was read; None: there is none."""

Model = TypeVar("Model", bound=BaseModel)

_SAID: Final = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such member here",
}


def load_scheme(text: str, source: str, *, schemes: Parent, tables: Parent, standing: bool = False) -> Scheme:
    """The scheme that a text says. Raises Faults with every fault.

    ``standing``: it was put in force before, and dockets live under it; it is not held to promises that were made
    since.
    """
    return _Loading(resolved(text, source, schemes=schemes, tables=tables), standing=standing).scheme()


def resolved(text: str, source: str, *, schemes: Parent, tables: Parent) -> Node:
    """The scheme with all that it extends written out. Raises Faults."""
    node = _extended(read_marked(text, source), (), schemes)
    if not isinstance(node.value, Mapping):
        raise Faults([node.fault((), "a scheme is a mapping")])
    members = {**node.value, **_with_kinds(node)}
    node = Node(members, node.source, node.line)
    given = members.get("tables")
    own = dict(given.value) if given is not None and isinstance(given.value, Mapping) else {}
    for name in _named_tables(node):
        base = None if name in own else tables(name)
        if base is not None:
            own[name] = base
    done = {name: _extended(table, ("tables", name), tables, join=_joined_table) for name, table in own.items()}
    place = given or node
    return Node({**members, "tables": Node(done, place.source, place.line)}, node.source, node.line)


def _with_kinds(node: Node) -> dict[str, Node]:
    """The kinds with those that they extend written out."""
    kinds = node.child("kinds")
    if kinds is None or not isinstance(kinds.value, Mapping):
        return {}
    done = {name: _extended(kind, ("kinds", name), kinds.child) for name, kind in kinds.value.items()}
    return {"kinds": Node(done, kinds.source, kinds.line)}


def _named_tables(node: Node) -> list[str]:
    """The tables that its kinds name, in order."""
    kinds = node.child("kinds")
    found = [] if kinds is None or not isinstance(kinds.value, Mapping) else list(kinds.value.values())
    tables = [kind.child("table") for kind in found]
    return sorted({table.value for table in tables if table is not None and isinstance(table.value, str)})


def _extended(
    node: Node, path: Path, parent: Parent, *, join: Callable[[Node, Node], Node] = merged, deep: int = 0
) -> Node:
    """What a mapping says joined to what it extends, and so on. Raises Faults."""
    extends = node.child("extends") if isinstance(node.value, Mapping) else None
    if extends is None:
        return node
    base = parent(str(extends.value))
    if base is None or deep > 8:
        what = f"there is nothing called “{extends.value}” to extend" if base is None else "it extends itself"
        raise Faults([Fault(extends.source, extends.line, ".".join(map(str, (*path, "extends"))), what)])
    return join(_extended(base, path, parent, join=join, deep=deep + 1), without(node, "extends"))


def _joined_table(base: Node, over: Node) -> Node:
    """A table joined to what it extends, whose rows no longer come from states that it takes away.

    An inherited row that came from no others goes with them, so that what is added to a shipped table later fits
    whatever extends it. One that leads to such a state stays, and is a fault.
    """
    joined, states = merged(base, over), _within(over, "states")
    gone = {name for name, state in states.items() if state.value is None}
    rows, own = _within(joined, "movements"), _within(over, "movements")
    kept = {name: row if _says_from(own.get(name)) else _not_from(row, gone) for name, row in rows.items()}
    left = {name: row for name, row in kept.items() if row is not None}
    if not gone or not left:
        return joined
    movements = joined.child("movements")
    assert movements is not None
    members = {**_mapping_of(joined), "movements": Node(left, movements.source, movements.line)}
    return Node(members, joined.source, joined.line)


def _mapping_of(node: Node | None) -> Mapping[str, Node]:
    return node.value if node is not None and isinstance(node.value, Mapping) else {}


def _within(node: Node, name: str) -> Mapping[str, Node]:
    """The members of one member of a mapping; none where there is no such."""
    return _mapping_of(node.child(name))


def _says_from(row: Node | None) -> bool:
    return "from" in _mapping_of(row)


def _not_from(row: Node, gone: set[str]) -> Node | None:
    """A row without the states that are gone; None where it came from no others."""
    given = row.child("from") if isinstance(row.value, Mapping) else None
    if given is None or not isinstance(given.value, tuple):
        return row
    left = tuple(state for state in given.value if state.value not in gone)
    if given.value and not left:
        return None
    return Node({**_mapping_of(row), "from": Node(left, given.source, given.line)}, row.source, row.line)


def written_out(node: Node) -> str:
    """The text of a resolved scheme, which needs nothing beside it; reading it gives the same scheme."""
    return yaml.safe_dump(node.plain(), allow_unicode=True, sort_keys=False, width=110)


class _Loading:
    """One scheme that is being loaded: what was made of it, and what is wrong."""

    def __init__(self, node: Node, *, standing: bool) -> None:
        self.node, self.assumed = without_sources(node)
        self.unmarked = unmarked(node)
        self.standing = standing
        self.faults: list[Fault] = []

    def scheme(self) -> Scheme:
        form = self._valid(SchemeForm, without(self.node, "tables", "kinds"), ())
        tables = {name: self._table(name, node) for name, node in self._members(("tables",))}
        kinds = {name: self._kind(name, node) for name, node in self._members(("kinds",))}
        for name, kind in kinds.items():
            if kind is not None:
                self._cross_check(name, kind, tables)
        self._add((), check_beside(tables))
        if self.faults or form is None:
            raise Faults(self.faults)
        sound = {name: table for name, table in tables.items() if table is not None}
        return Scheme(
            form,
            {n: k for n, k in kinds.items() if k is not None},
            sound,
            tuple(self.assumed),
            tuple(self.unmarked),
        )

    def _members(self, path: Path) -> list[tuple[str, Node]]:
        """The members of a mapping that must be there; a fault where it is none."""
        found = self.node
        for step in path:
            child = found.child(step)
            if child is None or not isinstance(child.value, Mapping):
                self.faults.append(self.node.fault(path, "a mapping must stand here"))
                return []
            found = child
        assert isinstance(found.value, Mapping)
        return list(found.value.items())

    def _valid(self, model: type[Model], node: Node, path: Path) -> Model | None:
        """What a model makes of a part; every fault of its shape is kept."""
        try:
            return model.model_validate_json(json.dumps(node.plain()))
        except ValidationError as wrong:
            self.faults += [self._shape_fault(path, error) for error in wrong.errors()]
            return None

    def _shape_fault(self, path: Path, error: Mapping[str, Any]) -> Fault:
        what = _SAID.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
        return self.node.fault((*path, *(step for step in error["loc"] if step != "[key]")), what)

    def _add(self, path: Path, found: Iterable[tuple[Path, str]]) -> None:
        self.faults += [self.node.fault((*path, *place), what) for place, what in found]

    def _table(self, name: str, node: Node) -> Table | None:
        """A table, checked row by row; whether all states are reached is asked of one whose form is sound."""
        path, before = ("tables", name), len(self.faults)
        states = self._forms(StateForm, node, (*path, "states"))
        names = self._forms(NameForm, node, (*path, "names"), needed=False)
        movements = self._forms(RowForm, node, (*path, "movements"))
        shell = self._valid(TableShell, without(node, "states", "names", "movements"), path)
        if shell is None:
            return None
        table = table_of(name, shell.family, states, names, movements)
        self._add(path, check_rows(table))
        self._add(path, check_beginning(table))
        if len(self.faults) == before:
            self._add(path, check_ways(table))
            self._add(path, () if self.standing else check_promises(table))
        return table

    def _forms(self, model: type[Model], node: Node, path: Path, *, needed: bool = True) -> dict[str, Model]:
        """The members of one list of a table or kind, each by itself, so that one that is wrong hides no other."""
        found = node.child(path[-1])
        if found is None and not needed:
            return {}
        if found is None or not isinstance(found.value, Mapping) or (needed and not found.value):
            self._add(path, [((), "a mapping must stand here")])
            return {}
        made = {key: self._valid(model, child, (*path, key)) for key, child in found.value.items()}
        return {key: form for key, form in made.items() if form is not None}

    def _kind(self, name: str, node: Node) -> Kind | None:
        path: Path = ("kinds", name)
        categories = self._forms(Category, node, (*path, "categories"), needed=False)
        kind = self._valid(Kind, without(node, "categories"), path)
        return None if kind is None else kind.model_copy(update={"categories": categories})

    def _cross_check(self, name: str, kind: Kind, tables: Mapping[str, Table | None]) -> None:
        path: Path = ("kinds", name)
        if kind.table not in tables:
            self._add(path, [(("table",), f"there is no table “{kind.table}”")])
            return
        table = tables[kind.table]
        if table is not None:
            self._add(path, check_kind(kind, table))
