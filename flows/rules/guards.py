"""The closed vocabulary of guards. A guard looks at a case and answers None, or the refusal.

``WHO`` are those of the column “who may”, ``NEEDS`` those of “what it needs”.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flows.rules import words
from flows.rules.acts import ACTS
from flows.rules.cases import Case, Tie, relation
from flows.rules.errors import Refusal
from flows.rules.guards_complaint import NEEDS_OF_COMPLAINTS
from flows.rules.guards_complaint_who import WHO_OF_COMPLAINTS
from flows.rules.guards_posts import (
    Guard,
    addressed,
    holder,
    post_given,
    post_that_held,
    power,
    sender,
    superior,
    usable,
)
from flows.rules.labels import OUTCOMES, SETTLED, Label, listed
from flows.rules.particulars import particulars_of
from flows.rules.parts import looks_at, takes

DECIDED = frozenset({"approve", "approve_as_amended", "approve_with_conditions", "reject"})


def holder_with_closing_power(case: Case) -> Refusal | None:
    return holder(case) or power("close")(case)


@looks_at("closed_by")
def closer_or_record_room(case: Case) -> Refusal | None:
    post = case.actor.post
    return None if post.id == case.history.closed_by or post.record_room else Refusal("not-closer")


def second_above_proposer(case: Case) -> Refusal | None:
    """The competent post: above the one that proposed, or with the power to allow reopening."""
    proposal = case.history.proposal
    proposer = case.posts.get(proposal.post) if proposal else None
    above = proposer is not None and case.actor.post.id in proposer.above
    return None if above or "allow_reopening" in case.actor.post.powers else Refusal("not-second")


def involved(case: Case) -> Refusal | None:
    """The post that holds it, or the office's hub: who may add a paper to it."""
    return None if case.is_holder or "hub" in case.actor.post.powers else Refusal("not-holder")


POWER_ASKED: Mapping[str, str] = {
    "registrar": "register",
    "diarist": "diarise",
    "hub": "hub",
    "intake": "intake",
}
"""Guards that ask for a power of the acting post and for nothing else: they can be asked of a registration too."""


def beside(case: Case) -> Refusal | None:
    """It follows from what is done to another docket; nobody asks for it by itself."""
    return None if case.beside is not None else Refusal("follows-from-another")


@looks_at("ties")
def holder_of_the_file(case: Case) -> Refusal | None:
    """The post that holds the file in which this is."""
    held = any(tie.belongs and tie.holder == case.actor.post.id for tie in case.history.ties)
    return None if held else Refusal("not-holder")


def second_over_reassigning(case: Case) -> Refusal | None:
    """Another administrator, or a post above the one that holds it."""
    administers = "administer" in case.actor.post.powers
    return None if administers or superior(case) is None else Refusal("not-second")


def the_clock(case: Case) -> Refusal | None:
    """What is due by itself: no person ever passes, at whichever post."""
    return None if case.actor.is_clock else Refusal("not-the-clock")


WHO: Mapping[str, Guard] = {
    "administrator": power("administer"),
    "second_over_reassigning": second_over_reassigning,
    "holder_of_the_file": holder_of_the_file,
    "beside": beside,
    **{name: power(asked) for name, asked in POWER_ASKED.items()},
    "holder": holder,
    "addressed": addressed,
    "sender": sender,
    "superior": superior,
    "holder_with_closing_power": holder_with_closing_power,
    "closer_or_record_room": closer_or_record_room,
    "second_above_proposer": second_above_proposer,
    "involved": involved,
    "the_clock": the_clock,
    **WHO_OF_COMPLAINTS,
}


@takes("remark")
def reason(case: Case) -> Refusal | None:
    return None if case.parameters.remark else Refusal("needs-reason", "remark")


@takes("remark")
def remark(case: Case) -> Refusal | None:
    return None if case.parameters.remark else Refusal("needs-remark", "remark")


@looks_at("noted_since_receipt")
@takes("agree", "remark")
def note_if_putting_up(case: Case) -> Refusal | None:
    """Only putting up needs a note since receipt, agreement, or the reason why none."""
    target = case.target
    if target is None or relation(case.actor.post, target) != "put_up":
        return None
    given = case.parameters
    noted = case.history.noted_since_receipt or given.draft or given.agree or given.remark
    return None if noted else Refusal("needs-note", "remark")


@takes("text")
def text_given(case: Case) -> Refusal | None:
    return None if case.parameters.text else Refusal("needs-text", "text")


