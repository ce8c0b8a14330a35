"""Reads a ZIP's table of contents and single small entries, unpacking nothing else.

Python's own reader takes the whole table into memory whatever its size and looks leniently for its
beginning; an upload comes from outside, so here every figure is checked before it is believed.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

MAX_ENTRIES = 20_000
MAX_TABLE = 4 * 1024 * 1024
MAX_UNPACKED = 2_000_000_000
MAX_READ = 1024 * 1024
_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
STORED, DEFLATED = 0, 8


class ZipBroken(Exception):
    """This is no ZIP that an office program writes; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One packed file: where its own header begins, and what the table says of it."""

    name: str
    method: int
    encrypted: bool
    packed: int
    unpacked: int
    offset: int


def entries(file: BinaryIO) -> list[Entry]:
    """The table of contents; raises ZipBroken where it does not hold together or is out of proportion."""
    size = file.seek(0, 2)
    count, length, offset = _end_record(file, size)
    if count > MAX_ENTRIES or length > MAX_TABLE or offset + length > size:
        raise ZipBroken("its table of contents is out of proportion")
    file.seek(offset)
    found = list(_parsed(file.read(length), count))
    if len({e.name for e in found}) < count:
        raise ZipBroken("it holds two entries of one name")
    if sum(e.unpacked for e in found) > MAX_UNPACKED:
        raise ZipBroken("it would unpack to more than 2 GB")
    return found


def read(file: BinaryIO, entry: Entry) -> bytes:
    """The bytes of one entry, of which at most 1 MB are unpacked; raises ZipBroken."""
    file.seek(entry.offset)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
        raise ZipBroken(f"{entry.name} is not where the table says")
    fields = _LOCAL.unpack(head)
    file.seek(fields[9] + fields[10], 1)
    packed = file.read(min(entry.packed, MAX_READ))
    return packed if entry.method == STORED else _inflated(packed, entry)


def _inflated(packed: bytes, entry: Entry) -> bytes:
    if entry.method != DEFLATED:
        raise ZipBroken(f"{entry.name} is packed in an unusual way")
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, MAX_READ)
    except zlib.error:
        raise ZipBroken(f"{entry.name} cannot be unpacked") from None


def _end_record(file: BinaryIO, size: int) -> tuple[int, int, int]:
    """Entries, length and offset of the table, from the record that ends the file and nothing after it."""
    file.seek(max(0, size - _END.size - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise ZipBroken("its end is missing")
    _, disk, table_disk, here, count, length, offset, comment = _END.unpack_from(tail, at)
    if len(tail) - at != _END.size + comment or disk or table_disk or here != count:
        raise ZipBroken("its end does not fit")
    return count, length, offset


def _parsed(table: bytes, count: int) -> list[Entry]:
    found: list[Entry] = []
    at = 0
    for _ in range(count):
        if len(table) - at < _ENTRY.size or table[at : at + 4] != b"PK\x01\x02":
            raise ZipBroken("its table of contents is broken")
        f = _ENTRY.unpack_from(table, at)
        name_at = at + _ENTRY.size
        name = table[name_at : name_at + f[10]].decode("utf-8", "replace")
        found.append(Entry(name, f[4], bool(f[3] & 1), f[8], f[9], f[16]))
        at = name_at + f[10] + f[11] + f[12]
    return found
