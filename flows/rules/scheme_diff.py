"""What differs between two texts of a scheme, member by member: what an officer reads before it is in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.rules.marked_yaml import Node, Path


@dataclass(frozen=True, slots=True)
class Difference:
    """One member that is in only one of the texts, or says something else.

    ``before``, ``after``: as JSON has it, None where it is not there. ``line``: where it stands in its text, in
    the newer one if it is there.
    """

    path: str
    before: Any
    after: Any
    added: bool
    removed: bool
    source: str
    line: int


def differences(before: Node, after: Node) -> list[Difference]:
    """Every difference of two schemes with all that they extend written out, in the order of the newer text.

    The order of a mapping's members has no meaning, that of a list has.
    """
    return list(_of(before, after, ()))


def _of(before: Node, after: Node, path: Path) -> Iterator[Difference]:
    if isinstance(before.value, Mapping) and isinstance(after.value, Mapping):
        yield from _of_members(before.value, after.value, path)
    elif before.plain() != after.plain():
        yield _one(path, before, after)


def _of_members(before: Mapping[str, Node], after: Mapping[str, Node], path: Path) -> Iterator[Difference]:
    for key, child in after.items():
        if key in before:
            yield from _of(before[key], child, (*path, key))
        else:
            yield _one((*path, key), None, child)
    for key, child in before.items():
        if key not in after:
            yield _one((*path, key), child, None)


def _one(path: Path, before: Node | None, after: Node | None) -> Difference:
    place = after or before
    assert place is not None
    return Difference(
        ".".join(map(str, path)),
        None if before is None else before.plain(),
        None if after is None else after.plain(),
        added=before is None,
        removed=after is None,
        source=place.source,
        line=place.line,
    )
