"""Real processes under a supervisor: what they run, and how a test waits for what becomes of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from infra.local_stack.part import Part, plain_environment

# Says that it runs, and writes its name when it is asked to stop.
OBEDIENT = """
import pathlib, signal, sys
name = sys.argv[1]
def stop(*_):
    with open("stopped", "a") as file:
        file.write(name + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
pathlib.Path(name + ".ready").touch()
while True:
    signal.pause()
"""
DEAF = OBEDIENT.replace("signal.signal(signal.SIGTERM, stop)", "signal.signal(signal.SIGTERM, signal.SIG_IGN)")
FAILING = "import sys; sys.exit('the disk is full')"


def part(folder: Path, name: str, program: str = OBEDIENT, stop_limit: float = 2.5) -> Part:
    ready = folder / f"{name}.ready"

    def way_is_clear() -> bool:
        ready.unlink(missing_ok=True)
        return True

    return Part(
        name=name,
        argv=(sys.executable, "-I", "-S", "-c", program, name),
        environment=plain_environment(),
        folder=folder,
        ready=ready.exists,
        stop_limit=stop_limit,
        start_limit=20.0,
        way_is_clear=way_is_clear,
    )


def eventually(condition: Callable[[], object], what: str, limit: float = 20.0) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
