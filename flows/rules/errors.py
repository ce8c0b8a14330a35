"""What a rule answers when an act may not be done: a stable code, the field that it is about, and the facts.

The sentences, in both languages, stand in ``texts``; nothing else words a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default

from flows.rules.labels import Fact, worded
from flows.rules.texts import SENTENCES


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act may not be done. ``code`` is stable and ends the problem's type (RFC 9457).

    ``also``: further fields of which the same is to be said, where a rule tells all of them at once.
    """

    code: str
    field: str | None = None
    facts: Mapping[str, Fact] = default(default_factory=dict[str, Fact])
    also: tuple[str, ...] = ()

    def sentence(self, language: str = "en") -> str:
        """The sentence that a clerk reads, in ``en`` or ``hi``."""
        return worded(SENTENCES[self.code], language, self.facts)

    def to_json(self) -> dict[str, object]:
        told: dict[str, object] = {"code": self.code, "field": self.field, "facts": dict(self.facts)}
        return told | ({"also": list(self.also)} if self.also else {})


def refusal_of(stored: Mapping[str, object]) -> Refusal:
    """The refusal that ``to_json`` stored."""
    facts = stored.get("facts")
    named = stored.get("field")
    known = {str(k): _fact(v) for k, v in facts.items()} if isinstance(facts, Mapping) else {}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    also = stored.get("also")
    others = tuple(str(one) for one in also) if isinstance(also, list) else ()  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return Refusal(str(stored["code"]), None if named is None else str(named), known, others)


def _fact(stored: object) -> Fact:
    if isinstance(stored, list):
        english, hindi = (str(text) for text in stored)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return english, hindi
    return str(stored)


class Refused(Exception):
    """An act was refused; nothing was written."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence())
        self.refusal = refusal
