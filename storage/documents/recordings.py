"""Recognises the sound and video that citizens send with a complaint: MP4, 3GP, MP3, OGG, AMR."""

from __future__ import annotations

from typing import BinaryIO

from storage.documents import kinds
from storage.documents.kinds import Kind

_MP4_BRANDS = (b"isom", b"iso", b"mp41", b"mp42", b"avc1", b"M4V", b"MSNV", b"dash", b"mp71")
_KBIT_V1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBIT_V2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
# Players skip a little padding between the tag and the first frame.
_PADDING = 4096


def identify(file: BinaryIO, head: bytes) -> Kind | None:
    """The kind of recording, or None. ``head`` is the beginning of ``file``, at least 64 bytes if it has them."""
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return kinds.AMR
    if head.startswith(b"OggS\x00"):
        return _ogg(head)
    if head[4:8] == b"ftyp":
        return _by_brand(head[8:12])
    return kinds.MP3 if _is_mp3(file, head) else None


def _ogg(head: bytes) -> Kind | None:
    first_page = head[:256]
    if b"\x80theora" in first_page:
        return kinds.OGV
    sounds = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
    return kinds.OGG if any(mark in first_page for mark in sounds) else None


def _by_brand(brand: bytes) -> Kind | None:
    if brand.startswith((b"3gp", b"3g2", b"3gr", b"3gs", b"3ge")):
        return kinds.THREE_GP
    if brand in (b"M4A ", b"M4B "):
        return kinds.M4A
    return kinds.MP4 if brand.startswith(_MP4_BRANDS) else None


def _is_mp3(file: BinaryIO, head: bytes) -> bool:
    if not head.startswith(b"ID3"):
        length = _frame_length(head[:4])
        # One frame's mark is four bytes that chance can give; two in the right distance are not.
        return length > 0 and _frame_length(head[length : length + 4]) > 0
    size = head[6:10]
    if len(size) < 4 or max(size) > 0x7F:
        return False
    file.seek(10 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3]))
    after = file.read(_PADDING)
    return any(_frame_length(after[at : at + 4]) for at in range(len(after)))


def _frame_length(header: bytes) -> int:
    """The bytes of an MPEG layer III frame that begins with these four; 0 where none does."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, rate, hertz = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or hertz == 3:
        return 0
    kbit = (_KBIT_V1 if version == 3 else _KBIT_V2)[rate]
    samples = 144 if version == 3 else 72
    return samples * kbit * 1000 // _HZ[version][hertz] + (header[2] >> 1 & 1)
