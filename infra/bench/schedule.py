"""When each request of an open-loop load is due: decided beforehand, whatever the office's answers take."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """An open-loop load: ``rate`` requests a second, measured for ``window_s`` after the lives have filled up.

    Of a life with ``steps`` requests each comes ``gap_s`` after the one before it, so that files are worked on
    at the age of files and not of milliseconds. With this seed no window of the bench has fewer than its rate.
    """

    rate: float
    window_s: float
    steps: int
    gap_s: float
    seed: int = 4

    @property
    def ramp_s(self) -> float:
        """Until then the rate still rises, for the first lives have no elders."""
        return self.steps * self.gap_s

    @property
    def end_s(self) -> float:
        return self.ramp_s + self.window_s


def lives_of(load: Load) -> list[list[float]]:
    """For each life the seconds at which its requests are due, from the start; what would be due later is cut.

    Each request comes at a random moment of its own gap, so that lives do not march in step.
    """
    chance = random.Random(load.seed)  # noqa: S311 - a schedule, no secret
    between = load.steps / load.rate
    starts = [(number + chance.random()) * between for number in range(int(load.end_s / between))]
    lives = [[start + (k + 0.8 * chance.random()) * load.gap_s for k in range(load.steps)] for start in starts]
    return [[at for at in life if at < load.end_s] for life in lives]
