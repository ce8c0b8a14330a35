"""What differs between two schemes is named member by member, with its place; what is the same is not."""

from __future__ import annotations

from flows.rules.known_schemes import resolved_node, shipped_source
from flows.rules.marked_yaml import Node
from flows.rules.scheme_diff import Difference, differences

_SHIPPED = shipped_source("haryana-eoffice")
assert _SHIPPED is not None
TEXT, SOURCE = _SHIPPED


def node_with(old: str = "", new: str = "") -> Node:
    assert old in TEXT
    return resolved_node(TEXT.replace(old, new, 1) if old else TEXT, SOURCE)


def only(found: list[Difference]) -> Difference:
    assert len(found) == 1, found
    return found[0]


def test_the_same_has_no_difference_whatever_the_order_of_members() -> None:
    assert differences(node_with(), node_with()) == []
    moved = "  urgent: [Urgent, शीघ्र]\n  immediate: [Immediate, तत्काल]\n"
    assert differences(node_with(), node_with(moved, "".join(reversed(moved.splitlines(keepends=True))))) == []


def test_another_value_is_told_with_both_and_its_line() -> None:
    found = only(differences(node_with(), node_with("lapses_days: {value: 15,", "lapses_days: {value: 10,")))
    assert (found.path, found.before, found.after) == ("proposal_lapses_days.value", 15, 10)
    assert TEXT.splitlines()[found.line - 1] == "proposal_lapses_days: {value: 15, assumed: true}"


def test_what_is_new_and_what_is_gone_is_told_once() -> None:
    less = node_with("      R-41013: [Roads and drains, सड़क और नाली]\n", "")
    added = only(differences(less, node_with()))
    assert (added.path, added.added, added.after) == (
        "kinds.file.heads.R-41013",
        True,
        ["Roads and drains", "सड़क और नाली"],
    )
    gone = only(differences(node_with(), less))
    assert (gone.removed, gone.before, gone.after) == (True, added.after, None)


def test_a_list_is_told_whole_because_its_order_counts() -> None:
    found = only(differences(node_with(), node_with("free_week_days: [6, 7]", "free_week_days: [7, 6]")))
    assert (found.before, found.after) == ([6, 7], [7, 6])


def test_a_table_that_is_extended_is_compared_row_by_row() -> None:
    strike = "tables:\n  receipt: {extends: receipt, movements: {cancel: {label: [Strike out, काटें]}}}\n"
    own = TEXT.replace("tables:\n", strike, 1)
    found = only(differences(node_with(), resolved_node(own, "own.yaml")))
    assert found.path == "tables.receipt.movements.cancel.label"
    assert (found.source, found.after) == ("own.yaml", ["Strike out", "काटें"])
