"""The one transaction of an import: what stands is read, the sheet is checked whole, then it is written.

It is an order that changes the office: it is judged while the office's chain is locked. Any fault leaves all as it
was. The same sheet again changes nothing. Who brought it in, and the file's SHA-256, stand in ``imported_sheet``,
in the office's chain beside the rows.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final
from uuid import uuid4

from flows.imports import categories, places, posts, routes
from flows.imports.changes import Changes
from flows.imports.read_sheet import Columns, read_sheet
from flows.office import By, OfficeChange, OfficeTurn, carry_out_order
from flows.office.own_gain import not_for_own_posts, not_under_himself
from flows.rules.sheets import Sheet
from storage import numbers
from storage.database import Database, Driver
from storage.identity import OfficeIdentity

Advance = Callable[[int, int], None]
_STAGES: Final = 3


@dataclass(frozen=True, slots=True)
class Importable:
    """A sort of sheet: its columns, what it is compared with, and the check that says what it would change."""

    columns: Columns
    standing: Callable[[Driver, datetime], Awaitable[Any]]
    check: Callable[[Sheet, Any, datetime], Changes]


IMPORTABLE: Final[Mapping[str, Importable]] = {
    "categories": Importable(categories.COLUMNS, categories.standing, categories.check),
    "places": Importable(places.COLUMNS, places.standing, places.check),
    "posts": Importable(posts.COLUMNS, posts.standing, posts.check),
    "routes": Importable(routes.COLUMNS, routes.standing, routes.check),
}


@dataclass(frozen=True, slots=True)
class Given:
    """A file that is brought in: of which sort, where it lies, its name."""

    what: str
    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it: rows of the sheet, and of them added, changed, ended and as they were."""

    rows: int
    added: int
    changed: int
    ended: int
    dry_run: bool = False

    @property
    def unchanged(self) -> int:
        return self.rows - self.added - self.changed - self.ended

    @classmethod
    def of(cls, changes: Changes, *, dry_run: bool = False) -> Imported:
        return cls(changes.rows, changes.added, changes.changed, changes.removed, dry_run)


def _silent(_done: int, _total: int) -> None:
    return


class _NothingNew(Exception):
    """All stands as the sheet says: the transaction ends, and no entry is made of it."""

    def __init__(self, changes: Changes) -> None:
        super().__init__()
        self.changes = changes


@dataclass(frozen=True, slots=True)
class _Import:
    """The order: a sheet that was read, to be checked and written."""

    given: Given
    sheet: Sheet
    advance: Advance
    what: ClassVar[str] = "sheet.imported"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        """Gathers the rows. Raises Refused, BadSheet, _NothingNew."""
        await turn.needs_power("administer")
        changes = await _checked(turn.driver, self.given, self.sheet, turn.at)
        if changes.nothing:
            raise _NothingNew(changes)
        await not_for_own_posts(turn, changes.empowered)
        await not_under_himself(turn, changes.placed, turn.today)
        self.advance(2, _STAGES)
        await asyncio.to_thread(_gather, turn.change, changes)
        turn.change.insert("imported_sheet", _row(self.given, changes, turn))
        return asdict(Imported.of(changes))


async def import_sheet(
    database: Database,
    identity: OfficeIdentity,
    by: By | None,
    given: Given,
    *,
    dry_run: bool,
    advance: Advance = _silent,
) -> Imported:
    """Brings a sheet in, whole or not at all; ``dry_run`` only checks it. ``advance`` hears of the stages.

    ``by`` None: an operator at the machine. Raises BadSheet with every fault, Refused, DatabaseAway, TryAgain.
    """
    # Reading and checking takes seconds of a processor: a thread, so that the process answers others meanwhile.
    sheet = await asyncio.to_thread(read_sheet, given.path, given.name, IMPORTABLE[given.what].columns)
    advance(1, _STAGES)
    if dry_run:
        async with database.querying() as driver:
            changes = await _checked(driver, given, sheet, await numbers.now(driver))
        done = Imported.of(changes, dry_run=True)
    else:
        try:
            order = _Import(given, sheet, advance)
            done = Imported(**(await carry_out_order(database, identity, by, order)).outcome)
        except _NothingNew as found:
            done = Imported.of(found.changes)
    advance(_STAGES, _STAGES)
    return done


async def _checked(driver: Driver, given: Given, sheet: Sheet, at: datetime) -> Changes:
    """What it would change. Raises BadSheet."""
    sort = IMPORTABLE[given.what]
    standing = await sort.standing(driver, at)
    return await asyncio.to_thread(sort.check, sheet, standing, at)


def _gather(change: OfficeChange, changes: Changes) -> None:
    for table, ids, columns in changes.ended:
        for one in ids:
            change.set(table, {"id": one}, columns)
    begun: dict[str, list[dict[str, Any]]] = {}
    for table, rows in changes.begun:
        begun.setdefault(table, []).extend(rows)
    for table, rows in begun.items():
        change.insert_all(table, rows)
    for table, key, columns in changes.set:
        change.set(table, key, columns)


def _row(given: Given, changes: Changes, turn: OfficeTurn) -> dict[str, Any]:
    counts = {"rows": changes.rows, "added": changes.added, "changed": changes.changed, "ended": changes.removed}
    return {
        "id": uuid4(),
        "what": given.what,
        "name": given.name[:200],
        "sha256": hashlib.sha256(given.path.read_bytes()).digest(),
        **counts,
        "by_person": turn.by and turn.by.person,
        "by_post": turn.by and turn.by.post,
        "at": turn.at,
    }
