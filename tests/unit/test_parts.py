"""A guard or an effect says which parts of a docket's past it looks at; nothing else is read for it."""

from __future__ import annotations

from typing import get_args

import pytest

from flows.rules import decide
from flows.rules.cases import History
from flows.rules.effects import fix_draft
from flows.rules.guards_file import draft_named
from flows.rules.guards_posts import holder, post_that_held
from flows.rules.known_schemes import KnownSchemes, shipped_schemes
from flows.rules.parts import ALL_PARTS, Part, parts_of
from storage.cases import PARTS

KNOWN_HERE = KnownSchemes()
for _scheme in shipped_schemes().values():
    KNOWN_HERE.keep(_scheme)


def test_storage_can_read_every_part_and_no_other() -> None:
    assert set(PARTS) == ALL_PARTS == set(get_args(Part))


def test_every_part_is_a_field_of_the_history() -> None:
    assert set(History.__dataclass_fields__) >= ALL_PARTS


def test_what_rules_look_at_together() -> None:
    assert parts_of([holder]) == frozenset()
    assert parts_of([draft_named, fix_draft, post_that_held]) == {"drafts", "held_by"}


def test_an_action_reads_what_its_rows_look_at_in_every_table() -> None:
    assert KNOWN_HERE.parts_for("forward") == {"noted_since_receipt", "drafts", "route"}
    assert KNOWN_HERE.parts_for("not_satisfied") >= {"replied_by", "clocks"}
    assert KNOWN_HERE.parts_for("no such action") == frozenset()


def test_what_a_stranger_asks_for_looks_at_nothing() -> None:
    assert all(KNOWN_HERE.parts_for(f"invented {n}") == frozenset() for n in range(100))


def test_the_second_person_s_acts_read_what_the_proposed_movement_looks_at() -> None:
    for action in decide.SETTLING:
        assert KNOWN_HERE.parts_for(action) >= {"closed_by", "clocks", "recused"}


def test_a_part_that_was_not_asked_for_cannot_be_looked_at() -> None:
    history = History.of({"paragraphs": 3})
    assert history.paragraphs == 3
    with pytest.raises(AttributeError, match="drafts"):
        _ = history.drafts
