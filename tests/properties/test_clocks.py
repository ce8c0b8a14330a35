"""Time limits against a model that counts minutes: Saturdays by turns, Diwali, leap days, clock changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.rules import clocks
from flows.rules.calendars import LONGEST, UNITS, DeclaredDay, Span
from flows.rules.known_schemes import shipped_schemes
from tests.factories.calendars import BEFORE, HARYANA, OFFICES, SPANS, WORKING, Office, moments
from tests.models import calendar_model as model

_MORE = settings(max_examples=40, deadline=None)
each_office = pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.name)


@each_office
@_MORE
@given(data=st.data())
def test_a_limit_is_over_when_the_model_says(office: Office, data: st.DataObject) -> None:
    began, limit = data.draw(moments(office)), data.draw(SPANS)
    assert clocks.due(began, limit, office.calendar()) == model.due(office.week, began, limit.count, limit.unit)


@each_office
@_MORE
@given(data=st.data())
def test_working_time_between_two_instants_is_what_the_model_counts(office: Office, data: st.DataObject) -> None:
    begin, minutes = data.draw(moments(office)), data.draw(st.integers(-600, 9 * 24 * 60))
    end = begin + minutes * model.MINUTE
    assert office.calendar().worked(begin, end) == model.working_minutes(office.week, begin, end) * model.MINUTE


@each_office
@_MORE
@given(data=st.data())
def test_counting_back_is_what_the_model_counts(office: Office, data: st.DataObject) -> None:
    at, minutes = data.draw(moments(office)), data.draw(st.integers(0, 40 * 60))
    found = office.calendar().before(at, minutes * model.MINUTE)
    assert found == model.before_working_minutes(office.week, at, minutes)


@each_office
@_MORE
@given(data=st.data())
def test_a_longer_limit_is_never_over_sooner(office: Office, data: st.DataObject) -> None:
    began, limit = data.draw(moments(office)), data.draw(SPANS)
    longer = Span(count=limit.count + 1, unit=limit.unit)
    calendar = office.calendar()
    assert began < clocks.due(began, limit, calendar) <= clocks.due(began, longer, calendar)


@each_office
@_MORE
@given(data=st.data())
def test_a_further_holiday_never_makes_a_limit_shorter(office: Office, data: st.DataObject) -> None:
    began, limit = data.draw(moments(office)), data.draw(WORKING)
    holiday = began.date() + timedelta(days=data.draw(st.integers(-1, 12)))
    more = office.calendar(DeclaredDay(holiday, "holiday", BEFORE))
    assert clocks.due(began, limit, more) >= clocks.due(began, limit, office.calendar())


@each_office
@_MORE
@given(data=st.data())
def test_a_working_day_limit_ends_at_the_close_of_a_working_day(office: Office, data: st.DataObject) -> None:
    began, count = data.draw(moments(office)), data.draw(st.integers(1, 12))
    calendar = office.calendar()
    due = clocks.due(began, Span(count=count, unit="working_days"), calendar)
    last = calendar.day_of(due - model.MINUTE)
    assert calendar.is_working(last)
    assert calendar.closing(last) == due
    assert calendar.working_days(calendar.day_of(began) + model.DAY, last + model.DAY) == count


def test_the_scheme_s_own_calendar_is_counted_by_the_model_too() -> None:
    scheme = shipped_schemes()["haryana-eoffice"]
    week = replace(model.Week(scheme.zone), holidays=scheme.calendar.holidays)
    began = datetime(2026, 10, 1, 11, 30, tzinfo=UTC)
    for unit in ("working_days", "working_hours", "working_minutes"):
        limit = Span(count=3, unit=unit)
        assert clocks.due(began, limit, scheme.calendar_with(())) == model.due(week, began, 3, unit)


# What is known of these days without any counting.
LONDON_TIME, NIGHT_TIME = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
KNOWN = [
    # The clocks go forward in the night to Sunday, 29 March 2026: the same hour of the day is 23 hours later.
    (OFFICES[1], "2026-03-28T12:00+00:00", "1 days", "2026-03-29T11:00+00:00"),
    # 01:30 does not exist on that day: it is over when the clocks are put forward.
    (OFFICES[1], "2026-03-28T01:30+00:00", "1 days", "2026-03-29T01:00+00:00"),
    # 01:30 comes twice on 25 October: it is over at the first.
    (OFFICES[1], "2026-10-24T00:30+00:00", "1 days", "2026-10-25T00:30+00:00"),
    # Hours are hours, whatever the clock on the wall does.
    (OFFICES[1], "2026-03-28T12:00+00:00", "24 hours", "2026-03-29T12:00+00:00"),
    # A day in November has 25 hours in New York; the night's work of 4 h 10 min has one more.
    (OFFICES[2], "2026-11-02T06:10+00:00", "4 working_hours", "2026-11-02T10:10+00:00"),
    # A year after a leap day is 1 March; the day after 28 February is the leap day, a holiday here.
    (HARYANA, "2028-02-29T06:00+00:00", "366 days", "2029-03-01T06:00+00:00"),
    (HARYANA, "2028-02-28T06:00+00:00", "1 working_days", "2028-03-01T11:30+00:00"),
    # New Year's Eve 2027 is a Friday; the first of January is the first Saturday: until noon (13:00).
    (HARYANA, "2027-12-31T06:00+00:00", "1 working_days", "2028-01-01T07:30+00:00"),
    # The second Saturday is free; Friday evening's next working hour is on Monday morning.
    (HARYANA, "2028-01-07T11:30+00:00", "1 working_hours", "2028-01-10T04:30+00:00"),
    # A c-VIGIL report on Sunday evening; the same minutes counted in office hours end on Monday morning.
    (HARYANA, "2026-11-01T12:30+00:00", "100 minutes", "2026-11-01T14:10+00:00"),
    (HARYANA, "2026-11-01T12:30+00:00", "100 working_minutes", "2026-11-02T05:10+00:00"),
    # Five minutes over the end of a Friday, and over an hour that comes twice.
    (HARYANA, "2028-01-07T11:28+00:00", "5 working_minutes", "2028-01-10T03:33+00:00"),
    (OFFICES[1], "2026-10-25T00:58+00:00", "5 minutes", "2026-10-25T01:03+00:00"),
    # Diwali week: from Thursday over the half Friday, Saturday until noon, three holidays.
    (HARYANA, "2026-11-05T06:00+00:00", "3 working_days", "2026-11-12T11:30+00:00"),
    # The second Saturday of that November is worked in exchange.
    (HARYANA, "2026-11-13T06:00+00:00", "1 working_days", "2026-11-14T07:30+00:00"),
]


@pytest.mark.parametrize(
    ("office", "began", "said", "due"), KNOWN, ids=[case[1] + " " + case[2] for case in KNOWN]
)
def test_days_that_are_known(office: Office, began: str, said: str, due: str) -> None:
    count, unit = said.split()
    found = clocks.due(datetime.fromisoformat(began), Span(count=int(count), unit=unit), office.calendar())
    assert found == datetime.fromisoformat(due)


def test_a_day_that_a_country_left_out_has_no_working_time() -> None:
    """Samoa went over the date line: after 29 December 2011 came the 31st."""
    samoa = replace(OFFICES[3].week, zone="Pacific/Apia")
    calendar = replace(OFFICES[3], week=samoa).calendar()
    day = date(2011, 12, 30)
    assert calendar.time_on(day, 0) == calendar.time_on(day, 24 * 60) == datetime(2011, 12, 30, 10, tzinfo=UTC)
    assert calendar.worked(calendar.time_on(date(2011, 12, 29), 0), calendar.time_on(date(2012, 1, 1), 0)) == (
        timedelta(days=2)
    )


@pytest.mark.parametrize("unit", UNITS)
def test_the_longest_limit_is_found_by_years_and_not_by_days(unit: str) -> None:
    """A century from now on is looked up in as many steps as it has years: no single day is asked again."""
    calendar, limit = HARYANA.calendar(), Span(count=LONGEST, unit=unit)
    first = clocks.due(datetime(2026, 1, 1, tzinfo=UTC), limit, calendar)

    class Asked(Exception):
        pass

    def never(*_: object) -> None:
        raise Asked

    calendar._counted = never  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    again = clocks.due(datetime(2026, 1, 1, 1, tzinfo=UTC), limit, calendar)
    assert first <= again <= first + timedelta(hours=1)
