"""Finds out from the bytes what an upload really is, and refuses what an office does not keep.

Nothing is unpacked, drawn or run. A refusal says what the upload is, for the person can then do something
about it.
"""

from __future__ import annotations

import asyncio
import codecs
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import puremagic

from storage.documents import kinds, recordings, zip_listing
from storage.documents.kinds import Kind
from storage.documents.names import clean_name, split_extension

HEAD = 64 * 1024
_PIECE = 1024 * 1024


class Reason(StrEnum):
    """Why an upload was refused; stable, for translations hang on it."""

    EMPTY = "empty"
    NOT_KEPT = "not_kept"
    BROKEN = "broken"
    MACROS = "macros"
    NOT_AT_START = "not_at_start"
    NAME_LIES = "name_lies"
    TYPE_LIES = "type_lies"


class UploadRefused(Exception):
    """The upload is not a document that an office keeps; ``really`` names in English what it is."""

    def __init__(self, reason: Reason, really: str, message: str) -> None:
        super().__init__(message)
        self.reason, self.really = reason, really


@dataclass(frozen=True)
class Accepted:
    """An upload that may be kept: its cleaned name, ending in an extension that fits, and its true type."""

    name: str
    media_type: str


async def examine(path: Path, *, name: str, media_type: str = "") -> Accepted:
    """Look at the whole upload in a thread; raises UploadRefused.

    ``name`` and ``media_type`` are what the sender claims; a claim that is not true is refused.
    """
    return await asyncio.to_thread(_examine, path, name, media_type)


def _examine(path: Path, name: str, media_type: str) -> Accepted:
    with path.open("rb") as file:
        kind = identify(file)
    cleaned = clean_name(name)
    _check_type(kind, media_type)
    return Accepted(_named(kind, cleaned), kind.media_type)


def identify(file: BinaryIO) -> Kind:
    """The kind of document that these bytes are; raises UploadRefused for everything else."""
    head = file.read(HEAD)
    if not head:
        raise UploadRefused(Reason.EMPTY, "empty", "The file is empty.")
    kind = _picture_or_pdf(head) or recordings.identify(file, head)
    if kind is None and head.startswith(b"PK\x03\x04"):
        kind = _office_document(file)
    if kind is None:
        kind = _text(file, head)
    return kind


def _check_type(kind: Kind, media_type: str) -> None:
    claimed = media_type.partition(";")[0].strip().lower()
    if claimed in kinds.UNTYPED or claimed in (kind.media_type, *kind.also_called):
        return
    message = f"The file was sent as {claimed[:100]}, but it is {kind.label}."
    raise UploadRefused(Reason.TYPE_LIES, kind.label, message)


def _named(kind: Kind, name: str) -> str:
    _, extension = split_extension(name)
    if extension in kind.extensions:
        return name
    if kinds.is_known_extension(extension):
        message = f"The name ends in .{extension}, but the file is {kind.label}. Give it its right name."
        raise UploadRefused(Reason.NAME_LIES, kind.label, message)
    return clean_name(f"{name}.{kind.extensions[0]}")


def _picture_or_pdf(head: bytes) -> Kind | None:
    if re.match(rb"%PDF-[12]\.\d", head):
        return kinds.PDF
    if head.startswith(b"\xff\xd8\xff"):
        return kinds.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return kinds.PNG
    if head.startswith((b"II*\x00", b"MM\x00*")) and head[8:10] != b"CR":
        return kinds.TIFF
    return kinds.WEBP if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def _office_document(file: BinaryIO) -> Kind:
    try:
        listed = zip_listing.entries(file)
        kind = _opendocument(file, listed) or _ooxml(file, listed)
    except zip_listing.ZipBroken as fault:
        raise UploadRefused(Reason.BROKEN, "a broken archive", f"The file is damaged: {fault}.") from None
    if kind is None:
        raise _not_kept("a ZIP archive", "Add the papers in it one by one.")
    if any(e.encrypted for e in listed):
        raise _not_kept("an encrypted document", "Save it without a password.")
    if any(_is_macro(e.name) for e in listed):
        raise _macros(kind)
    return kind