@looks_at("drafts")
def no_own_draft(case: Case) -> Refusal | None:
    draft = case.own_draft
    if draft is None:
        return None
    return Refusal("open-draft-exists", "text", {"paragraph": str(draft.paragraph)})


@looks_at("drafts")
@takes("draft", "draft_sha256")
def draft_named(case: Case) -> Refusal | None:
    """The author's own draft is fixed with this movement: it must be named, with the SHA-256 that he read.

    So no open draft of the holder is ever left behind. One that another left when the file was pulled up, or
    when he gave up his charge, stays with him outside the file and hinders nobody.
    """
    draft, named = case.own_draft, case.parameters.draft
    if draft is None:
        return Refusal("draft-not-yours", "draft") if named else None
    if named is None:
        return Refusal("draft-left", "draft", {"paragraph": str(draft.paragraph)})
    if named != draft.note:
        return Refusal("draft-not-yours", "draft")
    if case.parameters.draft_sha256 is None:
        return Refusal("missing", "draft_sha256", {"field": words.field("draft_sha256")})
    same = case.parameters.draft_sha256 == draft.sha256.hex()
    return None if same else Refusal("draft-changed", "draft_sha256")


@takes("outcome", "conditions")
def outcome_given(case: Case) -> Refusal | None:
    given = case.parameters
    if given.outcome is None or given.outcome not in OUTCOMES:
        return _needs_outcome(OUTCOMES)
    if given.outcome == "approve_with_conditions":
        return None if given.conditions else Refusal("needs-conditions", "conditions")
    taken = {"parameter": words.field("conditions"), "action": OUTCOMES[given.outcome]}
    return Refusal("not-taken", "conditions", taken) if given.conditions else None


def _needs_outcome(allowed: Mapping[str, Label]) -> Refusal:
    return Refusal("needs-outcome", "outcome", {"allowed": listed(allowed.values())})


@looks_at("competence")
def competent(case: Case) -> Refusal | None:
    """By decision class: subject × amount, a table per office. Discussing and seeing need no competence."""
    if case.parameters.outcome not in DECIDED:
        return None
    subject_class = str(case.docket.particulars.get("subject_class"))
    limit = case.history.competence.get(subject_class)
    amount = case.docket.particulars.get("amount_paise")
    if limit is not None and (not isinstance(amount, int) or amount <= limit):
        return None
    label = case.kind.subject_classes.get(subject_class, subject_class)
    return Refusal("beyond-competence", "outcome", {"subject_class": label})


@looks_at("fixed_notes")
@takes("basis")
def basis_given(case: Case) -> Refusal | None:
    """A decision names the note that it decides on, if the file has any: a fixed one of this file."""
    given, notes = case.parameters, case.history.fixed_notes
    if given.basis is not None and given.basis not in notes and given.basis != given.draft:
        return Refusal("unknown-note", "basis")
    return Refusal("needs-basis", "basis") if notes and not given.basis and not given.draft else None


@takes("until")
def day_given(case: Case) -> Refusal | None:
    until = case.parameters.until
    if until is None:
        return Refusal("needs-day", "until")
    return None if until > case.today else Refusal("day-past", "until")


@looks_at("decision")
def decision_where_asked(case: Case) -> Refusal | None:
    asked = case.kind.decided_before_close
    if case.docket.particulars.get("subject_class") not in asked:
        return None
    return None if case.history.decision in DECIDED else Refusal("needs-decision")


@looks_at("open_conditions")
def no_open_condition(case: Case) -> Refusal | None:
    count = len(case.history.open_conditions)
    return Refusal("open-condition", facts={"count": str(count)}) if count else None


@looks_at("open_conditions")
@takes("condition")
def condition_open(case: Case) -> Refusal | None:
    """Without an open condition there is nothing to ask for: the movement itself is not possible."""
    if not case.history.open_conditions:
        return Refusal("unknown-condition")
    known = case.parameters.condition in case.history.open_conditions
    return None if known else Refusal("unknown-condition", "condition")


@takes("outcome")
def settled_given(case: Case) -> Refusal | None:
    return None if case.parameters.outcome in SETTLED else _needs_outcome(SETTLED)


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
    return None if case.parameters.document else Refusal("missing", "document", {"field": words.field("document")})


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


@takes("subject")
def subject_given(case: Case) -> Refusal | None:
    missing = Refusal("missing", "subject", {"field": words.field("subject")})
    return None if case.parameters.subject else missing


