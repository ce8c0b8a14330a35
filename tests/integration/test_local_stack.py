"""The stack: killed whole it goes on with the same data, it stops cleanly, and gives each part its own secrets."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import psycopg
import pytest

from infra.database_roles import Role
from infra.founding import found_office
from infra.local_stack.stack import LocalStack
from infra.local_stack.state import read_state
from tests.factories.running_parts import eventually, gone

RUN_STACK = """
import contextlib, pathlib, sys
from infra.local_stack.progress import Terminal
from infra.local_stack.stack import LocalStack
with contextlib.suppress(KeyboardInterrupt):
    with LocalStack(pathlib.Path(sys.argv[1]), parts=frozenset(), progress=Terminal()) as stack:
        print("serving", flush=True)
        stack.wait()
"""


RUN_API = """
import contextlib, pathlib, sys
from infra.founding import found_office
from infra.local_stack import stack as module
from infra.local_stack.progress import Terminal
module.API_PORT = int(sys.argv[2])
found = lambda stack: found_office(stack.postgres.url("owner"), "Office", "कार्यालय", practice=False)
parts = frozenset({"migrate", "api"})
with contextlib.suppress(KeyboardInterrupt):
    data = pathlib.Path(sys.argv[1])
    with module.LocalStack(data, parts=parts, progress=Terminal(), before_serving=found) as stack:
        print("serving", flush=True)
        stack.wait()
