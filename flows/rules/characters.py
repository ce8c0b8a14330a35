"""What of a text can be seen, and what would make it read otherwise than it is written."""

from __future__ import annotations

import unicodedata
from typing import Final

# Controls, formats (U+200B to U+200D, U+2060, U+FEFF …) and every sort of space and line's end.
_UNSEEN_SORTS: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
# Letters, signs and marks by their sort that are drawn as nothing: joiners, fillers, an empty Braille cell.
_UNSEEN: Final = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0").union(map(chr, range(0xFE00, 0xFE10)))

TURNING: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Embeddings, overrides and isolates of the bidirectional algorithm (UAX 9): after one of them a reader sees an
order that is not the text's, so that 901 reads as 109. Hindi and Urdu are written without them. The two joiners,
of which Devanagari makes its half letters, are none of these."""


def is_blank(text: str) -> bool:
    """Is there nothing in it that a reader would see? A text of joiners alone is blank; inside words they stay."""
    return all(unicodedata.category(one) in _UNSEEN_SORTS or one in _UNSEEN for one in text)


def turns_order(text: str) -> bool:
    """Does it hold a character that shows what follows in another order?"""
    return not TURNING.isdisjoint(text)
