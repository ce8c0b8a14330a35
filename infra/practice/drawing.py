"""Draws the demonstration on the terminal, a line a movement as it happens; plain text where it is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, TextIO

from rich.console import Console
from rich.text import Text

from infra.practice.desk import Done

PLAIN_WIDTH = 120


class Drawing(Protocol):
    """Who is told how the demonstration goes."""

    def chapter(self, title: str, number: str, subject: str) -> None:
        """A paper was registered under this number."""
        ...

    def movement(self, post: str, done: Done, label: tuple[str, str], to: str) -> None:
        """A movement was carried out; ``to`` is the post that it went to, or empty."""
        ...

    def held(self, what: str) -> None:
        """Something was checked, and holds."""
        ...


class Terminal:
    """Drawn on a stream, in colour where it is a terminal that shows them."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        width = None if stream.isatty() else PLAIN_WIDTH
        self._console = Console(file=stream, width=width, highlight=False)

    def chapter(self, title: str, number: str, subject: str) -> None:
        self._console.print()
        self._console.print(Text.assemble((f"  {title} ", "bold"), (number, "bold cyan"), f"  {subject}"))

    def movement(self, post: str, done: Done, label: tuple[str, str], to: str) -> None:
        at = datetime.fromisoformat(done.at).astimezone()
        way = f"{post} → {to}" if to else post
        line = Text.assemble(
            (f"  {done.sequence:>4}  {at:%H:%M:%S}  ", "dim"),
            f"{way:<24}",
            (f"{label[0]:<20}", "green"),
            (f"{done.took_ms:5.0f} ms  ", "dim"),
            label[1],
        )
        self._console.print(line, no_wrap=True)

    def held(self, what: str) -> None:
        self._console.print(Text.assemble(("  ✓ ", "bold green"), what))

    def say(self, *lines: str) -> None:
        """Plain lines, such as where to look."""
        for line in lines:
            self._console.print(Text(line), no_wrap=True, overflow="ignore", crop=False)

    def table(self, title: str, rows: Mapping[str, str]) -> None:
        """Names and what they stand for, in two columns."""
        self._console.print()
        self._console.print(Text(f"  {title}", style="bold"))
        widest = max(map(len, rows), default=0)
        self.say(*(f"  {name:<{widest}}  {value}" for name, value in rows.items()))