"""


class RunningStack:
    """A whole stack in a process of its own, as the command starts it, with what it has said so far."""

    def __init__(self, data: Path, program: str = RUN_STACK, *words: str) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(data), *words],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.said = [line.strip() for line in iter(self.process.stdout.readline, "serving\n") if line]

    def says(self, words: str) -> str:
        """The next line with these words."""
        assert self.process.stdout is not None
        impatience = threading.Timer(60.0, self.process.kill)
        impatience.start()
        found = next((line.strip() for line in self.process.stdout if words in line), "")
        impatience.cancel()
        assert found, f"never said: {words}"
        return found

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(20)


def test_a_stack_killed_whole_goes_on_with_the_same_data(open_folder: Path) -> None:
    data = open_folder / "killed"
    first = RunningStack(data)
    url = (data / "postgres" / "secrets" / "database_owner_url").read_text()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 41 AS n")
    children = [state.pid for state in read_state(data).values() if state.pid]
    first.end(signal.SIGKILL)
    for pid in children:
        eventually(lambda pid=pid: gone(pid), "a child outlives its supervisor no longer than a moment")

    second = RunningStack(data)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (41,)
    assert second.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stack_stops_cleanly_within_ten_seconds(open_folder: Path, how: signal.Signals) -> None:
    stack = RunningStack(open_folder / f"stopped-{how.name}")
    children = [state.pid for state in read_state(stack.data).values() if state.pid]
    began = time.monotonic()
    assert stack.end(how) == 0
    assert time.monotonic() - began < 10.0
    assert all(gone(pid) for pid in children)
    assert "database system is shut down" in (stack.data / "logs" / "postgres.log").read_text()


def test_the_api_goes_back_to_its_port_and_says_when_another_program_has_it(open_folder: Path) -> None:
    data = open_folder / "ports"
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        wanted = stranger.getsockname()[1]
        first = RunningStack(data, RUN_API, str(wanted))
        (line,) = [line for line in first.said if "is taken by another program; the API is at" in line]
        elsewhere = line.split()[-1]
        assert elsewhere in first.said[-1], "it is the address at which it got ready"
        assert first.end(signal.SIGTERM) == 0

    second = RunningStack(data, RUN_API, str(wanted))
    assert "taken" not in "".join(second.said)
    assert second.said[-1].endswith(f"http://127.0.0.1:{wanted}")
    pid = read_state(data)["api"].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with listening(wanted):
        second.says("was killed by SIGKILL; it is started again")
        second.says(f"waits: port {wanted} is taken by another program; the API starts when that ends")
    second.says("is back after")
    assert second.end(signal.SIGTERM) == 0


@contextlib.contextmanager
def listening(port: int) -> Iterator[None]:
    """A stranger that takes a port as soon as it is free."""
    taken = list[socket.socket]()

    def take() -> bool:
        with contextlib.suppress(OSError):
            taken.append(socket.create_server(("127.0.0.1", port)))
        return bool(taken)

    eventually(take, "the port is free")
    with taken[0]:
        yield


def test_a_port_that_a_setting_asks_for_is_not_changed_for_another(open_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        wanted = str(stranger.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "infra.cli", "demo", "--json", "--data", str(open_folder / "asked")],
            env={**os.environ, "PATRAVALI_API_PORT": wanted},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ended.returncode == 1
    assert f"PATRAVALI_API_PORT asks for port {wanted}, and another program has it" in ended.stderr


def test_secrets_of_a_stack_stand_in_private_files_and_the_signing_key_goes_to_operators_only(
    open_folder: Path,
) -> None:
    stack = LocalStack(open_folder / "secrets", parts=frozenset())
    with stack:
        key = stack.checkpoint_key_file
        assert key.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert str(key) not in stack.environment().values()
        assert stack.operator_environment()["PATRAVALI_CHECKPOINT_KEY_FILE"] == str(key)
        assert not _naming(stack.environment(), _password(stack, "app"))


# As it would stand in the name or in the value of a variable.
WHAT_SIGNS = ("CHECKPOINT_KEY", "SIGNER", "OWNER", "patravali_signer", "signer_url", "checkpoint.pem", "/keys/")


def test_engine_and_api_are_given_neither_the_signers_address_nor_the_key(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where whoever starts the stack has them in his own environment."""
    monkeypatch.setenv("PATRAVALI_CHECKPOINT_KEY_FILE", "/keys/of-the-operator.pem")
    monkeypatch.setenv("PATRAVALI_DATABASE_SIGNER_URL", "postgresql://patravali_signer@elsewhere/office")
    monkeypatch.setenv("PATRAVALI_DATABASE_OWNER_URL_FILE", "/run/secrets/owner")
    stack = LocalStack(
        open_folder / "served",
        parts=frozenset({"migrate", "engine", "schedules", "api"}),
        before_serving=lambda one: _found(one.postgres.url("owner")),
    )
    with stack:
        _schedules_have_what_signs(stack)
        states = read_state(stack.data)
        for name in ("engine", "api"):
            given = psutil.Process(states[name].pid).environ()
            assert "PATRAVALI_DATABASE_URL_FILE" in given
            for secret in WHAT_SIGNS:
                assert not _naming(given, secret), f"{name} is given {secret}"
            assert not _naming(given, _password(stack, "signer"))
            assert ("PATRAVALI_SECOND_FACTOR_KEY_FILE" in given) is (name == "api")
        assert stat.S_IMODE(stack.factor_key_file.stat().st_mode) == 0o600
        operators = stack.operator_environment()
        address = Path(operators["PATRAVALI_DATABASE_SIGNER_URL_FILE"])
        assert "PATRAVALI_DATABASE_SIGNER_URL" not in operators, "a setting given twice stops a command"
        assert address.read_text() == stack.postgres.url("signer")
        assert stat.S_IMODE(address.stat().st_mode) == 0o600


def _schedules_have_what_signs(stack: LocalStack) -> None:
    given = psutil.Process(read_state(stack.data)["schedules"].pid).environ()
    assert given["PATRAVALI_CHECKPOINT_KEY_FILE"] == str(stack.checkpoint_key_file)
    assert _naming(given, "signer_url")
    assert not _naming(given, "OWNER")
    assert not _naming(given, _password(stack, "owner"))


def _found(owner_url: str) -> None:
    found_office(owner_url, "Office", "कार्यालय", practice=True)


def _password(stack: LocalStack, role: Role) -> str:
    return stack.postgres.url(role).split(":")[2].split("@")[0]


def _naming(environment: Mapping[str, str], what: str) -> list[str]:
    """The variables whose name or value says this."""
    return [name for name, text in environment.items() if what in name or what in text]
