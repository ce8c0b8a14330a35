"""What an operator does with the audit of an office: settings, database, signing key and store joined."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from flows.checkpoints import NoSigningKey, Taken, copy_checkpoints, read_signing_key, take_checkpoint
from flows.rules.audit_checkpoint import key_id
from infra.audit.crew import Crew, CrewLost
from infra.audit.export_format import WHOLE, Manifest
from infra.audit.export_source import DatabaseSource
from infra.audit.report import Report
from infra.audit.verify_database import Trust, verify_database
from infra.audit.withholding import withheld
from infra.audit.write_export import ExportRefused, ExportTerms, write_export
from infra.commands.operator import CommandFault
from infra.commands.reaching import database_told, store_told
from infra.progress_bar import progress_bar
from storage import audit_reading, checkpoints, numbers
from storage.checkpoint_copies import Copies, copies_folder, open_copies
from storage.database import Database, Driver
from storage.documents.opening import open_store
from storage.documents.protocol import DocumentStore
from storage.identity import read_identity
from storage.settings import Settings
from storage.snapshots import one_snapshot


@asynccontextmanager
async def database_of(settings: Settings, role: str) -> AsyncIterator[Database]:
    """A connection or two as the role that this setting is the address of.

    Raises CommandFault for whatever keeps PostgreSQL from answering.
    """
    with database_told(settings, role) as url:
        database = Database(url, pool=2)
        try:
            yield database
        finally:
            await database.close()


@asynccontextmanager
async def store_of(settings: Settings) -> AsyncIterator[DocumentStore]:
    """The store of documents, which was asked first whether it is there. Raises Away."""
    store = open_store(settings)
    with store_told(settings, settings.documents_folder):
        try:
            await store.probe()
            yield store
        finally:
            await store.close()


@asynccontextmanager
async def copies_of(settings: Settings) -> AsyncIterator[Copies]:
    """Where checkpoints are copied to, asked first likewise: no audit is told to fail for want of it."""
    copies = open_copies(settings)
    with store_told(settings, copies_folder(settings)):
        try:
            await copies.probe()
            yield copies
        finally:
            await copies.close()


def crew_at(database: Database, processes: int | None = None) -> Crew:
    """Who verifies this database: so many processes, or as many as this one may use processors."""
    return Crew(database.url, processes or len(os.sched_getaffinity(0)))


@contextmanager
def crew_told() -> Iterator[None]:
    """Inside, a process that was lost becomes a sentence. Raises CommandFault."""
    try:
        yield
    except CrewLost:
        reason = "a process that verified was ended from outside, perhaps for want of memory"
        raise CommandFault(f"{reason}; try again, “audit verify” with “--processes 1”") from None


async def verify_office(
    settings: Settings,
    key: Ed25519PublicKey | None,
    older: Sequence[Ed25519PublicKey],
    held: Mapping[int, bytes],
    *,
    processes: int | None = None,
    quiet: bool = False,
) -> Report:
    """Verify the database that the settings name, with the key that was given or that of this installation.

    ``processes``: how many share the work; as many as this one may use processors, if nothing is said.
    Raises CommandFault.
    """
    first = key or _own_key(settings)
    known = {key_id(one): one for one in (first, *older) if one is not None}
    async with (
        copies_of(settings) as copies,
        database_of(settings, "database_reader_url") as database,
        one_snapshot(database) as driver,
    ):
        with progress_bar("entries verified", quiet=quiet) as advance:
            trust = Trust(known, key is not None, held, copies)
            with crew_told():
                return await verify_database(driver, trust, advance, crew=crew_at(database, processes))


@dataclass(frozen=True, slots=True)
class Nightly:
    """A verification by the clock: its report, up to which snapshot, and whether it was of everything."""

    report: Report
    snapshot: str
    whole: bool


async def verify_since(settings: Settings, snapshot: str | None) -> Nightly:
    """Verify what changed since a snapshot that an earlier verification answered; without one, everything.

    Everything, too, where the snapshot is not one of this server: after a restore transactions are counted anew.
    """
    own = _own_key(settings)
    known = {} if own is None else {key_id(own): own}
    async with (
        copies_of(settings) as copies,
        database_of(settings, "database_reader_url") as database,
        one_snapshot(database) as driver,
    ):
        since = snapshot if snapshot and await checkpoints.is_of_this_server(driver, snapshot) else None
        now, _ = await checkpoints.this_moment(driver, None)
        only = None if since is None else await checkpoints.changed_since(driver, since)
        report = await verify_database(driver, Trust(known, independent=False, copies=copies), only=only)
        return Nightly(report, now, only is None)


def _own_key(settings: Settings) -> Ed25519PublicKey | None:
    try:
        return read_signing_key(settings.checkpoint_key_file).public_key()
    except NoSigningKey:
        return None


async def sign_checkpoint_now(settings: Settings) -> tuple[Taken, int]:
    """Take a checkpoint as the signer's role; answers it, and how many were copied outside the database.

    Raises NoSigningKey, CommandFault without the signer's address, and what ``take_checkpoint`` raises.
    """
    signer = read_signing_key(settings.checkpoint_key_file)
    async with copies_of(settings) as copies, database_of(settings, "database_signer_url") as database:
        taken = await take_checkpoint(database, signer)
        return taken, await copy_checkpoints(database, copies)


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that was written, and how many texts and documents it keeps back."""

    manifest: Manifest
    kept_back: int


async def export_office(
    settings: Settings,
    folder: Path,
    number: str | None,
    *,
    documents: bool,
    withhold: Sequence[str] = (),
    quiet: bool = False,
) -> Exported:
    """Take a checkpoint and write the export of the office, or of the docket of this number.

    ``withhold`` are words of ``infra.audit.withholding``. Raises ExportRefused, InputFault, CommandFault.
    """
    signer = read_signing_key(settings.checkpoint_key_file)
    await sign_checkpoint_now(settings)
    async with (
        store_of(settings) as store,
        database_of(settings, "database_reader_url") as database,
        one_snapshot(database) as driver,
    ):
        terms = await _terms(driver, number, documents=documents)
        kept = await withheld(driver, withhold)
        with progress_bar("entries exported", quiet=quiet) as advance:
            source = DatabaseSource(driver, store, terms.scope, advance, kept)
            return Exported(await _written(folder, source, signer, terms), source.kept_back)


async def _written(
    folder: Path, source: DatabaseSource, signer: Ed25519PrivateKey, terms: ExportTerms
) -> Manifest:
    try:
        return await write_export(folder, source, signer, terms)
    except OSError as fault:
        raise ExportRefused(f"The folder {folder} cannot be written: {fault.strerror}") from None


async def _terms(driver: Driver, number: str | None, *, documents: bool) -> ExportTerms:
    identity, at = await read_identity(driver), await numbers.now(driver)
    name = f"{identity.name_en} / {identity.name_hi}"
    return ExportTerms(identity.id, name, at, await _scope(driver, number), documents)


async def _scope(driver: Driver, number: str | None) -> str:
    if number is None:
        return WHOLE
    docket = await audit_reading.docket_by_number(driver, number)
    if docket is None:
        raise ExportRefused(f"There is no docket with the number “{number}”.")
    return f"docket:{docket}"
