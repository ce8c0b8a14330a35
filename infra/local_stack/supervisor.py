"""Runs the parts of a stack: starts them, starts again what dies, stops them in reverse order.

A part dies with the thread that started it (the kernel sees to that, also when we are killed), so one thread
does all the starting and lives until the stop; the caller's own thread is free for other work.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.local_stack.kept import private_folder
from infra.local_stack.part import Part, end, last_lines, launch, open_log
from infra.local_stack.progress import Progress, Silent
from infra.local_stack.restarts import Restarts
from infra.local_stack.state import PartState, folder_lock, write_state

LOOK_EVERY = 0.05
FIRST_DELAY = 0.2
LONGEST_DELAY = 5.0
GOOD_LIFE = 30.0
STOP_LIMIT = 9.5
DEATHS_AT_START = 3
HINDERED_AT_START = 5.0
TELL_EVERY = 0.2

diary = logging.getLogger("patravali.supervisor")


class PartFault(Exception):
    """A part did not become ready; the message names it and ends with the last lines of its log."""


class Supervised:
    """One part's process through all its lives."""

    def __init__(self, part: Part, log: Path) -> None:
        self.part = part
        self.log = log
        self.starts = 0
        self.deaths = 0
        self.last_end = ""
        self.hindrance = ""
        self.process: subprocess.Popen[bytes] | None = None
        self._delay = FIRST_DELAY
        self._next_start = 0.0
        self._started = 0.0

    @property
    def state(self) -> PartState:
        pid = self.process.pid if self.process else None
        return PartState(self.part.name, pid, self.starts, self.part.address)

    def is_back(self) -> bool:
        return self.process is not None and self.part.ready()

    def look_after(self, now: float) -> bool:
        """Note a death, start what is due; True when something changed. Never waits."""
        if self.process is not None:
            ended = self.process.poll()
            return ended is not None and self._note_death(now, _how(ended))
        if now < self._next_start or not self._way_is_clear():
            return False
        self._started = now
        try:
            self.process = launch(self.part, self.log)
        except OSError as fault:  # no memory, no disk: it may pass
            return self._note_death(now, f"could not be started: {fault}")
        self.starts += 1
        diary.info("%s: started as process %d", self.part.name, self.process.pid)
        return True

    def stop(self, limit: float) -> None:
        if self.process is not None:
            end(self.process, self.part.stop_signal, min(limit, self.part.stop_limit))
            self.process = None

    def _way_is_clear(self) -> bool:
        clear = self.part.way_is_clear()
        found = "" if clear else self.part.in_the_way
        if found and not self.hindrance:
            diary.warning("%s: waits: %s", self.part.name, found)
        self.hindrance = found
        return clear

    def _note_death(self, now: float, how: str) -> bool:
        diary.warning("%s: %s", self.part.name, how)
        self.last_end = how
        if now - self._started >= GOOD_LIFE:
            self._delay = FIRST_DELAY
        self.process = None
        self.deaths += 1
        self._next_start = now + self._delay
        self._delay = min(2 * self._delay, LONGEST_DELAY)
        return True


class Supervisor:
    """The parts that run in one data folder; logs in ``logs/NAME.log``, process ids in ``state.json``."""

    def __init__(self, folder: Path, progress: Progress | None = None, stop_limit: float = STOP_LIMIT) -> None:
        self.folder = folder.resolve()
        self.stop_limit = stop_limit
        self._progress = progress or Silent()
        self._supervised: list[Supervised] = []
        self._guard = threading.Lock()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._told: list[tuple[str, Restarts]] = []
        self._teller = threading.Thread(target=self._tell, name="supervisor-news", daemon=True)
        self._held = contextlib.ExitStack()

    def open(self) -> None:
        """Take the folder and begin to supervise. Raises FolderTaken."""
        self.folder.mkdir(parents=True, exist_ok=True)
        private_folder(self.folder / "logs")
        self._held.enter_context(folder_lock(self.folder))
        self._held.enter_context(_diary_in(self.log("supervisor")))
        self._write_state()
        self._thread.start()
        self._teller.start()

    def start(self, *parts: Part) -> None:
        """Start parts side by side and wait until each is ready.

        Raises PartFault when one is not ready within its limit or died three times on the way.
        """
        added = [Supervised(part, self.log(part.name)) for part in parts]
        with self._guard:
            self._supervised.extend(added)
        self._wait(added)
        self._told += [(one.part.name, Restarts(one)) for one in added]

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def states(self) -> dict[str, PartState]:
        with self._guard:
            return {one.part.name: one.state for one in self._supervised}

    def stop(self) -> None:
        """Stop all parts in reverse order, within ten seconds, and let the folder go. Twice is as good as once."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()
        self._held.close()

    def _wait(self, starting: Sequence[Supervised]) -> None:
        began = time.monotonic()
        left = list(starting)
        while left:
            since = time.monotonic() - began
            for one in [one for one in left if one.process is not None and one.part.ready()]:
                left.remove(one)
                self._progress.ready(one.part.name, since, one.part.address)
            for one in left:
                _check(one, since)
            if left:
                self._progress.waiting({one.part.name: since for one in left})
            if self._ending.wait(LOOK_EVERY if left else 0):
                raise PartFault("stopped while it started")

    def _tell(self) -> None:
        """Deaths and returns, to whoever watches; when nobody does any more (OSError, ValueError) it ends."""
        with contextlib.suppress(OSError, ValueError):
            while not self._ending.wait(TELL_EVERY):
                for name, restarts in tuple(self._told):
                    for line in restarts.look(time.monotonic):
                        if not self._ending.is_set():
                            self._progress.news(name, line)

    def _run(self) -> None:
        while not self._ending.wait(LOOK_EVERY):
            with self._guard:
                self._look_after_all()
        with self._guard:
            self._stop_all()

    def _look_after_all(self) -> None:
        """One round; a fault in it must not end the thread, for the parts would die with it."""
        try:
            changed = [one.look_after(time.monotonic()) for one in self._supervised]
            if any(changed):
                self._write_state()
        except Exception:
            diary.exception("a round of supervision failed")

    def _stop_all(self) -> None:
        deadline = time.monotonic() + self.stop_limit
        for one in reversed(self._supervised):
            one.stop(deadline - time.monotonic())
        self._write_state()

    def _write_state(self) -> None:
        write_state(self.folder, [one.state for one in self._supervised])


def _check(one: Supervised, since: float) -> None:
    if one.hindrance and since > HINDERED_AT_START:
        raise PartFault(f"{one.part.name} cannot start: {one.hindrance}")
    if one.deaths >= DEATHS_AT_START:
        fault = f"{one.part.name} ended {one.deaths} times while it started"
    elif since > one.part.start_limit:
        fault = f"{one.part.name} was not ready after {since:.0f} seconds"
    else:
        return
    raise PartFault(f"{fault}; its log ends so:\n{last_lines(one.log)}")


def _how(status: int) -> str:
    """How a process ended, from the status that subprocess gives: negative for a signal."""
    if status >= 0:
        return f"ended with status {status}"
    names = {known.value: known.name for known in signal.Signals}
    return f"was killed by {names.get(-status, f'signal {-status}')}"


@contextlib.contextmanager
def _diary_in(path: Path) -> Iterator[None]:
    """Starts and deaths go to a log of the supervisor's own."""
    with open_log(path):
        handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    diary.setLevel(logging.INFO)
    diary.propagate = False
    diary.addHandler(handler)
    try:
        yield
    finally:
        diary.removeHandler(handler)
        handler.close()
