"""The effects of complaints: where they go, their levels and clocks. They are registered with ``effects``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from flows.rules import clock_turns, clocks, complaints
from flows.rules.cases import Case, RunningClock
from flows.rules.parts import looks_at
from flows.rules.plan import ClockChange, Message, Plan
from flows.rules.schemes import Category
from flows.rules.sending import Effect, sent

CITIZEN: Final = "citizen"
"""For whom the calling desk acts, in the details of such a movement."""


def _of_sort(case: Case, sort: str) -> Iterable[RunningClock]:
    return (clock for clock in case.history.clocks if clock.sort == sort)


def _started(case: Case, plan: Plan, sort: str, level: int) -> ClockChange:
    limit = complaints.category_after(case, plan.particulars).limit_of(sort, level)
    return ClockChange("start", sort, level, limit, clocks.due(case.at, limit, case.calendar))


def _level(case: Case, plan: Plan) -> int:
    """The level as the plan leaves it."""
    raised = plan.particulars.get("level")
    return raised if isinstance(raised, int) else complaints.level_of(case)


def _set_due(plan: Plan, due: datetime | None) -> None:
    """What is due of a complaint is what the present level owes."""
    plan.docket["due"] = due


@looks_at("clocks")
def start_level_clock(case: Case, plan: Plan) -> None:
    """It is given to an officer: his level's clock begins, unless it runs already, and that of attending, once."""
    level = _level(case, plan)
    running = next((clock for clock in _of_sort(case, "level") if clock.level == level), None)
    if running is None:
        plan.clocks.append(_started(case, plan, "level", level))
    _set_due(plan, plan.clocks[-1].due if running is None else running.due)
    if running is None and not any(_of_sort(case, "attend")):
        plan.clocks.append(_started(case, plan, "attend", level))


@looks_at("clocks")
def end_attend_clock(case: Case, plan: Plan) -> None:
    plan.clocks += [ClockChange("end", "attend", clock.level) for clock in _of_sort(case, "attend")]


@looks_at("clocks")
def record_reply(case: Case, plan: Plan) -> None:
    """The reply halts the officer's clock: while the citizen's word is awaited nothing of the complaint is due."""
    plan.hold(None)
    plan.docket["sender"] = case.actor.post.id
    _set_due(plan, None)
    running = (clock for clock in _of_sort(case, "level") if clock.halted_at is None)
    plan.clocks += [ClockChange("halt", "level", clock.level) for clock in running]


def _resume_level_clock(case: Case, plan: Plan) -> None:
    """The officer's clock goes on with the time that was left."""
    for clock in _of_sort(case, "level"):
        if clock.halted_at is not None:
            again = clocks.resumed(clock, case.at, case.calendar)
            plan.clocks.append(ClockChange("resume", "level", clock.level, due=again.due, left=again.left))
            _set_due(plan, again.due)


@looks_at("replied_by", "assigned_by", "recused", "clocks")
def back_to_replier(case: Case, plan: Plan) -> None:
    """Not satisfied: to the post that replied, whose clock goes on with the time that was left."""
    _go_on_at(case, plan, _replier(case))


def _replier(case: Case) -> UUID | None:
    """Where no post stands it is still somebody's: a hub moves on what a closed post has."""
    return complaints.standing_for(case, case.history.replied_by) or case.history.replied_by


def _go_on_at(case: Case, plan: Plan, post: UUID | None, role: str = "marked") -> None:
    plan.hold(post, role)
    plan.columns["to_post"] = post
    _resume_level_clock(case, plan)


@looks_at("clocks", "had_by", "recused", "routing")
def back_to_level(case: Case, plan: Plan) -> None:
    """Not satisfied: to the level that the scheme names; where that is the same, back to the post that replied, or
    where that may not have it now, to another that goes on with the time that was left.
    """
    level = complaints.level_after_feedback(case)
    if level == complaints.level_of(case):
        way = complaints.way_back(case)
        _go_on_at(case, plan, case.parameters.to if way is None else way.post)
        _tell_route(plan, way)
        return
    send_up(case, plan)
    plan.particulars["level"] = level
    begin_level(case, plan)


@looks_at("replied_by", "assigned_by", "recused", "clocks")
def back_in_work(case: Case, plan: Plan) -> None:
    """Sent back by its reviewer: the reply is the officer's to do again, in the time that was left."""
    _go_on_at(case, plan, _replier(case), "held")


