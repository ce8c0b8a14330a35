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

    def news(self, name: str, what: str) -> None:
        """Something happened to this part. Told by a thread of its own, at any moment."""
        ...


class Silent:
    """Progress for tests and for whoever draws their own."""

    def waiting(self, seconds: Mapping[str, float]) -> None: ...

    def ready(self, name: str, seconds: float, address: str) -> None: ...

    def news(self, name: str, what: str) -> None: ...


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
        self._line(name, f"ready in {seconds:4.1f} s   {address}")

    def news(self, name: str, what: str) -> None:
        self._line(name, what)

    def _remind(self, name: str, since: float) -> None:
        """A log has no live line, so a part that takes long gets one now and then."""
        if since - self._reminded.get(name, 0.0) >= PLAIN_REMINDER:
            self._reminded[name] = since
            self._write(f"  {name:<10} still starting after {since:.0f} s\n")

    def _line(self, name: str, what: str) -> None:
        """One line in one piece, so that it stands between the lines of whoever else draws on the stream."""
        start = "\r\x1b[K" if self._live else ""
        self._write(f"{start}  {name:<10} {what}".rstrip() + "\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
