"""Clocks in their course against the model: halts, late holidays, other categories and levels, warnings, delay."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID, uuid4

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flows.rules import clocks
from flows.rules.calendars import DeclaredDay, Limit, Span, Warn
from flows.rules.cases import RunningClock
from flows.rules.delay import Held, Overrun, Stretch, charged
from flows.rules.registration import first_clocks
from flows.rules.schemes import Category
from flows.rules.working_time import CalendarInForce
from tests.factories.calendars import (
    BEFORE,
    OFFICES,
    PAUSES,
    SPANS,
    WORKING,
    Office,
    declarations,
    declared_week,
    moments,
)
from tests.models import calendar_model as model

_MORE = settings(max_examples=25, deadline=None)
each_office = pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.name)


def begun(office: Office, began: datetime, limit: Span) -> tuple[RunningClock, model.Clock]:
    due = model.due(office.week, began, limit.count, limit.unit)
    return (
        clocks.started("level", 1, began, limit, office.calendar()),
        model.Clock(office.week, began, limit.count, limit.unit, due),
    )


def halted(clock: RunningClock, at: datetime) -> RunningClock:
    return replace(clock, halted_at=at)


@each_office
@_MORE
@given(data=st.data())
def test_however_often_it_is_halted_it_goes_on_with_what_was_left(office: Office, data: st.DataObject) -> None:
    clock, plain = begun(office, data.draw(moments(office)), data.draw(SPANS))
    at, calendar = clock.began, office.calendar()
    for worked, paused in data.draw(st.lists(st.tuples(PAUSES, PAUSES), min_size=1, max_size=3)):
        at += worked
        plain.halted, clock = at, halted(clock, at)
        at += paused
        plain.resume(at)
        clock = clocks.resumed(clock, at, calendar)
        assert (clock.due, clock.halted_at, clock.began) == (plain.due, None, plain.began)


@each_office
@_MORE
@given(data=st.data())
def test_a_pause_of_no_time_changes_nothing(office: Office, data: st.DataObject) -> None:
    clock, _ = begun(office, data.draw(moments(office)), data.draw(SPANS))
    at = clock.began + data.draw(PAUSES)
    assert clocks.resumed(halted(clock, at), at, office.calendar()).due == clock.due


@each_office
@_MORE
@given(data=st.data())
def test_an_office_clock_that_was_set_back_shortens_nothing(office: Office, data: st.DataObject) -> None:
    clock, _ = begun(office, data.draw(moments(office)), data.draw(SPANS))
    at, back = clock.began + data.draw(PAUSES), data.draw(PAUSES)
    again = clocks.resumed(halted(clock, at), at - back, office.calendar())
    assert (again.due, again.resumed_at) == (clock.due, at)


@each_office
@_MORE
@given(data=st.data())
def test_what_is_declared_late_gives_time_and_never_takes_any(office: Office, data: st.DataObject) -> None:
    clock, plain = begun(office, data.draw(moments(office)), data.draw(SPANS))
    declared = data.draw(declarations(office, clock.began))
    extended = clocks.extended(clock, office.calendar(*declared))
    anew = model.due(declared_week(office.week, declared), plain.began, plain.count, plain.unit)
    assert extended == (max(plain.due, anew) if clock.limit.working else plain.due)


@each_office
@_MORE
@given(data=st.data())
def test_a_late_holiday_leaves_as_much_working_time_as_there_was(office: Office, data: st.DataObject) -> None:
    """Whether the clock ran on or was halted meanwhile, and wherever the holiday fell."""
    hours = data.draw(st.integers(1, 40))
    clock, _ = begun(office, data.draw(moments(office)), Span(count=hours, unit="working_hours"))
    declared = [replace(day, sort="holiday") for day in data.draw(declarations(office, clock.began))]
    calendar = office.calendar(*declared)
    assert calendar.worked(clock.began, clocks.extended(clock, calendar)) == timedelta(hours=hours)
    at = clock.began + data.draw(PAUSES)
    assume(at < clocks.extended(clock, calendar))
    again_at = at + data.draw(PAUSES)
    again = clocks.resumed(halted(clock, at), again_at, calendar)
    ran = calendar.worked(clock.began, at) + calendar.worked(again_at, again.due)
    assert ran >= timedelta(hours=hours)


@each_office
@_MORE
@given(data=st.data())
def test_a_clock_that_went_on_is_extended_from_there(office: Office, data: st.DataObject) -> None:
    clock, plain = begun(office, data.draw(moments(office)), data.draw(WORKING))
    plain.halted = clock.began + data.draw(PAUSES)
    assume(plain.halted < plain.due)
    left = model.working_minutes(office.week, plain.halted, plain.due)
    at = plain.halted + data.draw(PAUSES)
    again = clocks.resumed(halted(clock, plain.halted), at, office.calendar())
    declared = data.draw(declarations(office, at))
    anew = model.after_working_minutes(declared_week(office.week, declared), at, left)
    assert clocks.extended(again, office.calendar(*declared)) == max(again.due, anew)


@each_office
@_MORE
@given(data=st.data())
def test_extending_twice_is_extending_once(office: Office, data: st.DataObject) -> None:
    clock, _ = begun(office, data.draw(moments(office)), data.draw(SPANS))
    calendar = office.calendar(*data.draw(declarations(office, clock.began)))
    once = replace(clock, due=clocks.extended(clock, calendar))
    assert clocks.extended(once, calendar) == once.due
    assert not clocks.is_over(clock, once.due, calendar)
    assert clocks.is_over(clock, once.due + model.MINUTE, calendar)


@each_office
@_MORE
@given(data=st.data())
def test_a_past_instant_knows_what_was_declared_by_then(office: Office, data: st.DataObject) -> None:
    began, limit = data.draw(moments(office)), data.draw(WORKING)
    declared = data.draw(declarations(office, began))
    known = data.draw(st.integers(0, len(declared)))
    # A declaration counts from a minute after it.
    at = began + (known + 1) * model.MINUTE
    as_of = office.calendar(*declared).as_of(at)
    week = declared_week(office.week, declared[:known])
    assert clocks.due(began, limit, as_of) == model.due(week, began, limit.count, limit.unit)


@each_office
@_MORE
@given(data=st.data())
def test_another_category_counts_from_the_same_beginning(office: Office, data: st.DataObject) -> None:
    began, limit, other = data.draw(moments(office)), data.draw(SPANS), data.draw(SPANS)
    clock, _ = begun(office, began, limit)
    changed = clocks.recategorised(clock, other, office.calendar())
    assert changed.due == model.due(office.week, began, other.count, other.unit)
    assert (changed.began, changed.limit, changed.level) == (began, other, 1)
    # Back and forth nobody wins time.
    assert clocks.recategorised(changed, limit, office.calendar()) == clock


@each_office
@_MORE
@given(data=st.data())
def test_another_category_takes_nothing_of_the_time_that_it_was_halted(
    office: Office, data: st.DataObject
) -> None:
    clock, _ = begun(office, data.draw(moments(office)), data.draw(SPANS))
    other, calendar, at = data.draw(SPANS), office.calendar(), clock.began + data.draw(PAUSES)
    again = clocks.resumed(halted(clock, at), at + data.draw(PAUSES), calendar)
    changed = clocks.recategorised(again, other, calendar)
    fresh = clocks.due(clock.began, other, calendar)
    if other.working:
        assert calendar.worked(fresh, changed.due) == calendar.worked(clock.due, again.due)
    else:
        assert changed.due - fresh == again.due - clock.due
    assert clocks.extended(changed, calendar) == changed.due


@each_office
@_MORE
@given(data=st.data())
def test_each_level_begins_with_its_escalation_and_the_top_stays(office: Office, data: st.DataObject) -> None:
    levels = data.draw(st.lists(SPANS, min_size=1, max_size=4))
    at, calendar = data.draw(moments(office)), office.calendar()
    clock = clocks.started("level", 1, at, levels[0], calendar)
    for level, limit in enumerate(levels[1:], start=2):
        at = max(at, clock.due) + data.draw(PAUSES)
        following = clocks.escalated(clock, at, levels, calendar)
        assert following is not None
        assert (following.level, following.began) == (level, at)
        assert following.due == model.due(office.week, at, limit.count, limit.unit)
        clock = following
    assert clocks.escalated(clock, clock.due, levels, calendar) is None


@each_office
@_MORE
@given(data=st.data())
def test_warnings_come_when_so_much_of_the_limit_has_run(office: Office, data: st.DataObject) -> None:
    clock, plain = begun(office, data.draw(moments(office)), data.draw(SPANS))
    percent, calendar = data.draw(st.integers(1, 99)), office.calendar()
    (found,) = clocks.warnings_due(clock, [Warn(percent=percent)], calendar)
    whole = _ran(plain, plain.began, plain.due)
    minute = plain.began + ceil((found - plain.began) / model.MINUTE) * model.MINUTE
    assert _ran(plain, plain.began, minute) == ceil(whole * percent / 100)
    assert _ran(plain, plain.began, minute - model.MINUTE) < whole * percent / 100
    assert clocks.warnings_due(halted(clock, clock.began), [Warn(percent=percent)], calendar) == ()


def _ran(plain: model.Clock, begin: datetime, end: datetime) -> int:
    if plain.working:
        return model.working_minutes(plain.week, begin, end)
    return int((end - begin) / model.MINUTE)


@each_office
@_MORE
@given(data=st.data())
def test_after_a_halt_a_warning_comes_when_as_little_is_left(office: Office, data: st.DataObject) -> None:
    clock, _ = begun(office, data.draw(moments(office)), data.draw(WORKING))
    calendar, at = office.calendar(), clock.began + data.draw(PAUSES)
    assume(at < clock.due)
    warnings = [Warn(percent=50), Warn(percent=80)]
    again = clocks.resumed(halted(clock, at), at + data.draw(PAUSES), calendar)
    before = [calendar.worked(one, clock.due) for one in clocks.warnings_due(clock, warnings, calendar)]
    left = calendar.worked(at, clock.due)
    after = [calendar.worked(one, again.due) for one in clocks.warnings_due(again, warnings, calendar)]
    assert after == [time for time in before if time <= left]


@each_office
@_MORE
@given(data=st.data())
def test_warnings_so_long_before_the_end(office: Office, data: st.DataObject) -> None:
    clock, _ = begun(office, data.draw(moments(office)), data.draw(SPANS))
    before = data.draw(SPANS)
    found = clocks.warnings_due(clock, [Warn(before=before), Warn(before=before)], office.calendar())
    at = model.ahead(office.week, clock.due, before.count, before.unit)
    assert found == ((at,) if at >= clock.began else ())


@each_office
@_MORE
@given(data=st.data())
def test_who_is_late_is_reminded_every_so_often(office: Office, data: st.DataObject) -> None:
    every, calendar = data.draw(SPANS), office.calendar()
    clock = clocks.started("level", 3, data.draw(moments(office)), Span(count=1, unit="hours"), calendar)
    until = clock.began + 2 * data.draw(PAUSES)
    wanted, ordinal = list[datetime](), 1
    # An office that closes at midnight ends the day of that closing then, and begins none.
    due = clock.due - (model.MINUTE if every.unit == "working_days" else timedelta(0))
    while (at := model.due(office.week, due, every.count * ordinal, every.unit)) <= until:
        wanted.append(at)
        ordinal += 1
    past = clocks.reminders_past(clock, every, until, calendar)
    assert [clocks.reminder_at(clock, every, n, calendar) for n in range(1, past + 1)] == wanted


@each_office
@_MORE
@given(data=st.data())
def test_a_grievance_split_off_is_the_citizens_since_he_complained_and_the_officers_since_the_split(
    office: Office, data: st.DataObject
) -> None:
    citizen, level, attend = (data.draw(SPANS) for _ in range(3))
    limits = {"citizen": _limit(citizen), "attend": _limit(attend), "levels": (_limit(level),)}
    category = Category(label=("Road", "सड़क"), **limits)
    since = data.draw(moments(office))
    at = since + data.draw(PAUSES)
    found = {one.sort: one for one in first_clocks(office.calendar(), category, at, since)}
    for sort, began, span in (("citizen", since, citizen), ("level", at, level), ("attend", at, attend)):
        assert found[sort].due == model.due(office.week, began, span.count, span.unit)
    assert found["citizen"].began == since
    assert {found[sort].began for sort in ("level", "attend")} == {None}, "they begin with the movement"
    assert [one.sort for one in first_clocks(office.calendar(), category, since)] == ["citizen"]


def _limit(span: Span) -> Limit:
    return Limit(count=span.count, unit=span.unit)


POSTS = {name: uuid4() for name in ("hub", "first", "second", "third")}
NAMES = {post: name for name, post in POSTS.items()}


@st.composite
def holdings(draw: st.DrawFn, began: datetime) -> list[Held]:
    """Posts one after the other, some with gaps between them, some of no time at all, the last perhaps still."""
    at, found = began, list[Held]()
    for name in draw(st.lists(st.sampled_from(["first", "second", "third", None]), max_size=6)):
        begin = at + draw(st.sampled_from([timedelta(0), timedelta(hours=7)]))
        at = begin + draw(PAUSES)
        found.append(Held(POSTS[name] if name else None, begin, at))
    if found and draw(st.booleans()):
        found[-1] = replace(found[-1], end=None)
    return draw(st.permutations(found))


def holder_in(held: list[Held]):
    def holder(at: datetime) -> str | None:
        for one in held:
            if one.post is not None and one.begin <= at and (one.end is None or at < one.end):
                return NAMES[one.post]
        return None

    return holder


@each_office
@_MORE
@given(data=st.data())
def test_delay_falls_to_whoever_held_it(office: Office, data: st.DataObject) -> None:
    """Minute by minute, also where it was halted before or after the limit was over; the parts are the whole."""
    clock, plain = begun(office, data.draw(moments(office)), data.draw(SPANS))
    calendar, at = office.calendar(), clock.began
    for ran, paused in data.draw(st.lists(st.tuples(PAUSES, PAUSES), max_size=2)):
        at += ran
        plain.halted, clock = at, halted(clock, at)
        at += paused
        plain.resume(at)
        clock = clocks.resumed(clock, at, calendar)
    until = at + data.draw(PAUSES) + data.draw(PAUSES)
    held = data.draw(holdings(clock.began))
    found = _charged(clock, plain, until, calendar, held)
    minutes, days = model.delay(plain, until, holder_in(held), "hub")
    assert {name: time / model.MINUTE for name, (time, _) in found.items() if time} == minutes
    assert {name: count for name, (_, count) in found.items() if count} == days


def _charged(
    clock: RunningClock, plain: model.Clock, until: datetime, calendar: CalendarInForce, held: list[Held]
) -> dict[str, tuple[timedelta, int]]:
    overrun = Overrun(clock, [Stretch(*halt) for halt in plain.halts], until, calendar)
    charges = charged(overrun, held, POSTS["hub"])
    ran = sum((overrun.measured(one.begin, one.end) for one in overrun.kept()), overrun.delay)
    assert sum((one.within for one in charges), overrun.delay) == ran
    assert sum((one.time for one in charges), timedelta(0)) == overrun.delay
    return {NAMES[one.post]: (one.time, one.days) for one in charges if one.post is not None}


def test_delay_of_a_fortnight_in_haryana() -> None:
    """Due on Thursday evening before Diwali; the second post lets it lie, the first gets it back."""
    calendar = OFFICES[0].calendar()
    clock = clocks.started("level", 1, at("2026-11-02T10:00"), Span(count=3, unit="working_days"), calendar)
    assert clock.due == at("2026-11-05T17:00")
    first, second, hub = (UUID(int=number) for number in (1, 2, 3))
    held = [
        Held(first, at("2026-11-02T10:00"), at("2026-11-06T10:00")),
        Held(second, at("2026-11-06T10:00"), at("2026-11-12T16:00")),
        Held(first, at("2026-11-13T09:00"), None),
    ]
    charges = charged(Overrun(clock, [], at("2026-11-13T12:00"), calendar), held, hub)
    assert [(one.post, one.time, one.days) for one in charges] == [
        (first, timedelta(hours=1 + 3), 1),
        (second, timedelta(hours=3.5 + 4 + 7), 3),
        (hub, timedelta(hours=1), 0),
    ]


def at(local: str) -> datetime:
    return datetime.fromisoformat(local + "+05:30")


def test_a_holiday_declared_for_tomorrow_after_the_clock_began() -> None:
    began, limit = at("2026-11-03T10:00"), Span(count=2, unit="working_days")
    clock = clocks.started("level", 1, began, limit, OFFICES[0].calendar())
    tomorrow = DeclaredDay(began.date() + model.DAY, "holiday", began)
    assert clock.due == at("2026-11-05T17:00")
    assert clocks.extended(clock, OFFICES[0].calendar(tomorrow)) == at("2026-11-06T13:30")
    withdrawn = DeclaredDay(tomorrow.day, "working", began + model.MINUTE)
    kept = replace(clock, due=at("2026-11-06T13:30"))
    assert clocks.extended(kept, OFFICES[0].calendar(tomorrow, withdrawn)) == kept.due
    assert began > BEFORE


def test_a_halt_over_a_holiday_and_a_clock_set_back_in_haryana() -> None:
    """One case of each by hand: what was left on Tuesday evening is left on Thursday, whatever was declared."""
    calendar = OFFICES[0].calendar()
    clock = clocks.started("level", 1, at("2027-03-01T10:00"), Span(count=3, unit="working_days"), calendar)
    assert clock.due == at("2027-03-04T17:00")
    stopped = halted(clock, at("2027-03-02T17:00"))
    wednesday = DeclaredDay(at("2027-03-03T10:00").date(), "holiday", at("2027-03-02T18:00"))
    again = clocks.resumed(stopped, at("2027-03-04T17:00"), OFFICES[0].calendar(wednesday))
    assert again.left == timedelta(hours=8 + 8)
    assert again.due == at("2027-03-08T13:00"), "Friday, Saturday until noon, and half of Monday"
    week = clocks.started("level", 1, at("2027-03-01T10:00"), Span(count=7, unit="days"), calendar)
    for one in (clock, week):
        back = clocks.resumed(halted(one, at("2027-03-02T17:00")), at("2027-02-22T10:00"), calendar)
        assert (back.due, back.resumed_at) == (one.due, at("2027-03-02T17:00"))
    declared = OFFICES[0].calendar(wednesday)
    known = [declared.as_of(at(instant)) for instant in ("2027-03-02T18:00", "2027-03-02T18:01")]
    assert [clocks.extended(clock, one) for one in known] == [clock.due, at("2027-03-05T17:00")]
