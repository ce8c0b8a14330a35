"""Prefect as production runs it: ``patravali prefect`` on a PostgreSQL, several servers joined by a real Redis."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from infra.local_stack.kept import kept_port
from infra.local_stack.part import answers, last_lines
from tests.factories.office_processes import spawned
from tests.factories.waiting import until

# Of Debian's redis-tools: under its other name the same program is the server.
REDIS = Path("/usr/bin/redis-check-rdb")


@dataclass
class PrefectProcess:
    """One server."""

    url: str
    auth_string: str
    log: Path
    process: subprocess.Popen[bytes]

    async def ready(self) -> None:
        def serves() -> bool:
            assert self.process.poll() is None, f"Prefect's server ended:\n{last_lines(self.log, 30)}"
            return answers(f"{self.url}/health")

        await until(serves, "Prefect's server answers", limit=180, every=0.1)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def prefect_process(
    folder: Path, database_url: str, auth_string: str, redis_url: str = ""
) -> Iterator[PrefectProcess]:
    """Starts a server on a port of its own; its secrets stand in files, as in production."""
    folder.mkdir(parents=True, exist_ok=True)
    port, given = kept_port(folder / "port"), {"DATABASE_URL": database_url, "AUTH": auth_string}
    environment = {"PATRAVALI_DATA": str(folder), "PATRAVALI_LOG_LEVEL": "WARNING"}
    for name, value in (given | ({"REDIS_URL": redis_url} if redis_url else {})).items():
        (folder / name).write_text(value)
        environment[f"PATRAVALI_PREFECT_{name}_FILE"] = str(folder / name)
    log = folder / "prefect.log"
    with spawned(["prefect", "--port", str(port)], environment, log) as process:
        yield PrefectProcess(f"http://127.0.0.1:{port}/api", auth_string, log, process)


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A Redis of the test's own that keeps nothing on disk; answers its address."""
    if not REDIS.exists():
        tell = pytest.fail if os.geteuid() == 0 else pytest.skip
        tell("Redis is not installed: make debian (as root), or apt-get install redis-tools")
    folder.mkdir(parents=True, exist_ok=True)
    program, port, password = folder / "redis-server", kept_port(folder / "port"), secrets.token_urlsafe(16)
    program.symlink_to(REDIS)
    settings = ["--bind", "127.0.0.1", "--port", str(port), "--requirepass", password, "--save", ""]
    with (folder / "redis.log").open("wb") as log:
        process = subprocess.Popen([program, *settings], cwd=folder, stdout=log, stderr=log)
    try:
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        client = redis.Redis.from_url(url, retry=redis.retry.Retry(redis.backoff.ConstantBackoff(0.1), 50))
        client.ping()
        client.close()
        yield url
    finally:
        process.kill()
        process.wait()
