"""The one type family of the office's papers: Mukta, which has Latin and Devanagari letters in one design."""

from __future__ import annotations

import functools
import unicodedata
from pathlib import Path

import fontpkg_mukta
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, shapeFragWord
from reportlab.platypus import paragraph

REGULAR = "Mukta"
BOLD = "Mukta-Bold"
_FILES = {REGULAR: "Mukta-Regular.ttf", BOLD: "Mukta-Bold.ttf"}
# Consumed by the shaping, never drawn.
_JOINERS = {"\u200c", "\u200d"}


class GlyphsMissing(Exception):
    """The text has characters that the papers' font cannot draw; they would come out as empty boxes."""

    def __init__(self, characters: tuple[str, ...]) -> None:
        named = ", ".join(f"{c} (U+{ord(c):04X})" for c in characters[:10])
        super().__init__(f"the font of the papers has no letter for: {named}")
        self.characters = characters


@functools.cache
def _fonts() -> dict[str, TTFont]:
    folder = Path(fontpkg_mukta.ROOT) / "files"
    return {name: TTFont(name, str(folder / file), shapable=True) for name, file in _FILES.items()}


@functools.cache
def register() -> None:
    """Make the fonts known to ReportLab; the first call reads them, later ones cost nothing."""
    for font in _fonts().values():
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    # Discretionary ligatures are on by default there, and join the c and t of "subject".
    plain = functools.partial(shapeFragWord, features={"kern": True, "liga": True, "dlig": False})
    paragraph.shapeFragWord = plain  # pyright: ignore[reportAttributeAccessIssue]
    # Without it every page's stream begins in Helvetica, which no reader is bound to have.
    rl_config.canvas_basefontname = REGULAR


def drawable(text: str) -> str:
    """The text in NFC; raises GlyphsMissing where the fonts lack a character, for ReportLab would not tell."""
    register()
    normal = unicodedata.normalize("NFC", text)
    missing = sorted({c for c in normal if not c.isspace() and c not in _JOINERS and not _has(c)})
    if missing:
        raise GlyphsMissing(tuple(missing))
    return normal


def _has(character: str) -> bool:
    return all(ord(character) in _fonts()[name].face.charToGlyph for name in _FILES)
