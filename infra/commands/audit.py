"""``patravali audit verify | export | checkpoint | key``: prove that nothing was changed, or name what was."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from infra.audit.report import Report
from infra.commands.operator import Json, answer, faults_told, harmless, operator_settings
from storage.settings import SettingsFault

_T = TypeVar("_T")
_SHOWN = 30

audit = typer.Typer(help="Verify and export the audit, take checkpoints.", no_args_is_help=True)

Key = Annotated[str | None, typer.Option(help="the office's public key: 64 hexadecimal digits, or a file with it")]
OlderKeys = Annotated[list[str] | None, typer.Option("--older-key", help="a key that signed older checkpoints")]
Held = Annotated[
    list[str] | None, typer.Option(help="NUMBER:HASH of a checkpoint that was kept outside the office")
]

Processes = Annotated[
    int | None,
    typer.Option(min=1, help="how many processes verify a database at once; as many as there are processors"),
]

Withhold = Annotated[
    list[str] | None,
    typer.Option(help="what is kept back: people, texts, documents, or NUMBER=PART; may be repeated"),
]


@audit.command()
def verify(
    export: Annotated[Path | None, typer.Argument(help="folder of an export; without it, the database")] = None,
    key: Key = None,
    older_key: OlderKeys = None,
    held: Held = None,
    processes: Processes = None,
    as_json: Json = False,
) -> None:
    """Verify the database's audit, or an export without any database.

    Exit status 0 only if all of it holds, 1 if something does not, 2 if what was given cannot be used, 3 if
    PostgreSQL or the store of documents cannot be reached.
    """
    with _told(as_json, status=2):
        from infra.audit.keys import given_key, held_hashes  # noqa: PLC0415 - after --help

        given = None if key is None else given_key(key)
        older = [given_key(text) for text in older_key or ()]
        kept = held_hashes(held or ())
        if export is None:
            from infra.audit.operations import verify_office  # noqa: PLC0415 - an export needs no database

            shown = {"processes": processes, "quiet": as_json}
            report = _run(lambda: verify_office(operator_settings(), given, older, kept, **shown))
        else:
            from infra.audit.export_files import need_export  # noqa: PLC0415 - after --help
            from infra.audit.verify_export import verify_export  # noqa: PLC0415 - after --help

            need_export(export)
            report = verify_export(export, given, older, kept)
    show_report(report, as_json)


@audit.command("export")
def export_audit(
    folder: Annotated[Path, typer.Argument(help="a new or empty folder")],
    docket: Annotated[str, typer.Option(help="number of one docket; without it, the whole office")] = "",
    with_documents: Annotated[bool, typer.Option("--with-documents", help="the documents' bytes too")] = False,
    withhold: Withhold = None,
    as_json: Json = False,
) -> None:
    """Take a checkpoint, then write an export that anyone can verify with the office's public key.

    It verifies too where something is withheld: people (names, telephones and addresses of complainants and
    senders), every text, every document, or single ones, as 1/2026=name or 1/2026=remark:3.
    """
    with _told(as_json):
        from infra.audit.operations import export_office  # noqa: PLC0415 - after --help

        settings = operator_settings()
        wished = {"documents": with_documents, "withhold": withhold or (), "quiet": as_json}
        made = _run(lambda: export_office(settings, folder, docket or None, **wished))
        manifest = made.manifest
        size = sum(file.length for file in manifest.files)
        sentence = (
            f"The export stands in {folder}: {len(manifest.files)} files, {size:,} bytes. "
            f"It withholds {made.kept_back:,} texts and documents. "
            "Hand the public key, which “patravali audit key” prints, over another way."
        )
        values = {"folder": folder, "scope": manifest.scope, "files": len(manifest.files), "bytes": size}
        values["withheld"] = made.kept_back
        answer(sentence, {**values, "key_sha256": manifest.key.hex()}, as_json)


@audit.command()
def checkpoint(as_json: Json = False) -> None:
    """Sign how far every chain goes that changed since the last checkpoint, and copy it outside the database."""
    with _told(as_json):
        from infra.audit.operations import sign_checkpoint_now  # noqa: PLC0415 - after --help

        taken, copied = _run(lambda: sign_checkpoint_now(operator_settings()))
        made = taken.checkpoint
        sentence = f"Checkpoint {made.number} covers {made.size} chains. Its hash: {made.hash().hex()}"
        values = {"number": made.number, "chains": made.size, "root": made.root.hex(), "copied": copied}
        answer(sentence, {**values, "hash": made.hash().hex(), "at": made.at}, as_json)


@audit.command()
def key(as_json: Json = False) -> None:
    """Print the public key that goes with the signing key, to be handed out and kept elsewhere."""
    with _told(as_json):
        from flows.checkpoints import read_signing_key  # noqa: PLC0415 - after --help

        public = read_signing_key(operator_settings().checkpoint_key_file).public_key()
        text = public.public_bytes_raw().hex()
        answer(text, {"key": text}, as_json)


def _run(work: Callable[[], Awaitable[_T]]) -> _T:
    async def run() -> _T:
        return await work()

    return asyncio.run(run())


def show_report(report: Report, as_json: bool, more: Mapping[str, Any] | None = None) -> None:
    """Says what was found, and ends with exit status 1 where anything does not hold."""
    if as_json:
        print(json.dumps({**report.to_json(), **(more or {})}, ensure_ascii=False, default=str))
    else:
        _tell(report)
    if not report.ok:
        raise typer.Exit(1)


def _tell(report: Report) -> None:
    counts = report.counts
    looked_at = (
        f"{counts.entries:,} entries in {counts.chains:,} chains, {counts.rows:,} rows, "
        f"{counts.values_present:,} texts, {counts.documents:,} documents, {counts.checkpoints:,} checkpoints"
    )
    if report.ok:
        print(f"The audit holds: {looked_at}.")
    else:
        print(f"THE AUDIT DOES NOT HOLD: {report.fault_count:,} faults. Looked at: {looked_at}.")
    if report.first_bad_entry is not None:
        print(f"The first entry that does not hold: {harmless(report.first_bad_entry)}")
    for fault in report.faults[:_SHOWN]:
        print(f"  {harmless(fault)}")
    if report.fault_count > _SHOWN:
        print(f"  … and {report.fault_count - _SHOWN:,} more (--json gives up to 200)")
    if counts.uncovered_entries:
        print(f"{counts.uncovered_entries:,} of the entries came after the last checkpoint of their chain.")
    if report.last_checkpoint is not None:
        print(f"Last checkpoint: {report.last_checkpoint}, hash {report.last_checkpoint_hash}")
    _tell_absent(report)
    for lost in report.lost[:_SHOWN]:
        print(f"Lost in the restore: {harmless(lost)}")
    if len(report.lost) > _SHOWN:
        print(f"  … and {len(report.lost) - _SHOWN:,} more (--json gives all)")
    for remark in report.remarks:
        print(harmless(remark))


def _tell_absent(report: Report) -> None:
    """What is erased, and what an export withholds."""
    counts = report.counts
    for erased in report.erased:
        print(harmless(erased[:1].upper() + erased[1:]))
    if counts.values_erased and not report.erased:
        print(f"{counts.values_erased:,} texts and documents are erased, as entries say.")
    if counts.values_withheld:
        print(
            f"{counts.values_withheld:,} texts and documents are withheld: what they say cannot be checked here."
        )


@contextmanager
def _told(as_json: bool, status: int = 1) -> Iterator[None]:
    """The faults that these commands expect, as sentences."""
    from flows.checkpoints import CheckpointInTheWay, NoSigningKey  # noqa: PLC0415 - after --help
    from infra.audit.write_export import ExportRefused  # noqa: PLC0415 - after --help
    from storage.checkpoint_copies import CopyDiffers  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    expected = (SettingsFault, NoSigningKey, CheckpointInTheWay, ExportRefused, CopyDiffers, NotAnOffice)
    with faults_told(*expected, as_json=as_json, status=status):
        yield
