"""CPU and memory of the stack's processes, by group: read from the kernel, with each part's children."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import psutil

GROUPS: Final = ("api", "engine", "postgres", "prefect")
MB: Final = 1_000_000


def _tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def cpu_seconds(pid: int) -> float:
    """CPU of a process and of its children, also of those that have ended."""
    total = 0.0
    for process in _tree(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])
    return total


def cpu_by_group(groups: Mapping[str, int]) -> dict[str, float]:
    """CPU seconds so far of each group, given by the process at its top."""
    return {name: cpu_seconds(pid) for name, pid in groups.items()}


def pss_mb(roots: Iterable[int]) -> float:
    """Memory of these processes and their children, MB (a million bytes); shared pages are shared out (PSS)."""
    return _total_mb(roots, {"Pss": 1})


def growing_mb(roots: Iterable[int]) -> float:
    """The same without shared memory: PostgreSQL without its buffers, whose size is set and which fill anyway."""
    return _total_mb(roots, {"Pss": 1, "Pss_Shmem": -1})


def _total_mb(roots: Iterable[int], weights: Mapping[str, int]) -> float:
    kilobytes = sum(_rollup_kb(process.pid, weights) for root in roots for process in _tree(root))
    return round(kilobytes * 1024 / MB, 1)


def _rollup_kb(pid: int, weights: Mapping[str, int]) -> int:
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        parts = (line.split() for line in lines[1:])
        return sum(weights.get(part[0].rstrip(":"), 0) * int(part[1]) for part in parts)
    return 0