def other_in_hand(case: Case) -> Refusal | None:
    """The other is in the same hand."""
    held = case.other is not None and case.other.docket.holder == case.actor.post.id
    return None if held else Refusal("other-not-in-hand", "other")


@looks_at("cited")
def not_cited(case: Case) -> Refusal | None:
    """What a fixed note of the file cites stays there."""
    return Refusal("cited-in-file") if case.history.cited else None


@looks_at("held_by")
def never_left(case: Case) -> Refusal | None:
    """It is struck out only before anybody else had it."""
    return Refusal("left-already") if case.history.held_by - {case.actor.post.id} else None


@takes("posts")
def posts_for_copies(case: Case) -> Refusal | None:
    """Each further post is one that exists, where somebody is, and is named once."""
    given, named = case.parameters, {case.parameters.to, case.docket.holder}
    for post in given.posts:
        refusal = usable(case, case.posts.get(post))
        if refusal is not None:
            return replace(refusal, field="posts")
        if post in named:
            return Refusal("post-twice", "posts", {"post": case.posts[post].code})
        named.add(post)
    return None


@looks_at("ties")
def nothing_attached(case: Case) -> Refusal | None:
    """What has others attached to it is not attached itself, so that everything is in a hand."""
    found = next((tie for tie in case.history.ties if tie.sort == "attached" and not tie.belongs), None)
    return Refusal("has-attached", facts={"number": found.number}) if found else None


@looks_at("ties")
def no_part_out(case: Case) -> Refusal | None:
    """No part or volume of it is with somebody else."""
    sorts, here = ("part", "volume", "consultation"), case.actor.post.id
    out = [tie for tie in _open_below(case, sorts) if tie.holder != here]
    return Refusal("part-out", facts={"number": out[0].number}) if out else None


@looks_at("ties")
def no_receipt_undisposed(case: Case) -> Refusal | None:
    open_ones = _open_below(case, ("in_file",))
    return Refusal("receipt-undisposed", facts={"number": open_ones[0].number}) if open_ones else None


def _open_below(case: Case, sorts: tuple[str, ...]) -> list[Tie]:
    """What belongs to it in these ways and is not closed."""
    ties = [tie for tie in case.history.ties if tie.sort in sorts and not tie.belongs]
    return [tie for tie in ties if tie.state_class != "closed"]


_DECIDED_ON = ("subject_class", "amount_paise")


@looks_at("decision")
@takes("particulars", "subject")
def amendment(case: Case) -> Refusal | None:
    """Something is amended, to a value that its kind has; what the number is made of, or was decided on, stays."""
    given = case.parameters
    if not given.particulars and given.subject is None:
        return Refusal("missing", "particulars", {"field": words.field("particulars")})
    known, fixed = particulars_of(case.table.family, case.kind), {*case.kind.series}
    for name, value in given.particulars.items():
        if name not in known or name in fixed:
            return Refusal("not-taken", name, {"parameter": words.field(name), "action": case.row.label})
        if name in _DECIDED_ON and case.history.decision in DECIDED:
            return Refusal("decided-on", name, {"field": words.field(name)})
        if not known[name].fits(value):
            return Refusal("unknown-particular", name, {"field": words.field(name), "value": str(value)})
    return None


NEEDS: Mapping[str, Guard] = {
    "nothing_attached": nothing_attached,
    "no_part_out": no_part_out,
    "no_receipt_undisposed": no_receipt_undisposed,
    "amendment": amendment,
    "other_in_hand": other_in_hand,
    "not_cited": not_cited,
    "never_left": never_left,
    "posts_for_copies": posts_for_copies,
    "other": other_given,
    "not_tied": not_tied,
    "tied": tied,
    "subject": subject_given,
    "post": post_given,
    "post_that_held": post_that_held,
    "reason": reason,
    "remark": remark,
    "note_if_putting_up": note_if_putting_up,
    "text": text_given,
    "no_own_draft": no_own_draft,
    "draft_named": draft_named,
    "outcome": outcome_given,
    "competent": competent,
    "basis": basis_given,
    "day": day_given,
    "decision_where_asked": decision_where_asked,
    "no_open_condition": no_open_condition,
    "condition_open": condition_open,
    "settled": settled_given,
    "no_proposal": no_proposal,
    "priority": known_priority,
    "document": document_given,
    **NEEDS_OF_COMPLAINTS,
}
