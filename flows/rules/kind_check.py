"""The check of a kind against its table: numbers that can be made, and words that are said where they are used."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter
from typing import Final

from flows.rules.acts import COMPLAINT, FILE, RECEIPT
from flows.rules.grading_check import check_grading
from flows.rules.handling_check import check_handling
from flows.rules.marked_yaml import Path
from flows.rules.numbering import Numbered
from flows.rules.particulars import particulars_of
from flows.rules.routing import assigning_row
from flows.rules.schemes import Kind
from flows.rules.tables import Table

Found = tuple[Path, str]

_ALWAYS: Final = frozenset({"year", "section"})
"""What every number may have beside its serial: the year and the section that registers it."""


def check_kind(kind: Kind, table: Table) -> Iterator[Found]:
    """What is wrong with a kind by its table."""
    yield from _number(kind, _ALWAYS | particulars_of(table.family, kind).keys())
    for path, what in _number(kind.dispatch, _ALWAYS | {"file"}):
        yield ("dispatch", *path), what
    for name in sorted(kind.decided_before_close - kind.subject_classes.keys()):
        yield ("decided_before_close",), f"there is no subject class “{name}”"
    register = table.by_name.get("register")
    assigned = register is not None and assigning_row(table, register.to_state or "") is not None
    if kind.assign_at_once and not assigned:
        yield ("assign_at_once",), "the table has no movement of the act assign from the state of a registration"
    for name in _NEEDED.get(table.family, ()):
        if not getattr(kind, name):
            yield (name,), f"a kind of the family {table.family} has some {name}"
    if table.family == COMPLAINT:
        yield from check_handling(kind, table)
        yield from check_grading(kind, table)
    elif kind.grading:
        yield ("grading",), "only complaints are graded"


_NEEDED: Final = {
    FILE: ("heads", "subject_classes", "retention_classes"),
    RECEIPT: ("channels",),
    COMPLAINT: ("channels", "categories", "places"),
}


def _number(kind: Numbered, known: frozenset[str]) -> Iterator[Found]:
    """The pattern has the serial and all by which series differ, so that no two numbers are alike."""
    for name in kind.series:
        if name not in known:
            yield ("series",), f"there is nothing called “{name}” to count by"
    try:
        parts = [(name, spec) for _, name, spec, _ in Formatter().parse(kind.number) if name is not None]
    except ValueError as wrong:
        yield ("number",), f"it is no pattern: {wrong}"
        return
    names = {name for name, _ in parts}
    for name in sorted(names - known - {"serial"}):
        yield ("number",), f"there is nothing called “{name}” to put into a number"
    for name in ["serial", *kind.series]:
        if name not in names:
            yield ("number",), f"“{name}” is missing, so that two numbers would be alike"
    for name, spec in parts:
        if spec and not _fits(spec):
            yield ("number",), f"“{spec}” is no way to write “{name}”"


def _fits(spec: str) -> bool:
    try:
        format(1, spec)
    except ValueError:
        return False
    return len(spec) < 6
