"""What an import would change: rows that end, rows that begin, columns that are set, and how many of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flows.rules.sheets import Key, Reader, SheetRow

Row = Mapping[str, Any]


@dataclass(slots=True)
class Changes:
    """Changes by table, in the order in which they are written: what ends makes room for what begins.

    What is set comes last, for it may name what has just begun. ``empowered``: posts that stand already and get a
    power, another section or a route; ``placed``: posts with the superior that each gets.
    """

    ended: list[tuple[str, list[UUID], dict[str, Any]]] = field(default_factory=list[Any])
    begun: list[tuple[str, list[dict[str, Any]]]] = field(default_factory=list[Any])
    set: list[tuple[str, dict[str, Any], dict[str, Any]]] = field(default_factory=list[Any])
    empowered: list[UUID] = field(default_factory=list[UUID])
    placed: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    added: int = 0
    changed: int = 0
    removed: int = 0
    rows: int = 0

    @property
    def nothing(self) -> bool:
        return not (self.added or self.changed or self.removed)


def by_code(
    table: str, standing: Mapping[Key, Row], wanted: Mapping[Key, Row | None], at: datetime, rows: int
) -> Changes:
    """The changes that bring rows kept by their code to what a sheet says; None: it ends.

    A row is never changed in place: what is said anew begins a row of its own, and what no sheet names stays.
    """
    made = Changes(rows=rows)
    ended, begun = list[UUID](), list[dict[str, Any]]()
    for key, said in wanted.items():
        old = standing.get(key)
        if said is None:
            made.removed += old is not None
        elif old is None:
            made.added += 1
        elif all(old[name] == value for name, value in said.items()):
            continue
        else:
            made.changed += 1
        if old is not None:
            ended.append(old["id"])
        if said is not None:
            begun.append({**_kept(old), **said, "id": uuid4(), "from_at": at, "to_at": None})
    made.ended.append((table, ended, {"to_at": at}))
    made.begun.append((table, begun))
    return made


def said_of(reader: Reader, row: SheetRow, said: Callable[[Reader, SheetRow], dict[str, Any]]) -> Row | None:
    """What a row says of its thing; None: that it ends.

    Where the mark of ending cannot be read the thing stands, for other rows may name it, and no more is asked.
    """
    ends = reader.yes(row, "ended")
    if row.cell("ended").unreadable:
        return {"parent": None}
    return None if ends else said(reader, row)


def check_parents(
    reader: Reader,
    rows: Mapping[Key, SheetRow],
    standing: Mapping[Key, Row],
    wanted: Mapping[Key, Row | None],
    in_text: Callable[[Key], Collection[str]],
) -> None:
    """Every parent holds, in the sheet, the office or the scheme's text (``in_text``), and none is its own."""
    after = {key: row for key, row in {**standing, **wanted}.items() if row is not None}
    above = {key: (*key[:-1], row["parent"]) if row["parent"] else None for key, row in after.items()}
    for key, row in rows.items():
        parent = above.get(key)
        if parent is not None and parent not in after and parent[-1] not in in_text(key):
            reader.names_none(row, "parent")
    reader.no_circle(rows, above, "parent")


def _kept(old: Row | None) -> Row:
    """What no sheet says of a category: the evidence, which comes from elsewhere."""
    return {} if old is None or "evidence" not in old else {"evidence": old["evidence"]}
