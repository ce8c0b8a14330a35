"""What a person sees while the parts start: one line a part, drawn live on a terminal and plain anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Protocol, TextIO

PLAIN_REMINDER = 10.0


class Progress(Protocol):
    """Told by whoever starts parts."""

    def waiting(self, seconds: Mapping[str, float]) -> None:
        """These parts are starting, for so many seconds now. Told often."""
        ...

    def ready(self, name: str, seconds: float, address: str) -> None:
        """This part is there."""
        ...


class Silent:
    """Progress for tests and for whoever draws their own."""

    def waiting(self, seconds: Mapping[str, float]) -> None: ...

    def ready(self, name: str, seconds: float, address: str) -> None: ...


class Terminal:
    """Progress drawn on a stream; on a terminal the last line shows what is being waited for."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._live = self._stream.isatty()
        self._reminded: dict[str, float] = {}

    def waiting(self, seconds: Mapping[str, float]) -> None:
        if self._live:
            parts = ", ".join(f"{name} ({since:.0f} s)" for name, since in seconds.items())
            self._write(f"\r\x1b[K  starting {parts}")
            return
        for name, since in seconds.items():
            self._remind(name, since)

    def ready(self, name: str, seconds: float, address: str) -> None:
        start = "\r\x1b[K" if self._live else ""
        self._write(f"{start}  {name:<10} ready in {seconds:4.1f} s   {address}".rstrip() + "\n")

    def _remind(self, name: str, since: float) -> None:
        """A log has no live line, so a part that takes long gets one now and then."""
        if since - self._reminded.get(name, 0.0) >= PLAIN_REMINDER:
            self._reminded[name] = since
            self._write(f"  {name:<10} still starting after {since:.0f} s\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
