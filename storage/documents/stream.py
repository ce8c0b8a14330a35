"""A blob on its way out: pieces read in threads, and the whole checked against its SHA-256 as it passes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Protocol, Self

from storage.documents.errors import BlobDamaged

PIECE = 256 * 1024


class Source(Protocol):
    """An open blob that is read by blocking calls."""

    def read(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


Run = Callable[[Callable[[], bytes]], Awaitable[bytes]]


class BlobStream:
    """The bytes of one blob, or of a range of it; use it with ``async with``, or iterate it to the end.

    ``total`` is the size of the whole blob, ``length`` what this stream will give, both in bytes.
    """

    def __init__(
        self,
        source: Source,
        *,
        start: int,
        length: int,
        total: int,
        sha256: str,
        run: Run = asyncio.to_thread,
    ) -> None:
        self.start, self.length, self.total = start, length, total
        self._source, self._run, self._sha256 = source, run, sha256

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        self._source.close()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        # One piece is always held back: a damaged blob then ends short of its announced length, which the
        # receiver sees, instead of arriving whole and wrong.
        held = b""
        digest, left = hashlib.sha256(), self.length
        try:
            while left:
                piece = await self._next(min(PIECE, left))
                digest.update(piece)
                left -= len(piece)
                if held:
                    yield held
                held = piece
            self._check(digest.hexdigest())
            if held:
                yield held
        finally:
            await self.aclose()

    async def _next(self, size: int) -> bytes:
        piece = await self._run(lambda: self._source.read(size))
        if not piece:
            raise BlobDamaged(self._sha256)
        return piece

    def _check(self, found: str) -> None:
        if self.length == self.total and found != self._sha256:
            raise BlobDamaged(self._sha256)

    async def whole(self) -> bytes:
        """All of it at once; for what is known to be small."""
        return b"".join([piece async for piece in self])


def span(total: int, start: int, length: int | None) -> int | None:
    """How many bytes a range gives; None where it begins outside the blob. An empty blob has one range."""
    if start < 0 or (length is not None and length < 1):
        raise ValueError("a range begins at 0 or later and is 1 byte or longer")
    if start >= total and (start or total):
        return None
    return total - start if length is None else min(length, total - start)
