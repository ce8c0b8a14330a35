"""What the movements of complaints need. These guards are registered with the others in ``guards``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from flows.rules import clocks, complaints, words
from flows.rules.cases import Case
from flows.rules.errors import Refusal
from flows.rules.guards_posts import Guard, post_given, usable
from flows.rules.labels import POWERS, listed_codes
from flows.rules.parts import looks_at, takes


def not_the_accused(case: Case) -> Refusal | None:
    """Never the accused post, nor one under it."""
    accused, target = case.docket.particulars.get("accused"), case.target
    if accused is None or target is None:
        return None
    return Refusal("accused-post", "to") if target.id == accused or accused in target.above else None


@looks_at("recused")
def not_barred(case: Case) -> Refusal | None:
    """Nor one that recused itself, nor one where only people of the accused post sit."""
    refusal = not_the_accused(case)
    if refusal is not None or case.target is None:
        return refusal
    if complaints.barring(case).is_recused(case.target):
        return Refusal("recused-post", "to")
    return Refusal("accused-post", "to") if complaints.barred(case, case.target) else None


@looks_at("recused")
def unbiased(case: Case) -> Refusal | None:
    """Who acts is not the one complained against, nor a post or a person that recused itself."""
    against = complaints.is_accused(case) or complaints.is_recused(case)
    return Refusal("accused-acts") if against else None


@takes("to")
def not_under_actor(case: Case) -> Refusal | None:
    """A post that recuses itself does not give it to one under it."""
    target = case.target
    under = target is not None and case.actor.post.id in target.above
    return Refusal("under-the-conflict", "to") if under else None


@takes("to")
def post_below(case: Case) -> Refusal | None:
    """A post under the one that acts."""
    if case.parameters.to is None:
        return Refusal("needs-post", "to")
    refusal = usable(case, case.target)
    below = case.target is not None and case.actor.post.id in case.target.above
    return refusal or (None if below else Refusal("not-below", "to"))


@looks_at("recused", "routing")
@takes("to")
def post_even_same(case: Case) -> Refusal | None:
    """A post to send it to, which may be the one that has it; where none is named, that of its route."""
    if case.parameters.to is None:
        return Refusal("needs-post", "to") if complaints.way_across(case) is None else None
    return None if case.parameters.to == case.docket.holder else usable(case, case.target)


@looks_at("recused", "routing")
@takes("to")
def post_or_route(case: Case) -> Refusal | None:
    """A post to send it to, other than the one that has it; where none is named, that of its route."""
    if case.parameters.to is not None:
        return usable(case, case.target)
    way = complaints.way_across(case)
    return Refusal("needs-post", "to") if way is None or way.post == case.docket.holder else None


@looks_at("had_by", "recused", "routing", "clocks")
@takes("to")
def post_above(case: Case) -> Refusal | None:
    """A post named that is above the one that had it, or that of its route; else that one, or the nearest above.

    What no officer was given yet is under nobody: it may be given to any post, as the hub might give it.
    """
    if complaints.goes_up_to(case) is None:
        return Refusal("needs-post", "to")
    if case.parameters.to is None:
        return None
    post, target = complaints.had_by(case), case.target
    given = any(clock.sort == "level" for clock in case.history.clocks) or case.docket.closed_at is not None
    routed = complaints.up_by_route(case)
    above = (*(() if post is None else post.above), routed and routed.post)
    if target is not None and given and target.id not in above:
        return Refusal("not-above", "to")
    return usable(case, target)


@looks_at("had_by", "recused", "routing", "clocks")
@takes("to")
def post_after_feedback(case: Case) -> Refusal | None:
    """Where the scheme lets it rise, as ``post_above``; otherwise back to who replied, and none is named.

    A post is named only where nobody may have it back.
    """
    if complaints.level_after_feedback(case) > complaints.level_of(case):
        return post_above(case)
    if complaints.way_back(case) is None:
        return post_given(case)
    taken = {"parameter": words.field("to"), "action": case.row.label}
    return None if case.parameters.to is None else Refusal("not-taken", "to", taken)


@looks_at("had_by", "recused", "routing")
@takes("to")
def post_or_last(case: Case) -> Refusal | None:
    """A post to send it to; where none is named, that of its route, or the one that had it last, or one above."""
    if case.parameters.to is not None:
        return usable(case, case.target)
    return Refusal("needs-post", "to") if complaints.way_again(case) is None else None


@looks_at("assigned_by", "recused")
def hub_free(case: Case) -> Refusal | None:
    """The post that assigned it can have it back: it is not the accused nor under it, and has not recused itself.

    Where it was closed since, a post above it has it.
    """
    hub = case.history.assigned_by
    post = None if hub is None else case.posts.get(hub)
    against = post is None or complaints.barred(case, post)
    return Refusal("accused-post") if against or complaints.standing_for(case, hub) is None else None


@looks_at("hops")
def hops_left(case: Case) -> Refusal | None:
    limit = case.kind.handling.hop_limit
    if case.history.hops < limit:
        return None
    return Refusal("hop-limit", facts={"count": str(limit), "power": POWERS[case.kind.handling.arbiter]})


@looks_at("hops")
def hop_limit_reached(case: Case) -> Refusal | None:
    limit = case.kind.handling.hop_limit
    return None if case.history.hops >= limit else Refusal("hops-left", facts={"count": str(limit)})


@looks_at("new_category")
@takes("category")
def another_category(case: Case) -> Refusal | None:
    given = case.parameters.category
    if given is None:
        return words.missing("category")
    if complaints.category_named(case) is None:
        return words.unknown("category", given)
    return Refusal("same-category", "category") if given == case.docket.particulars["category"] else None


@looks_at("clocks")
def within_recategorising(case: Case) -> Refusal | None:
    """The hub at any time; the officer at the first level, within the scheme's days from when his level began."""
    days = case.kind.handling.recategorise_days
    if days is None or "hub" in case.actor.post.powers:
        return None
    began = max((clock.began for clock in case.history.clocks if clock.sort == "level"), default=case.at)
    late = complaints.level_of(case) > 1 or case.at > began + timedelta(days=days)
    return Refusal("recategorise-late", facts={"days": str(days)}) if late else None


