"""The MinIO of the tests and of a local trial: on loopback, closed to strangers, ended when asked."""

from __future__ import annotations

import stat
from pathlib import Path

import httpx
import psutil
import pytest

from infra.minio.build import READY_BINARY, BuildFault, binary
from infra.minio.server import MinioNotStarted, MinioServer


def listening(process: psutil.Process) -> set[tuple[str, int]]:
    return {(c.laddr.ip, c.laddr.port) for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN}


def test_it_listens_on_loopback_only_and_ends_when_asked(tmp_path: Path) -> None:
    with MinioServer(tmp_path / "minio") as server:
        own = ("127.0.0.1", server.port)
        [process] = [p for p in psutil.Process().children() if own in listening(p)]
        assert {ip for ip, _port in listening(process)} <= {"127.0.0.1", "::1"}
        answer = httpx.get(f"http://{server.endpoint}/", trust_env=False)
        assert answer.status_code == 403
    assert not process.is_running()
    assert stat.S_IMODE((tmp_path / "minio" / "data").stat().st_mode) == 0o700


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    with MinioServer(tmp_path / "one") as first, pytest.raises(MinioNotStarted, match="in use"):
        MinioServer(
            tmp_path / "two", port=first.port, access_key="another-key", secret_key="another-secret"
        ).start()


def test_a_named_binary_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(READY_BINARY, str(tmp_path / "nothing"))
    with pytest.raises(BuildFault, match="is not a program"):
        binary()


def test_a_named_binary_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "minio"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    monkeypatch.setenv(READY_BINARY, str(program))
    assert binary() == program
