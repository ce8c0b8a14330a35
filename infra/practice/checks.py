"""Checks what the demonstration said: in the office's own trail, in Prefect, in the store of documents."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

from infra.practice.desk import Desk, Paper, StoryFault
from infra.practice.story import Story, Told

RECORDED_WITHIN_S = 60.0
# A task run begins as its step does, the movement has the time of the docket's lock.
TIMES_DIFFER_BY = timedelta(seconds=3)
_ASK_AGAIN_S = 0.25


def check_office(story: Story, told: Told, held: Callable[[str], None]) -> None:
    """What the office itself says of both papers, and what it says to somebody who has no business with them.

    Raises StoryFault.
    """
    for paper, reader in ((told.file, "RK"), (told.complaint, "HUB")):
        _check_trail(story.desk(reader), paper)
        held(f"{paper.number}: its trail shows all {len(paper.movements)} movements, in order, and it is closed")
    _check_letter(story.desk("RK"), told)
    held("the letter comes back from the store as it was added")
    for paper in (told.file, told.complaint):
        if story.desk("DSO").sees(paper):
            raise StoryFault(f"{paper.number}: the District Sports Officer sees it, who has nothing to do with it")
    held("to the District Sports Officer, who has nothing to do with them, neither exists")


def _check_trail(reader: Desk, paper: Paper) -> None:
    trail = reader.get(f"/dockets/{paper.id}/trail?limit=500")["items"]
    _same("trail", paper, [step["name"] for step in trail], [done.name for done in paper.movements])
    _same("numbers of its movements", paper, [step["sequence"] for step in trail], _counted(paper))
    times = [step["at"] for step in trail]
    _same("times of its movements, in order,", paper, times, sorted(times))
    state = reader.get(f"/dockets/{paper.id}")["state"]
    _same("state", paper, state, "closed")


def _counted(paper: Paper) -> list[int]:
    return list(range(1, len(paper.movements) + 1))


def _check_letter(reader: Desk, told: Told) -> None:
    documents = reader.get(f"/dockets/{told.file.id}/documents")["items"]
    if len(documents) != 1 or reader.content(documents[0]["id"]) != told.letter:
        raise StoryFault(f"{told.file.number}: the letter in the store is not the one that was added")


class PrefectRecord:
    """Prefect's own API, asked what it knows."""

    def __init__(self, url: str, auth: str) -> None:
        user, _, password = auth.partition(":")
        self._http = httpx.Client(base_url=url, auth=(user, password), timeout=30.0, trust_env=False)

    def check(self, paper: Paper) -> None:
        """Waits until Prefect shows the paper as one Completed run with its movements as task runs, in order.

        Raises StoryFault where it does not within a minute.
        """
        deadline = time.monotonic() + RECORDED_WITHIN_S
        while (fault := self._fault(paper)) is not None:
            if time.monotonic() > deadline:
                raise StoryFault(f"{paper.number}: after {RECORDED_WITHIN_S:.0f} s Prefect's record has {fault}")
            time.sleep(_ASK_AGAIN_S)

    def _fault(self, paper: Paper) -> str | None:
        """What is missing or wrong in the record; None where it is whole."""
        try:
            return self._fault_of_run(paper)
        except httpx.TransportError as gone:
            # Its server may just be starting again.
            return f"not answered at {self._http.base_url} ({gone})"

    def _fault_of_run(self, paper: Paper) -> str | None:
        runs = self._ask("flow_runs/filter", {"flow_runs": {"name": {"any_": [paper.number]}}})
        if len(runs) != 1:
            return f"{len(runs)} runs of that name, not one"
        if runs[0]["state_type"] != "COMPLETED":
            return f"the run as {runs[0]['state_type']}, not completed"
        of_run = {"flow_runs": {"id": {"any_": [runs[0]["id"]]}}, "limit": 200}
        return fault_of_tasks(paper, self._ask("task_runs/filter", of_run))

    def _ask(self, path: str, question: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self._http.post(f"/{path}", json=question)
        if answer.status_code != httpx.codes.OK:
            raise StoryFault(f"Prefect's API answered {answer.status_code} to {path}")
        return answer.json()

    def close(self) -> None:
        self._http.close()


def fault_of_tasks(paper: Paper, tasks: list[dict[str, Any]]) -> str | None:
    """What is wrong with the task runs of a paper's run, as Prefect's API gives them; None where nothing is."""
    undone = [task["name"] for task in tasks if task["state_type"] != "COMPLETED" or not task["start_time"]]
    if undone:
        return f"task runs that are not completed: {', '.join(undone)}"
    in_order = sorted(tasks, key=lambda task: datetime.fromisoformat(task["start_time"]))
    names, expected = [task["name"] for task in in_order], [done.name for done in paper.movements]
    if names != expected:
        return f"the task runs {names}, not {expected}"
    for task, done in zip(in_order, paper.movements, strict=True):
        if abs(datetime.fromisoformat(task["start_time"]) - datetime.fromisoformat(done.at)) > TIMES_DIFFER_BY:
            return f"{done.name} at {task['start_time']}, which happened at {done.at}"
    return None


def _same(what: str, paper: Paper, found: object, expected: object) -> None:
    if found != expected:
        raise StoryFault(f"{paper.number}: its {what} should be {expected}, and is {found}")
