"""The check of a kind's handling against its table and its categories: what rows need is said, levels fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flows.rules.calendars import Span
from flows.rules.marked_yaml import Path
from flows.rules.schemes import Kind
from flows.rules.tables import Table

Found = tuple[Path, str]

_ASKS: Final = {
    "special_ground": "special_closing",
    "special_close_decider": "special_closing",
    "special_close_lapsed": "special_closing",
    "rejection_ground": "rejection_grounds",
    "reviewer": "review",
    "quality": "review",
    "reply_reviewed": "review",
    "calling_hours": "feedback",
    "attempts_made": "feedback",
    "back_to_level": "feedback",
    "within_reopening": "reopening",
}
"""Words of a table, and the part of the handling on which they rely."""


def check_handling(kind: Kind, table: Table) -> Iterator[Found]:
    """What is wrong with the handling of a kind of complaint."""
    yield from _what_rows_need(kind, table)
    yield from _callers(kind)
    yield from _levels(kind)
    yield from _evidence(kind)
    yield from _departments(kind)
    yield from _procedures(kind)


def _what_rows_need(kind: Kind, table: Table) -> Iterator[Found]:
    used = {word for row in table.rows for word in (*row.who, *row.needs, *row.follows)}
    missing = {part for word, part in _ASKS.items() if word in used and not getattr(kind.handling, part)}
    for part in sorted(missing):
        words = ", ".join(f"“{word}”" for word, asked in _ASKS.items() if asked == part and word in used)
        yield ("handling", part), f"it is missing, and the table {kind.table} relies on it ({words})"


def _callers(kind: Kind) -> Iterator[Found]:
    for place, name in enumerate(kind.handling.callers):
        if name not in kind.channels:
            yield ("handling", "callers", place), f"there is no channel “{name}” in this kind"


def _levels(kind: Kind) -> Iterator[Found]:
    handling, most = kind.handling, max((len(one.levels) for one in kind.categories.values()), default=0)
    if handling.levels:
        for name, category in kind.categories.items():
            if len(category.levels) > len(handling.levels):
                yield ("categories", name, "levels"), f"there are only {len(handling.levels)} levels in “handling”"
    special, feedback = handling.special_closing, handling.feedback
    if special is not None:
        for name, level in (("up_to_level", special.up_to_level), ("decided_at", special.decided_at)):
            if level is not None and level > most:
                yield ("handling", "special_closing", name), f"no category has more than {most} levels"
    if feedback is not None and isinstance(feedback.level_after, int) and feedback.level_after > most:
        yield ("handling", "feedback", "level_after"), f"no category has more than {most} levels"
    for place, one in enumerate(handling.by_hand):
        if one.from_level >= most:
            yield ("handling", "by_hand", place, "from_level"), "above this level there is none to escalate to"
        if one.from_level in [before.from_level for before in handling.by_hand[:place]]:
            yield ("handling", "by_hand", place, "from_level"), "this level stands here twice"


def _evidence(kind: Kind) -> Iterator[Found]:
    for name, category in kind.categories.items():
        for place, wanted in enumerate(category.evidence):
            if wanted not in kind.handling.document_classes:
                yield (
                    ("categories", name, "evidence", place),
                    f"there is no document class “{wanted}” in “handling”",
                )


def _departments(kind: Kind) -> Iterator[Found]:
    """Where departments are named, each category has one of them, and each of them a category."""
    for name, category in kind.categories.items():
        if category.department is not None and category.department not in kind.departments:
            yield (
                ("categories", name, "department"),
                f"there is no department “{category.department}” in this kind",
            )
        if category.department is None and kind.departments:
            yield ("categories", name, "department"), "it is missing: say which department answers for it"
    answering = {category.department for category in kind.categories.values()}
    for name in kind.departments:
        if name not in answering:
            yield ("departments", name), "no category belongs to this department"


def _procedures(kind: Kind) -> Iterator[Found]:
    """What a procedure asks to be done is done before the first level's time is over."""
    for name, category in kind.categories.items():
        first, within = category.levels[0], None if category.sop is None else category.sop.within
        if within is not None and _is_longer(within, first):
            yield ("categories", name, "sop", "within"), "it is longer than the limit of the first level"


def _is_longer(one: Span, other: Span) -> bool:
    """Only what is counted alike is compared: how long a working day is depends on which one it is."""
    if one.working != other.working or one.length is None or other.length is None:
        return one.unit == other.unit and one.count > other.count
    return one.length > other.length
