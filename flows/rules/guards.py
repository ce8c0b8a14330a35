"""The closed vocabulary of guards. A guard looks at a case and answers None, or the refusal.

``WHO`` are those of the column “who may”, ``NEEDS`` those of “what it needs”.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from flows.rules import words
from flows.rules.acts import ACTS
from flows.rules.cases import Case, PostFacts, Tie, relation
from flows.rules.errors import Refusal
from flows.rules.labels import OUTCOMES, POWERS, SETTLED, Label, listed
from flows.rules.particulars import particulars_of
from flows.rules.parts import looks_at, takes

Guard = Callable[[Case], Refusal | None]

DECIDED = frozenset({"approve", "approve_as_amended", "approve_with_conditions", "reject"})


def holder(case: Case) -> Refusal | None:
    return None if case.is_holder else Refusal("not-holder")


def addressed(case: Case) -> Refusal | None:
    return None if case.is_holder else Refusal("not-addressed")


def sender(case: Case) -> Refusal | None:
    return None if case.docket.sender == case.actor.post.id else Refusal("not-sender")


def superior(case: Case) -> Refusal | None:
    above = case.holder.above if case.holder else ()
    return None if case.actor.post.id in above else Refusal("not-superior")


def has_power(post: PostFacts, name: str) -> Refusal | None:
    """Refuses a post to which a power was not given."""
    return None if name in post.powers else Refusal("lacks-power", facts={"power": POWERS[name]})


def _power(name: str) -> Guard:
    return lambda case: has_power(case.actor.post, name)


def holder_with_closing_power(case: Case) -> Refusal | None:
    return holder(case) or _power("close")(case)


@looks_at("closed_by")
def closer_or_record_room(case: Case) -> Refusal | None:
    post = case.actor.post
    return None if post.id == case.history.closed_by or post.record_room else Refusal("not-closer")


@looks_at("replied_by")
def calling_desk(case: Case) -> Refusal | None:
    """Never the officer: neither the post nor the person that replied."""
    replied = case.actor.post.id == case.history.replied_by or case.actor.person == case.history.replied_by_person
    return Refusal("officer-concerned") if replied else _power("call")(case)


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
    "administrator": _power("administer"),
    "second_over_reassigning": second_over_reassigning,
    "holder_of_the_file": holder_of_the_file,
    "beside": beside,
    **{name: _power(power) for name, power in POWER_ASKED.items()},
    "holder": holder,
    "addressed": addressed,
    "sender": sender,
    "superior": superior,
    "calling_desk": calling_desk,
    "holder_with_closing_power": holder_with_closing_power,
    "closer_or_record_room": closer_or_record_room,
    "second_above_proposer": second_above_proposer,
    "involved": involved,
    "the_clock": the_clock,
}


@takes("to")
def post_given(case: Case) -> Refusal | None:
    """A post to send it to: one that exists, is another than the holder, and is occupied."""
    if case.parameters.to is None:
        return Refusal("needs-post", "to")
    return _usable(case, case.target)


def _usable(case: Case, target: PostFacts | None) -> Refusal | None:
    if target is None or not target.open:
        return Refusal("unknown-post", "to")
    if target.id == case.docket.holder:
        return Refusal("own-post", "to")
    return None if target.occupied else Refusal("nobody-there", "to")


@looks_at("held_by")
@takes("to")
def post_that_held(case: Case) -> Refusal | None:
    """To the post that sent it, unless another that held it is named."""
    to = case.parameters.to or case.docket.sender
    if to is None:
        return Refusal("needs-post", "to")
    if to not in case.history.held_by:
        return Refusal("never-held", "to")
    return _usable(case, case.posts.get(to))


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


def not_the_accused(case: Case) -> Refusal | None:
    """Never the accused post, nor one under it."""
    accused, target = case.docket.particulars.get("accused"), case.target
    if accused is None or target is None:
        return None
    return Refusal("accused-post", "to") if target.id == accused or accused in target.above else None


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
        refusal = _usable(case, case.posts.get(post))
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
    "not_the_accused": not_the_accused,
    "priority": known_priority,
    "document": document_given,
}
