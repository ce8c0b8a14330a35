"""The texts of messages: both languages, every placeholder has a value, and every code that is told has words."""

from __future__ import annotations

from string import Formatter

import pytest

from flows.rules.messages import (
    CHANNELS,
    EVENTS,
    REASONS,
    STATES,
    TEXTS,
    VALUES,
    NoText,
    mail,
    reason_label,
    worded,
)

SAMPLE = {"number": ("N-1", "N-1"), "office": ("Office", "कार्यालय")}


def is_hindi(text: str) -> bool:
    return any("\u0900" <= letter <= "\u097f" for letter in text)


@pytest.mark.parametrize("purpose", TEXTS)
def test_a_text_names_only_what_has_a_value_and_the_same_in_both_languages(purpose: str) -> None:
    for english, hindi in (TEXTS[purpose].body, TEXTS[purpose].subject):
        named = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (english, hindi)]
        assert named[0] == named[1] <= VALUES
        assert "number" in named[0]
        assert is_hindi(hindi)
        assert not is_hindi(english)


def test_the_sample_has_every_value() -> None:
    assert SAMPLE.keys() == VALUES


def test_a_mail_is_in_hindi_and_then_in_english() -> None:
    content = mail("complaint.register", SAMPLE)
    assert content.subject == "शिकायत N-1 दर्ज / Complaint N-1 registered"
    assert content.text.index("कार्यालय") < content.text.index("Office")


def test_a_purpose_or_a_value_that_is_missing_is_named() -> None:
    with pytest.raises(NoText, match=r"there is no text for “unheard\.of”"):
        worded("unheard.of", "hi", SAMPLE)
    with pytest.raises(NoText, match=r"“complaint\.register” names 'office'"):
        worded("complaint.register", "en", {"number": ("1", "1")})


def test_every_code_has_words_in_both_languages() -> None:
    for english, hindi in (*CHANNELS.values(), *STATES.values(), *REASONS.values(), *EVENTS.values()):
        assert not is_hindi(english)
        assert is_hindi(hindi)


def test_a_reason_may_have_a_detail() -> None:
    assert reason_label("answered:503") == ("The gateway answered 503.", "गेटवे का उत्तर: 503।")
    assert reason_label("erased")[0] == "The address was erased."
