"""What surrounds every request, as pure ASGI: the longest body, headers of every answer, and the metrics."""

from __future__ import annotations

import time
from typing import Final

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from eoffice_api.metrics import observe
from eoffice_api.parts import Parts
from flows.imports.read_sheet import MOST_BYTES

MOST_BODY: Final = 2_000_000
# A sheet with what surrounds it in the request.
MOST_SHEET: Final = MOST_BYTES + 100_000

_HEADERS: Final = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_NO_STORE: Final = (b"cache-control", b"no-store")
_PRACTICE: Final = b"patravali-practice"


class Envelope:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app, self._parts = app, parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *self._added(message["headers"])]
            await send(message)

        try:
            await self._app(scope, _bounded(scope, receive), sending)
        finally:
            observe(scope, status, time.perf_counter() - began)

    def _added(self, given: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        names = {name.lower() for name, _ in given}
        practice = (_PRACTICE, b"true" if self._parts.practice else b"false")
        return [practice, *(h for h in (*_HEADERS, _NO_STORE) if h[0] not in names)]


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """Ends a body that grows too long; uploads have a limit of their own."""
    if scope["method"] in ("GET", "HEAD") or scope["path"].endswith("/documents"):
        return receive
    arrived, most = 0, MOST_SHEET if scope["path"].startswith("/api/v1/imports/") else MOST_BODY

    async def bounded() -> Message:
        nonlocal arrived
        message = await receive()
        arrived += len(message.get("body", b""))
        if arrived > most:
            raise HTTPException(413, str(most))
        return message

    return bounded
