"""The outside, as real servers on this machine: HTTP and SMTP, which behave as badly as a test says."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Asked:
    """One request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Behaviour = Callable[[asyncio.StreamWriter, Asked], Awaitable[None]]


def answering(status: int, body: bytes = b"", times: int = 1, **headers: str) -> Behaviour:
    """Answers so; ``times`` 2 answers a second time to the same request."""

    async def behave(writer: asyncio.StreamWriter, _: Asked) -> None:
        lines = [f"HTTP/1.1 {status} So", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() * 1 + body)
        for _ in range(times - 1):
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        await writer.drain()

    return behave


async def hanging(writer: asyncio.StreamWriter, _: Asked) -> None:
    await asyncio.Event().wait()


async def cutting_off(writer: asyncio.StreamWriter, _: Asked) -> None:
    writer.transport.abort()


async def never_ending(writer: asyncio.StreamWriter, _: Asked) -> None:
    """Says 200, begins a body and never ends it."""
    writer.write(b"HTTP/1.1 200 So\r\nContent-Length: 100\r\n\r\n.")
    await writer.drain()
    await asyncio.Event().wait()


async def raving(writer: asyncio.StreamWriter, _: Asked) -> None:
    writer.write(b"\x00\xfe this is no HTTP\r\n\r\n")
    await writer.drain()


@dataclass
class HttpPlace:
    """An HTTP server; every request that came in whole stands in ``asked``."""

    url: str = ""
    behave: Behaviour = field(default_factory=lambda: answering(200))
    asked: list[Asked] = field(default_factory=list)
    at_work: set[Any] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.at_work.add(asyncio.current_task())
        try:
            asked = await _read(reader)
            self.asked.append(asked)
            await self.behave(writer, asked)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {line.split(": ")[0].lower(): line.split(": ", 1)[1] for line in head[1:] if line}
    return Asked(method, path, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


@asynccontextmanager
async def http_place(context: ssl.SSLContext | None = None) -> AsyncIterator[HttpPlace]:
    place = HttpPlace()
    server = await asyncio.start_server(place.serve, "127.0.0.1", 0, ssl=context)
    scheme = "http" if context is None else "https"
    place.url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield place
    finally:
        server.close()
        for task in place.at_work:
            task.cancel()
        await asyncio.gather(*place.at_work, return_exceptions=True)


@dataclass
class Post:
    """What a mail server does: how it answers a recipient and a message, and what it took."""

    rcpt: str | None = None
    data: str | None = None
    cut: str | None = None
    hangs: bool = False
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.cut == "rcpt":
            server.transport.abort()
        if self.rcpt is not None:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.data is None:
            self.taken.append((envelope.rcpt_tos[0], envelope.content))
        if self.cut == "data":
            server.transport.abort()
        if self.hangs:
            await asyncio.Event().wait()
        return self.data or "250 taken as 4711"

    def log_in(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password == b"open sesame", handled=False)


@dataclass
class MailPlace:
    port: int
    post: Post


@asynccontextmanager
async def mail_place(context: ssl.SSLContext | None = None, *, tls: bool = False) -> AsyncIterator[MailPlace]:
    """A mail server: in clear, with STARTTLS (``context``), or in TLS from the first byte (``tls``)."""
    post, made = Post(), list[SMTP]()

    def protocol() -> SMTP:
        more: dict[str, Any] = {"tls_context": context, "require_starttls": True} if context and not tls else {}
        more |= {"authenticator": post.log_in, "auth_require_tls": not tls} if context else {}
        made.append(SMTP(post, hostname="mail.test", enable_SMTPUTF8=True, timeout=30, **more))
        return made[-1]

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=context if tls else None)
    try:
        yield MailPlace(server.sockets[0].getsockname()[1], post)
    finally:
        server.close()
        for one in made:
            if one.transport is not None:
                one.transport.abort()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for this machine, and the certificate that a client is to believe."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    there = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(there), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "ca.pem").write_bytes(pem)
    (folder / "server.pem").write_bytes(private + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context, folder / "ca.pem"