def _opendocument(file: BinaryIO, listed: list[zip_listing.Entry]) -> Kind | None:
    # OpenDocument puts the type first and unpacked, so that it can be read without a ZIP reader.
    first = next((e for e in listed if e.name == "mimetype" and not e.offset), None)
    if first is None or first.method != zip_listing.STORED:
        return None
    said = zip_listing.read(file, first).decode("ascii", "replace").strip()
    return next((k for k in (kinds.ODT, kinds.ODS) if k.media_type == said), None)


def _ooxml(file: BinaryIO, listed: list[zip_listing.Entry]) -> Kind | None:
    types = next((e for e in listed if e.name == "[Content_Types].xml"), None)
    if types is None or all(e.offset for e in listed):
        return None
    said = zip_listing.read(file, types)
    if b"&#" in said:  # no office program writes its types in a way that hides them
        raise zip_listing.ZipBroken("its list of types is written in a hidden way")
    if re.search(rb"macroenabled|vbaproject", said, re.IGNORECASE):
        raise _macros(kinds.DOCX if b"ms-word" in said else kinds.XLSX)
    if b"wordprocessingml.document.main+xml" in said:
        return kinds.DOCX
    return kinds.XLSX if b"spreadsheetml.sheet.main+xml" in said else None


def _is_macro(name: str) -> bool:
    lower = name.lower()
    return lower.endswith("vbaproject.bin") or lower.startswith(("basic/", "scripts/", "xl/macrosheets/"))


_MARKUP = re.compile(
    rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|meta|style|img|\?xml|\?php)\b", re.IGNORECASE
)
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SCRIPTS = (b"#!", b"{\\rtf", b"%!PS")


def _text(file: BinaryIO, head: bytes) -> Kind:
    opening = head[:1024].removeprefix(codecs.BOM_UTF8)
    if b"%PDF-" in opening:
        message = "The file holds a PDF that does not begin at its first byte. Save the PDF anew."
        raise UploadRefused(Reason.NOT_AT_START, "something before a PDF", message)
    if _MARKUP.search(opening):
        raise _not_kept("a web page or a drawing with code (HTML, SVG or XML)", "Save it as PDF.")
    if opening.lstrip().startswith(_SCRIPTS) or not _is_utf8(file):
        raise _not_kept(_really(head), "")
    return kinds.TEXT


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
            if _NOT_TEXT.search(piece):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


# What puremagic calls otherwise, or takes for something rarer.
_BY_START = (
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"#!", "a script"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript file"),
    (b"\xd0\xcf\x11\xe0", "an older or password-protected Word or Excel file"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a packed file (gzip)"),
    (b"\xff\xfe", "text that is not UTF-8"),
    (b"\xfe\xff", "text that is not UTF-8"),
)


def _really(head: bytes) -> str:
    for start, label in _BY_START:
        if head.startswith(start):
            return label
    if head[4:8] == b"ftyp":
        return "a recording or picture of another kind (such as HEIC or QuickTime)"
    try:
        found = puremagic.magic_string(head)[0]
    except puremagic.PureError:
        return "a file of unknown kind"
    return f"{found.name or found.mime_type}" if found.confidence >= 0.4 else "a file of unknown kind"


def _not_kept(really: str, advice: str) -> UploadRefused:
    message = f"The office does not keep such files: this is {really}. {advice}".strip()
    return UploadRefused(Reason.NOT_KEPT, really, message)


def _macros(kind: Kind) -> UploadRefused:
    message = f"The file is {kind.label} that holds macros (programs). Save it without them, or as PDF."
    return UploadRefused(Reason.MACROS, f"{kind.label} with macros", message)
