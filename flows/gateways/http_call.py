"""One HTTP request with everything bounded: time, the size of the answer, and no redirect, proxy or second try.

What matters of a fault is whether the request may have been taken: as long as no byte of it was written, it was
not. The library's own trace says when writing begins.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpcore

LIMIT_S: Final = 20.0
"""How long a whole call may take, seconds."""
CONNECTS_WITHIN_S: Final = 8.0
MOST_ANSWER: Final = 65_536
"""Bytes of an answer that are read; what comes behind them is not looked at."""

_FAULTS: Final = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError)


class NotReached(Exception):
    """Nothing of the request was written."""


class Lost(Exception):
    """The request was written, at least in part, and no answer came. ``reason`` is a code of ``REASONS``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; the address was checked before."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers in small letters, and the beginning of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def again_after_s(self) -> float | None:
        """``Retry-After`` where it gives seconds; a date is not looked at."""
        given = self.headers.get("retry-after", "")
        return float(given) if given.isascii() and given.isdigit() and len(given) < 8 else None


def tls(ca_file: Path | None) -> ssl.SSLContext:
    """How a server proves who it is: the system's certificates and, where there is one, an office's own."""
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


async def call(
    request: Request,
    context: ssl.SSLContext,
    network: httpcore.AsyncNetworkBackend | None = None,
    limit_s: float = LIMIT_S,
) -> Reply:
    """Sends the request once. Raises NotReached or Lost."""
    written = asyncio.Event()

    async def traced(event: str, _: Mapping[str, Any]) -> None:
        if event.endswith("send_request_headers.started"):
            written.set()

    # A connection that is kept could be closed by the other side as the next request goes out: one each.
    pool = httpcore.AsyncConnectionPool(context, network_backend=network, max_keepalive_connections=0)
    try:
        async with asyncio.timeout(limit_s), pool:
            return await _call(pool, request, {"trace": traced, "timeout": _timeouts(limit_s)}, limit_s / 4)
    except (TimeoutError, httpcore.TimeoutException):
        raise Lost("no-answer") if written.is_set() else NotReached from None
    except _FAULTS as fault:
        raise Lost("broken-off") if written.is_set() else NotReached(type(fault).__name__) from fault


def _timeouts(limit_s: float) -> dict[str, float]:
    return {"connect": min(CONNECTS_WITHIN_S, limit_s), "read": limit_s, "write": limit_s, "pool": limit_s}


async def _call(
    pool: httpcore.AsyncConnectionPool, request: Request, extensions: dict[str, Any], body_s: float
) -> Reply:
    headers: dict[bytes | str, bytes | str] = {"Connection": "close", "User-Agent": "Patravali", **request.headers}
    content = None if request.method == "GET" else request.body
    async with pool.stream(
        request.method, request.url, headers=headers, content=content, extensions=extensions
    ) as response:
        found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        return Reply(response.status, found, await _beginning(response, body_s))


async def _beginning(response: httpcore.Response, limit_s: float) -> bytes:
    """What can be read of the body, up to a limit; one that breaks off, or never ends, leaves what came."""
    body = bytearray()
    try:
        async with asyncio.timeout(limit_s):
            async for part in response.aiter_stream():
                body += part
                if len(body) >= MOST_ANSWER:
                    break
    except (*_FAULTS, TimeoutError):
        pass
    return bytes(body[:MOST_ANSWER])
