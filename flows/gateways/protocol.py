"""What a gateway is: it makes a message's content, hands it over, and says what it knows of what came of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

from flows.rules.labels import Label
from flows.rules.messages import LETTER_VALUES, Content

Verdict = Literal["sent", "recorded", "not_taken", "failed", "uncertain"]
"""``not_taken``: surely not handed over, so it is tried again; ``uncertain``: nobody knows, so it never is."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one addressee. ``key`` is the same at each try, so that a gateway can refuse a second one.

    ``told`` is what it may tell of its docket; ``target`` and ``generation`` are of a webhook.
    """

    key: UUID
    purpose: str
    to: str
    told: Mapping[str, Any]
    target: UUID | None = None
    generation: int = 0

    @property
    def values(self) -> dict[str, Label]:
        """What its text may name (``flows.rules.messages.VALUES``, ``LETTER_VALUES``)."""
        number = self.told["number"]
        office = (self.told["office_en"], self.told["office_hi"])
        written = {name: (self.told[name], self.told[name]) for name in LETTER_VALUES if name in self.told}
        return {"number": (number, number), "office": office, **written}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of handing a letter over; ``again_after_s``: the gateway asked to be left alone for so long."""

    verdict: Verdict
    reason: str | None = None
    gateway_id: str | None = None
    again_after_s: float | None = None


class Unfit(Exception):
    """A letter can never go out as it is: the address, the text. ``reason`` is a code of ``REASONS``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Gateway(Protocol):
    """A way to the outside. ``send`` has a time limit of its own and tells what happened by its answer."""

    def content(self, letter: Letter) -> Content:
        """What goes out. Raises Unfit or NoText."""
        ...

    async def send(self, letter: Letter, content: Content) -> Answer: ...
