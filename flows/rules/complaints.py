"""What is asked of a complaint's case in several rules: its level, who never gets it, and where it goes by itself.

Where no post is named it goes to that of the office's route for its category, place and level, and where there is
none, by the chain of superiors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from flows.rules import clocks
from flows.rules.calendars import Span
from flows.rules.cases import Case, PostFacts, RunningClock
from flows.rules.handling import Feedback, Reopening, Review, SpecialClosing
from flows.rules.labels import Fact
from flows.rules.routing import Barred, Chosen, route
from flows.rules.schemes import Category


def level_of(case: Case) -> int:
    """The level that is responsible now, from 1."""
    level = case.docket.particulars.get("level")
    return level if isinstance(level, int) else 1


def category_named(case: Case) -> Category | None:
    """The category that is named for it, of the scheme's text or else the office's own; None: there is none."""
    given = case.parameters.category
    if given is None:
        return None
    own = case.history.new_category
    return case.kind.categories.get(given) or (own and own.category)


def category_row_named(case: Case) -> UUID | None:
    """The row of the category that is named for it; None where it is of the scheme's text."""
    own = case.history.new_category
    return None if own is None or case.parameters.category in case.kind.categories else own.row


def category_after(case: Case, changed: Mapping[str, object]) -> Category:
    """The category as a movement leaves it, which changes these particulars."""
    named = category_named(case) if "category" in changed else None
    return named or case.category


def top_level(case: Case) -> int:
    return len(case.category.levels)


def level_label(case: Case, level: int) -> Fact:
    """What the scheme calls a level."""
    labels = case.kind.handling.levels
    return labels[level - 1] if level <= len(labels) else str(level)


def level_after_feedback(case: Case) -> int:
    """The level at which it is when the citizen was not satisfied: never a lower one than now."""
    now, wanted = level_of(case), feedback_of(case).level_after
    level = now if wanted == "same" else now + 1 if wanted == "next" else int(wanted)
    return max(now, min(level, top_level(case)))


def feedback_of(case: Case) -> Feedback:
    """How this kind asks the citizen; a table that asks without saying so was refused (``handling_check``)."""
    assert case.kind.handling.feedback is not None
    return case.kind.handling.feedback


def special_closing_of(case: Case) -> SpecialClosing:
    assert case.kind.handling.special_closing is not None
    return case.kind.handling.special_closing


def review_of(case: Case) -> Review:
    assert case.kind.handling.review is not None
    return case.kind.handling.review


def reopening_of(case: Case) -> Reopening:
    assert case.kind.handling.reopening is not None
    return case.kind.handling.reopening


def must_be_reviewed(case: Case) -> bool:
    """Is the last reply one of those that must be accepted before the citizen is called?

    It follows from the id of its movement, which nobody chooses, so that no officer knows beforehand which.
    """
    reply = case.history.reply
    return reply is not None and not reply.accepted and reply.movement.int % 100 < review_of(case).share


def special_close_lapses(case: Case) -> datetime | None:
    """When the proposal to close it specially is no more to be approved; None: there is none."""
    proposed = case.history.special_close
    return proposed and proposed.at + timedelta(days=special_closing_of(case).lapses_days)


def accused_of(docket: Mapping[str, object]) -> UUID | None:
    """The post complained against, of a docket's particulars."""
    accused = docket.get("accused")
    return accused if isinstance(accused, UUID) else None


def is_accused(case: Case) -> bool:
    """Does the post complained against act, or a person who sits there, from whichever of his posts?"""
    accused = accused_of(case.docket.particulars)
    post = None if accused is None else case.posts.get(accused)
    return case.actor.post.id == accused or (post is not None and case.actor.person in post.people)


def is_recused(case: Case) -> bool:
    """Did the post that acts recuse itself, or the person who acts, from whichever of his posts?"""
    return case.actor.post.id in case.history.recused or case.actor.person in case.history.recused_people


def barring(case: Case) -> Barred:
    """Who never gets it."""
    accused = accused_of(case.docket.particulars)
    post = None if accused is None else case.posts.get(accused)
    barred = Barred.of(post, case.history.recused, case.history.recused_people)
    return barred if post is not None else replace(barred, accused=accused)


