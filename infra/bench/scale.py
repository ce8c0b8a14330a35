"""How much is measured: the full measurement, and a short one that only shows that everything still runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Scale:
    """Times in seconds; ``down_movements`` are made with Prefect away, ``history`` files loaded for the inbox,
    ``clock_dockets`` of them brought up by the clock; ``overdue`` complaints climb,
    ``resting`` are open and not due.
    """

    idle_s: float
    closed_s: float
    sustained_s: float
    burst_s: float
    gap_s: float
    down_movements: int
    history: int
    inbox_s: float
    clock_dockets: int
    overdue: int
    resting: int
    whole_within_s: float


FULL: Final = Scale(
    idle_s=30,
    closed_s=15,
    sustained_s=60,
    burst_s=30,
    gap_s=1.5,
    down_movements=20_000,
    history=100_000,
    inbox_s=10,
    clock_dockets=20_000,
    overdue=50_000,
    resting=700_000,
    whole_within_s=1200,
)
SHORT: Final = Scale(
    idle_s=1,
    closed_s=1.5,
    sustained_s=4,
    burst_s=2,
    gap_s=0.4,
    down_movements=80,
    history=500,
    inbox_s=1,
    clock_dockets=100,
    overdue=1_000,
    resting=1_000,
    whole_within_s=120,
)
