"""Measures how long the audit of the stack's office takes to verify, as ``patravali audit verify`` does it."""

from __future__ import annotations

import os
import time
from typing import Any

from infra.audit.operations import verify_office
from infra.bench.practice_stack import PracticeStack
from infra.commands.operator import operator_settings


async def time_verification(stack: PracticeStack) -> dict[str, Any]:
    """Seconds, entries, and seconds for a million of them; its progress is shown. ``holds``: nothing was found."""
    settings = operator_settings({**os.environ, "PATRAVALI_DATA": str(stack.data)})
    began = time.monotonic()
    report = await verify_office(settings, None, (), {})
    seconds, entries = time.monotonic() - began, report.counts.entries
    told = {"seconds": round(seconds, 1), "entries": entries, "holds": report.ok}
    return {**told, "s_for_million": round(seconds * 1e6 / max(entries, 1), 1)}
