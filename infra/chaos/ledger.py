"""A client's ledger: each instruction with its key and body, every attempt, and what it was told in the end.

The judgement rests on it alone, and on what stands in the database; nothing that the office says of itself counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

End = Literal["carried_out", "refused", "failed", "open"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of a request: when it began and ended (seconds of the clock); ``status`` None: no answer."""

    began: float
    ended: float
    status: int | None
    said: str = ""


@dataclass(slots=True)
class LedgerEntry:
    """One instruction. ``expects``: what the rules make of it; ``end``: what the client was told (open: nothing).

    ``acknowledged``: the office said that it has it, with 200, 201 or 202.
    """

    client: int
    key: str
    action: str
    docket: str
    body: Mapping[str, Any]
    expects: Literal["carried_out", "refused"] = "carried_out"
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    acknowledged: bool = False
    end: End = "open"
    movement: str | None = None
    why: str = ""

    @property
    def without_answer(self) -> int:
        """How many attempts were never answered."""
        return sum(attempt.status is None for attempt in self.attempts)


def write_ledger(path: Path, entries: Iterable[LedgerEntry]) -> None:
    """One line an entry, so that a run can be looked at afterwards."""
    lines = (json.dumps(asdict(entry), ensure_ascii=False) for entry in entries)
    path.write_text("\n".join(lines) + "\n", "utf-8")
