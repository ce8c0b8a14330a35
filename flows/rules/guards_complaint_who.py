"""Who may move a complaint. These guards are registered with the others in ``guards``.

Whoever judges a reply or a closing is another than the officer, and stands apart from the post complained against.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.rules import complaints
from flows.rules.cases import Case
from flows.rules.errors import Refusal
from flows.rules.guards_posts import Guard, has_power
from flows.rules.parts import looks_at


@looks_at("replied_by")
def calling_desk(case: Case) -> Refusal | None:
    """Never the officer: neither the post nor the person that replied."""
    replied = case.actor.post.id == case.history.replied_by or case.actor.person == case.history.replied_by_person
    return Refusal("officer-concerned") if replied else has_power(case.actor.post, "call")


@looks_at("replied_by", "had_by", "clocks")
def citizen_desk(case: Case) -> Refusal | None:
    """What the citizen says, taken down by the calling desk: never by the officer who has or had it."""
    post = complaints.had_by(case)
    had = post is not None and (case.actor.post.id == post.id or case.actor.person in post.people)
    return Refusal("officer-concerned") if had and _was_given(case) else calling_desk(case)


def _was_given(case: Case) -> bool:
    """Before it was given to an officer it lies with the desk that took it in, which goes on taking down."""
    return any(clock.sort == "level" for clock in case.history.clocks)


@looks_at("had_by")
def named_superior(case: Case) -> Refusal | None:
    """A post above the one that has it or had it last, or one that oversees complaints."""
    post = complaints.had_by(case)
    above = post is not None and case.actor.post.id in post.above
    return None if above or "oversee" in case.actor.post.powers else Refusal("not-overseer")


def arbiter(case: Case) -> Refusal | None:
    """The post with the power that the scheme names for what was passed on too often."""
    return has_power(case.actor.post, case.kind.handling.arbiter)


@looks_at("replied_by", "recused")
def reviewer(case: Case) -> Refusal | None:
    """The next level or the reviewing cell, as the scheme says; never the replier, post or person."""
    actor, replied = case.actor, case.history.replied_by
    if actor.post.id == replied or actor.person == case.history.replied_by_person:
        return Refusal("own-reply")
    post = None if replied is None else case.posts.get(replied)
    by = complaints.review_of(case).by
    above = "superior" in by and post is not None and actor.post.id in post.above
    cell = "cell" in by and "review" in actor.post.powers
    return _apart(case) if above or cell else Refusal("not-reviewer")


@looks_at("special_close", "recused")
def special_close_decider(case: Case) -> Refusal | None:
    """Another person at a post above the one that proposed, high enough, while the proposal has not lapsed."""
    proposed, lapses = case.history.special_close, complaints.special_close_lapses(case)
    if proposed is None or lapses is None:
        return Refusal("no-proposal")
    if case.actor.person == proposed.person:
        return Refusal("same-person")
    proposer = case.posts.get(proposed.post)
    if proposer is None or case.actor.post.id not in proposer.above:
        return Refusal("not-decider")
    below = _below_deciding(case, proposer.above.index(case.actor.post.id))
    return below or _apart(case) or (Refusal("proposal-lapsed") if case.at >= lapses else None)


def _below_deciding(case: Case, rung: int) -> Refusal | None:
    """Is the post at this rung of the proposer's superiors, from 0, below the level that decides?"""
    decided_at = complaints.special_closing_of(case).decided_at
    if decided_at is None or complaints.level_of(case) + rung + 1 >= decided_at:
        return None
    return Refusal("below-deciding", facts={"level": complaints.level_label(case, decided_at)})


@looks_at("recused")
def second_to_reject(case: Case) -> Refusal | None:
    """The second post: above the one that proposed, or with the power to confirm closings."""
    proposal = case.history.proposal
    proposer = case.posts.get(proposal.post) if proposal else None
    above = proposer is not None and case.actor.post.id in proposer.above
    return _apart(case) if above or "confirm_closing" in case.actor.post.powers else Refusal("not-second")


def _apart(case: Case) -> Refusal | None:
    """Neither accused in it, nor under the accused, nor one that recused itself."""
    actor, accused = case.actor.post, complaints.accused_of(case.docket.particulars)
    under = accused is not None and accused in actor.above
    against = under or complaints.is_recused(case) or complaints.is_accused(case)
    return Refusal("accused-acts") if against else None


WHO_OF_COMPLAINTS: Mapping[str, Guard] = {
    "calling_desk": calling_desk,
    "citizen_desk": citizen_desk,
    "named_superior": named_superior,
    "arbiter": arbiter,
    "reviewer": reviewer,
    "special_close_decider": special_close_decider,
    "second_to_reject": second_to_reject,
}
