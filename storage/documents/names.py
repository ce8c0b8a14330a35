"""A file's name as someone's computer gave it, made safe to keep, to show and to send back."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

DEFAULT = "document"
MAX_BYTES = 200
_JOINERS = "\u200c\u200d"
# Scripts of India, where joiners are part of the spelling. Elsewhere they only hide one name in another.
_INDIC = ("\u0900", "\u0dff")
# What Windows cannot store; a clerk's computer is often one.
_FORBIDDEN = dict.fromkeys(map(ord, '<>:"|?*'), "_")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
_EXTENSION = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,9}|[0-9][A-Za-z0-9]{0,3}[A-Za-z])$")


def clean_name(raw: str, *, default: str = DEFAULT) -> str:
    """The last part of ``raw``, without what misleads or breaks, at most 200 bytes of UTF-8.

    Letters of every script stay, in NFC, with the joiners that Indian scripts spell with. An extension
    survives the cutting of a long name. Cleaning a clean name changes nothing.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", _encodable(raw)))[-1]
    name = unicodedata.normalize("NFC", _visible(last).translate(_FORBIDDEN))
    name = _trimmed(name)
    if _DEVICES.match(name):
        name = "_" + name
    return _shortened(name) or default


def split_extension(name: str) -> tuple[str, str]:
    """The name before its extension, and the extension in lower case without the dot (or empty)."""
    found = _EXTENSION.search(name)
    return (name[: found.start()], found[1].lower()) if found else (name, "")


def content_disposition(name: str) -> str:
    """The header that makes a browser save the bytes under this name and never show them (RFC 6266)."""
    cleaned = clean_name(name)
    plain = re.sub(r"[^\w .()\-]", "_", cleaned, flags=re.ASCII)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(cleaned, safe='')}"


def _encodable(raw: str) -> str:
    return raw.encode("utf-8", "ignore").decode("utf-8")


def _visible(text: str) -> str:
    """Without control characters, direction overrides, joiners out of place and unassigned code points."""
    kept: list[str] = []
    for char in text:
        kind = unicodedata.category(char)
        if kind == "Zs":
            kept.append(" ")
        elif char in _JOINERS:
            if kept and (_INDIC[0] <= kept[-1] <= _INDIC[1]):
                kept.append(char)
        elif kind[0] != "C" and kind not in ("Zl", "Zp"):
            kept.append(char)
    return "".join(kept)


def _trimmed(name: str) -> str:
    """Without spaces in a row, and without dots and spaces at the ends: they hide a file or its extension."""
    return re.sub(r" +", " ", name).strip(" ." + _JOINERS)


def _shortened(name: str) -> str:
    stem, extension = split_extension(name)
    tail = name[len(stem) :] if extension else ""
    room = MAX_BYTES - len(tail.encode())
    if len(stem.encode()) <= room:
        return name
    return _trimmed(_cut(stem, room)) + tail


def _cut(stem: str, room: int) -> str:
    """The beginning of ``stem`` within ``room`` bytes, not ending inside a syllable."""
    kept = stem.encode()[:room].decode("utf-8", "ignore")
    while kept and _continues(stem[len(kept)], kept[-1]):
        kept = kept[:-1]
    return kept or stem.encode()[:room].decode("utf-8", "ignore")


def _continues(following: str, last: str) -> bool:
    """Whether ``following`` belongs to the same syllable as ``last``."""
    return unicodedata.category(following)[0] == "M" or following in _JOINERS or _joins(last)


def _joins(char: str) -> bool:
    return char in _JOINERS or unicodedata.combining(char) == 9  # a virama
