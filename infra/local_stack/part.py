"""A part of the stack: a program that the supervisor runs, how it is started and when it counts as ready."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from infra.local_stack.system_user import SystemUser
from storage.settings import PREFIX

LAUNCHER = Path(__file__).with_name("launcher.py")
LOG_KEPT_BYTES = 10_000_000
# What would steer Prefect or PostgreSQL behind our back, and what is for an operator's commands alone.
NOT_INHERITED = (
    "PREFECT_",
    "PG",
    f"{PREFIX}DATABASE_ADMIN_URL",
    f"{PREFIX}DATABASE_OWNER_URL",
    f"{PREFIX}DATABASE_SIGNER_URL",
    f"{PREFIX}CHECKPOINT_KEY_FILE",
    f"{PREFIX}S3_ADMIN_",
)


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Part:
    """One program. Limits are in seconds; ``way_is_clear`` is asked before each start until it says yes.

    ``in_the_way`` says what keeps it from starting when the way is not clear; empty where that is meant to be.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    ready: Callable[[], bool]
    address: str = ""
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    stop_limit: float = 2.5
    # Importing Prefect and all of ours takes long where several do it at once, on a machine that is busy besides.
    start_limit: float = 180.0
    user: SystemUser | None = field(default=None)
    way_is_clear: Callable[[], bool] = _always
    in_the_way: str = ""


def launch(part: Part, log: Path) -> subprocess.Popen[bytes]:
    """Start the program; it dies with the thread that called this, so call it from one that lives on."""
    user = part.user
    numbers = [os.getpid(), int(part.death_signal), user.uid if user else -1, user.gid if user else -1]
    with open_log(log) as output:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(LAUNCHER), *map(str, numbers), *part.argv],
            env=dict(part.environment),
            cwd=part.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C on the terminal is for the supervisor, which stops the parts in order
        )


@contextlib.contextmanager
def open_log(path: Path) -> Iterator[BinaryIO]:
    """A log opened for appending; one that grew beyond the limit is put aside first, in place of the last one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_KEPT_BYTES:
        path.replace(path.with_suffix(".log.1"))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
        yield output


def last_lines(log: Path, count: int = 8) -> str:
    """The end of a log, for the message that says why a part did not start."""
    with contextlib.suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8_192))
        return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-count:])
    return ""


def answers(url: str, within: float = 1.0) -> bool:
    """Whether a GET is answered with 200, asked directly (no proxy stands before the loopback address)."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=within)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def end(process: subprocess.Popen[bytes], how: signal.Signals, limit: float) -> bool:
    """Stop a program, killing it with its group after the limit (seconds). True: it went by itself."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(how)
    try:
        process.wait(max(0.0, limit))
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        return False
    return True


def plain_environment() -> dict[str, str]:
    """Our own environment without what no part of the stack may inherit."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
    direct = [kept.get("NO_PROXY") or kept.get("no_proxy", ""), "127.0.0.1", "localhost"]
    kept["NO_PROXY"] = kept["no_proxy"] = ",".join(filter(None, direct))
    return kept
