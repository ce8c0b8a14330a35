"""Runs a MinIO of one's own on this machine's loopback, for tests and for an operator's local trial."""

from __future__ import annotations

import secrets
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from minio import Minio
from minio.error import MinioException
from urllib3 import PoolManager, Retry
from urllib3.exceptions import HTTPError

from infra.minio.build import binary

HOST = "127.0.0.1"
START_LIMIT_S = 30.0
STOP_LIMIT_S = 10.0
LOOK_EVERY_S = 0.05


class MinioNotStarted(Exception):
    """MinIO did not come up; the message holds the end of its log."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass
class MinioServer:
    """One server with its data in ``folder``; it keeps port and credentials when it is started again."""

    folder: Path
    program: Path = field(default_factory=binary)
    port: int = field(default_factory=_free_port)
    access_key: str = field(default_factory=lambda: secrets.token_hex(8))
    secret_key: str = field(default_factory=lambda: secrets.token_hex(20), repr=False)
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    @property
    def endpoint(self) -> str:
        return f"{HOST}:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and return when it answers as ready; raises MinioNotStarted."""
        data = self.folder / "data"
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = [str(self.program), "server", "--quiet", "--address", self.endpoint]
        # A console on a port of its own choice would listen on every address.
        command += ["--console-address", f"{HOST}:0", str(data)]
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                command, env=self._environment(), cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        self._await_ready(self._child)

    def stop(self) -> None:
        """Ask it to end, and kill it where it does not within 10 s."""
        if self._child is None:
            return
        self._child.terminate()
        try:
            self._child.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._child = None

    def kill(self) -> None:
        """End it as a power cut would, for tests of what comes after."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    @property
    def _log(self) -> Path:
        return self.folder / "minio.log"

    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.folder),
            "MINIO_ROOT_USER": self.access_key,
            "MINIO_ROOT_PASSWORD": self.secret_key,
            "MINIO_BROWSER": "off",
            "MINIO_UPDATE": "off",
            "GOMEMLIMIT": "300MiB",
        }

    def _client(self) -> Minio:
        http = PoolManager(timeout=2.0, retries=Retry(total=0))
        return Minio(
            endpoint=self.endpoint,
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=False,
            region="us-east-1",
            http_client=http,
        )

    def _await_ready(self, child: subprocess.Popen[bytes]) -> None:
        client = self._client()
        until = time.monotonic() + START_LIMIT_S
        while time.monotonic() < until and child.poll() is None:
            # Asked with its own key: another server that holds the port answers too, but not to that.
            with suppress(MinioException, HTTPError):
                client.list_buckets()
                return
            time.sleep(LOOK_EVERY_S)
        self.kill()
        raise MinioNotStarted(self._log.read_text("utf-8", "replace")[-2000:])
