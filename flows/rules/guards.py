"""The closed vocabulary of guards. A guard looks at a case and answers None, or the refusal.

``WHO`` are those of the column “who may”, ``NEEDS`` those of “what it needs”.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.rules import words
from flows.rules.cases import Case
from flows.rules.errors import Refusal
from flows.rules.guards_complaint import NEEDS_OF_COMPLAINTS
from flows.rules.guards_complaint_who import WHO_OF_COMPLAINTS
from flows.rules.guards_consultation import NEEDS_OF_CONSULTATIONS
from flows.rules.guards_documents import NEEDS_OF_DOCUMENTS, WHO_OF_DOCUMENTS
from flows.rules.guards_file import NEEDS_OF_FILES, WHO_OF_FILES
from flows.rules.guards_letters import NEEDS_OF_LETTERS, WHO_OF_LETTERS
from flows.rules.guards_posts import (
    Guard,
    addressed,
    holder,
    post_given,
    post_or_next,
    post_that_held,
    posts_for_copies,
    posts_given,
    posts_in_turn,
    power,
    route_ahead,
    sender,
    superior,
)
from flows.rules.guards_publishing import approved
from flows.rules.guards_references import NEEDS_OF_REFERENCES
from flows.rules.guards_split import NEEDS_OF_SPLITTING
from flows.rules.guards_ties import NEEDS_OF_TIES, WHO_OF_TIES
from flows.rules.parts import looks_at, takes


@looks_at("held_by")
def involved(case: Case) -> Refusal | None:
    """The post that holds it, or a hub that did: who may add a paper to it. A copy for information is no hold."""
    post = case.actor.post
    hub = "hub" in post.powers and post.id in case.history.held_by
    return None if case.is_holder or hub else Refusal("not-holder")


POWER_ASKED: Mapping[str, str] = {
    "registrar": "register",
    "diarist": "diarise",
    "hub": "hub",
    "intake": "intake",
}
"""Guards that ask for a power of the acting post and for nothing else: they can be asked of a registration too."""


def the_clock(case: Case) -> Refusal | None:
    """What is due by itself: no person ever passes, at whichever post."""
    return None if case.actor.is_clock else Refusal("not-the-clock")


WHO: Mapping[str, Guard] = {
    "administrator": power("administer"),
    **{name: power(asked) for name, asked in POWER_ASKED.items()},
    "holder": holder,
    "addressed": addressed,
    "sender": sender,
    "superior": superior,
    "involved": involved,
    "the_clock": the_clock,
    **WHO_OF_FILES,
    **WHO_OF_TIES,
    **WHO_OF_LETTERS,
    **WHO_OF_DOCUMENTS,
    **WHO_OF_COMPLAINTS,
}


@takes("remark")
def reason(case: Case) -> Refusal | None:
    return None if case.parameters.remark else Refusal("needs-reason", "remark")


@takes("remark")
def remark(case: Case) -> Refusal | None:
    return None if case.parameters.remark else Refusal("needs-remark", "remark")


def no_proposal(case: Case) -> Refusal | None:
    return Refusal("proposal-open") if case.open_proposal else None


@takes("priority")
def known_priority(case: Case) -> Refusal | None:
    priority = case.parameters.priority
    if priority is None or priority in case.scheme.priorities:
        return None
    return Refusal("unknown-priority", "priority", {"priority": priority})


@takes("document")
def document_given(case: Case) -> Refusal | None:
    return None if case.parameters.document else words.missing("document")


NEEDS: Mapping[str, Guard] = {
    "posts": posts_given,
    "posts_for_copies": posts_for_copies,
    "post": post_given,
    "post_or_next": post_or_next,
    "posts_in_turn": posts_in_turn,
    "route_ahead": route_ahead,
    "post_that_held": post_that_held,
    "reason": reason,
    "remark": remark,
    "approved": approved,
    "no_proposal": no_proposal,
    "priority": known_priority,
    "document": document_given,
    **NEEDS_OF_FILES,
    **NEEDS_OF_TIES,
    **NEEDS_OF_LETTERS,
    **NEEDS_OF_DOCUMENTS,
    **NEEDS_OF_CONSULTATIONS,
    **NEEDS_OF_COMPLAINTS,
    **NEEDS_OF_SPLITTING,
    **NEEDS_OF_REFERENCES,
}