def barred(case: Case, target: PostFacts) -> bool:
    """The post complained against, one under it, one where only its people sit, and those recused."""
    return barring(case).bars(target)


def standing_for(case: Case, post: UUID | None) -> UUID | None:
    """Who gets back what a post had: itself, or where it was closed since, the nearest above that stands, or else
    the post that assigned it. None: none of them stands.
    """
    found = None if post is None else case.posts.get(post)
    if found is not None and found.open:
        return found.id
    line = (*(() if found is None else found.above), case.history.assigned_by)
    known = (case.posts.get(one) for one in line if one is not None)
    return next((one.id for one in known if one is not None and one.open and not barred(case, one)), None)


def had_by(case: Case) -> PostFacts | None:
    """The post that has it, or had it last."""
    post = case.history.had_by
    return None if post is None else case.posts.get(post)


@dataclass(frozen=True, slots=True)
class Way:
    """Where it goes: the post, and the route that leads there, if one does."""

    post: UUID
    route: UUID | None = None


def way_across(case: Case) -> Way | None:
    """To the post named, else that of its route at its level; or None."""
    return _named(case) or _by_route(case, level_of(case))


def way_up(case: Case) -> Way | None:
    """To the post named, else that of its route at the level that it comes to, else the nearest above; or None."""
    return _named(case) or up_by_route(case) or _nearest_above(case)


def goes_up_to(case: Case) -> UUID | None:
    """The post to which it goes up now, or None."""
    way = way_up(case)
    return way and way.post


def way_again(case: Case) -> Way | None:
    """Opened again: to the post named, else that of its route at its level, else the one that had it last, else
    the nearest above that one; or None.
    """
    return _named(case) or _by_route(case, level_of(case)) or _to_last(case) or _nearest_above(case)


def way_back(case: Case) -> Way | None:
    """Back at its level: to the one that had it, and only where that one may not have it now by its route, else to
    the nearest above; or None.
    """
    return _to_last(case) or _by_route(case, level_of(case)) or _nearest_above(case)


def _named(case: Case) -> Way | None:
    return None if case.parameters.to is None else Way(case.parameters.to)


def _by_route(case: Case, level: int) -> Way | None:
    """By the office's routes at a level, of its category or of the one named for it."""
    chosen = _chosen(case, level)
    return None if chosen is None else Way(chosen.post.id, chosen.route.id)


def _chosen(case: Case, level: int) -> Chosen | None:
    routing = case.history.routing
    if routing is None:
        return None
    chosen = route(routing.routes, routing.sought(case.kind, level), barring(case), case.posts)
    return chosen if isinstance(chosen, Chosen) else None


def up_by_route(case: Case) -> Way | None:
    """The post that had it, or one under it, is not up."""
    level = level_after_feedback(case) if case.row.act == "feedback" else level_of(case) + 1
    chosen, had = _chosen(case, level), case.history.had_by
    up = chosen is not None and had not in (chosen.post.id, *chosen.post.above)
    return Way(chosen.post.id, chosen.route.id) if chosen is not None and up else None


def _nearest_above(case: Case) -> Way | None:
    """By the chain of superiors. Who is under the post complained against is passed over with it."""
    post = had_by(case)
    above = () if post is None else (case.posts[one] for one in post.above)
    return next((Way(one.id) for one in above if _may_have(case, one)), None)


def _to_last(case: Case) -> Way | None:
    last = had_by(case)
    return None if last is None or not _may_have(case, last) else Way(last.id)


def _may_have(case: Case, post: PostFacts) -> bool:
    """Somebody is there, and nothing bars it."""
    return post.open and post.occupied and not barred(case, post)


def responsible_clock(case: Case) -> RunningClock | None:
    """The clock of the level that is responsible now.

    For a complaint that nobody was given yet it is that of the first level, counted from its registration: there
    the citizen's clock began. What was declared since gives it time and takes none, as of one that is kept.
    None: it has none, for it is closed.
    """
    running = {clock.sort: clock for clock in case.history.clocks}
    if "level" in running or "citizen" not in running:
        return running.get("level")
    level, since = level_of(case), running["citizen"].began
    limit, known = case.category.limit_at(level), case.calendar.as_of(since)
    clock = clocks.started("level", level, since, limit, known)
    return replace(clock, due=clocks.extended(clock, case.calendar))


