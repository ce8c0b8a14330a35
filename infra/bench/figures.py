"""The figures that were asked for, and the table that sets what was measured beside them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure asked for: where it stands in the results, its bound and its unit."""

    what: str
    path: tuple[str, ...]
    side: Literal["under", "at_least"]
    bound: float
    unit: str

    def measured(self, results: Mapping[str, Any]) -> float | None:
        """Its value in the results; None where it was not measured."""
        found: Any = results
        for name in self.path:
            if not isinstance(found, Mapping) or found.get(name) is None:
                return None
            found = found[name]
        return float(found)

    def missed_by(self, value: float) -> float:
        """By which share of the bound it is missed; 0 where it is met."""
        if math.isnan(value):
            return math.inf
        over = value - self.bound if self.side == "under" else self.bound - value
        return max(0.0, over / self.bound)


def _open(name: str, rate: float, p95: float) -> tuple[Figure, ...]:
    return (
        Figure(f"{name}: carried out", (name, "per_s"), "at_least", rate, "/s"),
        Figure(f"{name}: p95", (name, "p95_ms"), "under", p95, "ms"),
    )


FIGURES: Final = (
    Figure("1 at once: p50", ("at_1", "p50_ms"), "under", 20, "ms"),
    Figure("1 at once: p95", ("at_1", "p95_ms"), "under", 40, "ms"),
    Figure("8 at once: p95", ("at_8", "p95_ms"), "under", 150, "ms"),
    Figure("8 at once: carried out", ("at_8", "per_s"), "at_least", 80, "/s"),
    Figure("registration, 8 at once: p95", ("register_at_8", "p95_ms"), "under", 100, "ms"),
    *_open("sustained", 40, 100),
    Figure("sustained: Prefect's lag", ("sustained", "prefect_lag_s"), "under", 10, "s"),
    Figure("sustained: live in Prefect", ("sustained", "through_prefect"), "at_least", 0.95, ""),
    *_open("burst", 80, 500),
    Figure("burst: record whole after", ("burst", "drain_s"), "under", 60, "s"),
    Figure("CPU a movement: API", ("cpu_ms", "api"), "under", 8, "ms"),
    Figure("CPU a movement: engine", ("cpu_ms", "engine"), "under", 12, "ms"),
    Figure("CPU a movement: PostgreSQL", ("cpu_ms", "postgres"), "under", 4, "ms"),
    Figure("CPU a movement: Prefect", ("cpu_ms", "prefect"), "under", 10, "ms"),
    Figure("idle memory (PSS)", ("idle_memory_mb",), "under", 1000, "MB"),
    Figure("inbox, first page: p95", ("inbox_p95_ms",), "under", 100, "ms"),
    Figure("escalating: 50,000 complaints", ("escalation", "s_for_50000"), "under", 60, "s"),
    Figure("escalating: tick with 7 lakh open and nothing due", ("idle_tick", "ms"), "under", 50, "ms"),
    Figure("escalating: people's p95 meanwhile to that before", ("escalation", "people_ratio"), "under", 2, "×"),
    Figure(
        "two engines: movements a CPU second to one's, paced",
        ("two_engines", "paced", "ratio"),
        "at_least",
        0.85,
        "",
    ),
    Figure("two engines: the same at full load", ("two_engines", "full", "ratio"), "at_least", 0.85, ""),
    Figure("verifying 1 million entries", ("verification", "s_for_million"), "under", 60, "s"),
    Figure("acts of the clock: 50,000 dockets", ("clock_batch", "s_for_50000"), "under", 60, "s"),
    Figure("backup and restore, 1 million entries", ("backup", "both_s"), "under", 300, "s"),
    Figure("Prefect down: memory grows", ("prefect_down", "memory_growth_mb"), "under", 50, "MB"),
    Figure("Prefect down: p95 to that with it", ("prefect_down", "p95_ratio"), "under", 1.2, "×"),
    Figure("Prefect back: record whole after", ("prefect_down", "whole_after_min"), "under", 10, "min"),
)


def verdict(figure: Figure, value: float | None) -> str:
    """Met, or by how much it is missed."""
    if value is None:
        return "not measured"
    missed = figure.missed_by(value)
    return "met" if missed == 0 else "missed" if math.isinf(missed) else f"missed by {missed:.0%}"


def table_of(results: Mapping[str, Any]) -> Table:
    """The table for a terminal; what was not measured is left out."""
    table = Table(title="Measured beside what was asked for")
    for name in ("figure", "asked", "measured", ""):
        table.add_column(name, justify="left" if name in ("figure", "") else "right")
    for figure in FIGURES:
        value = figure.measured(results)
        if value is not None:
            sign = "<" if figure.side == "under" else "≥"
            asked = f"{sign} {figure.bound:g} {figure.unit}".rstrip()
            table.add_row(figure.what, asked, f"{value:g} {figure.unit}".rstrip(), verdict(figure, value))
    return table
