"""A cleaned name keeps what its writer meant and nothing that misleads or breaks."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.documents.names import MAX_BYTES, clean_name, content_disposition, split_extension

# Mostly what breaks names: marks, joiners, overrides, separators, long runs.
AWKWARD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("क्षिज्ञ़ॉ्ंः\u200c\u200d\u202e\u2066/\\.. \u00a0\x00<>:CONaux\ud800\u0301"),
    ),
    max_size=300,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("पत्र.pdf", "पत्र.pdf"),
        ("जिलाधिकारी का आदेश (संशोधित).docx", "जिलाधिकारी का आदेश (संशोधित).docx"),
        ("C:\\Users\\clerk\\Desktop\\आवेदन.pdf", "आवेदन.pdf"),
        ("../../etc/passwd", "passwd"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("CON.txt", "_CON.txt"),
        ("  ..hidden.pdf. ", "hidden.pdf"),
        ('what? "why": <now>.pdf', "what_ _why__ _now_.pdf"),
        ("", "document"),
        ("///", "document"),
        ("\ud800", "document"),
    ],
)
def test_a_name_is_cleaned(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


def test_joiners_that_spell_devanagari_stay_and_others_go() -> None:
    half_letter, eyelash_ra = "क्\u200dष.pdf", "र्\u200dय.pdf"
    unjoined = "श्\u200cच.pdf"
    assert [clean_name(n) for n in (half_letter, eyelash_ra, unjoined)] == [half_letter, eyelash_ra, unjoined]
    assert clean_name("pay\u200dment\u200c.pdf") == "payment.pdf"


def test_two_spellings_of_one_name_become_one() -> None:
    assert clean_name("\u0929.pdf") == clean_name("\u0928\u093c.pdf")


def test_a_long_name_is_cut_between_syllables_and_keeps_its_extension() -> None:
    cleaned = clean_name("क्षि" * 60 + ".pdf")
    assert len(cleaned.encode()) <= MAX_BYTES
    stem = cleaned.removesuffix(".pdf")
    assert stem + ".pdf" == cleaned
    assert stem == "क्षि" * (len(stem) // 4)


@given(AWKWARD)
def test_whatever_comes_in_a_safe_name_comes_out(raw: str) -> None:
    cleaned = clean_name(raw)
    assert cleaned
    assert len(cleaned.encode()) <= MAX_BYTES
    assert clean_name(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not set(cleaned) & set('/\\<>:"|?*\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069')
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in cleaned)
    assert not cleaned.startswith(".")


@given(st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), max_size=400))
def test_an_extension_survives(stem: str) -> None:
    cleaned = clean_name("a" + stem.replace("/", "").replace("\\", "") + "z.pdf")
    assert split_extension(cleaned)[1] == "pdf"


@given(AWKWARD)
def test_the_download_header_is_one_line_of_ascii(raw: str) -> None:
    header = content_disposition(raw)
    assert header.startswith('attachment; filename="')
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
