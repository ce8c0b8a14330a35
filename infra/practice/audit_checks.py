"""The demonstration's last checks: the audit of the database, an export verified without it, derived tables."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from flows.checkpoints import read_signing_key
from infra.audit.operations import export_office, sign_checkpoint_now, verify_office
from infra.audit.report import Report
from infra.audit.verify_export import verify_export
from infra.fsck.check_all import Wish, check_all
from infra.practice.desk import Paper, StoryFault
from storage.settings import Settings

Held = Callable[[str], None]


async def check_audit(settings: Settings, file: Paper, held: Held) -> int:
    """Signs a checkpoint, verifies the office, exports the file and verifies that; answers the entries that hold.

    Raises StoryFault naming the first entry that does not hold.
    """
    taken, _ = await sign_checkpoint_now(settings)
    found = await verify_office(settings, None, (), {}, quiet=True)
    _must_hold(found, "the audit")
    counts = found.counts
    held(
        f"the audit holds: {counts.entries} entries in {counts.chains} chains, {counts.rows} rows, "
        f"checkpoint {taken.checkpoint.number} signed"
    )
    await _check_export(settings, file)
    held(f"{file.number}: exported with its documents, and verified from the export and the public key alone")
    return counts.entries


async def _check_export(settings: Settings, file: Paper) -> None:
    key = read_signing_key(settings.checkpoint_key_file).public_key()
    with tempfile.TemporaryDirectory(prefix="patravali-export-") as place:
        folder = Path(place) / "export"
        await export_office(settings, folder, file.number, documents=True, quiet=True)
        _must_hold(verify_export(folder, key), f"the export of {file.number}")


async def check_derived(settings: Settings, held: Held) -> None:
    """Documents against the store, and the tables of time and posts against the movements. Raises StoryFault."""
    wish = Wish(repair=False, remove_orphans=False, read_bytes=True, quiet=True)
    found = await check_all(settings, wish)
    if not found.ok:
        raise StoryFault("“patravali fsck” finds something amiss; run it to see what")
    held("documents, clocks and holdings agree with the movements")


def _must_hold(report: Report, what: str) -> None:
    if not report.ok:
        first = report.first_bad_entry or next(iter(report.faults), "no reason was given")
        raise StoryFault(f"{what} does not hold: {first}")
