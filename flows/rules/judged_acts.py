"""Acts in a complaint's past that others judge later: its last reply, and its last proposal of special closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Reply:
    """The last reply to a complaint: its movement, and whether its review accepted it."""

    movement: UUID
    accepted: bool


@dataclass(frozen=True, slots=True)
class SpecialClose:
    """The last proposal to close a complaint specially: who made it, and when.

    ``times``: how often it was proposed since the complaint was last reopened.
    """

    post: UUID
    person: UUID
    at: datetime
    times: int
