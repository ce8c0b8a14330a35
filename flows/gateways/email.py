"""E-mail by SMTP: plain text in UTF-8, over TLS, with the message's key as its Message-ID."""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.policy import SMTPUTF8 as WIRE_UTF8
from email.utils import format_datetime
from typing import Final

import aiosmtplib

from flows.gateways.protocol import Answer, Letter, Unfit
from flows.rules.messages import Content, mail

LIMIT_S: Final = 30.0
"""How long handing one e-mail over may take, seconds."""

# One address and nothing else: no blank, control character, comma or bracket that would make it two.
_PART: Final = r"""[^\s@,;:<>()\[\]"\\\x00-\x1f\x7f]"""
_ADDRESS: Final = re.compile(f"{_PART}{{1,64}}@{_PART}{{1,255}}")


_OF_THE_MESSAGE: Final = (
    aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mail is handed over, and who it comes from."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: str
    reply_to: str
    context: ssl.SSLContext
    limit_s: float = LIMIT_S


def check_address(given: str) -> str:
    """One e-mail address. Raises Unfit.

    What looks like an encoded word (RFC 2047) would be read as what it encodes when the header is written, line
    breaks too.
    """
    if not _ADDRESS.fullmatch(given) or not given.isprintable() or "=?" in given:
        raise Unfit("bad-address")
    return given


class EmailGateway:
    """One connection a message: what became of the last one says nothing of the next."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def content(self, letter: Letter) -> Content:
        check_address(letter.to)
        return mail(letter.purpose, letter.values)

    async def send(self, letter: Letter, content: Content) -> Answer:
        message = composed(letter, content, self._server)
        handed_over = asyncio.Event()
        try:
            async with asyncio.timeout(self._server.limit_s):
                return await self._handed(letter.to, message, handed_over)
        except _OF_THE_MESSAGE as refused:
            return _judged(refused.code)
        except aiosmtplib.SMTPResponseException as refused:
            # Of the log-in or of TLS: an operator has to correct it, and the message is as good as before.
            unclear = Answer("uncertain", "broken-off")
            return unclear if handed_over.is_set() else Answer("not_taken", f"answered:{refused.code}")
        except (aiosmtplib.SMTPException, TimeoutError, OSError) as fault:
            if not handed_over.is_set():
                return Answer("not_taken", "not-reached")
            return Answer("uncertain", "no-answer" if isinstance(fault, TimeoutError) else "broken-off")

    async def _handed(self, to: str, message: bytes, handed_over: asyncio.Event) -> Answer:
        client = self._client()
        try:
            await client.connect()
            options, encoding = await _letters_of(client, to)
            await client.mail(self._server.sender, options=options, encoding=encoding)
            await client.rcpt(to, encoding=encoding)
            handed_over.set()
            await client.data(message)
        finally:
            # A polite QUIT could only wait for a server that has answered already.
            client.close()
        return Answer("sent")

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=None if server.security == "none" else server.context,
            timeout=server.limit_s,
        )


async def _letters_of(client: aiosmtplib.SMTP, to: str) -> tuple[list[str], str]:
    """How an address is named to the server. Raises SMTPNotSupported where it takes ASCII letters only."""
    if to.isascii():
        return [], "ascii"
    await client.ehlo()
    if not client.supports_extension("smtputf8"):
        raise aiosmtplib.SMTPNotSupported("SMTPUTF8")
    return ["SMTPUTF8"], "utf-8"


def _judged(code: int) -> Answer:
    """A reply of the server: 4xx was not taken and may be tried again, 5xx never will be (RFC 5321, 4.2.1)."""
    if 400 <= code < 500:
        return Answer("not_taken", f"answered:{code}")
    return Answer("failed", f"answered:{code}") if 500 <= code < 600 else Answer("uncertain", f"unclear:{code}")


def composed(letter: Letter, content: Content, server: MailServer) -> bytes:
    """The e-mail as it goes over the line; a header never holds a line break (``email`` refuses it)."""
    message = EmailMessage(policy=WIRE if letter.to.isascii() else WIRE_UTF8)
    message["From"] = Address(addr_spec=server.sender)
    message["Reply-To"] = Address(addr_spec=server.reply_to or server.sender)
    message["To"] = letter.to
    message["Subject"] = content.subject or ""
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{letter.key}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(content.text, charset="utf-8", cte="base64")
    return message.as_bytes()
