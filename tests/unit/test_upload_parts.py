"""An upload's multipart body is read piece by piece, wherever the pieces are cut, in little memory."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import Request

from eoffice_api.multipart import received
from eoffice_api.problems import Problem
from storage.documents.spool import Spool

CONTENT = b"%PDF-1.4\r\n--not-the-boundary\r\n" + bytes(range(256))


def body(*parts: tuple[str, bytes]) -> bytes:
    joined = b"".join(b"--b\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts)
    return joined + b"--b--\r\n"


FILE = (
    'Content-Disposition: form-data; name="file"; filename="पत्र.pdf"\r\nContent-Type: application/pdf',
    CONTENT,
)
CLASS = ('Content-Disposition: form-data; name="class"', b"order")


def request_of(pieces: Iterator[bytes], content_type: str = "multipart/form-data; boundary=b") -> Request:
    async def receive() -> dict[str, object]:
        piece = next(pieces, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    headers = [(b"content-type", content_type.encode())]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)


def cut(whole: bytes, size: int) -> Iterator[bytes]:
    return iter([whole[at : at + size] for at in range(0, len(whole), size)])


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path, limit=200_000_000)


@pytest.mark.parametrize("size", [1, 2, 7, 64, 100_000])
@pytest.mark.parametrize("order", [(FILE, CLASS), (CLASS, FILE)])
async def test_pieces_may_be_cut_anywhere(spool: Spool, size: int, order: tuple[tuple[str, bytes], ...]) -> None:
    async with received(request_of(cut(body(*order), size)), spool) as upload:
        assert (upload.name, upload.media_type) == ("पत्र.pdf", "application/pdf")
        assert upload.fields == {"class": "order"}
        assert upload.spooled.path.read_bytes() == CONTENT
        assert upload.spooled.sha256 == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize(
    ("whole", "status"),
    [
        (body(FILE)[:-60], 400),
        (body(CLASS), 422),
        (body(FILE, FILE), 400),
        (body(*[CLASS] * 11), 400),
        (body((CLASS[0], b"x" * 5_000)), 400),
        (body(("X: " + "y" * 9_000, b"")), 400),
        (b"no parts at all", 400),
        (b"", 422),
    ],
)
async def test_a_body_that_is_no_upload_is_a_problem_and_leaves_nothing(
    spool: Spool, tmp_path: Path, whole: bytes, status: int
) -> None:
    with pytest.raises(Problem) as caught:
        async with received(request_of(cut(whole, 50)), spool):
            pytest.fail("it was taken")
    assert caught.value.status == status
    assert os.listdir(tmp_path) == []


async def test_a_large_scan_passes_through_little_memory(spool: Spool) -> None:
    piece = b"\x00" * 65_536

    def pieces() -> Iterator[bytes]:
        yield b"--b\r\n" + FILE[0].encode() + b"\r\n\r\n"
        yield from (piece for _ in range(800))
        yield b"\r\n--b--\r\n"

    tracemalloc.start()
    async with received(request_of(pieces()), spool) as upload:
        assert upload.spooled.size == 800 * len(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


async def test_a_boundary_longer_than_any_is_unreadable_and_no_fault_of_ours(spool: Spool) -> None:
    request = request_of(iter([b"--"]), "multipart/form-data; boundary=" + "y" * 20_000)
    with pytest.raises(Problem) as refused:
        async with received(request, spool):
            raise AssertionError("nothing can be received")
    assert refused.value.status == 400
