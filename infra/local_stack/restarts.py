"""What the terminal is told of a part that died and came back: each time, until it dies again and again.

It looks at the part from a thread of its own and never from the supervisor's: asking whether a part is ready may
take seconds, and a terminal that was halted takes no line at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Protocol

MOST_TOLD: Final = 3
CALM: Final = 600.0
_LOG: Final = "logs/supervisor.log"


class Watched(Protocol):
    """What is looked at: the lives of one part."""

    @property
    def deaths(self) -> int: ...

    @property
    def last_end(self) -> str:
        """How it died last, such as “was killed by SIGKILL”."""
        ...

    @property
    def hindrance(self) -> str:
        """What keeps it from being started now; empty where nothing does."""
        ...

    def is_back(self) -> bool:
        """Whether it runs and is ready. May take seconds."""
        ...


class Restarts:
    """Remembers of one part what was told; times are in seconds of a clock that only goes forward."""

    def __init__(self, part: Watched) -> None:
        self._part = part
        self._deaths = part.deaths
        self._spell = 0
        self._died_at = 0.0
        self._awaited = False
        self._hindrance_told = False

    @property
    def _loops(self) -> bool:
        return self._spell > MOST_TOLD

    def look(self, now: Callable[[], float]) -> Iterator[str]:
        """What is to be told since the last look, a line each."""
        if self._part.deaths > self._deaths:
            yield from self._note_deaths(now())
        if self._awaited:
            yield from self._await_return(now)
        elif self._spell and now() - self._died_at >= CALM:
            if self._loops:
                yield f"has held for {CALM / 60:.0f} minutes; it had died {self._spell} times"
            self._spell, self._hindrance_told = 0, False

    def _note_deaths(self, now: float) -> Iterator[str]:
        looped = self._loops
        self._spell += self._part.deaths - self._deaths
        self._deaths = self._part.deaths
        if not self._awaited:
            self._died_at = now
        self._awaited = True
        if not self._loops:
            yield f"{self._part.last_end}; it is started again"
        elif not looped:
            yield (
                f"{self._part.last_end}, its death number {self._spell}; from here on only {_LOG} tells of it, "
                f"until it has held for {CALM / 60:.0f} minutes"
            )

    def _await_return(self, now: Callable[[], float]) -> Iterator[str]:
        hindrance = self._part.hindrance
        if hindrance and not self._hindrance_told:
            self._hindrance_told = True
            yield f"waits: {hindrance}"
        if self._part.is_back() and self._part.deaths == self._deaths:
            self._awaited = False
            if not self._loops or self._hindrance_told:
                yield f"is back after {now() - self._died_at:.1f} s"
            self._hindrance_told = self._hindrance_told and self._loops
