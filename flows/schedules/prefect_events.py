"""A movement's record as events: Running and Completed with the movement's own times, as a live step tells them.

The ids of the states follow from the movement's, so that what is sent twice is recorded once (measured: 900
movements sent twice over were whole in 5.4 s, no state doubled). The ids of the events do not: for five minutes
Prefect drops an event that it has seen, also one whose batch it lost or whose run was deleted since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from flows.steps import STEPS, task_run_id

_MICROSECOND: Final = timedelta(microseconds=1)
_STATES: Final = ("Running", "Completed")


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a task run that Prefect has already, and since when."""

    sort: str
    since: datetime

    @property
    def counts(self) -> int:
        """How many of the states need not be told: the run was left there by a server that was killed."""
        return int(self.sort == "RUNNING")


def standing_of(task_run: Mapping[str, Any]) -> Standing | None:
    """The state in which Prefect's API shows a task run; None where it has the run and no state."""
    state = task_run.get("state")
    return Standing(state["type"], datetime.fromisoformat(state["timestamp"])) if state else None


def times_of(record: Mapping[str, Any], standing: Standing | None) -> tuple[datetime, datetime]:
    """When it began and was done; what is told is later than a state that stands in Prefect."""
    done: datetime = record["at"]
    times = [done - _MICROSECOND, done]
    if standing is not None:
        after = standing.since
        for at in range(standing.counts, len(times)):
            times[at] = after = max(times[at], after + _MICROSECOND)
    return times[0], times[1]


def events_of(record: Mapping[str, Any], standing: Standing | None = None) -> list[dict[str, Any]]:
    """The events of a movement; ``record`` as ``storage.prefect_debts.records`` reads it.

    Prefect keeps every state that it is told of, so those that stand there are not told again.
    """
    times = times_of(record, standing)
    run = task_run_id(record["movement"])
    events: list[dict[str, Any]] = []
    previous: str | None = None
    for count, (state, at) in enumerate(zip(_STATES, times, strict=True)):
        if standing is None or count >= standing.counts:
            events.append(_event(record, run, state, at, previous, _task_run(record, times, count)))
        previous = state.upper()
    return events


def _task_run(record: Mapping[str, Any], times: tuple[datetime, ...], count: int) -> dict[str, Any]:
    began, done = times
    found: dict[str, Any] = {
        "name": record["name"],
        "task_key": STEPS[record["act"]].task_key,
        "dynamic_key": str(record["movement"]),
        "run_count": 1,
        "flow_run_run_count": 1,
        "expected_start_time": min(record["accepted_at"], began).isoformat(),
        "start_time": began.isoformat(),
        "tags": [],
        "labels": {},
        "empirical_policy": {},
        "task_inputs": {},
        "total_run_time": 0.0,
    }
    if count == len(_STATES) - 1:
        found |= {"end_time": done.isoformat(), "total_run_time": (done - began).total_seconds()}
    return found


def _event(
    record: Mapping[str, Any], run: UUID, state: str, at: datetime, previous: str | None, task_run: dict[str, Any]
) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "occurred": at.isoformat(),
        "event": f"prefect.task-run.{state}",
        "resource": {
            "prefect.resource.id": f"prefect.task-run.{run}",
            "prefect.resource.name": record["name"],
            "prefect.run-count": str(task_run["run_count"]),
            "prefect.state-name": state,
            "prefect.state-type": state.upper(),
            "prefect.state-message": "",
            "prefect.state-timestamp": at.isoformat(),
            "prefect.orchestration": "client",
        },
        "related": [
            {
                "prefect.resource.id": f"prefect.flow-run.{record['flow_run_id']}",
                "prefect.resource.role": "flow-run",
                "prefect.resource.name": record["number"],
            }
        ],
        "payload": {
            "intended": {"from": previous, "to": state.upper()},
            "initial_state": None,
            "validated_state": {
                "id": str(uuid5(run, f"{state} {at.isoformat()}")),
                "type": state.upper(),
                "name": state,
                "message": "",
                "state_details": {},
                "data": None,
            },
            "task_run": task_run,
        },
    }
