"""The standing jobs of ``patravali schedules``: each name of the timetable with the function that does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flows.checkpoints import CheckpointInTheWay, NoSigningKey
from flows.clock_acts import Lapse
from flows.clock_on_complaints import WAITING
from flows.grading.draft import drafts_made
from flows.prefect_link import PrefectApi, PrefectAway
from flows.schedules.engine_jobs import clock_job
from flows.schedules.extend_clocks import extend_clocks
from flows.schedules.lock_documents import lock_documents
from flows.schedules.prefect_sweep import sweep
from flows.schedules.standing_work import JobFault, Work
from infra.audit.operations import Nightly, sign_checkpoint_now, store_of, verify_since
from infra.commands.operator import CommandFault
from infra.fsck.check_all import Findings, Wish, check_all
from storage import standing_jobs
from storage.checkpoint_copies import CopyDiffers
from storage.database import Database
from storage.identity import NotAnOffice, OfficeIdentity
from storage.settings import Settings

WHOLE_EVERY: Final = timedelta(days=7)
"""How often everything is verified: what somebody changed by hand in a chain that rests shows only then."""
_TOLD: Final = 5
_EXPECTED: Final = (CommandFault, NoSigningKey, CheckpointInTheWay, CopyDiffers, NotAnOffice, PrefectAway)


@dataclass(frozen=True, slots=True)
class Office:
    """What the jobs work with: the settings with every role's address, the application's database, Prefect."""

    settings: Settings
    database: Database
    identity: OfficeIdentity
    prefect: PrefectApi


def schedules_jobs(office: Office) -> Mapping[str, Work]:
    """The jobs by their names in the timetable."""

    async def sign_checkpoint() -> Mapping[str, Any]:
        taken, copied = await sign_checkpoint_now(office.settings)
        return {"number": taken.checkpoint.number, "chains": taken.checkpoint.size, "copied": copied}

    async def sweep_prefect() -> Mapping[str, Any]:
        if not office.prefect.configured:
            return {"compared": False}
        return {"compared": True, "put_right": await sweep(office.database, office.prefect)}

    async def grade_month() -> Mapping[str, Any]:
        return {"drafts": await drafts_made(office.database)}

    async def lock_all() -> Mapping[str, Any]:
        async with store_of(office.settings) as store:
            return await lock_documents(office.database, store)

    async def verify_records() -> Mapping[str, Any]:
        return await _verify_records(office)

    return {
        "sign_checkpoint": _explained(sign_checkpoint),
        "lock_documents": _explained(lock_all),
        "sweep_prefect": _explained(sweep_prefect),
        "grade_month": grade_month,
        "verify_records": _explained(verify_records),
        "lapse_proposals": clock_job(office.database, office.identity, Lapse()),
        "extend_clocks": lambda: extend_clocks(office.database, office.identity),
        "close_complaints": clock_job(office.database, office.identity, *WAITING),
    }


def _explained(work: Work) -> Work:
    """The same job, its expected faults as sentences for operators."""

    async def explained() -> Mapping[str, Any]:
        try:
            return await work()
        except _EXPECTED as fault:
            raise JobFault(str(fault)) from fault

    return explained


async def _verify_records(office: Office) -> Mapping[str, Any]:
    """The audit of what changed since the last night, and fsck without reading the documents' bytes."""
    async with office.database.querying() as driver:
        row = await standing_jobs.one(driver, "verify_records")
    assert row is not None
    before, now = row["outcome"] or {}, row["now"]
    night = await verify_since(office.settings, _go_on_from(before, now))
    found = await check_all(office.settings, Wish(read_bytes=False, quiet=True))
    whole_at = now.isoformat() if night.whole else before["whole_at"]
    return {"ok": night.report.ok and found.ok, **_of_audit(night, whole_at), **_of_fsck(found)}


def _go_on_from(before: Mapping[str, Any], now: datetime) -> str | None:
    """The snapshot of the last night; None where all is due again, or where it found faults, which stay shown.

    What was verified on a day to come was verified before the clock was set back, and is due again.
    """
    if not before.get("ok"):
        return None
    since = now - datetime.fromisoformat(before["whole_at"])
    return before["snapshot"] if timedelta(0) <= since < WHOLE_EVERY else None


def _of_audit(night: Nightly, whole_at: str) -> Mapping[str, Any]:
    report = night.report
    return {
        "whole": night.whole,
        "whole_at": whole_at,
        "snapshot": night.snapshot,
        "chains": report.counts.chains,
        "entries": report.counts.entries,
        "faults": report.fault_count,
        "first_faults": [str(fault) for fault in report.faults[:_TOLD]],
    }


def _of_fsck(found: Findings) -> Mapping[str, Any]:
    return {
        "dockets": found.time.checked,
        "differences": len(found.time.differences),
        "first_differences": [str(one) for one in found.time.differences[:_TOLD]],
        "leftovers": len(found.leftovers),
        "first_leftovers": [str(one) for one in found.leftovers[:_TOLD]],
        "erasures": found.erasures[:_TOLD],
        "documents": found.documents.checked,
        "unlocked": len(found.unlocked),
        "left_behind": len(found.left_behind),
        "document_faults": len(found.documents.faults),
        "first_document_faults": [f"{one.sha256}: {one.trouble}" for one in found.documents.faults[:_TOLD]],
    }
