"""The operator's own checks of the office after a run, ``audit verify`` and ``fsck``, called as by an operator."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from infra.bench.practice_stack import PracticeStack
from infra.chaos.judge import Fault

CHECKS: Final = (("audit", "verify"), ("fsck",))
WITHIN_S: Final = 300.0
_TOLD: Final = 600


def operator_faults(stack: PracticeStack) -> Iterator[Fault]:
    """What the checks found; nothing where both hold."""
    environment = {**os.environ, "PATRAVALI_DATA": str(stack.data)}
    for words in CHECKS:
        ended = subprocess.run(
            [sys.executable, "-m", "infra.cli", *words],
            env=environment,
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )
        if ended.returncode:
            said = (ended.stdout + ended.stderr).strip()[-_TOLD:]
            yield Fault("check", f"{' '.join(words)}: {said}")
