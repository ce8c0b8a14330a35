"""Reads an upload's multipart body piece by piece, so that a scan of any size passes through little memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from eoffice_api.problems import Problem
from storage.documents.spool import Spool, Spooled

_LONGEST_FIELD: Final = 4_096
_MOST_PARTS: Final = 10
_LONGEST_HEADER: Final = 8_192


@dataclass(slots=True)
class Upload:
    """A file as it was sent: what the sender calls it, what he says it is, its bytes, and the other fields."""

    name: str
    media_type: str
    spooled: Spooled
    fields: dict[str, str]


def form_with_file(file: str, **fields: Mapping[str, Any]) -> dict[str, Any]:
    """An upload as OpenAPI tells it: ``file`` says what is sent, ``fields`` are the other fields' schemas."""
    bytes_sent = {"type": "string", "contentMediaType": "application/octet-stream", "description": file}
    form = {"type": "object", "required": ["file"], "properties": {"file": bytes_sent, **fields}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}}}


@dataclass(slots=True)
class _Part:
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def disposition(self) -> dict[bytes, bytes]:
        # As bytes: a name beyond Latin-1, as every Hindi one is, is taken for UTF-8 by the caller.
        return parse_options_header(self.headers.get("content-disposition", "").encode())[1]


_Event = tuple[str, bytes, _Part]


class _Events:
    """Turns the parser's calls into a list of events; the header's pieces are joined first."""

    def __init__(self, boundary: bytes) -> None:
        self.found: list[_Event] = []
        self._name, self._value = b"", b""
        self.part, self._parts = _Part(), 0
        self.parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._end,
            },
        )

    def _begin(self) -> None:
        self.part = _Part()
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise FormParserError("too many parts")

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]
        self._check()

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._check()

    def _check(self) -> None:
        if len(self._name) + len(self._value) > _LONGEST_HEADER:
            raise FormParserError("a header is too long")

    def _header_end(self) -> None:
        name = self._name.decode("latin-1").lower()
        self.part.headers[name] = self._value.decode("utf-8", "replace")
        self._name, self._value = b"", b""

    def _headers_finished(self) -> None:
        self.found.append(("begin", b"", self.part))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.found.append(("data", data[start:end], self.part))

    def _end(self) -> None:
        self.found.append(("end", b"", self.part))


class _Body:
    """The body of a request as parts, one after the other."""

    def __init__(self, request: Request) -> None:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise _unreadable()
        try:
            self._events, self._stream = _Events(boundary), request.stream()
        except FormParserError:
            raise _unreadable() from None
        self._waiting: list[_Event] = []
        self.fields: dict[str, str] = {}

    async def next(self) -> _Event | None:
        """The next event; None at the end of the body."""
        while not self._waiting:
            piece = await anext(self._stream, None)
            if piece is None:
                return None
            if piece:
                self._feed(piece)
        return self._waiting.pop(0)

    def _feed(self, piece: bytes) -> None:
        try:
            self._events.parser.write(piece)
        except FormParserError:
            raise _unreadable() from None
        self._waiting, self._events.found = self._events.found, []

    async def to_file(self) -> _Part | None:
        """Reads fields until the file begins; None where there is none."""
        while (event := await self.next()) is not None:
            if event[0] != "begin":
                continue
            if b"filename" in event[2].disposition:
                return event[2]
            await self._field(event[2])
        return None

    async def _field(self, part: _Part) -> None:
        value = b""
        async for piece in self.pieces():
            value += piece
            if len(value) > _LONGEST_FIELD:
                raise _unreadable()
        name = part.disposition.get(b"name", b"").decode("utf-8", "replace")
        self.fields[name] = value.decode("utf-8", "replace")

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes of the part that has begun."""
        while (event := await self.next()) is not None:
            if event[0] == "end":
                return
            yield event[1]
        raise Problem("document-incomplete", 400, field="file")


def _unreadable() -> Problem:
    return Problem("bad-request", 400, field="file")


@asynccontextmanager
async def received(request: Request, spool: Spool) -> AsyncIterator[Upload]:
    """The upload in the spool, for as long as the block lasts; fields may stand before the file or behind it."""
    body = _Body(request)
    part = await body.to_file()
    if part is None:
        raise Problem("missing", 422, field="file", facts={"field": "file"})
    async with spool.receive(body.pieces()) as spooled:
        if await body.to_file() is not None:
            raise _unreadable()
        name = part.disposition[b"filename"].decode("utf-8", "replace")
        yield Upload(name, part.headers.get("content-type", ""), spooled, body.fields)
