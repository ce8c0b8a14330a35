"""The office letter: Devanagari drawn with its conjuncts, nothing drawn as an empty box."""

from __future__ import annotations

import importlib
import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import fontpkg_mukta
import pytest
from pypdf import PdfReader
from reportlab.platypus import Paragraph

from docs_templates import fonts, letter
from docs_templates.fonts import GlyphsMissing
from docs_templates.letter import LetterContext, render_letter

LETTER = LetterContext(
    office="कार्यालय जिलाधिकारी, हिसार",
    number="रा.प./2025-26/417",
    date=date(2026, 1, 14),
    to=("उप मण्डल अधिकारी (ना.),", "तहसील हाँसी, जिला हिसार।"),
    subject="सार्वजनिक रास्ते से अतिक्रमण हटाने बाबत",
    paragraphs=("ग्रामवासियों का प्रार्थना-पत्र प्राप्त हुआ है।", "विस्तृत आख्या पंद्रह दिन के भीतर भेजें।"),
    sign_off=("(राजेश कुमार)", "अधीक्षक, स्थापना शाखा"),
)


def pages(context: LetterContext) -> PdfReader:
    return PdfReader(io.BytesIO(render_letter(context)))


def fonts_of(document: PdfReader) -> set[str]:
    found: set[str] = set()
    for page in document.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            found.add(str(font.get_object()["/BaseFont"]))
    return found


def shaped_width(word: str, size: float) -> float:
    """What HarfBuzz itself says of the word's width, in points."""
    hb: Any = importlib.import_module("uharfbuzz")  # it comes without types
    font = hb.Font(hb.Face(hb.Blob.from_file_path(str(Path(fontpkg_mukta.ROOT) / "files" / "Mukta-Regular.ttf"))))
    buffer = hb.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    return sum(p.x_advance for p in buffer.glyph_positions) * size / font.face.upem


def test_a_letter_is_one_page_in_the_embedded_font_and_no_other() -> None:
    document = pages(LETTER)
    assert len(document.pages) == 1
    assert {name.partition("+")[2] for name in fonts_of(document)} == {"Mukta-Regular", "Mukta-Bold"}
    assert document.metadata is not None
    assert document.metadata.title == LETTER.subject


@pytest.mark.parametrize("word", ["क्षत्रिय", "प्रार्थना", "विस्तृत", "श्र", "र्त्स्न्य", "क्‍ष"])
def test_conjuncts_are_drawn_as_the_font_shapes_them(word: str) -> None:
    fonts.register()
    style = letter._style("test")
    paragraph = Paragraph(word, style)
    paragraph.wrap(1000, 1000)
    [drawn] = paragraph.getActualLineWidths0()
    assert drawn == pytest.approx(shaped_width(word, style.fontSize), abs=0.1)


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert render_letter(LETTER) == render_letter(LETTER)


def test_a_character_that_cannot_be_drawn_is_refused_and_named() -> None:
    with pytest.raises(GlyphsMissing, match=r"→ \(U\+2192\)") as caught:
        render_letter(replace(LETTER, subject="क → ख"))
    assert caught.value.characters == ("→",)


def test_what_looks_like_markup_is_text() -> None:
    text = pages(replace(LETTER, paragraphs=('5 < 6 & <b>"x"</b>\n<nosuch>',))).pages[0].extract_text()
    assert '5 < 6 & <b>"x"</b>' in text
    assert "<nosuch>" in text


def test_a_word_longer_than_the_line_and_an_empty_paragraph_break_nothing() -> None:
    assert len(pages(replace(LETTER, paragraphs=("क्षत्रि" * 400, "x" * 2000, ""))).pages) >= 1


def test_a_letter_of_many_paragraphs_goes_on_over_pages() -> None:
    assert len(pages(replace(LETTER, paragraphs=LETTER.paragraphs * 30)).pages) > 1


def test_a_letter_can_be_in_english() -> None:
    english = replace(LETTER, language="en", subject="Removal of encroachment", paragraphs=("Please report.",))
    assert "Subject: Removal of encroachment" in pages(english).pages[0].extract_text()
