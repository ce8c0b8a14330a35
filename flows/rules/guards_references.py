"""What a reference in an outside system needs: a system that the kind knows, and a number that is on no docket."""

from __future__ import annotations

from collections.abc import Mapping

from flows.rules import words
from flows.rules.cases import Case
from flows.rules.errors import Refusal
from flows.rules.guards_posts import Guard
from flows.rules.labels import Label
from flows.rules.parts import looks_at, takes
from flows.rules.references import is_number


@takes("system")
def system(case: Case) -> Refusal | None:
    """One of the outside systems that the kind names."""
    given = case.parameters.system
    if given is None:
        return words.missing("system")
    if given in case.kind.systems:
        return None
    return words.unknown("system", given)


@looks_at("reference_of")
@takes("reference", "reference_day")
def reference(case: Case) -> Refusal | None:
    """Its number there, which no other docket has (SYSTEMS S1: duplicates refused), of a day that has come."""
    given = case.parameters
    if given.reference is None:
        return words.missing("reference")
    if not is_number(given.reference):
        return words.unknown("reference", given.reference)
    if given.reference_day is not None and given.reference_day > case.today:
        return Refusal("day-not-come", "reference_day", {"field": words.field("reference_day")})
    first = case.history.reference_of
    known = case.kind.systems.get(str(given.system), str(given.system))
    return None if first is None else taken(first, known, given.reference)


def taken(first: str, system: Label | str, number: str) -> Refusal:
    """The refusal of a number that another docket bears, which it names."""
    return Refusal("reference-known", "reference", {"system": system, "number": number, "first": first})


NEEDS_OF_REFERENCES: Mapping[str, Guard] = {"system": system, "reference": reference}
