"""When standing work begins: intervals counted from midnight in India, an hour of the day; what is due or late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.rules.timetable import TIMETABLE, Daily, Every, Progress, is_broken, is_due, is_overdue

# 00:10 in India, where the day has begun while Greenwich has the one before.
NIGHT = datetime(2027, 6, 9, 18, 40, tzinfo=UTC)
HOURLY = TIMETABLE["sign_checkpoint"]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (Every(1), datetime(2027, 6, 9, 18, 41, tzinfo=UTC)),
        (Every(15), datetime(2027, 6, 9, 18, 45, tzinfo=UTC)),
        (Every(60), datetime(2027, 6, 9, 19, 30, tzinfo=UTC)),
        (Every(720), datetime(2027, 6, 10, 6, 30, tzinfo=UTC)),
        (Daily(2, 30), datetime(2027, 6, 9, 21, 0, tzinfo=UTC)),
        (Daily(0, 5), datetime(2027, 6, 10, 18, 35, tzinfo=UTC)),
    ],
)
def test_beginnings_are_counted_in_india(when: Every | Daily, expected: datetime) -> None:
    assert when.after(NIGHT) == expected
    assert when.after(expected - timedelta(microseconds=1)) == expected
    assert when.after(expected) > expected


def test_prefect_is_told_the_same_beginnings() -> None:
    assert [Every(15).cron, Every(60).cron, Every(720).cron, Daily(2, 30).cron] == [
        "*/15 * * * *",
        "0 */1 * * *",
        "0 */12 * * *",
        "30 2 * * *",
    ]


@pytest.mark.parametrize("minutes", [0, -5, 7, 45, 90, 300])
def test_an_interval_that_divides_no_day_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match=str(minutes)):
        Every(minutes)


def test_a_good_run_covers_the_interval_that_it_began_in() -> None:
    covered = Progress(NIGHT)
    next_hour = datetime(2027, 6, 9, 19, 30, tzinfo=UTC)
    assert not is_due(HOURLY, covered, next_hour - timedelta(seconds=1))
    assert is_due(HOURLY, covered, next_hour)
    assert not is_due(HOURLY, covered, next_hour, grace=timedelta(seconds=90))
    assert is_due(HOURLY, covered, next_hour + timedelta(seconds=90), grace=timedelta(seconds=90))
    assert is_due(HOURLY, covered, next_hour + timedelta(days=9))


def test_after_a_run_that_did_not_end_well_it_waits() -> None:
    later = NIGHT + timedelta(hours=2)
    progress = replace(Progress(NIGHT), not_before=later + timedelta(seconds=1), tries=1)
    assert not is_due(HOURLY, progress, later)
    assert is_due(HOURLY, progress, later + timedelta(seconds=1))


def test_what_is_late_broke_or_found_something_is_to_be_looked_at() -> None:
    now = NIGHT + timedelta(minutes=55)
    assert is_overdue(HOURLY, Progress(NIGHT), now + timedelta(seconds=1))
    assert not is_overdue(HOURLY, Progress(NIGHT), now)
    assert not is_broken(HOURLY, Progress(NIGHT), now)
    assert is_broken(HOURLY, Progress(now, tries=1), now)
    assert not is_broken(HOURLY, Progress(now, tries=1, running=True), now)
    assert is_broken(HOURLY, Progress(now, holds=False), now)


def test_every_job_says_in_both_languages_what_it_is() -> None:
    for name, job in TIMETABLE.items():
        english, hindi = job.label
        assert name == job.name
        assert english.isascii()
        assert any("\u0900" <= letter <= "\u097f" for letter in hindi)


def test_what_is_due_more_often_than_every_five_minutes_is_the_engine_s() -> None:
    """A deployment that Prefect calls more often would keep its server busy (FACTS)."""
    often = {name for name, job in TIMETABLE.items() if isinstance(job.when, Every) and job.when.minutes < 5}
    assert often == {name for name, job in TIMETABLE.items() if job.process == "engine"}
