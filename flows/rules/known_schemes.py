"""The schemes that this process knows, by name and version; a version never changes once it was put in force.

Shipped ones are read from ``flows/schemes`` when they are asked for; others are kept when they were read from the
office's database.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from flows.rules.effects import EFFECTS
from flows.rules.guards import NEEDS, WHO
from flows.rules.labels import SETTLING
from flows.rules.marked_yaml import Node, read_marked
from flows.rules.parts import parts_of
from flows.rules.scheme_loading import load_scheme, resolved, written_out
from flows.rules.schemes import Scheme
from flows.rules.tables import Row

BEFORE_VERSIONS: Final[Mapping[str, int]] = {"haryana-eoffice": 1}
"""What was in force before there were versions: the schemes of the first release, whose papers still name them."""


def _text(*path: str) -> str | None:
    found = resources.files("flows.schemes").joinpath(*path)
    return found.read_text("utf-8") if found.is_file() else None


@cache
def shipped_table(name: str) -> Node | None:
    """A table that ships with the program, as it was read."""
    text = _text("tables", f"{name}.yaml") if name.isidentifier() else None
    return None if text is None else read_marked(text, f"tables/{name}.yaml")


@cache
def shipped_text(release: str) -> Node | None:
    """A scheme that ships with the program (``name.version``), with all that it extends written out."""
    text = _text(f"{release}.yaml") if release.replace("-", "").replace(".", "").isalnum() else None
    source = f"{release}.yaml"
    return None if text is None else resolved(text, source, schemes=shipped_text, tables=shipped_table)


def shipped_releases() -> list[tuple[str, int]]:
    """Names and versions of the schemes that ship with the program."""
    found = [entry.name for entry in resources.files("flows.schemes").iterdir() if entry.name.endswith(".yaml")]
    return sorted((name, int(version)) for name, version, _ in (one.rsplit(".", 2) for one in found))


def shipped_names() -> list[str]:
    """The names of the schemes that ship with the program."""
    return sorted({name for name, _ in shipped_releases()})


def from_text(text: str, source: str, *, standing: bool = False) -> Scheme:
    """A scheme from YAML that may extend what is shipped. Raises Faults.

    ``standing``: it was put in force before, when less may have been asked of a scheme.
    """
    return load_scheme(text, source, schemes=shipped_text, tables=shipped_table, standing=standing)


def resolved_node(text: str, source: str) -> Node:
    """The scheme of a text with all that it extends written out, each member with its place. Raises Faults."""
    return resolved(text, source, schemes=shipped_text, tables=shipped_table)


def resolved_text(text: str, source: str) -> str:
    """The scheme of a text with all that it extends written out, as an office keeps it. Raises Faults."""
    return written_out(resolved_node(text, source))


def shipped_source(name: str) -> tuple[str, str] | None:
    """The text of a scheme that ships with the program, and what it is called; None: there is none.

    ``name`` may say a version (``haryana-eoffice.1``); without one it is the newest.
    """
    found = [one for one in shipped_releases() if name in (one[0], "{}.{}".format(*one))]
    if not found:
        return None
    source = "{}.{}.yaml".format(*max(found))
    text = _text(source)
    assert text is not None
    return text, source


class KnownSchemes:
    """What was loaded, and what its rules look at."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], Scheme] = {}
        self._parts: dict[str, frozenset[str]] = {}
        self._beside: dict[str, set[str]] = {}

    def keep(self, scheme: Scheme) -> None:
        self._kept[scheme.name, scheme.version] = scheme
        for table in scheme.tables.values():
            for row in table.rows:
                for action in [row.name, *(SETTLING if row.second is not None else ())]:
                    self._parts[action] = self._parts.get(action, frozenset()) | _looked_at(row)
                    if row.beside is not None:
                        self._beside.setdefault(action, set()).add(row.beside)

    def has(self, name: str, version: int) -> bool:
        return (name, version) in self._kept

    def of(self, name: str, version: int) -> Scheme:
        """A scheme that is kept; who asks has seen to it that it is. Raises KeyError."""
        return self._kept[name, version]

    def all(self) -> list[Scheme]:
        return list(self._kept.values())

    def parts_for(self, action: str) -> frozenset[str]:
        """The parts of a docket's past that an action may look at, in whichever table that is known.

        An action that no table has looks at none.
        """
        return self._parts.get(action, frozenset())

    def parts_beside(self, action: str) -> frozenset[str]:
        """The parts of the other docket's past that an action may look at."""
        beside = self._beside.get(action, set[str]())
        return frozenset(part for name in beside for part in self.parts_for(name))


def _looked_at(row: Row) -> frozenset[str]:
    who = [WHO[name] for name in (*row.who, *([row.second] if row.second else []))]
    needs = [NEEDS[name] for name in row.needs]
    return parts_of([*who, *needs, *(EFFECTS[name] for name in row.follows)])


KNOWN: Final = KnownSchemes()
"""Those of this process."""


def keep_shipped(name: str, version: int) -> bool:
    """Sees to it that a scheme which ships with the program is kept; answers whether it ships."""
    if (name, version) not in shipped_releases():
        return False
    if not KNOWN.has(name, version):
        KNOWN.keep(_shipped(name, version))
    return True


@cache
def _shipped(name: str, version: int) -> Scheme:
    release = f"{name}.{version}"
    text = _text(f"{release}.yaml")
    assert text is not None
    return from_text(text, f"{release}.yaml", standing=True)


@cache
def shipped_schemes() -> Mapping[str, Scheme]:
    """The newest version of each scheme that ships with the program, by name."""
    return {name: _shipped(name, version) for name, version in shipped_releases()}
