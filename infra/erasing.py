"""What ``patravali erase`` and ``retention`` work with: the application's role, the destroyer's, and the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from flows.erasing import Erased, Hands, carry_out_erasure
from flows.office.changes import INDIA
from flows.office.erasure import Sort
from flows.retention import due_papers
from infra.audit.operations import database_of, store_of
from infra.backup.contents import MANIFEST, BackupFault, NoBackup
from infra.backup.read import open_backup
from infra.commands.operator import InputFault, needed
from infra.office_at import office_at
from infra.progress_bar import progress_bar
from storage import numbers, retention
from storage.identity import read_identity
from storage.settings import Settings

SHOWN: Final = 500
"""The most lists and orders that are shown at once."""


async def erase(settings: Settings, sort: Sort, number: int, *, quiet: bool) -> Erased:
    """Carries out a list or an order. Raises Refused, CommandFault."""
    async with (
        database_of(settings, "database_url") as database,
        database_of(settings, "database_destroyer_url") as destroyer,
        store_of(_as_destroyer(settings)) as store,
    ):
        async with database.querying() as driver:
            identity = await read_identity(driver)
        with progress_bar("texts erased", quiet=quiet) as advance:
            hands = Hands(database, destroyer, store, identity)
            return await carry_out_erasure(hands, sort, number, advance=advance)


def _as_destroyer(settings: Settings) -> Settings:
    """The store as who may lift a lock there; in a folder nobody else is needed. Raises CommandFault."""
    if not settings.s3_endpoint:
        return settings
    keys = {
        f"s3_{key}": SecretStr(needed(settings, f"s3_destroyer_{key}")) for key in ("access_key", "secret_key")
    }
    return settings.model_copy(update=keys)


async def erase_again(settings: Settings, *, quiet: bool) -> list[Erased]:
    """Carries out once more all that two people signed, as after a restore. Raises Refused, CommandFault."""
    async with database_of(settings, "database_url") as database, database.querying() as driver:
        rows = await retention.orders(driver, limit=2**31 - 1)
    signed = [row for row in reversed(rows) if row["state"] in ("ordered", "carried_out")]
    return [await erase(settings, row["sort"], row["number"], quiet=quiet) for row in signed]


def backups_in(folders: Sequence[Path]) -> list[Path]:
    """The backups in these folders. Raises InputFault for one that is none, before anything is erased."""
    try:
        inside = [one for parent in folders for one in (parent, *parent.iterdir())]
    except OSError as fault:
        found = f"{fault.filename} holds no backups: {fault.strerror}"
        raise InputFault(f"{found}; give the folder that they are in") from None
    return sorted(one for one in inside if (one / MANIFEST).is_file())


def that_hold_it(backups: Sequence[Path], done: Sequence[Erased]) -> list[str]:
    """Those of the backups that may hold what is erased now, by name, epoch and day: all that were made before.

    One that was made since all of it was gone does not, and is not to be destroyed for it.
    """
    if not done:
        return []
    gone = [one.gone_since for one in done]
    since = None if None in gone else max(one for one in gone if one is not None)
    return [named for backup in backups if (named := _holding(backup, since)) is not None]


def _holding(folder: Path, since: datetime | None) -> str | None:
    try:
        manifest = open_backup(folder, None).manifest
    except (BackupFault, NoBackup):
        return f"{folder} (cannot be read)"
    made_after = since is not None and manifest.made_at > since
    return None if made_after else f"{folder} (epoch {manifest.epoch}, {manifest.made_at})"


async def due(url: str, on: date | None, most: int) -> list[dict[str, Any]]:
    """Papers past their retention on a day (today)."""
    async with office_at(url) as (database, _), database.querying() as driver:
        day = on or (await numbers.now(driver)).astimezone(INDIA).date()
        return await due_papers(driver, day, limit=most)


async def orders(url: str) -> list[Mapping[str, Any]]:
    """Lists and orders, the newest first."""
    async with office_at(url) as (database, _), database.querying() as driver:
        return list(await retention.orders(driver, limit=SHOWN))


async def order_page(url: str, sort: Sort, number: int) -> Mapping[str, Any] | None:
    """A list or an order with all its lines; None: there is none of that number."""
    async with office_at(url) as (database, _), database.querying() as driver:
        row = await retention.shown_order(driver, sort, number)
        return None if row is None else {**row, "lines": await retention.items(driver, row["id"])}
