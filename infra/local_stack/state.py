"""What the supervisor lets others know: ``lock`` says that a folder is taken, ``state.json`` what runs in it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.local_stack.kept import write_private


class FolderTaken(Exception):
    """Another supervisor uses this folder; the message names its process."""


@dataclass(frozen=True)
class PartState:
    """A part as ``state.json`` shows it: its process (None while down), how often it started, its address."""

    name: str
    pid: int | None
    starts: int
    address: str


@contextlib.contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold a data folder for one supervisor; the kernel lets go of it when the process ends, however it ends.

    Raises FolderTaken.
    """
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise FolderTaken(f"{folder} is in use by another start of Patravali (process {holder})") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def write_state(folder: Path, parts: Sequence[PartState]) -> None:
    content = {"supervisor": os.getpid(), "parts": {part.name: asdict(part) for part in parts}}
    write_private(folder / "state.json", json.dumps(content, indent=1).encode())


def read_state(folder: Path) -> dict[str, PartState]:
    """The parts that run in a folder, by name; none when nothing was started there."""
    try:
        content = json.loads((folder / "state.json").read_text())
    except FileNotFoundError:
        return {}
    return {name: PartState(**part) for name, part in content["parts"].items()}