@looks_at("assigned_by", "recused")
def send_to_hub(case: Case, plan: Plan) -> None:
    """Back in the hand of the post that assigned it; the level's clock runs on."""
    hub = complaints.standing_for(case, case.history.assigned_by)
    plan.hold(hub)
    plan.docket["sender"] = case.actor.post.id
    plan.columns["to_post"] = hub


def give_down(case: Case, plan: Plan) -> None:
    """A post below works on it from now on; level and clock stay."""
    plan.hold(case.parameters.to)
    plan.docket["sender"] = case.actor.post.id
    plan.columns["to_post"] = case.parameters.to


@looks_at("had_by", "recused", "routing")
def send_up(case: Case, plan: Plan) -> None:
    _send(case, plan, complaints.way_up(case))


@looks_at("had_by", "recused", "routing")
def send_to_last(case: Case, plan: Plan) -> None:
    """To the post named, or that of its route at its level, or the one that had it last."""
    _send(case, plan, complaints.way_again(case))


@looks_at("recused", "routing")
def send_by_route(case: Case, plan: Plan) -> None:
    """To the post named, or that of its route at its level."""
    _send(case, plan, complaints.way_across(case))


def _send(case: Case, plan: Plan, way: complaints.Way | None) -> None:
    assert way is not None, "its guard was asked"
    sent(case, plan, way.post)
    _tell_route(plan, way)


def _tell_route(plan: Plan, way: complaints.Way | None) -> None:
    """A movement that a route led says which."""
    if way is not None and way.route is not None:
        plan.tell(route=str(way.route))


def raise_level(case: Case, plan: Plan) -> None:
    """The next level is responsible; at the top it stays."""
    now = complaints.level_of(case)
    plan.particulars["level"] = max(now, min(now + 1, complaints.top_level(case)))


@looks_at("clocks")
def begin_level(case: Case, plan: Plan) -> None:
    """The clock of the level before ends, that of the present one begins."""
    plan.clocks += [ClockChange("end", "level", clock.level) for clock in _of_sort(case, "level")]
    plan.clocks.append(_started(case, plan, "level", _level(case, plan)))
    _set_due(plan, plan.clocks[-1].due)


@looks_at("clocks", "new_category")
def recategorise(case: Case, plan: Plan) -> None:
    """Another category: the limits of level and attending are its own, from when they began. Not the citizen's."""
    plan.particulars["category"] = case.parameters.category
    before = case.docket.particulars["category"]
    plan.tell(category=case.parameters.category, category_before=before)
    _set_category_row(case, plan)
    if not any(_of_sort(case, "level")):
        start_level_clock(case, plan)
        return
    category = complaints.category_after(case, plan.particulars)
    for sort in ("attend", "level"):
        plan.clocks += [_again(case, clock, category) for clock in _of_sort(case, sort)]
    _set_due(plan, plan.clocks[-1].due)


def _set_category_row(case: Case, plan: Plan) -> None:
    """Of the office's own categories the row counts, for its limits: that of the new one, and the one before."""
    row, before = complaints.category_row_named(case), case.docket.particulars["category_row"]
    if (row, before) != (None, None):
        plan.particulars["category_row"] = row
        plan.tell(category_row=row and str(row), category_row_before=before and str(before))


def _again(case: Case, clock: RunningClock, category: Category) -> ClockChange:
    """A clock under another category's limit, from its own beginning."""
    limit = category.limit_of(clock.sort, clock.level)
    again = clocks.recategorised(clock, limit, case.calendar)
    return ClockChange("recount", clock.sort, clock.level, limit, again.due, again.left)


def open_again(case: Case, plan: Plan) -> None:
    plan.docket |= {"closed_at": None, "ending": None}


def begin_clocks(case: Case, plan: Plan) -> None:
    """All clocks begin anew; those of the life before are over and stay on record."""
    level = _level(case, plan)
    for sort, of in (("citizen", 0), ("level", level), ("attend", level)):
        plan.clocks.append(_started(case, plan, sort, of))
    _set_due(plan, plan.clocks[1].due)


def record_feedback(case: Case, plan: Plan) -> None:
    """What the citizen said."""
    plan.columns["decision"] = "satisfied" if case.row.ends == "satisfied" else "not_satisfied"