@looks_at("evidence")
def evidence(case: Case) -> Refusal | None:
    """The documents that the category's procedure asks for (SYSTEMS S1)."""
    classes = case.kind.handling.document_classes
    missing = {name: classes[name] for name in case.category.evidence if name not in case.history.evidence}
    return Refusal("lacks-evidence", facts={"missing": listed_codes(missing)}) if missing else None


@looks_at("reply")
def not_reviewed(case: Case) -> Refusal | None:
    reply = case.history.reply
    return Refusal("reviewed-already") if reply is not None and reply.accepted else None


@looks_at("reply")
def reply_reviewed(case: Case) -> Refusal | None:
    """The citizen is called after the review, where this reply is one that must be reviewed."""
    return Refusal("needs-review") if complaints.must_be_reviewed(case) else None


@takes("quality")
def quality(case: Case) -> Refusal | None:
    return _listed("quality", case.parameters.quality, complaints.review_of(case).marks)


@takes("ground")
def special_ground(case: Case) -> Refusal | None:
    return _listed("ground", case.parameters.ground, complaints.special_closing_of(case).grounds)


@takes("ground")
def rejection_ground(case: Case) -> Refusal | None:
    return _listed("ground", case.parameters.ground, case.kind.handling.rejection_grounds)


def _listed(name: str, given: str | None, known: Collection[str]) -> Refusal | None:
    if given is None:
        return words.missing(name)
    return None if given in known else words.unknown(name, given)


@takes("ground")
def escalation_ground(case: Case) -> Refusal | None:
    """From a level that is left by hand only: one of the scheme's reasons, and never by the clock."""
    known, given = case.kind.handling.grounds_from(complaints.level_of(case)), case.parameters.ground
    if not known:
        taken = {"parameter": words.field("ground"), "action": case.row.label}
        return None if given is None else Refusal("not-taken", "ground", taken)
    return Refusal("by-hand-only") if case.actor.is_clock else _listed("ground", given, known)


@looks_at("clocks")
def over_by_clock(case: Case) -> Refusal | None:
    """The clock escalates what is overdue, later declared days taken into account; a person whenever he must.

    What was replied to is overdue when the citizen's limit is over.
    """
    if not case.actor.is_clock:
        return None
    clock = complaints.limiting_clock(case)
    over = clock is not None and clocks.is_over(clock, case.at, case.calendar)
    return None if over else Refusal("not-overdue")


@looks_at("clocks", "had_by", "recused", "routing", "told_at")
def reminder_due(case: Case) -> Refusal | None:
    """It is overdue and climbs no further, and of this period nobody was reminded yet."""
    clock = complaints.responsible_clock(case)
    if clock is None or not clocks.is_over(clock, case.at, case.calendar) or complaints.climbs(case):
        return Refusal("no-reminder-due")
    past, every = complaints.reminders_past(case, clock), complaints.reminds_every(case)
    told = case.history.told_at
    due = told is None or told < clocks.reminder_at(clock, every, past, case.calendar)
    return None if due else Refusal("no-reminder-due")


@looks_at("clocks", "told_at")
def reply_waits(case: Case) -> Refusal | None:
    """A reply waits to be reviewed, or its citizen to be heard, and of this period nobody was reminded yet."""
    due = complaints.reply_reminds_at(case, case.history.told_at)
    return None if due is not None and case.at >= due else Refusal("no-reminder-due")


@looks_at("clocks", "told_at", "warned")
def warning_due(case: Case) -> Refusal | None:
    """A limit will soon be over: a moment of the scheme has come of which nobody was told."""
    return None if complaints.to_be_warned_of(case) else Refusal("no-warning-due")


