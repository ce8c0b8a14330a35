"""Failed log-ins are limited, per log-in name and address, and per address; a right one is never counted.

Wrong codes of second factors are counted likewise. Counted in this process only: with several processes the limit
is that many times higher.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

WINDOW_S: Final = 900.0
PER_PAIR: Final = 10
PER_ADDRESS: Final = 200
_MOST_KEPT: Final = 50_000

Key = tuple[str, str]


class LoginLimit:
    """Counts failures in windows of 15 minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: dict[Key, tuple[float, int]] = {}

    def seconds_to_wait(self, login: str, address: str) -> int:
        """How long this log-in from this address has to wait; 0 where it may be tried."""
        pairs = (((login, address), PER_PAIR), (("", address), PER_ADDRESS))
        return max(self._wait(key, most) for key, most in pairs)

    def _wait(self, key: Key, most: int) -> int:
        began, count = self._failed.get(key, (0.0, 0))
        left = began + WINDOW_S - self._clock()
        return int(left) + 1 if count >= most and left > 0 else 0

    def failed(self, login: str, address: str) -> None:
        for key in ((login, address), ("", address)):
            began, count = self._failed.get(key, (0.0, 0))
            over = self._clock() - began >= WINDOW_S
            self._failed[key] = (self._clock(), 1) if over or not count else (began, count + 1)
        if len(self._failed) > _MOST_KEPT:
            self._forget()

    def _forget(self) -> None:
        """Drops what is over; where an attack fills the table, the oldest half too."""
        limit = self._clock() - WINDOW_S
        kept = sorted((v, k) for k, v in self._failed.items() if v[0] > limit)
        self._failed = {k: v for v, k in kept[-_MOST_KEPT // 2 :]}