def limiting_clock(case: Case) -> RunningClock | None:
    """The clock by which it climbs: the present level's, or while that stands still for a reply, the citizen's."""
    level = responsible_clock(case)
    if level is None or level.halted_at is None:
        return level
    return next((clock for clock in case.history.clocks if clock.sort == "citizen"), None)


def reply_reminds_at(case: Case, told: datetime | None) -> datetime | None:
    """When who is to review it, or to hear the citizen, is reminded next; None: no reply waits."""
    since = next((clock.halted_at for clock in case.history.clocks if clock.sort == "level"), None)
    feedback = case.kind.handling.feedback
    if since is None or feedback is None:
        return None
    return max(since, told or since) + timedelta(days=feedback.remind_days)


def who_is_to_hear(case: Case) -> list[UUID]:
    """Whom a reply waits for: its reviewers, or once it needs none of them, the calling desk."""
    desks = case.history.desks
    if case.kind.handling.review is None or not must_be_reviewed(case):
        return list(desks.get("call", ()))
    by, above = review_of(case).by, goes_up_to(case)
    superior = [above] if "superior" in by and above is not None else []
    return [*superior, *(desks.get("review", ()) if "cell" in by else ())]


def citizen_waits_since(case: Case) -> datetime:
    """When the citizen's clock began that runs now: at registration, or when it was last reopened."""
    return max((clock.began for clock in case.history.clocks if clock.sort == "citizen"), default=case.at)


def stays_at_level(case: Case) -> bool:
    """Is it at the top, or at a level that it leaves by hand only? There the clock reminds."""
    level = level_of(case)
    return level >= top_level(case) or bool(case.kind.handling.grounds_from(level))


def climbs(case: Case) -> bool:
    """Would the clock escalate it, once its limit is over? There is a level and a post above."""
    return not stays_at_level(case) and goes_up_to(case) is not None


def reminds_every(case: Case) -> Span:
    """How often an overdue complaint reminds: as its limit says, or else its kind's handling."""
    own = case.category.limit_at(level_of(case)).remind
    return own or Span(count=case.kind.handling.remind_days, unit="days")


def reminders_past(case: Case, clock: RunningClock) -> int:
    """How many reminders after the first were due by now."""
    return clocks.reminders_past(clock, reminds_every(case), case.at, case.calendar)


def warnings_ahead(case: Case) -> dict[str, list[datetime]]:
    """By sort of clock, the moments of its limit of which nobody was told yet; those that have come too.

    A limit that is over warns no more. The citizen's runs on while the officer's stands still.
    """
    level = responsible_clock(case)
    running = [clock for clock in case.history.clocks if clock.sort != "level"]
    running += [] if level is None else [level]
    return {
        clock.sort: _untold(case, clock) for clock in running if not clocks.is_over(clock, case.at, case.calendar)
    }


def _untold(case: Case, clock: RunningClock) -> list[datetime]:
    told = case.history.told_at if clock.sort == "level" else case.history.warned.get(clock.sort)
    warn = case.category.limit_of(clock.sort, clock.level).warn
    return [at for at in clocks.warnings_due(clock, warn, case.calendar) if told is None or at > told]


def to_be_warned_of(case: Case) -> list[str]:
    """The sorts of clocks of which somebody is to be told now."""
    return sorted(sort for sort, moments in warnings_ahead(case).items() if any(at <= case.at for at in moments))


def given_more_time(case: Case) -> dict[RunningClock, datetime]:
    """The running clocks that are due later than they say, for a day was declared since, and when they are due."""
    running = (clock for clock in case.history.clocks if clock.halted_at is None)
    anew = {clock: clocks.extended(clock, case.calendar) for clock in running}
    return {clock: due for clock, due in anew.items() if due > clock.due}
