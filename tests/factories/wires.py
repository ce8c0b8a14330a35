"""A wire to PostgreSQL that a test may cut, or whose far end vanishes: neither side is told of it."""

from __future__ import annotations

import asyncio
import ctypes
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_ATTACH_FILTER = 26  # SO_ATTACH_FILTER of Linux, which Python does not name
_KEEP_NOTHING = struct.pack("HBBI", 0x06, 0, 0, 0)  # a socket's filter of one instruction: return 0 bytes


@dataclass
class Wire:
    """``url`` leads through it."""

    url: str = ""
    ends: list[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = field(
        default_factory=list[tuple[asyncio.StreamWriter, asyncio.StreamWriter]]
    )
    at_work: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    def cut(self) -> None:
        """From now on nothing passes; the connections stay open, and what is sent is acknowledged."""
        for task in self.at_work:
            task.cancel()

    def vanish(self) -> None:
        """The host is gone, and nothing that is sent there is acknowledged; new connections reach another.

        PostgreSQL has lost the connections that there were.
        """
        self.cut()
        for near, far in self.ends:
            _deaf(near.get_extra_info("socket"))
            far.transport.abort()


@asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[Wire]:
    """A wire to the server of an address."""
    wire, there = Wire(), urlsplit(url)
    assert there.hostname is not None
    assert there.port is not None

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, before = await asyncio.open_connection(there.hostname, there.port)
        wire.ends.append((writer, before))
        wire.at_work += [asyncio.create_task(_pass(*way)) for way in ((reader, before), (behind, writer))]

    server = await asyncio.start_server(lead, "127.0.0.1", 0)
    named = there.netloc.rpartition("@")[0]
    wire.url = there._replace(netloc=f"{named}@127.0.0.1:{server.sockets[0].getsockname()[1]}").geturl()
    try:
        yield wire
    finally:
        wire.cut()
        server.close()
        for near, far in wire.ends:
            near.transport.abort()
            far.transport.abort()
        await asyncio.gather(*wire.at_work, return_exceptions=True)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


def _deaf(end: socket.socket) -> None:
    """The kernel throws away whatever comes for this socket, before it acknowledges it."""
    program = ctypes.create_string_buffer(_KEEP_NOTHING, len(_KEEP_NOTHING))
    end.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("HL", 1, ctypes.addressof(program)))
