"""Where the values of a scheme come from: of each it can be said that it is assumed, or which source it has.

``assumed: true`` or ``source: …`` may stand in any mapping, and counts for what it holds; a single value gets one
by being written ``{value: 7, assumed: true}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flows.rules.marked_yaml import Node, Path

_SAID: Final = ("assumed", "source")


@dataclass(frozen=True, slots=True)
class Assumed:
    """A value without a public source: where it stands, and what it is. Also one that says neither."""

    source: str
    line: int
    path: str
    value: object


def without_sources(node: Node, path: Path = ()) -> tuple[Node, list[Assumed]]:
    """The tree with single values in place of what was said of them, and what is assumed in it."""
    if isinstance(node.value, tuple):
        done = [without_sources(child, (*path, n)) for n, child in enumerate(node.value)]
        return Node(tuple(one for one, _ in done), node.source, node.line), [a for _, found in done for a in found]
    if not isinstance(node.value, Mapping):
        return node, []
    return _mapping(node, node.value, path)


def _mapping(node: Node, members: Mapping[str, Node], path: Path) -> tuple[Node, list[Assumed]]:
    kept, assumed = dict[str, Node](), list[Assumed]()
    for key, child in members.items():
        if not _says(key, child):
            kept[key], found = without_sources(child, (*path, key))
            assumed += found
    said = len(kept) < len(members)
    shown = kept["value"] if said and kept.keys() == {"value"} else Node(kept, node.source, node.line)
    flag = members.get("assumed")
    if flag is not None and flag.value is True:
        place = ".".join(str(step) for step in path)
        assumed.insert(0, Assumed(node.source, node.line, place, shown.plain()))
    return shown, assumed


def _says(key: str, child: Node) -> bool:
    """Is this member a word about the mapping, and not one of its values?"""
    return key in _SAID and isinstance(child.value, bool if key == "assumed" else str)


_NO_LIMIT: Final = frozenset({"version"})
"""Numbers that name an issue of a text, and limit and count nothing."""


def unmarked(node: Node, path: Path = ()) -> list[Assumed]:
    """The limits, periods and counts, which is every number, of which neither is said, by where they stand."""
    value = node.value
    if isinstance(value, tuple):
        return [one for n, child in enumerate(value) for one in unmarked(child, (*path, n))]
    if isinstance(value, Mapping):
        return [] if _is_marked(value) else _unmarked_members(value, path)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return []
    return [Assumed(node.source, node.line, ".".join(map(str, path)), value)]


def _unmarked_members(members: Mapping[str, Node], path: Path) -> list[Assumed]:
    named = ((key, child) for key, child in members.items() if key not in _NO_LIMIT)
    return [one for key, child in named for one in unmarked(child, (*path, key))]


def _is_marked(members: Mapping[str, Node]) -> bool:
    said = [child.value for key, child in members.items() if _says(key, child)]
    return any(one is True or (isinstance(one, str) and one.strip()) for one in said)
