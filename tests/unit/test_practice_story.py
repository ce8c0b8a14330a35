"""The demonstration's own judgement: a record in Prefect that is not whole is found; a log gets plain lines."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from infra.practice.checks import fault_of_tasks
from infra.practice.desk import Done, Paper
from infra.practice.drawing import Terminal
from infra.practice.plan import load_plan
from infra.practice.story import label_of

NAMES = ("register", "put_up", "receive", "close")
Tasks = list[dict[str, Any]]


def _paper() -> Paper:
    done = [
        Done("id", name, number, "in_hand", number, f"2026-11-22T10:00:0{number}+00:00", None, 12.0)
        for number, name in enumerate(NAMES, 1)
    ]
    return Paper("id", "N-11016/1/2026-GEN", done)


def _tasks() -> Tasks:
    """As Prefect's API lists them: in no order that one may rely on."""
    found = [
        {"name": name, "state_type": "COMPLETED", "start_time": f"2026-11-22T10:00:0{number}.1Z"}
        for number, name in enumerate(NAMES, 1)
    ]
    return found[::-1]


def test_a_whole_record_is_found_whole() -> None:
    assert fault_of_tasks(_paper(), _tasks()) is None


def _drop(tasks: Tasks) -> None:
    tasks.pop()


def _swap(tasks: Tasks) -> None:
    tasks[1]["name"], tasks[2]["name"] = tasks[2]["name"], tasks[1]["name"]


def _leave_running(tasks: Tasks) -> None:
    tasks[0]["state_type"] = "RUNNING"


def _double(tasks: Tasks) -> None:
    tasks.append(dict(tasks[0]))


def _record_late(tasks: Tasks) -> None:
    for task in tasks:
        task["start_time"] = task["start_time"].replace("T10:", "T11:")


@pytest.mark.parametrize("break_it", [_drop, _swap, _leave_running, _double, _record_late])
def test_a_record_that_is_not_whole_is_found(break_it: Callable[[Tasks], None]) -> None:
    tasks = _tasks()
    break_it(tasks)
    assert fault_of_tasks(_paper(), tasks) is not None


def test_every_movement_is_called_by_its_name_in_both_languages() -> None:
    for name in ("put_up", "mark", "send", "forward", "receive", "close", "satisfied"):
        english, hindi = label_of(name)
        assert english != name or name == "forward"
        assert any("\u0900" <= letter <= "\u097f" for letter in hindi)


def test_the_drawing_is_plain_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    drawing = Terminal(stream)
    drawing.chapter("File", "N-1", "विषय")
    drawing.movement("Clk/G", _paper().movements[1], ("put up", "प्रस्तुत"), "Supdt/G")
    drawing.held("all of it")
    drawn = stream.getvalue()
    assert "\x1b" not in drawn
    assert "Clk/G → Supdt/G" in drawn
    assert "प्रस्तुत" in drawn
    assert all(len(line) < 120 for line in drawn.splitlines())


def test_everyone_in_the_story_holds_his_post() -> None:
    posts = {charge.post for charge in load_plan().charges}
    assert posts >= {"CLK-GEN", "AST-GEN", "SUP-GEN", "SUP-ACC", "DTP", "CTM", "ADC", "RK", "DSO"}
    assert posts >= {"CALL-1", "CALL-2", "HUB", "XEN-PHE"}
