"""An upload is hashed on its way to a private temporary file, which never outlives its use."""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

import pytest

from storage.documents.errors import StoreAway
from storage.documents.spool import STALE_AFTER_S, Spool, UploadIncomplete, UploadTooLarge

LIMIT = 5_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def spool(folder: Path) -> Spool:
    return Spool(folder, limit=LIMIT)


def left(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def pieces(*sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size


async def test_what_arrives_is_hashed_and_private_and_gone_afterwards(spool: Spool, folder: Path) -> None:
    async with spool.receive(pieces(1, 0, 2_000_000, 3)) as upload:
        content = upload.path.read_bytes()
        assert content == b"x" * 2_000_004
        assert (upload.size, upload.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert mode(upload.path) == 0o600
        assert mode(folder) == 0o700
    assert not left(folder)


async def test_an_upload_of_just_the_limit_is_taken(spool: Spool) -> None:
    async with spool.receive(pieces(LIMIT)) as upload:
        assert upload.size == LIMIT


async def test_one_byte_more_is_refused_while_it_arrives(spool: Spool, folder: Path) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 100_000
            yield b"x" * 100_000

    with pytest.raises(UploadTooLarge):
        async with spool.receive(endless()):
            pass
    assert taken < 2 * LIMIT
    assert not left(folder)


async def test_an_upload_announced_too_large_is_refused_unread(spool: Spool) -> None:
    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError("it was read")
        yield b""

    with pytest.raises(UploadTooLarge):
        async with spool.receive(unread(), announced=LIMIT + 1):
            pass


async def test_an_upload_that_breaks_off_is_incomplete(spool: Spool, folder: Path) -> None:
    with pytest.raises(UploadIncomplete):
        async with spool.receive(pieces(10), announced=11):
            pass
    assert not left(folder)


async def test_a_sender_who_goes_away_leaves_nothing(spool: Spool, folder: Path) -> None:
    arrived = asyncio.Event()

    async def stalled() -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        arrived.set()
        await asyncio.Event().wait()
        yield b"never"

    async def receive() -> None:
        async with spool.receive(stalled()):
            pass

    receiving = asyncio.create_task(receive())
    await arrived.wait()
    assert len(left(folder)) == 1
    receiving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    assert not left(folder)


def full_disk() -> IO[bytes]:
    """/dev/full answers every write with "no space left", as a full disk does."""
    return Path("/dev/full").open("wb", buffering=0)


async def test_a_full_disk_is_told_as_a_store_that_is_away(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.documents.spool._private", lambda _: full_disk())
    with pytest.raises(StoreAway, match="no room"):
        async with spool.receive(pieces(10)):
            pass


def test_what_an_ended_process_left_is_swept_after_a_day(spool: Spool, folder: Path) -> None:
    folder.mkdir()
    old, young, other = folder / "1.upload", folder / "2.upload", folder / "notes"
    for path in (old, young, other):
        path.write_bytes(b"x")
    yesterday = time.time() - STALE_AFTER_S - 60
    for path in (old, other):
        os.utime(path, (yesterday, yesterday))
    assert spool.sweep() == 1
    assert left(folder) == {"2.upload", "notes"}
