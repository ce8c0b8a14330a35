"""Answers as plain dictionaries: written as JSON once, without a model in between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from starlette.responses import Response

from flows.rules.audit_values import encode_time


def _plain(value: object) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return encode_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def dump(content: Any) -> bytes:
    """JSON in UTF-8; instants in UTC with six digits of a second and Z, bytes in hexadecimal."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_plain)
    # A half of a surrogate pair can only come from a request that is being refused.
    return text.encode("utf-8", "replace")


def ok(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(dump(content), status, headers, "application/json")


def etag(version: int) -> dict[str, str]:
    return {"ETag": f'"{version}"'}
