"""The whole stack with the practice office in a folder that is thrown away, supervised in a process of its own."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.local_stack.part import last_lines
from infra.local_stack.prefect_server import HELD
from infra.local_stack.state import PartState, read_state
from infra.practice.passwords import PasswordFile

STOPS_WITHIN_S: Final = 20.0


class StackFault(Exception):
    """The stack did not start; the message ends with what it wrote."""


@dataclass(frozen=True, slots=True)
class PracticeStack:
    """A running stack: its addresses, everyone's password, and the process that supervises it."""

    data: Path
    supervisor: int
    addresses: Mapping[str, str]
    passwords: Mapping[str, str]

    @property
    def api(self) -> str:
        return self.addresses["api"]

    @property
    def owner(self) -> str:
        """PostgreSQL's address as the owner, for reading what came of it and for tables of the bench's own."""
        return self.addresses["owner"]

    def parts(self) -> dict[str, PartState]:
        """What runs now, by name."""
        return read_state(self.data)

    def hold_prefect(self) -> None:
        """From now on Prefect is not started again after it has ended."""
        (self.data / "prefect" / HELD).touch()

    def release_prefect(self) -> None:
        (self.data / "prefect" / HELD).unlink()


@contextlib.contextmanager
def practice_stack(*, keep: Path | None = None) -> Iterator[PracticeStack]:
    """A stack in a fresh folder, or in ``keep``, which stays. Raises StackFault."""
    folder = keep or Path(tempfile.mkdtemp(prefix="patravali-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # embedded PostgreSQL may have to run as another user
    try:
        data = folder / "data"
        with _hosted(data, folder / "host.log") as (supervisor, addresses):
            yield PracticeStack(data, supervisor, addresses, PasswordFile(data).read())
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _hosted(data: Path, log: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    with log.open("wb") as output:
        host = subprocess.Popen(
            [sys.executable, "-m", "infra.bench.stack_host", str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for us; we then stop the stack in order
        )
    assert host.stdin is not None
    assert host.stdout is not None
    try:
        line = host.stdout.readline()
        if not line:
            raise StackFault(f"the stack did not start:\n{last_lines(log, 20)}")
        yield host.pid, json.loads(line)
    finally:
        host.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            host.wait(STOPS_WITHIN_S)
        host.kill()
        host.wait()
