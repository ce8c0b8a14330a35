"""Assistants of a post: given with listed powers, and ended, by an administrator or a command."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID, uuid5

from flows.office import OfficeChange, change_office
from flows.rules.errors import Refusal, Refused
from flows.rules.labels import ASSISTANT_POWERS, listed
from storage import assistants, numbers
from storage.database import AlreadyThere, Database
from storage.identity import OfficeIdentity


async def give(
    database: Database,
    identity: OfficeIdentity,
    *,
    login: str,
    post: str,
    powers: Collection[str],
    by: UUID | None,
    key: str,
) -> UUID:
    """Makes a person an assistant of a post (its code) from now on, and answers the id of that.

    ``by`` is the administrator (None: an operator's command), and ``key`` names his request: the same again gives
    the same answer. Raises Refused.
    """
    unknown = not powers or set(powers) - ASSISTANT_POWERS.keys()
    if unknown:
        allowed = {"allowed": listed(ASSISTANT_POWERS.values())}
        raise Refused(Refusal("unknown-assistant-power", "powers", allowed))
    async with database.querying() as driver:
        person, place = await assistants.whom_and_where(driver, login, post)
        at = await numbers.now(driver)
    if person is None:
        raise Refused(Refusal("unknown-person", "login"))
    if place is None:
        raise Refused(Refusal("unknown-post", "post"))
    assistant = uuid5(by or person, f"assistant {key}")
    row: dict[str, Any] = {"id": assistant, "person": person, "post": place}
    row |= {"powers": sorted(set(powers)), "from_at": at, "to_at": None, "given_by": by, "ended_by": None}
    change = OfficeChange("assistant.given")
    change.insert("assistant", row)
    try:
        await change_office(database, identity, change)
    except AlreadyThere:
        await _the_same(database, row)
    return assistant


async def _the_same(database: Database, wanted: Mapping[str, Any]) -> None:
    """Raises Refused unless what stands under this id is what was asked for now."""
    async with database.querying() as driver:
        there = await assistants.one(driver, wanted["id"])
    if there is None:
        raise Refused(Refusal("assistant-already", "login"))
    if any(there[name] != wanted[name] for name in ("person", "post", "powers")):
        raise Refused(Refusal("key-reused", "Idempotency-Key"))


async def end(database: Database, identity: OfficeIdentity, assistant: UUID, by: UUID | None) -> bool:
    """Ends what was given, from now on; answers False where there is nothing like it. Ended already, it stays so.

    ``by`` is the administrator; None: an operator's command.
    """
    async with database.querying() as driver:
        there = await assistants.one(driver, assistant)
        at = await numbers.now(driver)
    if there is None or there["to_at"] is not None:
        return there is not None
    change = OfficeChange("assistant.ended")
    change.set("assistant", {"id": assistant}, {"to_at": max(at, there["from_at"]), "ended_by": by})
    await change_office(database, identity, change)
    return True
