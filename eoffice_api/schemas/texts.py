"""Texts that people write: in NFC, each with its longest length, without control characters and broken letters.

What nobody can see is no text: of blanks and invisible characters alone it counts as not given.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field
from pydantic_core import PydanticCustomError

from flows.rules.characters import is_blank, turns_order

_LINES = frozenset("\n\t")


def clean(text: str) -> str:
    """The text in NFC with its outer blanks gone; a control character is refused, and one that turns its order."""
    joined = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip(" \t\n")
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in _LINES for char in joined):
        raise PydanticCustomError("bad_character", "a control character")
    if turns_order(joined):
        raise PydanticCustomError("turning_character", "a character that turns the order of the text")
    return joined


def _one_line(text: str) -> str:
    if _LINES & set(text):
        raise PydanticCustomError("bad_character", "a line break or a tab")
    return text


def _some(text: str) -> str:
    if is_blank(text):
        raise PydanticCustomError("string_too_short", "no text")
    return text


def _none_if_blank(text: str | None) -> str | None:
    return None if text is None or is_blank(text) else text


_Line = (AfterValidator(clean), AfterValidator(_one_line))

Subject = Annotated[str, Field(min_length=1, max_length=500), *_Line, AfterValidator(_some)]
Name = Annotated[str, Field(min_length=1, max_length=200), *_Line, AfterValidator(_some)]
Telephone = Annotated[str, Field(min_length=1, max_length=30), *_Line, AfterValidator(_some)]
Code = Annotated[str, Field(min_length=1, max_length=100), *_Line, AfterValidator(_some)]
Address = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(clean), AfterValidator(_some)]
Remark = Annotated[str, Field(max_length=4000), AfterValidator(clean), AfterValidator(_none_if_blank)]
Condition = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(clean), AfterValidator(_some)]
NoteText = Annotated[str, Field(max_length=50_000), AfterValidator(clean), AfterValidator(_none_if_blank)]
DraftText = Annotated[str, Field(max_length=50_000), AfterValidator(clean)]
ComplaintText = Annotated[
    str, Field(min_length=1, max_length=20_000), AfterValidator(clean), AfterValidator(_some)
]


def _near(value: date) -> date:
    if not 2000 <= value.year <= 2200:
        raise PydanticCustomError("bad_day", "a day between 2000 and 2200")
    return value


def _in_utc(value: datetime) -> datetime:
    _near(value)
    return value.astimezone(UTC)


Day = Annotated[date, AfterValidator(_near)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
