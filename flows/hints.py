"""Which hints an engine answers at once.

Every engine hears of each docket of which something waits, and one look for it is enough: a docket falls to one of
the engines that live, and the others leave it a moment for that one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Final
from uuid import UUID

OTHERS_LOOK_S: Final = 0.1
"""How long an engine leaves a docket to the one to which it falls, seconds: that one may be full, or gone."""


def docket_of(hint: str) -> UUID | None:
    """The docket that a notification names; None where it names none, for anybody in the database may send one."""
    try:
        return UUID(hint)
    except ValueError:
        return None


class Hints:
    """What an engine has heard since it last looked: ``wake`` is set when it should look.

    ``leaves_s``: how long it leaves a docket to the engine to which that falls, seconds.
    """

    def __init__(self, number: int, leaves_s: float = OTHERS_LOOK_S) -> None:
        self._number, self.leaves_s = number, leaves_s
        self._living = [number]
        self._later: asyncio.TimerHandle | None = None
        self.wake = asyncio.Event()

    @property
    def living(self) -> Collection[int]:
        """The engines that live, as far as this one knows."""
        return self._living

    def these_live(self, engines: Collection[int]) -> None:
        """What fell to an engine that is gone, and what was left to one that came, is looked for."""
        living = sorted({*engines, self._number})
        if living != self._living:
            self._living = living
            self.wake.set()

    def hear(self, docket: UUID | None, *, is_ours: bool = False) -> None:
        """Something waits of a docket. ``is_ours``: no other engine can claim it, whichever it falls to."""
        if docket is None or is_ours or self._falls_to(docket) == self._number:
            self.wake.set()
        elif self._later is None:
            self._later = asyncio.get_running_loop().call_later(self.leaves_s, self.wake.set)

    def answer(self) -> None:
        """A look begins: it finds whatever was heard of until now, also what was left to others."""
        self.wake.clear()
        if self._later is not None:
            self._later.cancel()
            self._later = None

    def _falls_to(self, docket: UUID) -> int:
        return self._living[docket.int % len(self._living)]
