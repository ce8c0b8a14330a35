"""Webhooks: an event as JSON without personal data, signed, to an address that an administrator registered."""

from __future__ import annotations

import base64
import hmac
import json
import ssl
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from flows.gateways.http_call import LIMIT_S, Lost, NotReached, Reply, Request, call
from flows.gateways.networks import ForbiddenAddress, PublicNetwork
from flows.gateways.protocol import Answer, Letter
from flows.rules.audit_values import encode_time
from flows.rules.messages import Content

# Said by a server that did not take it: too early, too many, not now.
_NOT_TAKEN: Final = frozenset({425, 429, 503})


class BadTarget(Exception):
    """The address is none that webhooks can be sent to; the message says why."""


def check_url(url: str, *, practice: bool) -> None:
    """An address of a target: https (in a practice office http too), no log-in in it. Raises BadTarget."""
    try:
        parts = urlsplit(url)
        fine = parts.hostname is not None and (parts.port is None or parts.port > 0) and url.isascii()
    except ValueError:
        fine, parts = False, urlsplit("")
    if not fine or not url.isprintable() or " " in url or len(url) > 500:
        raise BadTarget("this is no address such as https://example.org/hook")
    if parts.scheme != "https" and not (practice and parts.scheme == "http"):
        raise BadTarget("a webhook goes over https only")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadTarget("leave log-in and # out of the address; the signature says who sends")


def secret_of(key: str, target: UUID, generation: int) -> str:
    """The secret of one target, which nobody has to keep: it follows from the office's key."""
    made = hmac.digest(key.encode(), f"webhook/{target}/{generation}".encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def signature(secret: str, at: int, body: bytes) -> str:
    """The value of ``Patravali-Signature``: HMAC-SHA256 over ``{at}.{body}``; ``at`` in seconds since 1970."""
    made = hmac.digest(secret.encode(), f"{at}.".encode() + body, "sha256")
    return f"t={at},v1={made.hex()}"


def event(letter: Letter) -> Content:
    """What a target is told: which paper, and what happened to it."""
    told = letter.told
    body = {
        "event": letter.purpose,
        "delivery": str(letter.key),
        "number": told["number"],
        "family": told["family"],
        "kind": told["kind"],
        "movement": told["movement_name"],
        "at": encode_time(told["moved_at"]),
    }
    return Content(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


class WebhookGateway:
    """One signed POST a message; a redirect is not followed, for it may lead anywhere."""

    def __init__(
        self,
        key: str,
        context: ssl.SSLContext,
        network: PublicNetwork,
        limit_s: float = LIMIT_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._key, self._context, self._network = key, context, network
        self._limit_s, self._clock = limit_s, clock

    def content(self, letter: Letter) -> Content:
        return event(letter)

    async def send(self, letter: Letter, content: Content) -> Answer:
        try:
            return _judged(await call(self._request(letter, content), self._context, self._network, self._limit_s))
        except NotReached as fault:
            if isinstance(fault.__cause__, ForbiddenAddress):
                return Answer("failed", "forbidden-address")
            return Answer("not_taken", "not-reached")
        except Lost as lost:
            return Answer("uncertain", lost.reason)

    def _request(self, letter: Letter, content: Content) -> Request:
        assert letter.target is not None
        body, secret = content.text.encode(), secret_of(self._key, letter.target, letter.generation)
        headers = {
            "Content-Type": "application/json",
            "Patravali-Event": letter.purpose,
            "Patravali-Delivery": str(letter.key),
            "Patravali-Signature": signature(secret, int(self._clock()), body),
        }
        return Request("POST", letter.to, headers, body)


def _judged(reply: Reply) -> Answer:
    """2xx is taken; a server that says so was not; of a fault of the server (5xx) nobody knows."""
    said = f"answered:{reply.status}"
    if 200 <= reply.status < 300:
        return Answer("sent")
    if reply.status in _NOT_TAKEN:
        return Answer("not_taken", said, again_after_s=reply.again_after_s)
    if 300 <= reply.status < 500:
        return Answer("failed", said)
    return Answer("uncertain", f"unclear:{reply.status}")
