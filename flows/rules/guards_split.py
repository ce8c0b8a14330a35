"""What splitting a complaint needs: a kind that allows it, and of the grievance what a registration asks for."""

from __future__ import annotations

from collections.abc import Mapping

from flows.rules import words
from flows.rules.cases import Case
from flows.rules.errors import Refusal
from flows.rules.guards_posts import Guard
from flows.rules.parts import looks_at, takes


@looks_at("ties", "born")
def may_be_split(case: Case) -> Refusal | None:
    """Into so many as the kind says, the first counted. What was split off is not split again: the first is."""
    most = case.kind.handling.split_into
    if most is None:
        return Refusal("never-split")
    first = next((tie for tie in case.history.ties if tie.belongs and tie.sort == "split"), None)
    if first is not None:
        return Refusal("split-off-itself", facts={"number": first.number})
    many = case.history.born.get("split", 0) + 1
    return Refusal("split-too-often", facts={"count": str(most)}) if many >= most else None


@takes("text")
def grievance(case: Case) -> Refusal | None:
    """What of the citizen's words this grievance is."""
    return None if case.parameters.text else words.missing("text")


@takes("category")
def category(case: Case) -> Refusal | None:
    """One of the scheme's, or the one that the first has, which may be the office's own."""
    given = case.parameters.category
    if given is None:
        return words.missing("category")
    known = given in case.kind.categories or given == case.docket.particulars["category"]
    return None if known else words.unknown("category", given)


@takes("place")
def known_place(case: Case) -> Refusal | None:
    """Where it is, if that is elsewhere: a place of the scheme, or the one that the first has."""
    given = case.parameters.place
    known = given is None or given in case.kind.places or given == case.docket.particulars["place"]
    return None if known else words.unknown("place", str(given))


NEEDS_OF_SPLITTING: Mapping[str, Guard] = {
    "may_be_split": may_be_split,
    "grievance": grievance,
    "category": category,
    "known_place": known_place,
}
