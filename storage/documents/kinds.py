"""The kinds of document that an office receives: their types, their extensions, and how to name the rest."""

from __future__ import annotations

from dataclasses import dataclass
from mimetypes import MimeTypes


@dataclass(frozen=True)
class Kind:
    """A kind that may be kept; the first extension is the one given to a name that has none."""

    label: str
    media_type: str
    extensions: tuple[str, ...]
    also_called: tuple[str, ...] = ()


PDF = Kind("a PDF", "application/pdf", ("pdf",), ("application/x-pdf",))
JPEG = Kind("a JPEG picture", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), ("image/jpg", "image/pjpeg"))
PNG = Kind("a PNG picture", "image/png", ("png",), ("image/x-png",))
TIFF = Kind("a TIFF picture", "image/tiff", ("tif", "tiff"), ("image/x-tiff",))
WEBP = Kind("a WebP picture", "image/webp", ("webp",))
_OOXML = "application/vnd.openxmlformats-officedocument."
_ZIPS = ("application/zip", "application/x-zip-compressed")
DOCX = Kind("a Word document", _OOXML + "wordprocessingml.document", ("docx",), _ZIPS)
XLSX = Kind("an Excel sheet", _OOXML + "spreadsheetml.sheet", ("xlsx",), _ZIPS)
_ODF = "application/vnd.oasis.opendocument."
ODT = Kind("an OpenDocument text", _ODF + "text", ("odt",), _ZIPS)
ODS = Kind("an OpenDocument sheet", _ODF + "spreadsheet", ("ods",), _ZIPS)
TEXT = Kind("plain text", "text/plain", ("txt", "text"))
MP4 = Kind("an MP4 recording", "video/mp4", ("mp4", "m4v"), ("audio/mp4", "application/mp4", "video/x-m4v"))
M4A = Kind("an MP4 sound recording", "audio/mp4", ("m4a", "mp4"), ("audio/x-m4a", "audio/m4a", "video/mp4"))
THREE_GP = Kind(
    "a 3GP recording", "video/3gpp", ("3gp", "3gpp", "3g2"), ("audio/3gpp", "video/3gpp2", "audio/3gpp2")
)
MP3 = Kind("an MP3 recording", "audio/mpeg", ("mp3",), ("audio/mp3", "audio/mpeg3", "audio/x-mpeg"))
_OGGS = ("application/ogg", "audio/ogg", "video/ogg", "audio/opus", "audio/vorbis")
OGG = Kind("an OGG sound recording", "audio/ogg", ("ogg", "oga", "opus", "spx"), _OGGS)
OGV = Kind("an OGG video", "video/ogg", ("ogv", "ogg"), _OGGS)
AMR = Kind("an AMR recording", "audio/amr", ("amr", "awb"), ("audio/amr-wb", "audio/x-amr"))

KINDS = (PDF, JPEG, PNG, TIFF, WEBP, DOCX, XLSX, ODT, ODS, TEXT, MP4, M4A, THREE_GP, MP3, OGG, OGV, AMR)
UNTYPED = {"", "application/octet-stream", "binary/octet-stream"}

_OURS = {extension for kind in KINDS for extension in kind.extensions}
_PROGRAMS = set(
    "exe dll scr com bat cmd msi ps1 vbs vbe wsf hta lnk jar apk js mjs sh php py pif reg cpl".split()  # noqa: SIM905
)
_OTHERS = set(
    "htm html xhtml svg xml docm dotm xlsm xltm pptm doc xls ppt rtf zip rar 7z iso heic heif".split()  # noqa: SIM905
)
# Only what Python itself knows: a machine's own table would make the answer differ from place to place.
_KNOWN = {e.lstrip(".") for table in MimeTypes(filenames=()).types_map for e in table}


def is_known_extension(extension: str) -> bool:
    """Whether ``.extension`` says a type; the end of "पत्र 12.2025" or of "letter.final" does not."""
    return extension in _OURS or extension in _KNOWN or extension in _PROGRAMS or extension in _OTHERS
