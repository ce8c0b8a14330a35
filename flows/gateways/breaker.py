"""Leaves a gateway alone that does not answer, so that what waits for it is neither used up nor in others' way."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

OPENS_AFTER: Final = 5
"""Failures one after the other after which a gateway is left alone."""
FIRST_PAUSE_S: Final = 30.0
LONGEST_PAUSE_S: Final = 600.0


@dataclass(slots=True)
class _State:
    failures: int = 0
    pause_s: float = FIRST_PAUSE_S
    until: float = 0.0


class Breaker:
    """One for a channel; ``lane`` is what fails by itself: the gateway, or one target of webhooks."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lanes: dict[Hashable, _State] = {}

    def note(self, lane: Hashable, *, well: bool) -> None:
        """What came of one try. After a pause the first failure begins the next, twice as long."""
        if well:
            self._lanes.pop(lane, None)
            return
        state = self._lanes.setdefault(lane, _State())
        state.failures += 1
        if state.failures >= OPENS_AFTER and state.until <= self._clock():
            state.until = self._clock() + state.pause_s
            state.pause_s = min(2 * state.pause_s, LONGEST_PAUSE_S)

    def resting(self) -> set[Hashable]:
        """The lanes that are left alone at this moment."""
        return {lane for lane, state in self._lanes.items() if state.until > self._clock()}

    def doubtful(self, lane: Hashable) -> bool:
        """Whether a lane failed so often that it is tried with one message first."""
        state = self._lanes.get(lane)
        return state is not None and state.failures >= OPENS_AFTER
