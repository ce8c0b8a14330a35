"""A plain office letter as PDF, in Hindi or English.

It is drawn right, with conjuncts and vowel signs in their places. Copying its text out of the PDF is not
reliable yet for Devanagari: that belongs to the type engine of the papers.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer, Table

from docs_templates import fonts

_MARGIN = 22 * mm
_WIDTH = A4[0] - 2 * _MARGIN - 12  # ReportLab's frames keep 6 points on each side
_SUBJECT = {"hi": "विषय", "en": "Subject"}
_NUMBER = {"hi": "पत्र संख्या", "en": "Letter no."}
_DATE = {"hi": "दिनांक", "en": "Date"}
_TO = {"hi": "सेवा में,", "en": "To"}


@dataclass(frozen=True)
class LetterContext:
    """What stands in a letter; every text is plain, and line breaks in it are kept."""

    office: str
    number: str
    date: date
    to: tuple[str, ...]
    subject: str
    paragraphs: tuple[str, ...]
    sign_off: tuple[str, ...]
    language: str = "hi"


def render_letter(context: LetterContext) -> bytes:
    """The letter as PDF; the same context gives the same bytes.

    Raises fonts.GlyphsMissing for a character that cannot be drawn.
    """
    fonts.register()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=context.subject,
        author=context.office,
        lang=context.language,
        invariant=1,
    )
    document.build(_story(context))
    return out.getvalue()


def _style(name: str, **differing: Any) -> ParagraphStyle:
    usual: dict[str, Any] = {
        "fontName": fonts.REGULAR,
        "fontSize": 11.5,
        "leading": 18,
        "spaceAfter": 6,
        "shaping": 1,
    }
    return ParagraphStyle(name, **(usual | differing))


_BODY = _style("body", firstLineIndent=12 * mm)
_LINE = _style("line", spaceAfter=0)
_RIGHT = _style("right", spaceAfter=0, alignment=TA_RIGHT)
_SUBJECT_LINE = _style("subject", fontName=fonts.BOLD, spaceBefore=8, spaceAfter=10)
_HEAD = _style("head", fontName=fonts.BOLD, fontSize=16, leading=24, alignment=TA_CENTER)


def _story(context: LetterContext) -> list[Flowable]:
    language = context.language
    return [
        _paragraph(context.office, _HEAD),
        HRFlowable(width="100%", thickness=0.8, spaceAfter=8),
        _reference(context),
        Spacer(0, 10),
        *[_paragraph(line, _LINE) for line in (_TO[language], *context.to)],
        _paragraph(f"{_SUBJECT[language]}: {context.subject}", _SUBJECT_LINE),
        *[_paragraph(text, _BODY) for text in context.paragraphs],
        Spacer(0, 24),
        *[_paragraph(line, _RIGHT) for line in context.sign_off],
    ]


def _reference(context: LetterContext) -> Table:
    """Number on the left, date on the right: one line that a diarist looks for first."""
    number = f"{_NUMBER[context.language]}: {context.number}"
    day = f"{_DATE[context.language]}: {context.date:%d.%m.%Y}"
    row = [_paragraph(number, _LINE), _paragraph(day, _RIGHT)]
    everywhere = (0, 0), (-1, -1)
    # The font is named although no cell is a plain string: a table would put Helvetica into the file.
    style = [
        ("LEFTPADDING", *everywhere, 0),
        ("RIGHTPADDING", *everywhere, 0),
        ("FONT", *everywhere, fonts.REGULAR),
    ]
    return Table([row], colWidths=[_WIDTH / 2, _WIDTH / 2], style=style)


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    markup = escape(fonts.drawable(text)).replace("\n", "<br/>")
    return Paragraph(markup, style)