def record_review(case: Case, plan: Plan) -> None:
    """What became of the reply; a quality mark counts against it (SYSTEMS S2)."""
    mark = case.parameters.quality
    plan.columns["decision"] = "accepted" if mark is None else "sent_back"
    if mark is not None:
        plan.tell(quality=mark)


def record_ground(case: Case, plan: Plan) -> None:
    if case.parameters.ground is not None:
        plan.tell(ground=case.parameters.ground)


def for_the_citizen(case: Case, plan: Plan) -> None:
    """The desk took it down; it is the citizen's act, by the way in which he said it."""
    channel = case.parameters.channel
    plan.tell(**{"for": CITIZEN}, **({} if channel is None else {"channel": channel}))


@looks_at("attempts")
def count_attempt(case: Case, plan: Plan) -> None:
    plan.tell(attempt=len(case.history.attempts) + 1)


@looks_at("clocks", "had_by", "recused", "routing", "told_at", "warned")
def warn_holder(case: Case, plan: Plan) -> None:
    """The post that has it is told by e-mail that time will soon be over; the movement says of which clocks."""
    _tell(case, plan, case.docket.holder)
    told = complaints.to_be_warned_of(case)
    plan.tell(clocks=told)
    plan.docket |= clock_turns.columns_of(clock_turns.as_it_stands(case, told))


@looks_at("clocks", "had_by", "recused", "routing", "told_at", "warned")
def remind_holder_and_above(case: Case, plan: Plan) -> None:
    """The post that has it, and the nearest above, are told by e-mail that it is overdue; the next time is set."""
    clock = complaints.responsible_clock(case)
    assert clock is not None
    plan.tell(reminder=complaints.reminders_past(case, clock) + 1)
    _tell(case, plan, case.docket.holder)
    _tell(case, plan, complaints.goes_up_to(case))
    plan.docket |= clock_turns.columns_of(clock_turns.as_it_stands(case, [clock.sort]))


@looks_at("clocks", "had_by", "recused", "reply", "routing", "desks", "told_at", "warned")
def remind_who_is_to_hear(case: Case, plan: Plan) -> None:
    """Who is to review the reply, or to hear the citizen, is told by e-mail that it waits."""
    posts = complaints.who_is_to_hear(case)
    plan.tell(reminded=[str(post) for post in posts])
    plan.messages += [Message(f"{case.table.family}.{case.row.name}", "email", "post", post) for post in posts]
    plan.docket |= clock_turns.columns_of(clock_turns.while_it_waits(case, case.at))


def _tell(case: Case, plan: Plan, post: UUID | None) -> None:
    plan.columns.setdefault("to_post", post)
    if post is not None:
        plan.messages.append(Message(f"{case.table.family}.{case.row.act}", "email", "post", post))


@looks_at("clocks")
def extend_clocks(case: Case, plan: Plan) -> None:
    """Running clocks are due as late as the calendar says now that a day was declared."""
    for clock, due in complaints.given_more_time(case).items():
        plan.clocks.append(ClockChange("recount", clock.sort, clock.level, due=due))
        if clock.sort == "level":
            _set_due(plan, due)


EFFECTS_OF_COMPLAINTS: Mapping[str, Effect] = {
    "start_level_clock": start_level_clock,
    "end_attend_clock": end_attend_clock,
    "record_reply": record_reply,
    "back_to_replier": back_to_replier,
    "back_to_level": back_to_level,
    "back_in_work": back_in_work,
    "send_to_hub": send_to_hub,
    "give_down": give_down,
    "send_up": send_up,
    "send_to_last": send_to_last,
    "send_by_route": send_by_route,
    "raise_level": raise_level,
    "begin_level": begin_level,
    "recategorise": recategorise,
    "open_again": open_again,
    "begin_clocks": begin_clocks,
    "record_feedback": record_feedback,
    "record_review": record_review,
    "record_ground": record_ground,
    "for_the_citizen": for_the_citizen,
    "count_attempt": count_attempt,
    "warn_holder": warn_holder,
    "remind_holder_and_above": remind_holder_and_above,
    "remind_who_is_to_hear": remind_who_is_to_hear,
    "extend_clocks": extend_clocks,
}
