"""What a guard or an effect says of itself: which parts of a docket's past it looks at, which parameters it takes.

Nothing else is read, and a row takes what its guards and effects take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeVar, get_args

Part = Literal[
    "held_by",
    "noted_since_receipt",
    "paragraphs",
    "fixed_notes",
    "documents",
    "drafts",
    "decision",
    "communicated",
    "open_conditions",
    "deciders",
    "changed_by",
    "closed_by",
    "replied_by",
    "clocks",
    "competence",
    "by_amount",
    "ties",
    "lead",
    "born",
    "cited",
    "texts",
    "had_by",
    "assigned_by",
    "recused",
    "hops",
    "reopenings",
    "attempts",
    "asked",
    "evidence",
    "reply",
    "special_close",
    "desks",
    "route",
    "route_taken",
    "papers",
    "letters",
    "told_at",
    "warned",
    "reference_of",
    "routing",
    "new_category",
]
ALL_PARTS: frozenset[str] = frozenset(get_args(Part))

Rule = TypeVar("Rule", bound=Callable[..., Any])

_LOOKED_AT: dict[Callable[..., Any], frozenset[str]] = {}
_TAKEN: dict[Callable[..., Any], frozenset[str]] = {}


def looks_at(*parts: Part) -> Callable[[Rule], Rule]:
    """Marks a guard or an effect that looks at these parts of ``case.history``."""

    def mark(rule: Rule) -> Rule:
        _LOOKED_AT[rule] = frozenset(parts)
        return rule

    return mark


def parts_of(rules: Iterable[Callable[..., Any]]) -> frozenset[str]:
    """The parts that some guards and effects look at together."""
    return frozenset(part for rule in rules for part in _LOOKED_AT.get(rule, ()))


def takes(*parameters: str) -> Callable[[Rule], Rule]:
    """Marks a guard or an effect for which these parameters of an instruction have a meaning."""

    def mark(rule: Rule) -> Rule:
        _TAKEN[rule] = frozenset(parameters)
        return rule

    return mark


def taken_by(rules: Iterable[Callable[..., Any]]) -> frozenset[str]:
    """The parameters that some guards and effects take together."""
    return frozenset(name for rule in rules for name in _TAKEN.get(rule, ()))
