"""Processes of an office as an operator starts them: ``patravali api``, ``patravali engine`` and the rest."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from infra.local_stack.kept import kept_port
from infra.local_stack.part import answers, last_lines, plain_environment
from tests.factories.waiting import until


@contextmanager
def spawned(words: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A command of ``patravali``; whatever is left of it at the end is killed."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.cli", *words],
            env={**plain_environment(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@dataclass
class ApiProcess:
    """``patravali api`` behind real HTTP."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]

    async def ready(self) -> None:
        def serves() -> bool:
            assert self.process.poll() is None, f"the API ended:\n{last_lines(self.log, 30)}"
            return answers(f"{self.url}/readyz")

        await until(serves, "the API is ready", limit=60, every=0.1)

    def client(self, token: str = "") -> httpx.AsyncClient:
        """A client of this process; with a token it is logged in."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(base_url=f"{self.url}/api/v1", headers=headers, timeout=30)

    def stop(self, limit: float = 15.0) -> int:
        """As an operator stops it; answers the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(limit)


@contextmanager
def api_process(app_url: str, data: Path, extra: Mapping[str, str] | None = None) -> Iterator[ApiProcess]:
    """Starts an API's process on a port of its own."""
    data.mkdir(parents=True, exist_ok=True)
    port, log = kept_port(data / "port"), data / "api.log"
    environment = {
        "PATRAVALI_DATA": str(data),
        "PATRAVALI_DATABASE_URL": app_url,
        "PATRAVALI_API_PORT": str(port),
        **(extra or {}),
    }
    with spawned(["api"], environment, log) as process:
        yield ApiProcess(f"http://127.0.0.1:{port}", log, process)
