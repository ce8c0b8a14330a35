"""A small HTTP/1.1 client for load: connections are kept, and a request costs little of the machine it measures.

An ordinary client takes two to four milliseconds of CPU a request, which on a small machine would be measured
instead of the office.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import httptools

Headers = Mapping[str, str]


class NoAnswer(Exception):
    """The connection broke, was refused, or no answer came in time: what became of the request is not known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; header names are in lower case."""

    status: int
    headers: Headers
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


class _Connection(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._begin()

    def _begin(self) -> None:
        self._parser: Any = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._body = bytearray()

    @property
    def usable(self) -> bool:
        return self.transport is not None and not self.transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._fail(NoAnswer(f"the connection broke: {exc or 'closed'}"))

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as fault:
            self._fail(NoAnswer(f"not an HTTP answer: {fault}"))
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        answer = Answer(self._parser.get_status_code(), self._headers, bytes(self._body))
        if not self._parser.should_keep_alive():
            self.close()
        self._begin()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(answer)

    def _fail(self, fault: Exception) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(fault)

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    async def ask(self, message: bytes) -> Answer:
        assert self.transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self.transport.write(message)
        return await self._waiting


class HttpClient:
    """A client of one server. A connection is taken from those that are idle, or opened."""

    def __init__(self, url: str, within_s: float = 30.0) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._host, self._port, self._within_s = parts.hostname, parts.port, within_s
        self._idle: list[_Connection] = []

    async def request(self, method: str, path: str, headers: Headers, body: bytes = b"") -> Answer:
        """One request. Raises NoAnswer; nothing is sent again here, for only its giver knows whether it may be."""
        connection: _Connection | None = None
        message = self._message(method, path, headers, body)
        try:
            async with asyncio.timeout(self._within_s):
                connection = await self._connection()
                answer = await connection.ask(message)
        except (OSError, TimeoutError) as fault:
            if connection is not None:
                connection.close()
            raise NoAnswer(f"{type(fault).__name__} {fault}".strip()) from fault
        if connection.usable:
            self._idle.append(connection)
        return answer

    def _message(self, method: str, path: str, headers: Headers, body: bytes) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}:{self._port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body or method != "GET":
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body

    async def _connection(self) -> _Connection:
        while self._idle:
            kept = self._idle.pop()
            if kept.usable:
                return kept
        loop = asyncio.get_running_loop()
        _, opened = await loop.create_connection(_Connection, self._host, self._port)
        return opened

    def close(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()
