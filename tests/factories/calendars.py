"""Offices with calendars of many sorts: each as the program has it, and as the plain model has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from flows.rules.calendars import Calendar, DeclaredDay, Span
from flows.rules.working_time import CalendarInForce
from tests.models.calendar_model import MINUTE, Week

BEFORE = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Office:
    """One calendar twice over, and days around which it is worth being looked at."""

    name: str
    week: Week
    written: Calendar
    around: tuple[date, ...]

    def calendar(self, *declared: DeclaredDay) -> CalendarInForce:
        return CalendarInForce(self.written, ZoneInfo(self.week.zone), declared)


def _office(name: str, zone: str, around: list[str], **written: Any) -> Office:
    calendar = Calendar.model_validate({"holidays": [], "opens": 9, "closes": 17, **written})
    week = Week(
        zone,
        calendar.free_week_days,
        calendar.free_in_month.get(6, frozenset()),
        calendar.holidays,
        calendar.half_days,
        calendar.working_days,
        calendar.opens,
        calendar.closes,
        calendar.half_day_closes or 0,
        calendar.hours.get(6),
    )
    return Office(name, week, calendar, tuple(date.fromisoformat(day) for day in around))


# Second and fourth Saturdays free, the others until noon; the week of Diwali 2026, with a Saturday worked for it.
HARYANA = _office(
    "Haryana",
    "Asia/Kolkata",
    ["2026-01-23", "2026-08-12", "2026-11-03", "2028-02-24", "2027-12-27"],
    free_week_days=[7],
    free_in_month={6: [2, 4]},
    holidays=["2026-01-26", "2026-08-15", "2026-11-09", "2026-11-10", "2026-11-11", "2028-02-29"],
    half_days=["2026-11-06"],
    working_days=["2026-11-14"],
    half_day_closes="13:30",
    hours={6: [9, 13]},
)
LONDON = _office(
    "London",
    "Europe/London",
    ["2026-03-26", "2026-10-22", "2027-12-29"],
    free_week_days=[6, 7],
    holidays=["2026-04-03", "2028-01-03"],
    opens="08:45",
    closes="17:15",
)
# Work at night, in the very hours that are left out or come twice; a half day on such a night.
NIGHT = _office(
    "New York at night",
    "America/New_York",
    ["2026-03-06", "2026-10-30", "2028-02-27"],
    free_week_days=[3],
    holidays=["2026-03-09"],
    half_days=["2026-11-01"],
    half_day_closes="02:15",
    opens="01:10",
    closes="05:20",
)
ROUND_THE_CLOCK = _office(
    "London round the clock",
    "Europe/London",
    ["2026-03-27", "2026-10-23"],
    free_week_days=[],
    holidays=["2026-10-26"],
    opens=0,
    closes=24,
)
OFFICES = (HARYANA, LONDON, NIGHT, ROUND_THE_CLOCK)


@st.composite
def moments(draw: st.DrawFn, office: Office) -> datetime:
    """A whole minute in the days that matter."""
    day = draw(st.sampled_from(office.around))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + draw(st.integers(0, 8 * 24 * 60)) * MINUTE


SPANS = st.one_of(
    st.builds(Span, count=st.integers(1, 9), unit=st.sampled_from(["working_days", "days"])),
    st.builds(Span, count=st.integers(1, 40), unit=st.sampled_from(["working_hours", "hours"])),
    st.builds(Span, count=st.integers(1, 200), unit=st.sampled_from(["working_minutes", "minutes"])),
)
WORKING = st.one_of(
    st.builds(Span, count=st.integers(1, 9), unit=st.just("working_days")),
    st.builds(Span, count=st.integers(1, 40), unit=st.just("working_hours")),
    st.builds(Span, count=st.integers(1, 200), unit=st.just("working_minutes")),
)
PAUSES = st.integers(0, 4 * 24 * 60).map(lambda minutes: minutes * MINUTE)


@st.composite
def declarations(draw: st.DrawFn, office: Office, began: datetime) -> list[DeclaredDay]:
    """Days around a beginning that were declared after it, some of them withdrawn again."""
    days = st.integers(-3, 12).map(lambda ahead: began.date() + timedelta(days=ahead))
    sorts = st.sampled_from(
        ["holiday", "half_day", "working"] if office.week.half_closes else ["holiday", "working"]
    )
    said = draw(st.lists(st.tuples(days, sorts), min_size=1, max_size=6))
    return [DeclaredDay(day, sort, began + (place + 1) * MINUTE) for place, (day, sort) in enumerate(said)]  # pyright: ignore[reportArgumentType]


def declared_week(week: Week, declared: list[DeclaredDay]) -> Week:
    """The model's week with what was declared."""
    for said in declared:
        week = week.with_day(said.day, said.sort)
    return week
