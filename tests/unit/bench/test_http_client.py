"""The small HTTP client against a real server: kept connections, time limits, connections that break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from infra.bench.http_client import HttpClient, NoAnswer

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: "3"\r\n\r\n{}'
CHUNKED = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n"


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    async with await asyncio.start_server(handler, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}"


async def test_an_answer_has_status_headers_and_body_and_its_connection_is_used_again() -> None:
    connections = 0

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for answer in (OK, CHUNKED):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
        writer.close()

    async with serving(handler) as url:
        client = HttpClient(url)
        first = await client.request("GET", "/a", {})
        second = await client.request("GET", "/b", {})
    assert (first.status, first.headers["etag"], first.json()) == (200, '"3"', {})
    assert (second.status, second.json(), connections) == (201, [1], 1)


async def test_the_body_is_sent_with_its_length() -> None:
    heard = asyncio.get_running_loop().create_future()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        heard.set_result((b"Content-Length: 5" in head, await reader.readexactly(5)))
        writer.write(OK)
        writer.close()

    async with serving(handler) as url:
        await HttpClient(url).request("POST", "/a", {"X-A": "b"}, b"12345")
    assert await heard == (True, b"12345")


async def test_a_connection_that_breaks_before_the_answer_gives_none() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK[:20])
        writer.close()

    async with serving(handler) as url:
        with pytest.raises(NoAnswer):
            await HttpClient(url).request("GET", "/a", {})


async def test_a_server_that_says_nothing_gives_no_answer_in_time() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with serving(handler) as url:
        with pytest.raises(NoAnswer):
            await HttpClient(url, within_s=0.1).request("GET", "/a", {})


async def test_a_server_that_is_not_there_gives_no_answer() -> None:
    async def handler(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with serving(handler) as url:
        pass
    with pytest.raises(NoAnswer):
        await HttpClient(url).request("GET", "/a", {})


async def test_what_is_no_http_gives_no_answer() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"never mind\r\n\r\n")
        writer.close()

    async with serving(handler) as url:
        with pytest.raises(NoAnswer):
            await HttpClient(url).request("GET", "/a", {})
