"""Telephone numbers as gateways take them, and how many SMS parts a text takes (3GPP TS 23.038)."""

from __future__ import annotations

import re
import unicodedata
from math import ceil
from typing import Final

from flows.gateways.protocol import Unfit

# The default alphabet; those of the extension count twice.
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("^{}\\[~]|€")
_BETWEEN: Final = re.compile(r"[\s().\-]")
_INTERNATIONAL: Final = re.compile(r"\+[1-9][0-9]{7,14}")
_INDIAN_MOBILE: Final = re.compile(r"0?([6-9][0-9]{9})")


def is_unicode(text: str) -> bool:
    """Whether a text needs UCS-2, as every Hindi one does."""
    return not set(text) <= _GSM | _GSM_TWICE


def parts(text: str) -> int:
    """How many SMS a text takes: 160 or 153 septets each, in UCS-2 70 or 67 units."""
    if is_unicode(text):
        units, alone, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    else:
        units, alone, joined = sum(2 if char in _GSM_TWICE else 1 for char in text), 160, 153
    return 1 if units <= alone else ceil(units / joined)


def telephone(given: str, country: str) -> str:
    """Country code and number in digits; a mobile number of ten digits is of ``country``. Raises Unfit."""
    digits = _BETWEEN.sub("", "".join(_ascii_digit(char) for char in given))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if _INTERNATIONAL.fullmatch(digits):
        return digits[1:]
    mobile = _INDIAN_MOBILE.fullmatch(digits.removeprefix(country) if len(digits) > 11 else digits)
    if mobile is None:
        raise Unfit("bad-address")
    return country + mobile[1]


def _ascii_digit(char: str) -> str:
    """A digit of any script, as १ is 1, in ASCII."""
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)
