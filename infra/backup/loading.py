"""A backup's database in an empty one: loaded, brought to this release's schema, and not open to anybody yet."""

from __future__ import annotations

import asyncio

from infra.backup.contents import DUMP, BackupFault
from infra.backup.dump import load
from infra.backup.read import Backup
from infra.progress_bar import progress_bar
from storage import restores
from storage.database import Database
from storage.migrations.run import upgrade


async def load_backup(backup: Backup, owner_url: str, *, quiet: bool) -> None:
    """Load the dump, unless that was done before a kill, and migrate. Raises BackupFault."""
    if not await _is_loaded(backup, owner_url):
        closing = restores.CLOSE.format(backup=backup.manifest.hash().hex())
        with progress_bar("bytes loaded", quiet=quiet) as advance:
            await load(backup.folder / DUMP, owner_url, closing, lambda done: advance(done, None))
    await asyncio.to_thread(upgrade, owner_url)


async def _is_loaded(backup: Backup, owner_url: str) -> bool:
    """Whether this backup's restore was begun here and came as far. Raises BackupFault for anything else."""
    database = Database(owner_url, pool=2)
    try:
        async with database.querying() as driver:
            if await restores.tables(driver) == 0:
                return False
            begun = await restores.under_way(driver)
    finally:
        await database.close()
    if begun == backup.manifest.hash():
        return True
    if begun is not None:
        raise BackupFault(
            "the restore of another backup was begun in this database; finish it, or empty the database"
        )
    raise BackupFault("the database is not empty; a restore needs an empty one")
