"""Guards of documents that are withheld from everybody, and given back."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flows.rules import words
from flows.rules.cases import Case
from flows.rules.errors import Refusal
from flows.rules.guards_posts import Guard
from flows.rules.parts import looks_at, takes


def second_superior(case: Case) -> Refusal | None:
    """Another person, at a post above the one that proposed it; above the top post, at the record room.

    The top post decides on nothing alone here either: who keeps the office's papers confirms it.
    """
    proposal, post = case.history.proposal, case.actor.post
    proposer = case.posts.get(proposal.post) if proposal else None
    if proposer is None:
        return Refusal("not-second")
    keeper = not proposer.above and post.record_room and post.office == case.docket.office
    return None if keeper or post.id in proposer.above else Refusal("not-second")


@looks_at("papers")
@takes("document_id")
def document_readable(case: Case) -> Refusal | None:
    """A document of this file that is not withheld."""
    found = _named(case)
    if found is None and case.history.papers[_id(case)] is not None:
        return Refusal("withheld-already", "document_id")
    return found


@looks_at("papers")
@takes("document_id")
def document_withheld(case: Case) -> Refusal | None:
    """A document of this file that is withheld."""
    found = _named(case)
    if found is None and case.history.papers[_id(case)] is None:
        return Refusal("not-withheld", "document_id")
    return found


def _named(case: Case) -> Refusal | None:
    given = case.parameters.document_id
    if given is None:
        return words.missing("document_id")
    return None if given in case.history.papers else Refusal("unknown-document", "document_id")


def _id(case: Case) -> UUID:
    given = case.parameters.document_id
    assert given is not None
    return given


WHO_OF_DOCUMENTS: Mapping[str, Guard] = {"second_superior": second_superior}
NEEDS_OF_DOCUMENTS: Mapping[str, Guard] = {
    "document_readable": document_readable,
    "document_withheld": document_withheld,
}
