"""A person at a post, as a program that calls the API: log-in, registering, moving, with key and version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from infra.bench.http_client import Answer, HttpClient

API: Final = "/api/v1"
_JSON: Final = {"Content-Type": "application/json", "Accept-Language": "en"}
Body = Mapping[str, Any]


class LogInFault(Exception):
    """The API did not let somebody in; the message says what it answered."""


def new_key() -> str:
    """An idempotency key."""
    return uuid4().hex


def bytes_of(body: Body) -> bytes:
    """A body as it is sent; the same body is always the same bytes."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Request:
    """A request that may be sent again: method, path, headers with its key, and body."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who acts where; ``post`` is the post's code."""

    login: str
    post: str
    token: str

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "X-Acting-Post": self.post}

    def get(self, path: str) -> Request:
        return Request("GET", f"{API}{path}", self._headers())

    def register(self, key: str, body: Body) -> Request:
        headers = {**self._headers(), **_JSON, "Idempotency-Key": key}
        return Request("POST", f"{API}/dockets", headers, bytes_of(body))

    def move(self, docket: str, version: int, key: str, body: Body) -> Request:
        headers = {**self._headers(), **_JSON, "Idempotency-Key": key, "If-Match": f'"{version}"'}
        return Request("POST", f"{API}/dockets/{docket}/movements", headers, bytes_of(body))


async def send(client: HttpClient, request: Request) -> Answer:
    """Sends it once. Raises NoAnswer."""
    return await client.request(request.method, request.path, request.headers, request.body)


async def log_in(client: HttpClient, login: str, password: str) -> str:
    """A bearer token. Raises LogInFault, NoAnswer."""
    form = urlencode({"username": login, "password": password}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.request("POST", f"{API}/token", headers, form)
    if answer.status != 200:
        raise LogInFault(f"{login}: {answer.status} {answer.body[:200].decode('utf-8', 'replace')}")
    return str(answer.json()["access_token"])
