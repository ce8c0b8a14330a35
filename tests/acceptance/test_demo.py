"""`patravali demo` and `up` as a person starts them: the whole stack, fresh, stopped, killed, started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from infra.local_stack.state import read_state
from infra.practice.passwords import PasswordFile

COMMAND = (sys.executable, "-m", "infra.cli")
STARTED_WITHIN_S = 180.0
STOPPED_WITHIN_S = 10.0


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PATRAVALI_", "PREFECT_"))}


def _run(data: Path) -> subprocess.CompletedProcess[str]:
    """Runs the demonstration to its end."""
    return subprocess.run(
        [*COMMAND, "demo", "--json", "--data", str(data)],
        capture_output=True,
        text=True,
        timeout=STARTED_WITHIN_S,
        env=_environment(),
        check=False,
    )


def _serial(number: str) -> int:
    """The 7 of R-41013/7/2026-GEN."""
    return int(number.split("/")[1])


class Up:
    """`patravali up` in a process of its own, with what it has said so far."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.process = subprocess.Popen(
            [*COMMAND, "up", "--data", str(data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=_environment(),
        )
        self.said: list[str] = []
        self._serving = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if "Ctrl-C stops everything" in line:
                self._serving.set()
        self._serving.set()

    def wait_until_it_serves(self) -> None:
        assert self._serving.wait(STARTED_WITHIN_S), self.text
        assert self.process.poll() is None, self.text

    @property
    def text(self) -> str:
        return "".join(self.said)

    def numbers(self, word: str) -> list[int]:
        """The serials of the dockets that were announced under this word."""
        words = [line.split() for line in self.said if word in line]
        return [_serial(line[line.index(word) + 1]) for line in words]

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def parts(self) -> list[psutil.Process]:
        """Every process of the stack, with what it started itself."""
        pids = [state.pid for state in read_state(self._data).values() if state.pid is not None]
        firsts = [psutil.Process(pid) for pid in pids]
        return [process for first in firsts for process in (first, *first.children(recursive=True))]

    def kill_everything(self) -> None:
        victims = self.parts()
        for victim in (psutil.Process(self.process.pid), *victims):
            if victim.is_running():
                victim.kill()
        self.process.wait()
        psutil.wait_procs(victims, timeout=STOPPED_WITHIN_S)


@pytest.fixture(scope="module")
def data(open_folder: Path) -> Path:
    return open_folder / "demo"


@pytest.fixture(scope="module")
def first(data: Path) -> Iterator[Up]:
    """The very first start in the folder, up and serving, until a test stops it."""
    started = Up(data)
    try:
        started.wait_until_it_serves()
        yield started
    finally:
        started.stop()


def test_from_nothing_a_file_and_a_complaint_live_their_whole_lives(first: Up) -> None:
    assert first.numbers("फाइल") == [1]
    assert "शिकायत CMH-" in first.text
    assert first.text.count("closed") >= 2
    assert "All of it held: 31 movements" in first.text
    assert "✓" in first.text


def test_every_answer_says_that_it_is_practice(first: Up) -> None:
    line = next(line for line in first.said if line.rstrip().endswith("/docs"))
    api = line.split()[-1].removesuffix("/docs")
    for path in ("/healthz", "/docs", "/api/v1/me", "/nowhere"):
        assert httpx.get(f"{api}{path}", timeout=10).headers["Patravali-Practice"] == "true"


def test_a_folder_in_use_is_said_so(first: Up, data: Path) -> None:
    ended = _run(data)
    assert ended.returncode == 1
    assert f"in use by another start of Patravali (process {first.process.pid})" in ended.stderr


def test_ctrl_c_stops_everything_within_ten_seconds(first: Up) -> None:
    parts = first.parts()
    assert len(parts) >= 4
    began = time.monotonic()
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(30) == 0
    assert time.monotonic() - began < STOPPED_WITHIN_S
    _, alive = psutil.wait_procs(parts, timeout=1)
    assert not alive


def test_after_everything_was_killed_the_next_start_goes_on_with_the_data(first: Up, data: Path) -> None:
    first.stop()
    passwords = PasswordFile(data).read()
    again = Up(data)
    again.wait_until_it_serves()
    assert again.numbers("फाइल") == [2]
    again.kill_everything()

    ended = _run(data)

    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["ok"] is True
    assert _serial(found["file"]) == 3
    assert PasswordFile(data).read() == passwords
    assert not [state for state in read_state(data).values() if state.pid is not None], "a part was left running"
