"""A movement's record as events: their times, what is told of a run that stands already, which ids are stable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from flows.schedules.prefect_events import Standing, events_of, standing_of, times_of
from flows.steps import STEPS, task_run_id

AT = datetime(2026, 3, 2, 10, 0, 0, 500, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
MOVEMENT = UUID(int=7)


def record(**other: Any) -> dict[str, Any]:
    given = {"movement": MOVEMENT, "act": "forward", "name": "put_up", "number": "REV/2026/7"}
    return {**given, "at": AT, "accepted_at": AT - timedelta(seconds=3), "flow_run_id": UUID(int=9), **other}


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["resource"]["prefect.state-name"] for event in events]


def test_times_are_the_movement_s_own() -> None:
    assert times_of(record(), None) == (AT - MOMENT, AT)


@pytest.mark.parametrize(
    ("accepted", "expected"), [(AT - timedelta(seconds=3), AT - timedelta(seconds=3)), (AT, AT - MOMENT)]
)
def test_a_run_was_expected_when_the_movement_was_accepted_and_never_after_it_began(
    accepted: datetime, expected: datetime
) -> None:
    runs = [event["payload"]["task_run"] for event in events_of(record(accepted_at=accepted))]
    assert {run["expected_start_time"] for run in runs} == {expected.isoformat()}
    assert {run["start_time"] for run in runs} == {(AT - MOMENT).isoformat()}


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=-1), MOMENT, timedelta(hours=1)])
@pytest.mark.parametrize("sort", ["PENDING", "RUNNING", "FAILED", "CANCELLED"])
def test_nothing_is_told_for_a_time_before_the_state_that_stands(sort: str, later: timedelta) -> None:
    standing = Standing(sort, AT + later)
    told = events_of(record(), standing)
    times = [datetime.fromisoformat(event["occurred"]) for event in told]
    assert times == sorted(set(times))
    assert all(at > standing.since for at in times)
    assert times[-1] >= AT


@pytest.mark.parametrize(
    ("sort", "told"),
    [
        ("PENDING", ["Running", "Completed"]),
        ("RUNNING", ["Completed"]),
        ("FAILED", ["Running", "Completed"]),
    ],
)
def test_a_state_that_stands_is_not_told_again(sort: str, told: list[str]) -> None:
    assert names(events_of(record(), Standing(sort, AT - timedelta(seconds=1)))) == told


def test_states_keep_their_ids_and_events_do_not() -> None:
    first, second = events_of(record()), events_of(record())
    states = [[event["payload"]["validated_state"]["id"] for event in told] for told in (first, second)]
    assert states[0] == states[1]
    assert len(set(states[0])) == 2
    assert not {event["id"] for event in first} & {event["id"] for event in second}


def test_the_task_run_is_the_one_that_a_live_step_would_have() -> None:
    for event in events_of(record()):
        assert event["resource"]["prefect.resource.id"] == f"prefect.task-run.{task_run_id(MOVEMENT)}"
        assert event["related"][0]["prefect.resource.id"] == f"prefect.flow-run.{UUID(int=9)}"
        assert event["payload"]["task_run"]["task_key"] == STEPS["forward"].task_key
        assert event["payload"]["task_run"]["name"] == "put_up"


def test_each_state_follows_the_one_before() -> None:
    intended = [event["payload"]["intended"] for event in events_of(record())]
    assert [step["from"] for step in intended] == [None, "RUNNING"]
    assert [step["to"] for step in intended] == ["RUNNING", "COMPLETED"]


def test_a_run_without_a_state_stands_for_nothing() -> None:
    assert standing_of({"state": None}) is None
    found = standing_of({"state": {"type": "RUNNING", "timestamp": "2026-03-02T10:00:00Z"}})
    assert found == Standing("RUNNING", datetime(2026, 3, 2, 10, tzinfo=UTC))
