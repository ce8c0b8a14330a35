"""What an upload really is decides; what it is called must agree with it."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from storage.documents.sniff import Reason, UploadRefused, examine

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
# MPEG 1, layer III, 128 kbit/s, 44100 Hz: frames of 417 bytes.
MP3_FRAMES = (b"\xff\xfb\x90\x00" + bytes(413)) * 3
OOXML = '<Types><Override PartName="/x" ContentType="application/{}"/></Types>'
WORD = OOXML.format("vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml")
EXCEL = OOXML.format("vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml")
DOCM = OOXML.format("vnd.ms-word.document.macroEnabled.main+xml")
ODF = "application/vnd.oasis.opendocument."


def packed(*entries: tuple[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries:
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return out.getvalue()


DOCX = packed(("[Content_Types].xml", WORD), ("word/document.xml", "<w/>"))


async def examined(tmp_path: Path, content: bytes, name: str, media_type: str = "") -> tuple[str, str]:
    (tmp_path / "upload").write_bytes(content)
    accepted = await examine(tmp_path / "upload", name=name, media_type=media_type)
    return accepted.name, accepted.media_type


async def refusal(tmp_path: Path, content: bytes, name: str, media_type: str = "") -> UploadRefused:
    with pytest.raises(UploadRefused) as caught:
        await examined(tmp_path, content, name, media_type)
    return caught.value


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "शिकायत पत्र.pdf", "application/pdf"),
        (JPEG, "फोटो.jpeg", "image/jpeg"),
        (PNG, "नक्शा.png", "image/png"),
        (b"II*\x00\x08\x00\x00\x00" + bytes(32), "स्कैन.tif", "image/tiff"),
        (b"MM\x00*\x00\x00\x00\x08" + bytes(32), "स्कैन.tiff", "image/tiff"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(32), "चित्र.webp", "image/webp"),
        (DOCX, "आदेश.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (
            packed(("[Content_Types].xml", EXCEL)),
            "सूची.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (packed(("mimetype", ODF + "text"), ("content.xml", "<o/>")), "टिप्पणी.odt", ODF + "text"),
        (packed(("mimetype", ODF + "spreadsheet")), "लेखा.ods", ODF + "spreadsheet"),
        ("मेरी सड़क टूटी है।\n".encode(), "शिकायत.txt", "text/plain"),
        (b"\xef\xbb\xbf" + "विषय".encode(), "a.txt", "text/plain"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2", "सड़क.mp4", "video/mp4"),
        (b"\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00isomiso2", "फोन.m4a", "audio/mp4"),
        (b"\x00\x00\x00\x18ftyp3gp5\x00\x00\x02\x00isom3gp5", "पुल.3gp", "video/3gpp"),
        (MP3_FRAMES, "आवाज.mp3", "audio/mpeg"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) + MP3_FRAMES, "आवाज.mp3", "audio/mpeg"),
        (b"OggS\x00\x02" + bytes(22) + b"OpusHead", "आवाज.ogg", "audio/ogg"),
        (b"#!AMR\n" + bytes(64), "आवाज.amr", "audio/amr"),
    ],
)
async def test_what_an_office_receives_is_kept(tmp_path: Path, content: bytes, name: str, media_type: str) -> None:
    assert await examined(tmp_path, content, name, media_type) == (name, media_type)


async def test_a_name_without_extension_gets_the_right_one(tmp_path: Path) -> None:
    assert (await examined(tmp_path, PDF, "पत्र सं. 12.2025"))[0] == "पत्र सं. 12.2025.pdf"
    assert (await examined(tmp_path, JPEG, ""))[0] == "document.jpg"


async def test_a_long_name_without_extension_still_gets_one(tmp_path: Path) -> None:
    name, _ = await examined(tmp_path, PDF, "क" * 300)
    assert name.endswith("क.pdf")
    assert len(name.encode()) <= 200


@pytest.mark.parametrize("name", ["letter.pdf", "letter.exe", "letter.html", "letter.docm", "letter.svg"])
async def test_a_lying_name_is_refused_with_what_it_really_is(tmp_path: Path, name: str) -> None:
    refused = await refusal(tmp_path, JPEG, name)
    assert refused.reason is Reason.NAME_LIES
    assert "JPEG" in str(refused)


async def test_a_lying_type_is_refused_with_what_it_really_is(tmp_path: Path) -> None:
    refused = await refusal(tmp_path, JPEG, "a.jpg", "application/pdf")
    assert refused.reason is Reason.TYPE_LIES
    assert "JPEG" in str(refused)


async def test_a_type_with_parameters_or_another_usual_name_is_no_lie(tmp_path: Path) -> None:
    assert (await examined(tmp_path, b"abc", "a.txt", "text/plain; charset=utf-8"))[1] == "text/plain"
    assert (await examined(tmp_path, JPEG, "a.jpg", "image/pjpeg"))[1] == "image/jpeg"
    assert (await examined(tmp_path, JPEG, "a.jpg", "application/octet-stream"))[1] == "image/jpeg"


@pytest.mark.parametrize(
    ("content", "reason", "really"),
    [
        (b"", Reason.EMPTY, "empty"),
        (b"MZ\x90\x00" + bytes(64), Reason.NOT_KEPT, "Windows program"),
        (b"\x7fELF" + bytes(64), Reason.NOT_KEPT, "Linux program"),
        (b"#!/bin/sh\nrm -rf /\n", Reason.NOT_KEPT, "script"),
        (b"<!DOCTYPE html><p>x", Reason.NOT_KEPT, "web page"),
        (b"\xef\xbb\xbf <svg onload=alert(1)>", Reason.NOT_KEPT, "web page"),
        (b'<?xml version="1.0"?><svg/>', Reason.NOT_KEPT, "web page"),
        (b"hello <ScRiPt>alert(1)</script>", Reason.NOT_KEPT, "web page"),
        (b"{\\rtf1 x}", Reason.NOT_KEPT, "RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), Reason.NOT_KEPT, "older"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", Reason.NOT_KEPT, "HEIC"),
        (b"GIF89a" + bytes(20), Reason.NOT_KEPT, "GIF"),
        (b"text with a NUL\x00 inside", Reason.NOT_KEPT, "unknown"),
        ("विषय".encode("utf-16"), Reason.NOT_KEPT, "not UTF-8"),
        ("विषय".encode()[:-1], Reason.NOT_KEPT, "unknown"),
        (b"\n" + PDF, Reason.NOT_AT_START, "PDF"),
        (b"GIF89a;" + PDF, Reason.NOT_AT_START, "PDF"),
        (b"MZ" + PDF, Reason.NOT_AT_START, "PDF"),
        (packed(("a.txt", "a")), Reason.NOT_KEPT, "ZIP"),
        (packed(("[Content_Types].xml", DOCM)), Reason.MACROS, "macros"),
        (packed(("[Content_Types].xml", WORD), ("word/vbaProject.bin", b"x")), Reason.MACROS, "macros"),
        (packed(("mimetype", ODF + "text"), ("Basic/Standard/m.xml", "x")), Reason.MACROS, "macros"),
        (packed(("[Content_Types].xml", WORD.replace("Types", "T&#121;pes"))), Reason.BROKEN, "archive"),
        (DOCX[:-30], Reason.BROKEN, "archive"),
        (DOCX + b"<html>", Reason.BROKEN, "archive"),
    ],
)
async def test_what_an_office_does_not_keep_is_refused(
    tmp_path: Path, content: bytes, reason: Reason, really: str
) -> None:
    refused = await refusal(tmp_path, content, "a")
    assert refused.reason is reason
    assert really in refused.really


async def test_an_archive_that_would_fill_the_disk_is_refused_unopened(tmp_path: Path) -> None:
    bomb = bytearray(DOCX)
    table = bomb.index(b"PK\x01\x02")
    bomb[table + 24 : table + 28] = struct.pack("<L", 4_000_000_000)
    assert (await refusal(tmp_path, bytes(bomb), "a.docx")).reason is Reason.BROKEN


async def test_a_packed_list_of_types_is_unpacked_only_so_far(tmp_path: Path) -> None:
    bomb = packed(("[Content_Types].xml", b" " * 300_000_000 + WORD.encode()))
    assert len(bomb) < 1_000_000
    assert (await refusal(tmp_path, bomb, "a.docx")).reason is Reason.NOT_KEPT


async def test_a_picture_with_a_web_page_behind_it_is_a_picture(tmp_path: Path) -> None:
    assert (await examined(tmp_path, JPEG + b"<script>alert(1)</script>", "a.jpg"))[1] == "image/jpeg"
