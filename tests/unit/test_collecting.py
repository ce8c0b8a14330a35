"""A process that lasts looks seldom for circles, and never through what it imported."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from infra.collecting import collect_seldom


@pytest.fixture
def seldom() -> Iterator[None]:
    before = gc.get_threshold()
    collect_seldom()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def looks_while_making(objects: int) -> list[int]:
    """The ages that were looked at meanwhile: 0 is the young ones, 2 all."""
    looked = list[int]()

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            looked.append(info["generation"])

    gc.callbacks.append(note)
    try:
        kept = [[] for _ in range(objects)]
    finally:
        gc.callbacks.remove(note)
    assert len(kept) == objects
    return looked


def test_two_hundred_thousand_objects_are_looked_at_a_few_times(seldom: None) -> None:
    assert 1 <= len(looks_while_making(200_000)) < 10


def test_what_was_imported_is_left_out(seldom: None) -> None:
    assert gc.get_freeze_count() > 10_000


def test_circles_are_still_found(seldom: None) -> None:
    circle: list[object] = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1
