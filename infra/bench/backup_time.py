"""Measures a backup and a restore of the stack's office, each as the operator's command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from infra.bench.practice_stack import PracticeStack, StackFault


def time_backup(stack: PracticeStack) -> dict[str, Any]:
    """Seconds of a backup beside the running office, and of a restore into an embedded server of its own.

    Raises StackFault where one of them fails.
    """
    place = Path(tempfile.mkdtemp(prefix="patravali-backup-", dir=stack.data.parent))
    place.chmod(0o755)  # embedded PostgreSQL may have to run as another user
    try:
        backup_s, told = _timed(stack.data, "backup", str(place / "backup"))
        restore_s, _ = _timed(place / "restored", "restore", str(place / "backup"))
        size = sum(path.stat().st_size for path in (place / "backup").rglob("*") if path.is_file())
    finally:
        shutil.rmtree(place, ignore_errors=True)
    both = {
        "backup_s": round(backup_s, 1),
        "restore_s": round(restore_s, 1),
        "both_s": round(backup_s + restore_s),
    }
    return {**both, "entries": told["entries"], "mb": round(size / 1e6)}


def _timed(data: Path, *words: str) -> tuple[float, dict[str, Any]]:
    environment = {**os.environ, "PATRAVALI_DATA": str(data)}
    began = time.monotonic()
    command = [sys.executable, "-m", "infra.cli", *words, "--json"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise StackFault(f"patravali {words[0]} failed: {ended.stderr.strip() or ended.stdout.strip()}")
    return time.monotonic() - began, json.loads(ended.stdout)