@looks_at("clocks")
def limit_extended(case: Case) -> Refusal | None:
    """A day that was declared since gives one of its running clocks more time."""
    return None if complaints.given_more_time(case) else Refusal("not-extended")


@takes("remark")
def reason_by_hand(case: Case) -> Refusal | None:
    """A person says why; the clock needs no reason."""
    return None if case.actor.is_clock or case.parameters.remark else Refusal("needs-reason", "remark")


def below_top(case: Case) -> Refusal | None:
    return None if complaints.level_of(case) < complaints.top_level(case) else Refusal("top-level")


@looks_at("clocks", "special_close")
def may_propose_special(case: Case) -> Refusal | None:
    """At a level that may, while its limit runs, and not over and over: so nobody lets the time pass by."""
    special = complaints.special_closing_of(case)
    if complaints.level_of(case) > special.up_to_level:
        return Refusal("beyond-level", facts={"level": complaints.level_label(case, special.up_to_level)})
    proposed = case.history.special_close
    if proposed is not None and proposed.times >= special.times:
        return Refusal("proposed-too-often", facts={"times": str(special.times)})
    clock = complaints.responsible_clock(case)
    over = clock is not None and clocks.is_over(clock, case.at, case.calendar)
    return Refusal("limit-over") if over else None


@looks_at("special_close")
def special_close_lapsed(case: Case) -> Refusal | None:
    lapses = complaints.special_close_lapses(case)
    return None if lapses is not None and case.at >= lapses else Refusal("not-lapsed")


def not_a_complaint(case: Case) -> Refusal | None:
    """A complaint is redressed or closed by two people; a suggestion, a demand, an information is disposed of."""
    return Refusal("is-complaint") if case.kind.handling.sort == "complaint" else None


@looks_at("asked")
def question_open(case: Case) -> Refusal | None:
    return None if case.history.asked else Refusal("not-asked")


@takes("channel")
def known_channel(case: Case) -> Refusal | None:
    """By which way the citizen said it, where that is told."""
    given = case.parameters.channel
    return None if given is None or given in case.kind.channels else words.unknown("channel", given)


def calling_hours(case: Case) -> Refusal | None:
    """Citizens are called by day: an attempt at another hour is none."""
    feedback = complaints.feedback_of(case)
    if feedback.calls_from <= case.calendar.local(case.at).hour < feedback.calls_until:
        return None
    hours = {"from": str(feedback.calls_from), "until": str(feedback.calls_until)}
    return Refusal("outside-calling-hours", facts=hours)


@looks_at("attempts")
def attempts_made(case: Case) -> Refusal | None:
    """As often, on as many days and in as many hours of the day as the scheme says."""
    asked, made = complaints.feedback_of(case), [case.calendar.local(at) for at in case.history.attempts]
    days, hours = len({at.date() for at in made}), len({at.hour for at in made})
    if len(made) >= asked.attempts and days >= asked.days and hours >= asked.hours:
        return None
    said = {"attempts": str(asked.attempts), "days": str(asked.days), "hours": str(asked.hours)}
    return Refusal("attempts-missing", facts=said)


@looks_at("reopenings")
def within_reopening(case: Case) -> Refusal | None:
    """The citizen's window: so many days from the close, and so often."""
    reopening, closed = complaints.reopening_of(case), case.docket.closed_at
    if closed is None or case.at > closed + timedelta(days=reopening.days):
        return Refusal("reopening-late", facts={"days": str(reopening.days)})
    if case.history.reopenings >= reopening.times:
        return Refusal("reopened-too-often", facts={"times": str(reopening.times)})
    return None


NEEDS_OF_COMPLAINTS: Mapping[str, Guard] = {
    "not_the_accused": not_the_accused,
    "not_barred": not_barred,
    "unbiased": unbiased,
    "not_under_actor": not_under_actor,
    "post_below": post_below,
    "post_even_same": post_even_same,
    "post_or_route": post_or_route,
    "post_above": post_above,
    "post_after_feedback": post_after_feedback,
    "post_or_last": post_or_last,
    "hub_free": hub_free,
    "hops_left": hops_left,
    "hop_limit_reached": hop_limit_reached,
    "another_category": another_category,
    "within_recategorising": within_recategorising,
    "evidence": evidence,
    "not_reviewed": not_reviewed,
    "reply_reviewed": reply_reviewed,
    "quality": quality,
    "special_ground": special_ground,
    "rejection_ground": rejection_ground,
    "escalation_ground": escalation_ground,
    "reason_by_hand": reason_by_hand,
    "below_top": below_top,
    "over_by_clock": over_by_clock,
    "reminder_due": reminder_due,
    "reply_waits": reply_waits,
    "warning_due": warning_due,
    "limit_extended": limit_extended,
    "may_propose_special": may_propose_special,
    "special_close_lapsed": special_close_lapsed,
    "not_a_complaint": not_a_complaint,
    "question_open": question_open,
    "known_channel": known_channel,
    "calling_hours": calling_hours,
    "attempts_made": attempts_made,
    "within_reopening": within_reopening,
}
