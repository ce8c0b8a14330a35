"""What counts as a kill between commit and answer, and which kills a plan holds."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from infra.chaos.killer import Kill, plan_of, proven
from infra.chaos.ledger import Attempt, LedgerEntry

KILLED_AT = 10.0
KILL = Kill("api", KILLED_AT, 3, ("key",))


def ledger(*attempts: Attempt, end: str = "carried_out") -> dict[str, LedgerEntry]:
    entry = LedgerEntry(1, "key", "forward", "docket", {}, attempts=list(attempts), end=end)  # type: ignore[arg-type]
    return {"key": entry}


def test_a_broken_attempt_followed_by_the_movement_proves_it() -> None:
    assert proven([KILL], ledger(Attempt(9.5, 10.1, None), Attempt(12, 12.1, 200))) == 1


@pytest.mark.parametrize(
    "attempts",
    [
        pytest.param([Attempt(9.5, 9.9, 200)], id="answered before the kill"),
        pytest.param([Attempt(10.5, 10.6, None), Attempt(12, 12.1, 200)], id="sent only after the kill"),
        pytest.param([Attempt(9.1, 9.2, None), Attempt(12, 12.1, 200)], id="broken before the kill"),
        pytest.param([], id="never sent"),
    ],
)
def test_what_was_not_cut_off_by_the_kill_proves_nothing(attempts: list[Attempt]) -> None:
    assert proven([KILL], ledger(*attempts)) == 0


def test_without_the_movement_in_the_end_nothing_is_proved() -> None:
    assert proven([KILL], ledger(Attempt(9.5, 10.1, None), end="open")) == 0


def test_a_plan_kills_each_part_as_often_as_asked_and_the_api_once_more_after_a_commit() -> None:
    plan = plan_of(5, random.Random(3))
    assert Counter(target.part for target in plan) == {"engine": 5, "api": 6, "prefect": 5, "postgres": 5}
    assert [target.part for target in plan if target.after_commit] == ["api"]


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan_of(5, random.Random(3)) == plan_of(5, random.Random(3))
    assert plan_of(5, random.Random(3)) != plan_of(5, random.Random(4))
