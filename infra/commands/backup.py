"""``patravali backup`` and ``restore``: the office as one folder, and back from it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.commands.audit import Key, OlderKeys
from infra.commands.operator import Json, answer, faults_told, harmless, operator_settings
from storage.settings import SettingsFault

_SHOWN = 30
_NO_KEYS = "No key in it was tried: it holds none, or neither a passphrase nor --identity was given to open them."

Recipient = Annotated[str, typer.Option(help="age public key (age1…) of who may open the keys in the backup")]
Check = Annotated[bool, typer.Option("--check", help="restore into a scratch database, judge it, change nothing")]
Scratch = Annotated[
    str, typer.Option(help="owner's address of an empty database to try in; without it a server of its own")
]
Gap = Annotated[int, typer.Option(help="numbers of each series passed over beyond those known to be given")]
Checkpoints = Annotated[
    list[Path] | None, typer.Option(help="folder with copies of later checkpoints; may be repeated")
]
Identity = Annotated[Path | None, typer.Option(help="file with the age identity that opens the keys")]


def backup(
    folder: Annotated[Path, typer.Argument(help="a new folder; backups beside it share documents with it")],
    recipient: Recipient = "",
    as_json: Json = False,
) -> None:
    """Write database, documents and keys into a folder, while the office goes on working.

    The keys are sealed for --recipient or with PATRAVALI_BACKUP_PASSPHRASE, and left out without either. The rest
    is in clear. Exit status 1 also where documents were missing; the backup then stands all the same.
    """
    with _told(as_json):
        from infra.backup.sealed_keys import seal_of  # noqa: PLC0415 - after --help
        from infra.backup.write import write_backup  # noqa: PLC0415 - after --help

        settings = operator_settings()
        made = asyncio.run(write_backup(settings, folder, seal_of(settings, recipient), quiet=as_json))
    manifest = made.manifest
    keys = "the keys, sealed" if made.keys else "WITHOUT the keys, for neither recipient nor passphrase is given"
    sentence = (
        f"The backup stands in {folder}: {manifest.dockets:,} dockets, {manifest.entries:,} audit entries, "
        f"{manifest.objects:,} documents ({made.linked:,} of them shared with earlier backups), {keys}."
    )
    if manifest.missing:
        sentence += f"\n{len(manifest.missing)} documents are missing in the store; “patravali fsck” names them."
    values = {
        name: getattr(manifest, name) for name in ("dockets", "entries", "objects", "object_bytes", "made_at")
    }
    values |= {"folder": folder, "checkpoint": manifest.checkpoint, "epoch": manifest.epoch, "keys": made.keys}
    ok = not manifest.missing
    answer(sentence, {**values, "linked": made.linked, "missing": manifest.missing, "ok": ok}, as_json)
    if not ok:
        raise typer.Exit(1)


def restore(
    folder: Annotated[Path, typer.Argument(help="the folder of a backup")],
    check: Check = False,
    scratch: Scratch = "",
    key: Key = None,
    older_key: OlderKeys = None,
    gap: Gap = 1000,
    checkpoints: Checkpoints = None,
    identity: Identity = None,
    as_json: Json = False,
) -> None:
    """Restore an office into an empty database, or try with --check what a restore would give.

    A restore begins a new epoch of the audit, moves every number series past a gap, and names what later
    checkpoints show is lost. A restore that was killed is begun again with the same words.
    """
    with _told(as_json):
        from flows.rules.audit_checkpoint import key_id  # noqa: PLC0415 - after --help
        from infra.audit.keys import given_key  # noqa: PLC0415 - after --help
        from infra.backup.read import open_backup  # noqa: PLC0415 - after --help

        older = {key_id(one): one for one in map(given_key, older_key or ())}
        found = open_backup(folder, None if key is None else given_key(key))
        if not check:
            from infra.backup.restore import Wish  # noqa: PLC0415 - after --help

            _restore(found, Wish(gap, tuple(checkpoints or ()), identity, older, as_json), as_json)
            return
        from infra.backup.check import Opening, check_backup  # noqa: PLC0415 - after --help
        from infra.backup.check import scratch as scratch_database  # noqa: PLC0415 - after --help

        with scratch_database(scratch) as url:
            opening = Opening(operator_settings(), identity)
            verdict = asyncio.run(check_backup(found, url, older, opening, quiet=as_json))
    _show_verdict(verdict, as_json)


def _show_verdict(verdict: Any, as_json: bool) -> None:
    from infra.commands.audit import show_report  # noqa: PLC0415 - after --help

    if not as_json:
        for fault in verdict.faults[:_SHOWN]:
            print(harmless(fault))
        print("The backup holds." if verdict.ok else "THE BACKUP DOES NOT HOLD.")
        print(f"The keys in it can be opened: {', '.join(verdict.keys)}." if verdict.keys else _NO_KEYS)
    more = {"ok": verdict.ok, "faults_beside_audit": verdict.faults, "keys": verdict.keys}
    show_report(verdict.audit, as_json, more)
    if not verdict.ok:
        raise typer.Exit(1)


def _restore(found: Any, wish: Any, as_json: bool) -> None:
    from infra.backup.restore import restore as restore_office  # noqa: PLC0415 - after --help
    from infra.backup.target import target  # noqa: PLC0415 - after --help

    with target() as settings:
        done = asyncio.run(restore_office(settings, found, wish))
    values = {"epoch": done.epoch, "again": done.again, "lost": [asdict(one) for one in done.lost]}
    values |= {"to_erase": done.to_erase, "to_order": done.to_order}
    more = {"untold": done.untold, "keys": done.keys, "checkpoint": done.checkpoint}
    answer("\n".join(_sentences(found, done)), {**values, **more}, as_json)


def _sentences(found: Any, done: Any) -> list[str]:
    office = f"The office “{harmless(found.manifest.name)}”"
    if done.again:
        sentences = [f"{office} was restored from this backup before, and is in epoch {done.epoch}."]
    else:
        sentences = [f"{office} is restored as of {found.manifest.made_at}; epoch {done.epoch} began."]
    sentences += [f"Lost: {harmless(one)}" for one in done.lost[:_SHOWN]]
    if len(done.lost) > _SHOWN:
        sentences.append(f"  … and {len(done.lost) - _SHOWN:,} more; “patravali audit verify --json” gives all")
    if done.untold:
        sentences.append(f"What these later checkpoints covered is not kept: {', '.join(done.untold)}")
    sentences += _of_erasures(done)
    if not done.again and not done.lost:
        sentences.append("No checkpoint that was found shows a loss; what came after the last one may be lost.")
    if done.checkpoint is None:
        sentences.append("No checkpoint was taken: the signing key is not here. Put it back, or make a new one.")
    if not found.independent:
        sentences.append("The backup was believed by its own key; give --key to be sure whose it is.")
    return sentences


def _of_erasures(done: Any) -> list[str]:
    sentences: list[str] = []
    if done.to_erase:
        named = ", ".join(done.to_erase)
        sentences.append(f"Still to be erased, as two people signed: {named}. Run “patravali erase --again”.")
    for named, lines in done.to_order.items():
        sentences.append(
            f"Signed after the backup, so what it erased is here again: {named}, with {lines:,} lines. Draw it up "
            "and have it signed anew; what it named is among the dockets that lost entries."
        )
    return sentences


@contextmanager
def _told(as_json: bool) -> Iterator[None]:
    """The faults that these commands expect, as sentences."""
    from flows.checkpoints import CheckpointInTheWay, NoSigningKey  # noqa: PLC0415 - after --help
    from infra.local_stack.kept import NoFreePort  # noqa: PLC0415 - after --help
    from infra.local_stack.postgres_home import PostgresFault  # noqa: PLC0415 - after --help
    from infra.local_stack.system_user import NoSystemUser  # noqa: PLC0415 - after --help
    from storage.checkpoint_copies import CopyDiffers  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    expected = (SettingsFault, CheckpointInTheWay, NoSigningKey, CopyDiffers, NotAnOffice)
    with faults_told(*expected, NoFreePort, PostgresFault, NoSystemUser, as_json=as_json):
        yield
