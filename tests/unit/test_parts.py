"""A guard or an effect says which parts of a docket's past it looks at; nothing else is read for it."""

from __future__ import annotations

from typing import get_args

import pytest

from flows.rules import decide
from flows.rules.cases import History
from flows.rules.effects import fix_draft
from flows.rules.guards import draft_named, holder, post_that_held
from flows.rules.parts import ALL_PARTS, Part, parts_of
from storage.cases import PARTS


def test_storage_can_read_every_part_and_no_other() -> None:
    assert set(PARTS) == ALL_PARTS == set(get_args(Part))


def test_every_part_is_a_field_of_the_history() -> None:
    assert set(History.__dataclass_fields__) >= ALL_PARTS


def test_what_rules_look_at_together() -> None:
    assert parts_of([holder]) == frozenset()
    assert parts_of([draft_named, fix_draft, post_that_held]) == {"drafts", "held_by"}


def test_an_action_reads_what_its_rows_look_at_in_every_table() -> None:
    assert decide.parts_for("forward") == {"noted_since_receipt", "drafts"}
    assert decide.parts_for("not_satisfied") >= {"replied_by", "clocks"}
    assert decide.parts_for("no such action") == frozenset()


def test_what_a_stranger_asks_for_is_not_kept() -> None:
    known = len(decide._PARTS)  # pyright: ignore[reportPrivateUsage]
    assert all(decide.parts_for(f"invented {n}") == frozenset() for n in range(100))
    assert len(decide._PARTS) == known  # pyright: ignore[reportPrivateUsage]


def test_the_second_person_s_acts_read_what_the_proposed_movement_looks_at() -> None:
    for action in decide.SETTLING:
        assert decide.parts_for(action) >= decide.parts_for("reopen")


def test_a_part_that_was_not_asked_for_cannot_be_looked_at() -> None:
    history = History.of({"paragraphs": 3})
    assert history.paragraphs == 3
    with pytest.raises(AttributeError, match="drafts"):
        _ = history.drafts
