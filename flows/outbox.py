"""What comes of a message, written: its outcome with an entry in its docket's chain, and a person's word on it.

The outcome is a row of its own, written once, and not a change of the message's row: a message that was
uncertain, then said to be sent again, then sent, has three outcomes and all three stay on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from flows.parameters import Protector
from flows.rules.audit_chain import Commitment
from flows.rules.errors import Refusal, Refused
from flows.rules.messages import STATES
from flows.writing import ChainEnd, Draft
from storage import outbox
from storage.database import Database, Statement, write
from storage.rows import update

RESOLUTIONS: Final[Mapping[str, tuple[str, str, frozenset[str]]]] = {
    "sent": ("said_sent", "sent", frozenset({"uncertain"})),
    "send_again": ("send_again", "waiting", frozenset({"uncertain", "failed"})),
}
"""What a person may say of a message: the outcome that it is, the state that follows, and those it is said in."""


class NoSuchMessage(Exception):
    """There is no message of this id."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a message: the outcome, why (a code of ``flows.rules.messages.REASONS``), what went to whom.

    ``addressee`` is the value under which the telephone or address stands already; ``content`` becomes one.
    """

    outcome: str
    reason: str | None = None
    addressee: Commitment | None = None
    content: str | None = None
    gateway_id: str | None = None


async def settle(database: Database, message: Mapping[str, Any], result: Result) -> bool:
    """Writes what came of a sending; False where the message is no longer this claim's (nothing is written)."""
    async with database.writing() as driver:
        stands = await outbox.lock(driver, message["id"], message["docket"])
        if (stands["state"], stands["claim"]) != ("sending", message["claim"]):
            return False
        place = _Place(message["id"], message["docket"], stands)
        await write(driver, _written(place, result, {"state": result.outcome}, {}), commit=True)
        return True


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says of a message, one of ``RESOLUTIONS``, and at which post; at the command line: nobody's.

    ``seen`` is the number of outcomes that he saw, so that the same word given twice is taken once.
    """

    resolution: str
    seen: int
    post: UUID | None = None
    person: UUID | None = None


async def resolve(database: Database, message: UUID, word: Word) -> str:
    """Takes a person's word on a message whose sending nobody else can judge; answers its new state.

    Raises NoSuchMessage, or Refused.
    """
    outcome, state, said_in = RESOLUTIONS[word.resolution]
    async with database.writing() as driver:
        docket = await outbox.docket_of(driver, message)
        if docket is None:
            raise NoSuchMessage
        stands = await outbox.lock(driver, message, docket)
        if word.seen != stands["outcomes"]:
            raise Refused(
                Refusal("stale-version", "If-Match", {"seen": str(word.seen), "now": str(stands["outcomes"])})
            )
        if stands["state"] not in said_in:
            raise Refused(Refusal("message-not-open", facts={"state": STATES[stands["state"]]}))
        said_by = {"by_post": word.post, "by_person": word.person}
        changed = {"state": state, "attempts": 0, "not_before": None}
        place = _Place(message, docket, stands)
        await write(driver, _written(place, Result(outcome), changed, said_by), commit=True)
        return state


@dataclass(frozen=True, slots=True)
class _Place:
    """A locked message and its docket's chain."""

    message: UUID
    docket: UUID
    stands: Mapping[str, Any]

    @property
    def ordinal(self) -> int:
        return self.stands["outcomes"] + 1


def _written(
    place: _Place, result: Result, changed: Mapping[str, Any], said_by: Mapping[str, Any]
) -> list[Statement]:
    """The statements of one outcome: its row and entry, and how the message stands after it."""
    stands, at = place.stands, place.stands["now"]
    protect = Protector(uuid5(place.message, str(place.ordinal)))
    draft = Draft(place.docket, at)
    draft.insert("outbox_outcome", {
        "message": place.message,
        "ordinal": place.ordinal,
        "docket": place.docket,
        "outcome": result.outcome,
        "reason": result.reason,
        "addressee": result.addressee,
        "content": protect("content", result.content),
        "gateway_id": result.gateway_id,
        "at": at,
        **said_by,
    })  # fmt: skip
    chain = ChainEnd(stands["epoch"], stands["chain_length"], stands["chain_head"])
    draft.seal_beside(chain, f"message:{result.outcome}")
    free = {"claim": None, "claimed_at": None, "reason": result.reason, "changed_at": at}
    draft.also(update("outbox", {"id": place.message}, {**free, **changed}))
    return protect.statements + draft.statements
