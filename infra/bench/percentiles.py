"""Latencies summed up: percentiles by nearest rank, and the rate."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed (nearest rank); NaN where there are none."""
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def milliseconds(latencies_s: Sequence[float], share: float) -> float:
    return round(1000 * percentile(sorted(latencies_s), share), 2)


def summary(latencies_s: Sequence[float], elapsed_s: float) -> dict[str, float]:
    """``p50_ms``, ``p95_ms``, ``p99_ms`` and ``per_s``."""
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
    found = {name: milliseconds(latencies_s, share) for name, share in shares.items()}
    return {**found, "per_s": round(len(latencies_s) / elapsed_s, 1) if elapsed_s else math.nan}
