"""A text that nobody can see is blank; joiners inside words are not, and what turns the order is known."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis.strategies import characters, text

from flows.rules.characters import TURNING, is_blank, turns_order


@pytest.mark.parametrize(
    "blank",
    [
        "",
        " ",
        "\n\t",
        "\u00a0",
        "\u200b",
        "\u200c\u200d",
        "\u2060",
        "\ufeff",
        "\u202e",
        "\u2028",
        "\u2800",
        "\ufe0f",
    ],
)
def test_what_nobody_sees_is_blank(blank: str) -> None:
    assert is_blank(blank)


@pytest.mark.parametrize("seen", ["क", "क्\u200dष", "न\u200c", "\u200b1", "।", "-", "😀", "ि", "پ"])
def test_what_somebody_sees_is_not(seen: str) -> None:
    assert not is_blank(seen)


SEEN = characters(categories=("L", "N", "P", "S"), exclude_characters="\u115f\u1160\u3164\uffa0\u2800")


@given(text(SEEN, min_size=1))
def test_letters_digits_and_signs_are_seen(seen: str) -> None:
    assert not is_blank(seen)


def test_what_turns_the_order_is_what_the_algorithm_calls_so() -> None:
    names = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert {unicodedata.bidirectional(one) for one in TURNING} == names
    others = (chr(code) for code in range(0x110000) if chr(code) not in TURNING)
    assert all(unicodedata.bidirectional(one) not in names for one in others)


@pytest.mark.parametrize("kept", ["क्\u200dष", "न\u200c", "\u200e\u200f", "اردو"])
def test_joiners_marks_and_other_scripts_turn_nothing(kept: str) -> None:
    assert not turns_order(kept)
