"""Figures for Prometheus: requests by route and status, how long they took."""

from __future__ import annotations

from typing import Final

from prometheus_client import REGISTRY, Counter, Histogram, generate_latest
from starlette.types import Scope

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_REQUESTS: Final = Counter(
    "patravali_http_requests_total", "Requests answered", ["method", "route", "status"], registry=REGISTRY
)
_SECONDS: Final = Histogram(
    "patravali_http_request_seconds",
    "How long a request took",
    ["route"],
    buckets=(0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5),
    registry=REGISTRY,
)
_METHODS: Final = frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})


def observe(scope: Scope, status: int, seconds: float) -> None:
    """Counts one request; what no route took is counted as one, for its path may be anything."""
    route = getattr(scope.get("route"), "path", "none")
    method = scope["method"] if scope["method"] in _METHODS else "other"
    _REQUESTS.labels(method, route, str(status)).inc()
    _SECONDS.labels(route).observe(seconds)


def exposition() -> bytes:
    return generate_latest(REGISTRY)
