"""What is wrong with a page of rules: each fault with its place, and all of them together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: in which text, on which line, of what (a path of keys), and what is wrong."""

    source: str
    line: int
    path: str
    what: str

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        return f"{self.source}:{self.line}: {place}{self.what}"


class Faults(Exception):
    """A page of rules is refused whole; ``faults`` names each fault once, by its place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
