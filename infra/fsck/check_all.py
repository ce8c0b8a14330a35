"""The whole check of an office, as ``patravali fsck`` runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

from flows.adopting import LeftBehind, adopt, left_behind
from infra.audit.operations import database_of, store_of
from infra.fsck import documents, locks
from infra.fsck.time_kept import Leftover, TimeReport, check_office, clear_leftovers, repair_time
from infra.progress_bar import progress_bar
from storage import erasures, numbers, time_check
from storage.database import Database, Driver
from storage.documents.protocol import DocumentStore
from storage.identity import read_identity
from storage.settings import Settings
from storage.snapshots import one_snapshot


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asked for."""

    repair: bool = False
    remove_orphans: bool = False
    read_bytes: bool = True
    quiet: bool = False


@dataclass(slots=True)
class Findings:
    """What was found. An orphan alone is nothing amiss: a crash may leave one, and it harms nobody.

    ``erasures``: lists and orders whose erasing was begun and not ended, which the next run of it does.
    ``unlocked``: documents that the store could lose before their time, and until when it should keep them.
    """

    time: TimeReport
    leftovers: list[Leftover]
    documents: documents.Report
    erasures: list[str] = field(default_factory=list[str])
    unlocked: dict[str, datetime] = field(default_factory=dict[str, datetime])
    left_behind: list[LeftBehind] = field(default_factory=list[LeftBehind])
    repaired: bool = False
    remaining: list[Leftover] = field(default_factory=list[Leftover])

    @property
    def ok(self) -> bool:
        """Whether nothing is amiss any more: what was repaired counts as well."""
        if self.repaired:
            return not (self.documents.faults or self.remaining or self.erasures or self.left_behind)
        beside = self.leftovers or self.erasures or self.unlocked or self.left_behind
        return not (self.documents.faults or self.time.differences or beside)


async def check_all(settings: Settings, wish: Wish) -> Findings:
    """Check documents, time and leftovers; repair and remove what was asked for.

    Raises CommandFault where PostgreSQL or the store does not answer, or a role's address is not set.
    """
    async with store_of(settings) as store, database_of(settings, "database_reader_url") as database:
        with progress_bar("dockets checked", quiet=wish.quiet) as advance:
            time, leftovers = await check_office(database, advance)
        found = Findings(time, leftovers, await _check_documents(store, database, wish))
        async with database.querying() as driver:
            found.erasures = await erasures.begun(driver)
            found.left_behind = await left_behind(driver)
        async with one_snapshot(database) as driver:
            found.unlocked = await locks.unlocked(driver, store)
        if wish.repair and found.unlocked:
            await locks.lock_again(store, found.unlocked)
            found.repaired = True
    if wish.repair and (time.differences or leftovers or found.left_behind):
        await _repair(settings, found)
    return found


async def _repair(settings: Settings, found: Findings) -> None:
    """Rows are written anew as the owner; what changes a complaint is a movement, as the application writes it."""
    async with database_of(settings, "database_owner_url") as owner:
        await repair_time(owner, found.time)
        await clear_leftovers(owner, found.leftovers)
    if found.left_behind:
        async with database_of(settings, "database_url") as database:
            async with database.querying() as driver:
                identity = await read_identity(driver)
            await adopt(database, identity, found.left_behind)
            async with database.querying() as driver:
                found.left_behind = await left_behind(driver)
    found.repaired = True
    found.remaining = [leftover for leftover in found.leftovers if not leftover.clearable]


async def _check_documents(store: DocumentStore, database: Database, wish: Wish) -> documents.Report:
    async def is_cited(sha256: str) -> bool:
        # Asked on a connection of its own: the snapshot would not see a row that came since.
        async with database.writing() as driver:
            return await time_check.is_cited(driver, sha256)

    async with one_snapshot(database) as driver:
        total, now = await time_check.count_blobs(driver), await numbers.now(driver)
        with progress_bar("documents read", quiet=wish.quiet) as advance:
            return await documents.check(
                _cited(driver),
                store,
                now=now,
                is_cited=is_cited,
                read_bytes=wish.read_bytes,
                remove_orphans=wish.remove_orphans,
                tell=lambda checked: advance(checked, total),
            )


async def _cited(driver: Driver) -> AsyncIterator[documents.Cited]:
    async for row in time_check.cited_blobs(driver):
        yield row["sha256"], row["size"]
