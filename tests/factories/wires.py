"""A wire to PostgreSQL that a test may cut: what is sent afterwards is lost, and neither side is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from psycopg.conninfo import conninfo_to_dict, make_conninfo


@dataclass
class Wire:
    """``url`` leads through it."""

    url: str = ""
    held: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])
    at_work: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    def cut(self) -> None:
        """From now on nothing passes; the connections stay open."""
        for task in self.at_work:
            task.cancel()


@asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[Wire]:
    """A wire to the server of an address."""
    wire, there = Wire(), conninfo_to_dict(url)

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, before = await asyncio.open_connection(str(there["host"]), int(str(there["port"])))
        wire.held += [writer, before]
        wire.at_work += [asyncio.create_task(_pass(*way)) for way in ((reader, before), (behind, writer))]

    server = await asyncio.start_server(lead, "127.0.0.1", 0)
    wire.url = make_conninfo(url, host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    try:
        yield wire
    finally:
        wire.cut()
        server.close()
        for writer in wire.held:
            writer.transport.abort()
        await asyncio.gather(*wire.at_work, return_exceptions=True)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
