"""Figures for Prometheus: requests by route and status, how long they took, and how standing work stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

from flows.standing_status import Shown

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
_JOB: Final = ["job"]
_LAST_GOOD: Final = Gauge(
    "patravali_standing_job_last_good_timestamp_seconds",
    "When the last run that ended well began",
    _JOB,
    registry=REGISTRY,
)
_TOOK: Final = Gauge("patravali_standing_job_seconds", "How long the last run took", _JOB, registry=REGISTRY)
_TRIES: Final = Gauge("patravali_standing_job_tries", "Begun since a run ended well", _JOB, registry=REGISTRY)
_OVERDUE: Final = Gauge("patravali_standing_job_overdue", "1: should be done long since", _JOB, registry=REGISTRY)
_BROKEN: Final = Gauge(
    "patravali_standing_job_broken", "1: to be looked at (patravali schedules status)", _JOB, registry=REGISTRY
)
_BROKEN_TURNS: Final = Gauge(
    "patravali_broken_turns",
    "Papers whose turn breaks again and again (patravali schedules status)",
    registry=REGISTRY,
)
_METHODS: Final = frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})


def observe(scope: Scope, status: int, seconds: float) -> None:
    """Counts one request; what no route took is counted as one, for its path may be anything."""
    route = getattr(scope.get("route"), "path", "none")
    method = scope["method"] if scope["method"] in _METHODS else "other"
    _REQUESTS.labels(method, route, str(status)).inc()
    _SECONDS.labels(route).observe(seconds)


def show_standing(jobs: Iterable[Shown], broken_turns: int) -> None:
    """Sets the figures of standing work; a job that no process has served yet has only that it is broken."""
    _BROKEN_TURNS.set(broken_turns)
    for one in jobs:
        name, told = one.job.name, one.to_json()
        _OVERDUE.labels(name).set(one.overdue)
        _BROKEN.labels(name).set(one.broken)
        if one.row is not None:
            _TRIES.labels(name).set(told["tries"])
        if told["last_good"] is not None:
            _LAST_GOOD.labels(name).set(told["last_good"].timestamp())
        if told["seconds"] is not None:
            _TOOK.labels(name).set(told["seconds"])


def exposition() -> bytes:
    return generate_latest(REGISTRY)
