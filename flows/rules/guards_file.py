"""Guards of the office file: notes and drafts, what is decided and by whom, what must be before it closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from flows.rules import words
from flows.rules.cases import Case
from flows.rules.errors import Refusal
from flows.rules.guards_posts import Guard, holder, power, superior
from flows.rules.labels import OUTCOMES, SETTLED, Fact, Label, listed_codes
from flows.rules.particulars import particulars_of
from flows.rules.parts import looks_at, takes
from flows.rules.sending import relation

HIGHEST_LIMIT: Final = 10**15
"""Paise: the highest limit that a post is given, ten lakh crore rupees; it decides whatever the amount is."""

DECIDED: Final = frozenset({"approve", "approve_as_amended", "approve_with_conditions", "reject"})
"""The outcomes that decide; discussing and seeing do not."""


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


def second_over_reassigning(case: Case) -> Refusal | None:
    """Another administrator, or a post above the one that holds it."""
    administers = "administer" in case.actor.post.powers
    return None if administers or superior(case) is None else Refusal("not-second")


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
        return words.missing("draft_sha256")
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
    return Refusal("needs-outcome", "outcome", {"allowed": listed_codes(allowed)})


@looks_at("competence", "by_amount")
def competent(case: Case) -> Refusal | None:
    """By decision class: subject × amount, a table per office. Discussing and seeing need no competence."""
    if case.parameters.outcome not in DECIDED:
        return None
    refusal = _beyond(case, case.docket.particulars)
    return refusal and (replace(refusal, field="outcome") if refusal.code == "beyond-competence" else refusal)


def _beyond(case: Case, particulars: Mapping[str, object]) -> Refusal | None:
    """Is a matter with these particulars more than the acting post may decide?

    An amount that is not said may be any. It need not be said of a class that nobody decides by amount, nor to a
    post with the highest limit that is given.
    """
    subject_class, amount = str(particulars.get("subject_class")), particulars.get("amount_paise")
    limit = case.history.competence.get(subject_class)
    if limit is not None and not isinstance(amount, int):
        said_or_not = limit >= HIGHEST_LIMIT or subject_class not in case.history.by_amount
        return None if said_or_not else Refusal("needs-amount")
    if limit is not None and isinstance(amount, int) and amount <= limit:
        return None
    return Refusal("beyond-competence", facts={"subject_class": _class_label(case, subject_class)})


def _class_label(case: Case, subject_class: str) -> Fact:
    return case.kind.subject_classes.get(subject_class, subject_class)


@looks_at("communicated")
def reversal_from_above(case: Case) -> Refusal | None:
    """What was decided and told outside is reversed only by a post above the one that decided (DESIGN §4).

    Approved is reversed by rejecting, and rejected by approving. A decision that names a letter is on its words.
    """
    given, before = case.parameters, case.history.communicated
    if before is None or given.outcome not in DECIDED or given.letter is not None:
        return None
    if (given.outcome == "reject") == (before.outcome == "reject"):
        return None
    decider = case.posts.get(before.post)
    above = decider is not None and case.actor.post.id in decider.above
    return None if above else Refusal("reverses-communicated", "outcome", {"outcome": OUTCOMES[before.outcome]})


@looks_at("fixed_notes")
@takes("basis", "letter")
def basis_given(case: Case) -> Refusal | None:
    """A decision names the note or letter that it decides on, if the file has notes: a fixed one of this file."""
    given, notes = case.parameters, case.history.fixed_notes
    if given.basis is not None and given.basis not in notes and given.basis != given.draft:
        return Refusal("unknown-note", "basis")
    named = given.basis or given.draft or given.letter
    return Refusal("needs-basis", "basis") if notes and not named else None


@takes("until")
def day_given(case: Case) -> Refusal | None:
    until = case.parameters.until
    if until is None:
        return Refusal("needs-day", "until")
    if until <= case.today:
        return Refusal("day-past", "until")
    last = case.today + timedelta(days=case.scheme.parking_days)
    return Refusal("parked-too-long", "until", {"day": last.isoformat()}) if until > last else None


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


@looks_at("deciders")
@takes("condition", "outcome")
def waived_by_decider(case: Case) -> Refusal | None:
    """Whoever has the file may say that a condition is met; who set it, or a post above, does without it."""
    if case.parameters.outcome != "waived" or case.parameters.condition is None:
        return None
    decider, here = case.history.deciders.get(case.parameters.condition), case.actor.post.id
    above = () if decider is None else case.posts[decider].above
    return None if here == decider or here in above else Refusal("not-to-waive", "outcome")


@looks_at("held_by")
def never_left(case: Case) -> Refusal | None:
    """It is struck out only before anybody else had it."""
    return Refusal("left-already") if case.history.held_by - {case.actor.post.id} else None


_DECIDED_ON = ("subject_class", "amount_paise")


@looks_at("decision")
@takes("particulars", "subject")
def amendment(case: Case) -> Refusal | None:
    """Something is amended, to a value that its kind has; what the number is made of, or was decided on, stays."""
    given = case.parameters
    if not given.particulars and given.subject is None:
        return words.missing("particulars")
    known, fixed = particulars_of(case.table.family, case.kind), {*case.kind.series}
    for name, value in given.particulars.items():
        if name not in known or name in fixed:
            return Refusal("not-taken", name, {"parameter": words.field(name), "action": case.row.label})
        if name in _DECIDED_ON and case.history.decision in DECIDED:
            return Refusal("decided-on", name, {"field": words.field(name)})
        if not known[name].fits(value):
            return words.unknown(name, str(value))
    return None


@looks_at("competence", "by_amount", "held_by")
@takes("particulars")
def competent_to_amend(case: Case) -> Refusal | None:
    """Who may decide is said by class and amount: both are amended by a post that may decide the old and the new.

    Not so before anybody else had it, when it might be registered anew, and where an amount is only filled in.
    """
    given, now = case.parameters.particulars, case.docket.particulars
    changed = {name: value for name, value in given.items() if name in _DECIDED_ON and value != now.get(name)}
    filled_in = changed.keys() == {"amount_paise"} and now.get("amount_paise") is None
    if not changed or filled_in or never_left(case) is None:
        return None
    refusal = _beyond(case, now) or _beyond(case, {**now, **changed})
    label = _class_label(case, str(now.get("subject_class")))
    return refusal and Refusal("beyond-amending", next(iter(changed)), {"subject_class": label})


WHO_OF_FILES: Mapping[str, Guard] = {
    "holder_with_closing_power": holder_with_closing_power,
    "closer_or_record_room": closer_or_record_room,
    "second_above_proposer": second_above_proposer,
    "second_over_reassigning": second_over_reassigning,
}


NEEDS_OF_FILES: Mapping[str, Guard] = {
    "note_if_putting_up": note_if_putting_up,
    "text": text_given,
    "no_own_draft": no_own_draft,
    "draft_named": draft_named,
    "outcome": outcome_given,
    "competent": competent,
    "reversal_from_above": reversal_from_above,
    "basis": basis_given,
    "day": day_given,
    "decision_where_asked": decision_where_asked,
    "no_open_condition": no_open_condition,
    "condition_open": condition_open,
    "settled": settled_given,
    "waived_by_decider": waived_by_decider,
    "never_left": never_left,
    "amendment": amendment,
    "competent_to_amend": competent_to_amend,
}
