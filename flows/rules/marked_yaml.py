"""YAML read with the place of everything in it, so that whatever is wrong later can be named with its line.

Of YAML only what a page of rules needs: mappings with text keys, lists, texts, whole numbers, true and false, null
and dates. Anchors, tags and keys that occur twice are faults, and no word but ``true`` and ``false`` is a truth
value (a country code stays a text).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import yaml

from flows.rules.faults import Fault, Faults

LARGEST_TEXT: Final = 4_000_000
"""The longest text that is read, characters; a scheme is some thousand lines."""

Path = tuple[str | int, ...]
Scalar = str | int | bool | date | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value with the place where it stands: a mapping, a list or a scalar."""

    value: Mapping[str, Node] | tuple[Node, ...] | Scalar
    source: str
    line: int

    def plain(self) -> Any:
        """The value without places, as JSON has it: a day is its text."""
        if isinstance(self.value, Mapping):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, tuple):
            return [child.plain() for child in self.value]
        return self.value.isoformat() if isinstance(self.value, date) else self.value

    def at(self, path: Path) -> Node:
        """What stands at a path, or the nearest thing above it that is there."""
        found = self
        for step in path:
            child = found.child(step)
            if child is None:
                break
            found = child
        return found

    def child(self, step: str | int) -> Node | None:
        if isinstance(self.value, Mapping):
            return self.value.get(str(step))
        if isinstance(self.value, tuple) and isinstance(step, int) and step < len(self.value):
            return self.value[step]
        return None

    def fault(self, path: Path, what: str) -> Fault:
        """A fault of what stands at a path."""
        place = self.at(path)
        return Fault(place.source, place.line, ".".join(str(step) for step in path), what)


class _Loader(yaml.CSafeLoader):  # pyright: ignore[reportUntypedBaseClass]
    """Composes nodes; resolves plain words as the module says."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - a class's table in PyYAML


_INT, _BOOL, _NULL, _DATE = (f"tag:yaml.org,2002:{name}" for name in ("int", "bool", "null", "timestamp"))
_TEXT: Final = "tag:yaml.org,2002:str"
for _tag, _pattern, _first in (
    (_INT, r"^-?[0-9]+$", "-0123456789"),
    (_BOOL, r"^(true|false)$", "tf"),
    (_NULL, r"^(null|~|)$", ["n", "~", ""]),
    (_DATE, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "0123456789"),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))  # pyright: ignore[reportUnknownMemberType]


_MADE: Final[Mapping[str, Callable[[str], Scalar]]] = {
    _TEXT: str,
    _NULL: lambda _: None,
    _BOOL: lambda text: text == "true",
    _INT: int,
    _DATE: date.fromisoformat,
}


def read_marked(text: str, source: str) -> Node:
    """The tree of a YAML text. Raises Faults: of what is no YAML the first fault, otherwise every one."""
    if len(text) > LARGEST_TEXT:
        raise Faults([Fault(source, 1, "", f"longer than {LARGEST_TEXT} characters")])
    try:
        composed = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark
        raise Faults([Fault(source, mark.line + 1 if mark else 1, "", f"no YAML: {broken.problem}")]) from None
    except (yaml.YAMLError, RecursionError) as broken:
        raise Faults([Fault(source, 1, "", f"no YAML: {broken}")]) from None
    reader = _Reader(source)
    if composed is None:
        raise Faults([Fault(source, 1, "", "it is empty")])
    root = reader.read(composed, ())
    if reader.faults:
        raise Faults(reader.faults)
    return root


class _Reader:
    """Turns composed nodes into ours, and gathers what is not allowed."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.faults: list[Fault] = []
        self._seen: set[int] = set()

    def read(self, node: yaml.Node, path: Path) -> Node:
        line = node.start_mark.line + 1
        if id(node) in self._seen:
            self._fault(line, path, "an anchor that an alias uses again; write it out twice")
            return Node(None, self.source, line)
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return Node(self._mapping(node, path), self.source, line)
        if isinstance(node, yaml.SequenceNode):
            children = tuple(self.read(child, (*path, n)) for n, child in enumerate(node.value))
            return Node(children, self.source, line)
        return Node(self._scalar(node, line, path), self.source, line)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for key, child in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode) or key.tag != _TEXT:
                self._fault(line, path, "a key that is no text; put it in quotes")
            elif key.value in found:
                self._fault(line, (*path, key.value), "it stands here twice")
            else:
                value = self.read(child, (*path, key.value))
                found[key.value] = Node(value.value, value.source, line)
        return found

    def _scalar(self, node: yaml.Node, line: int, path: Path) -> Scalar:
        made = _MADE.get(node.tag)
        if made is None:
            self._fault(line, path, f"a tag, {node.tag}; leave it out")
            return None
        try:
            return made(str(node.value))
        except ValueError as wrong:
            self._fault(line, path, str(wrong))
            return None

    def _fault(self, line: int, path: Path, what: str) -> None:
        self.faults.append(Fault(self.source, line, ".".join(str(step) for step in path), what))


def merged(base: Node, over: Node) -> Node:
    """What extends a base: mappings are joined, ``null`` takes a member away, all else replaces."""
    if not isinstance(base.value, Mapping) or not isinstance(over.value, Mapping):
        return over
    joined = dict(base.value)
    for key, child in over.value.items():
        if child.value is None:
            joined.pop(key, None)
        else:
            joined[key] = merged(joined[key], child) if key in joined else child
    return Node(joined, over.source, over.line)


def without(node: Node, *keys: str) -> Node:
    """A mapping without some of its members; anything else as it is."""
    if not isinstance(node.value, Mapping):
        return node
    return Node({key: child for key, child in node.value.items() if key not in keys}, node.source, node.line)
