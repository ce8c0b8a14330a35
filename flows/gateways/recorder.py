"""The gateway of a practice office: it makes the content as the real one would, and sends nothing anywhere."""

from __future__ import annotations

from collections.abc import Callable

from flows.gateways.protocol import Answer, Letter
from flows.rules.messages import Content


class Recorder:
    """Stands for a channel's gateway."""

    def __init__(self, content: Callable[[Letter], Content]) -> None:
        self._content = content

    def content(self, letter: Letter) -> Content:
        return self._content(letter)

    async def send(self, letter: Letter, content: Content) -> Answer:
        return Answer("recorded")
