"""Guards between two dockets: which other one is named, how both are tied, what lies in a file or is out of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flows.rules import words
from flows.rules.acts import ACTS
from flows.rules.cases import Case, Tie
from flows.rules.errors import Refusal
from flows.rules.guards_posts import Guard
from flows.rules.parts import looks_at, takes


def beside(case: Case) -> Refusal | None:
    """It follows from what is done to another docket; nobody asks for it by itself."""
    return None if case.beside is not None else Refusal("follows-from-another")


LIES_IN: Final = ("in_file", "attached")
"""Ties by which a paper goes wherever the other goes. A copy, a part, a linked file goes its own way."""


@looks_at("ties")
def holder_of_the_file(case: Case) -> Refusal | None:
    """The post that holds the file in which this lies, or to which it is attached."""
    above = [tie for tie in case.history.ties if tie.belongs and tie.sort in LIES_IN]
    held = any(tie.holder == case.actor.post.id for tie in above)
    return None if held else Refusal("not-holder")


@takes("other")
def other_given(case: Case) -> Refusal | None:
    """Another docket, of a kind that this act can be done with."""
    if case.parameters.other is None:
        return Refusal("needs-other", "other")
    if case.parameters.other == case.docket.id:
        return Refusal("other-is-itself", "other")
    return None if case.other is not None else Refusal("unfit-other", "other", {"action": case.row.label})


@looks_at("ties")
def not_tied(case: Case) -> Refusal | None:
    """The two are not tied to one another already."""
    other = case.parameters.other
    tied = next((tie for tie in case.history.ties if tie.other == other), None)
    return Refusal("tied-already", "other", {"number": tied.number}) if tied else None


@looks_at("ties")
@takes("other")
def tied(case: Case) -> Refusal | None:
    """The two are tied in the way that this act ends."""
    if case.parameters.other is None:
        return Refusal("needs-other", "other")
    sort = ACTS[case.row.act].unties
    found = any(tie.other == case.parameters.other and tie.sort == sort for tie in case.history.ties)
    return None if found else Refusal("not-tied", "other")


def other_in_hand(case: Case) -> Refusal | None:
    """The other is in the same hand."""
    held = case.other is not None and case.other.docket.holder == case.actor.post.id
    return None if held else Refusal("other-not-in-hand", "other")


@looks_at("cited")
def not_cited(case: Case) -> Refusal | None:
    """What a fixed note of the file cites stays there."""
    return Refusal("cited-in-file") if case.history.cited else None


@looks_at("ties")
def nothing_attached(case: Case) -> Refusal | None:
    """What has others attached to it is not attached itself, nor does it end, so that everything is in a hand.

    A consultation that was answered is closed, and stays with it for good.
    """
    found = open_below(case, ("attached",))
    return Refusal("has-attached", facts={"number": found[0].number}) if found else None


@looks_at("ties")
def nothing_merged_in(case: Case) -> Refusal | None:
    """What took another in is no mistake that could be struck out: the other goes on in it."""
    found = next((tie for tie in case.history.ties if tie.sort == "merged" and not tie.belongs), None)
    return Refusal("merged-into-it", facts={"number": found.number}) if found else None


@looks_at("ties")
def no_part_out(case: Case) -> Refusal | None:
    """No part or volume of it is with somebody else."""
    sorts, here = ("part", "volume", "consultation"), case.actor.post.id
    out = [tie for tie in open_below(case, sorts) if tie.holder != here]
    return Refusal("part-out", facts={"number": out[0].number}) if out else None


@looks_at("ties")
def no_receipt_undisposed(case: Case) -> Refusal | None:
    open_ones = open_below(case, ("in_file",))
    return Refusal("receipt-undisposed", facts={"number": open_ones[0].number}) if open_ones else None


def open_below(case: Case, sorts: tuple[str, ...]) -> list[Tie]:
    """What belongs to it in these ways and is not closed."""
    ties = [tie for tie in case.history.ties if tie.sort in sorts and not tie.belongs]
    return [tie for tie in ties if tie.state_class != "closed"]


@looks_at("ties")
def not_clubbed(case: Case) -> Refusal | None:
    """What others are clubbed under is under none itself, so that each has one that leads it."""
    lead = next((tie for tie in case.history.ties if tie.sort == "clubbed" and tie.belongs), None)
    return Refusal("is-clubbed", facts={"number": lead.number}) if lead else None


@looks_at("ties")
def in_no_club(case: Case) -> Refusal | None:
    """It leads none and is under none."""
    led = next((tie for tie in case.history.ties if tie.sort == "clubbed" and not tie.belongs), None)
    return not_clubbed(case) or (Refusal("leads-a-club", facts={"number": led.number}) if led else None)


@looks_at("lead")
def lead_closed(case: Case) -> Refusal | None:
    """The complaint under which this one is clubbed is closed; what was done there is told to this citizen too."""
    lead = case.history.lead
    if lead is None:
        return Refusal("not-clubbed")
    return None if lead.state_class == "closed" else Refusal("lead-open", facts={"number": lead.number})


@takes("subject")
def subject_given(case: Case) -> Refusal | None:
    return None if case.parameters.subject else words.missing("subject")


WHO_OF_TIES: Mapping[str, Guard] = {
    "holder_of_the_file": holder_of_the_file,
    "beside": beside,
}


NEEDS_OF_TIES: Mapping[str, Guard] = {
    "nothing_attached": nothing_attached,
    "nothing_merged_in": nothing_merged_in,
    "no_part_out": no_part_out,
    "no_receipt_undisposed": no_receipt_undisposed,
    "other_in_hand": other_in_hand,
    "not_cited": not_cited,
    "other": other_given,
    "not_tied": not_tied,
    "tied": tied,
    "subject": subject_given,
    "not_clubbed": not_clubbed,
    "in_no_club": in_no_club,
    "lead_closed": lead_closed,
}
