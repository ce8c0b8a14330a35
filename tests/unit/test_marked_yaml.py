"""YAML is read with the line of everything in it, and what a page of rules does not need is a fault."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.faults import Faults
from flows.rules.marked_yaml import LARGEST_TEXT, merged, read_marked, without

TEXT = """\
name: उदाहरण
days:
  - 2026-01-26
  - 2026-08-15
country: NO
opens: 9
closed: true
nothing: ~
quoted: "7"
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(Faults) as raised:
        read_marked(text, "t.yaml")
    return [str(fault) for fault in raised.value.faults]


def test_values_are_what_they_look_like_and_no_word_is_a_truth_value() -> None:
    values = {key: node.value for key, node in read_marked(TEXT, "t.yaml").value.items()}  # pyright: ignore
    assert values["country"] == "NO"
    assert (values["opens"], values["closed"], values["nothing"], values["quoted"]) == (9, True, None, "7")
    assert [day.value for day in values["days"]] == [date(2026, 1, 26), date(2026, 8, 15)]


def test_everything_has_its_line() -> None:
    root = read_marked(TEXT, "t.yaml")
    assert [root.at(path).line for path in ((), ("days",), ("days", 1), ("opens",), ("quoted",))] == [
        1,
        2,
        4,
        6,
        9,
    ]
    assert root.at(("days", 7, "nonsense")).line == 2, "the nearest that is there"


def test_a_key_that_stands_twice_is_named_where_it_stands_again() -> None:
    assert faults_of("a: 1\nb: 2\na: 3\n") == ["t.yaml:3: a: it stands here twice"]


def test_every_fault_is_told_at_once() -> None:
    found = faults_of("a: &x [1]\nb: *x\n7: c\nd: !!python/name:os.system e\nd: 2026-02-30\n")
    assert [line.split(":")[1] for line in found] == ["1", "3", "4", "5"]


@pytest.mark.parametrize(
    "text", ["{", "a: b: c", "\t- a", "a: 1\n---\nb: 2\n", "x" * (LARGEST_TEXT + 1), "", "[" * 9000]
)
def test_what_is_no_yaml_is_one_fault(text: str) -> None:
    assert len(faults_of(text)) == 1


@given(st.text(alphabet="ab:[]{}-&*!|>'\"#\n क0\x85\u2028", max_size=60))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with suppress(Faults):
        read_marked(text, "t.yaml").plain()


def test_what_extends_joins_replaces_and_takes_away() -> None:
    base = read_marked("a: {b: 1, c: [1, 2], d: 3}\ne: 4\n", "base.yaml")
    over = read_marked("a: {c: [9], d: null, f: 5}\n", "over.yaml")
    joined = merged(base, over)
    assert joined.plain() == {"a": {"b": 1, "c": [9], "f": 5}, "e": 4}
    assert joined.at(("a", "b")).source == "base.yaml"
    assert joined.at(("a", "f")).source == "over.yaml"
    assert without(joined, "e").plain() == {"a": {"b": 1, "c": [9], "f": 5}}
