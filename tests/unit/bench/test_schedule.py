"""The open loop's schedule: the rate that was asked for, whole lives, and nothing that depends on answers."""

from __future__ import annotations

from itertools import pairwise

import pytest

from infra.bench.schedule import Load, lives_of

LOAD = Load(rate=40, window_s=60, steps=10, gap_s=1.5)


def test_within_the_window_the_rate_is_the_one_asked_for() -> None:
    due = [at for life in lives_of(LOAD) for at in life if at >= LOAD.ramp_s]
    assert len(due) / LOAD.window_s == pytest.approx(LOAD.rate, rel=0.02)


@pytest.mark.parametrize("begin", range(15, 75, 10))
def test_it_is_steady_throughout_the_window(begin: int) -> None:
    due = [at for life in lives_of(LOAD) for at in life if begin <= at < begin + 10]
    assert len(due) / 10 == pytest.approx(LOAD.rate, rel=0.12)


def test_the_requests_of_a_life_follow_one_another_with_time_between() -> None:
    for life in lives_of(LOAD):
        gaps = [later - earlier for earlier, later in pairwise(life)]
        assert all(0.2 * LOAD.gap_s <= gap <= 1.8 * LOAD.gap_s + 1e-9 for gap in gaps)


def test_nothing_is_due_after_the_window_and_most_lives_are_whole() -> None:
    lives = lives_of(LOAD)
    assert max(at for life in lives for at in life) < LOAD.end_s
    assert sum(len(life) == LOAD.steps for life in lives) > 0.7 * len(lives)


def test_the_same_seed_gives_the_same_schedule() -> None:
    assert lives_of(LOAD) == lives_of(LOAD)
    assert lives_of(LOAD) != lives_of(Load(rate=40, window_s=60, steps=10, gap_s=1.5, seed=2))
