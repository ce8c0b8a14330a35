"""Guards of consultation: parts of a file that other sections are asked about, and that come back answered."""

from __future__ import annotations

from collections.abc import Mapping

from flows.rules.cases import Case, Tie
from flows.rules.errors import Refusal
from flows.rules.guards_file import DECIDED
from flows.rules.guards_posts import Guard
from flows.rules.guards_ties import open_below
from flows.rules.parts import looks_at, takes


def unanswered(case: Case) -> list[Tie]:
    """The consultations of a file that are out: neither answered nor back with the post that acts."""
    return [tie for tie in open_below(case, ("consultation",)) if tie.holder != case.actor.post.id]


@takes("due")
def due_given(case: Case) -> Refusal | None:
    """By when the answer is wanted: an instant that is still to come."""
    due = case.parameters.due
    if due is None:
        return Refusal("needs-due", "due")
    return None if due > case.at else Refusal("due-past", "due")


@looks_at("ties")
@takes("remark")
def consultations_back(case: Case) -> Refusal | None:
    """A decision waits for the sections that were asked, or says in its remark why it does not (DESIGN §4)."""
    out = unanswered(case)
    if not out or case.parameters.outcome not in DECIDED or case.parameters.remark:
        return None
    return Refusal("consultation-out", "remark", {"number": out[0].number})


@looks_at("ties")
@takes("other")
def consulted(case: Case) -> Refusal | None:
    """Another file asks by this one. It need not be named, for whoever is consulted may not know of that file."""
    other = case.parameters.other
    asking = [tie.other for tie in case.history.ties if tie.sort == "consultation" and tie.belongs]
    return None if asking and other in (None, *asking) else Refusal("not-consulted")


@looks_at("noted_since_receipt")
@takes("remark")
def opinion_given(case: Case) -> Refusal | None:
    """An answer says something: a note written since it was received, or a remark."""
    given = case.parameters
    said = case.history.noted_since_receipt or given.draft or given.remark
    return None if said else Refusal("needs-opinion", "remark")


NEEDS_OF_CONSULTATIONS: Mapping[str, Guard] = {
    "due": due_given,
    "consultations_back": consultations_back,
    "consulted": consulted,
    "opinion": opinion_given,
}
