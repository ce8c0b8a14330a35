"""Assistants of posts: given with listed powers, and ended, by an administrator or a command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID, uuid4

from flows.office.changes import OfficeTurn
from flows.rules.errors import Refusal, Refused
from flows.rules.labels import ASSISTANT_POWERS, listed_codes
from storage import assistants


@dataclass(frozen=True, slots=True)
class GiveAssistant:
    """Makes a person an assistant of a post (its code) from now on. Nobody makes himself one: he would read and
    prepare what is the officer's."""

    login: str
    post: str
    powers: frozenset[str]
    what: ClassVar[str] = "assistant.given"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        if not self.powers or self.powers - ASSISTANT_POWERS.keys():
            allowed = {"allowed": listed_codes(ASSISTANT_POWERS)}
            raise Refused(Refusal("unknown-assistant-power", "powers", allowed))
        person, post = await self._whom_and_where(turn)
        turn.not_for_himself(person)
        row: dict[str, Any] = {"id": uuid4(), "person": person, "post": post, "powers": sorted(self.powers)}
        row |= {"from_at": turn.at, "to_at": None, "given_by": turn.by and turn.by.person, "ended_by": None}
        turn.change.insert("assistant", row)
        return {"id": str(row["id"])}

    async def _whom_and_where(self, turn: OfficeTurn) -> tuple[UUID, UUID]:
        person, post = await assistants.whom_and_where(turn.driver, self.login, self.post)
        if person is None:
            raise Refused(Refusal("unknown-person", "login"))
        if post is None:
            raise Refused(Refusal("unknown-post", "post"))
        if await assistants.present(turn.driver, self.login, self.post) is not None:
            raise Refused(Refusal("assistant-already", "login"))
        return person, post


@dataclass(frozen=True, slots=True)
class EndAssistant:
    """Ends what was given, from now on. Ended already, it stays so."""

    assistant: UUID
    what: ClassVar[str] = "assistant.ended"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        there = await assistants.one(turn.driver, self.assistant)
        if there is None:
            raise Refused(Refusal("no-such-assistant"))
        if there["to_at"] is None:
            ended = {"to_at": max(turn.at, there["from_at"]), "ended_by": turn.by and turn.by.person}
            turn.change.set("assistant", {"id": self.assistant}, ended)
        turn.change.idle = there["to_at"] is not None
        return {"id": str(self.assistant)}
