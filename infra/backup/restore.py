"""Restores an office from a backup into an empty database: a new epoch, numbers past a gap, and what is lost.

Each part can be done again after a kill: documents are put by their SHA-256, the dump comes in one transaction
that leaves the database closed to the office, and the one that begins the new epoch opens it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from flows.checkpoints import place_of, read_copy
from flows.office import OfficeChange, change_office
from flows.rules.audit_checkpoint import BrokenCheckpoint, key_id
from flows.rules.errors import Refusal
from infra.audit.operations import copies_of, database_of, sign_checkpoint_now, store_of
from infra.audit.superseded import Ended, Lost, Superseded, Witnesses
from infra.backup.contents import BackupFault
from infra.backup.loading import load_backup
from infra.backup.read import Backup, check_files
from infra.backup.sealed_keys import differing, keys_in, put_keys
from infra.commands.operator import InputFault, needed
from infra.progress_bar import progress_bar
from storage import backup_reading, numbers, restores, retention
from storage.checkpoint_copies import Copies, FolderCopies
from storage.database import Database, Driver
from storage.documents.errors import BlobDamaged, BlobMissing
from storage.documents.local_directory import LocalDirectory
from storage.documents.opening import open_spool
from storage.documents.protocol import DocumentStore
from storage.identity import read_identity
from storage.settings import Settings
from storage.snapshots import one_snapshot

GAP: Final = 1000
_LARGEST_GAP: Final = 100_000_000
_EVERY: Final = 10**12
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator gives to a restore.

    ``gap``: how many numbers of each series are passed over beyond those known to be given. ``checkpoints``:
    folders with copies of checkpoints that were kept outside. ``identity``: the file of the age identity that
    opens the keys.
    """

    gap: int = GAP
    checkpoints: tuple[Path, ...] = ()
    identity: Path | None = None
    older_keys: Mapping[bytes, Ed25519PublicKey] = field(default_factory=dict[bytes, Ed25519PublicKey])
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore. ``checkpoint``: the first one of the new epoch; None without key or signer.

    ``to_erase``: lists and orders that were signed before the backup, and of which it still holds what they erase.
    ``to_order``: those signed after it, as later checkpoints tell, and how many lines each had: what they erased
    has come back, and nobody's signature is here.
    """

    epoch: int
    again: bool
    lost: list[Lost]
    untold: list[str]
    keys: list[Path]
    checkpoint: int | None
    to_erase: list[str] = field(default_factory=list[str])
    to_order: dict[str, int] = field(default_factory=dict[str, int])


async def restore(settings: Settings, backup: Backup, wish: Wish) -> Restored:
    """Restore the office into the database and the store that the settings name.

    Raises BackupFault where something is in the way, naming it, SealFault for a wrong passphrase, InputFault for a
    folder without copies of checkpoints, CommandFault.
    """
    if not 0 <= wish.gap <= _LARGEST_GAP:
        raise BackupFault(f"--gap is a number from 0 to {_LARGEST_GAP:,}")
    await _need_copies(wish.checkpoints)
    with progress_bar("bytes checked", quiet=wish.quiet) as advance:
        check_files(backup, advance)
    keys = _keys(settings, backup, wish)
    again = await _is_free(settings, backup, wish)
    await _put_objects(settings, backup, quiet=wish.quiet)
    if not again:
        async with database_of(settings, "database_owner_url"):
            await load_backup(backup, needed(settings, "database_owner_url"), quiet=wish.quiet)
    epoch, left_behind, lost = await _begin(settings, backup, wish)
    written = put_keys(keys, settings)
    number = await _sign(settings)
    restored = Restored(epoch, again, lost, left_behind.untold, written, number)
    return await _with_erasures(settings, restored, left_behind)


async def _with_erasures(settings: Settings, made: Restored, left_behind: Superseded) -> Restored:
    """Names what was to be gone and is here again."""
    async with database_of(settings, "database_owner_url") as database, database.querying() as driver:
        if not await restores.is_there(driver, "erasure_order"):  # a backup of an older release
            return replace(made, to_order=left_behind.orders)
        known, open_ones = await retention.signed(driver), await retention.signed(driver, "ordered")
    since = {named: lines for named, lines in left_behind.orders.items() if named not in known}
    return replace(made, to_erase=list(open_ones), to_order=since)


async def _need_copies(folders: Sequence[Path]) -> None:
    """A folder named by mistake would let the epoch and the numbers of what is lost be given a second time."""
    for folder in folders:
        if not any(place_of(name) for name in await FolderCopies(folder).names()):
            raise InputFault(
                f"{folder} holds no copies of checkpoints; give the folder in which they were kept, or none"
            )


def _keys(settings: Settings, backup: Backup, wish: Wish) -> dict[str, bytes]:
    keys = keys_in(backup, settings, wish.identity) or {}
    if others := differing(keys, settings):
        raise BackupFault(f"another key than that of the backup stands in {', '.join(others)}; move it away first")
    return keys


async def _is_free(settings: Settings, backup: Backup, wish: Wish) -> bool:
    """Whether this very backup was restored here before; raises BackupFault where something else is in the way."""
    async with database_of(settings, "database_owner_url") as database, database.querying() as driver:
        done = await _is_restored(driver, backup)
        if not done and (roles := await restores.at_work(driver)):
            raise BackupFault(f"the office is running: {', '.join(roles)} work in the database; stop it first")
        if not done and await restores.under_way(driver) is None and await restores.tables(driver):
            raise BackupFault(await _in_the_way(driver, backup))
    async with copies_of(settings) as copies:
        await _same_office(copies, backup)
        if not done:
            await _need_keys(copies, backup, wish)
    return done


async def _need_keys(copies: Copies, backup: Backup, wish: Wish) -> None:
    """What a later checkpoint shows counts once only, when the epoch begins: its key must be known by then."""
    if unknown := (await _left_behind(copies, backup, wish)).unbelieved:
        named = ", ".join(sorted(unknown)[:_NAMED])
        raise InputFault(
            f"checkpoints that were taken after the backup ({named}) are signed with a key that was not given: "
            "give it with --older-key, or move their copies away if they are forged"
        )


async def _is_restored(driver: Driver, backup: Backup) -> bool:
    """Whether the last restore of this database was from this backup, and is whole."""
    if not await restores.is_there(driver, "restored") or await restores.under_way(driver) is not None:
        return False
    rows = await restores.every(driver)
    return bool(rows) and bytes(rows[-1]["backup"]) == backup.manifest.hash()


async def _in_the_way(driver: Driver, backup: Backup) -> str:
    """What is said of a database that is not empty."""
    advice = "a restore never writes over anything: give it an empty database"
    if not await restores.is_there(driver, "office_identity"):
        return f"the database holds tables that are none of an office's; {advice}"
    found = await backup_reading.facts(driver)
    later = found.entries - backup.manifest.entries
    more = f", {later:,} more than the backup" if found.office == backup.manifest.office and later > 0 else ""
    return f"the database holds the office “{found.name}” with {found.entries:,} entries{more}; {advice}"


async def _same_office(copies: Copies, backup: Backup) -> None:
    """The store may hold what came after the backup, but nothing of another office."""
    for name in reversed(await copies.names()):
        try:
            checkpoint, _ = read_copy(await copies.read(name))
        except BrokenCheckpoint:
            continue
        if checkpoint.office != backup.manifest.office:
            raise BackupFault("the store of documents holds checkpoints of another office; give it one of its own")
        return


async def _put_objects(settings: Settings, backup: Backup, *, quiet: bool) -> None:
    # What the office once took in comes back, whatever the largest document is now.
    source, spool = LocalDirectory(backup.objects), open_spool(settings, limit=backup.manifest.object_bytes)
    async with store_of(settings) as store:
        with progress_bar("documents put", quiet=quiet) as advance:
            for done, one in enumerate(backup.list_objects(), 1):
                if not await _stands(store, one.sha256):
                    pieces = await source.open(one.sha256)
                    async with spool.receive(pieces.__aiter__(), announced=one.size) as upload:
                        await store.put(upload, anew=True)
                advance(done, backup.manifest.objects)


async def _stands(store: DocumentStore, sha256: str) -> bool:
    """Whether the store has these very bytes: a damaged disk may be the reason for the restore."""
    try:
        async for _ in await store.open(sha256):
            pass
    except (BlobMissing, BlobDamaged, OSError):
        return False
    return True


async def _begin(settings: Settings, backup: Backup, wish: Wish) -> tuple[int, Superseded, list[Lost]]:
    """Begin the new epoch, unless that was done before a kill; answers it, and what is lost."""
    async with copies_of(settings) as copies, database_of(settings, "database_owner_url") as database:
        async with one_snapshot(database) as driver:
            identity, lengths = await read_identity(driver), await restores.chain_lengths(driver)
            if await _is_restored(driver, backup):
                return identity.epoch, Superseded(), []
        left_behind = await _left_behind(copies, backup, wish)
        epoch = max(identity.epoch, *left_behind.epochs) + 1 if left_behind.epochs else identity.epoch + 1
        change = await _change(database, backup, epoch, wish.gap, left_behind.series)
        await change_office(database, replace(identity, epoch=epoch), change)
    kept = {(of, chain): length for of in left_behind.epochs for chain, length in lengths.items()}
    return epoch, left_behind, left_behind.lost(kept)


async def _left_behind(copies: Copies, backup: Backup, wish: Wish) -> Superseded:
    """What copies of checkpoints show that were taken after the backup."""
    places = (copies, *(FolderCopies(folder) for folder in wish.checkpoints))
    witnesses = Witnesses(places, backup.manifest.office, {**wish.older_keys, key_id(backup.key): backup.key})
    # What restores before the backup left behind was told then.
    told = [Ended(epoch, backup.manifest.checkpoint + _EVERY) for epoch in range(backup.manifest.epoch)]
    return await witnesses.of(told, beyond=backup.manifest.checkpoint)


async def _change(
    database: Database, backup: Backup, epoch: int, gap: int, known: Mapping[str, int]
) -> OfficeChange:
    change = OfficeChange("restored")
    async with database.querying() as driver:
        row: dict[str, Any] = {"epoch": epoch, "at": await numbers.now(driver), "gap": gap}
        row |= {"backup_at": backup.manifest.made_at, "checkpoint": backup.manifest.checkpoint}
        change.insert("restored", {**row, "backup": backup.manifest.hash()})
        refusal = json.dumps(Refusal("office-restored").to_json())
        change.statements += await restores.begin_anew(driver, refusal, json.dumps(dict(known)), gap)
        change.statements.append(restores.set_epoch(epoch))
    return change


async def _sign(settings: Settings) -> int | None:
    """The first checkpoint of the epoch, copied outside, where the key and the signer's address are here."""
    path = settings.checkpoint_key_file
    if path is None or not path.exists() or not settings.database_signer_url.get_secret_value():
        return None
    taken, _ = await sign_checkpoint_now(settings)
    return taken.checkpoint.number
