"""The first reading of a docket by the post that it came to: a row of its own, with its entry, and no movement."""

from __future__ import annotations

from uuid import UUID

from flows.writing import ChainEnd, Draft
from storage import numbers
from storage.database import Database, Driver, fetch_one, write
from storage.identity import OfficeIdentity
from storage.rows import update

_LOCKED = "select chain_length, chain_head from docket where id = %(docket)s for update"
_READ = "select 1 from first_read where movement = %(movement)s and post = %(post)s"


async def record_first_reading(
    database: Database, identity: OfficeIdentity, docket: UUID, movement: UUID, post: UUID, person: UUID
) -> None:
    """Keeps who first read, at which post and when, what a movement brought; the second time it does nothing."""
    async with database.writing() as driver:
        chain = await fetch_one(driver, _LOCKED, {"docket": docket})
        if chain is None or await _is_read(driver, movement, post):
            return
        at = await numbers.now(driver)
        draft = Draft(docket, at)
        draft.insert("first_read", {"movement": movement, "post": post, "person": person, "at": at})
        end = ChainEnd(identity.epoch, chain["chain_length"], chain["chain_head"])
        entry = draft.seal(end, "reading:first")
        kept = {"chain_length": entry.sequence, "chain_head": entry.hash}
        draft.also(update("docket", {"id": docket}, kept))
        await write(driver, draft.statements, commit=True)


async def _is_read(driver: Driver, movement: UUID, post: UUID) -> bool:
    return await fetch_one(driver, _READ, {"movement": movement, "post": post}) is not None
