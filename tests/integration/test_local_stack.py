"""The supervisor and the stack: what dies is started again, what is stopped stops, nothing outlives a kill -9."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
import psycopg
import pytest

from infra.database_roles import Role
from infra.founding import found_office
from infra.local_stack.part import Part, plain_environment
from infra.local_stack.progress import Terminal
from infra.local_stack.restarts import CALM, MOST_TOLD, Restarts
from infra.local_stack.stack import LocalStack
from infra.local_stack.state import FolderTaken, read_state
from infra.local_stack.supervisor import LONGEST_DELAY, PartFault, Supervised, Supervisor

# Says that it runs, and writes its name when it is asked to stop.
OBEDIENT = """
import pathlib, signal, sys
name = sys.argv[1]
def stop(*_):
    with open("stopped", "a") as file:
        file.write(name + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
pathlib.Path(name + ".ready").touch()
while True:
    signal.pause()
"""
DEAF = OBEDIENT.replace("signal.signal(signal.SIGTERM, stop)", "signal.signal(signal.SIGTERM, signal.SIG_IGN)")
FAILING = "import sys; sys.exit('the disk is full')"

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


def part(folder: Path, name: str, program: str = OBEDIENT, stop_limit: float = 2.5) -> Part:
    ready = folder / f"{name}.ready"

    def way_is_clear() -> bool:
        ready.unlink(missing_ok=True)
        return True

    return Part(
        name=name,
        argv=(sys.executable, "-I", "-S", "-c", program, name),
        environment=plain_environment(),
        folder=folder,
        ready=ready.exists,
        stop_limit=stop_limit,
        start_limit=20.0,
        way_is_clear=way_is_clear,
    )


def eventually(condition: Callable[[], object], what: str, limit: float = 20.0) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def pid_of(supervisor: Supervisor, name: str) -> int | None:
    return supervisor.states()[name].pid


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path)
    made.open()
    yield made
    made.stop()


def test_a_killed_part_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(part(tmp_path, "engine"))
    first = pid_of(supervisor, "engine")
    assert first is not None
    os.kill(first, signal.SIGKILL)
    eventually(lambda: pid_of(supervisor, "engine") not in (first, None), "a new process")
    eventually((tmp_path / "engine.ready").exists, "it is ready again")
    assert supervisor.states()["engine"].starts == 2


def test_a_part_that_dies_again_and_again_is_waited_for_longer_each_time(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.start(part(tmp_path, "engine"))
    waits: list[float] = []
    for _ in range(3):
        pid = pid_of(supervisor, "engine")
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        eventually(lambda killed=pid: pid_of(supervisor, "engine") not in (killed, None), "a new process")
        waits.append(time.monotonic() - began)
    assert waits[0] >= 0.2
    assert waits[1] >= 0.4
    assert waits[2] >= 0.8


def test_a_part_that_cannot_start_is_named_with_the_end_of_its_log(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(PartFault, match=r"api ended 3 times[\s\S]*the disk is full"):
        supervisor.start(part(tmp_path, "api", FAILING))


def test_parts_stop_in_reverse_order(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(part(tmp_path, "postgres"))
    supervisor.start(part(tmp_path, "prefect"), part(tmp_path, "api"))
    supervisor.stop()
    assert (tmp_path / "stopped").read_text().split() == ["api", "prefect", "postgres"]


def test_parts_that_hear_nothing_are_killed_within_the_limit(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, stop_limit=1.0)
    supervisor.open()
    supervisor.start(*[part(tmp_path, name, DEAF, stop_limit=60.0) for name in ("one", "two", "three")])
    pids = [state.pid for state in supervisor.states().values()]
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 3.0
    assert all(gone(pid) for pid in pids if pid)


def test_the_limit_of_a_whole_stop_is_under_ten_seconds(supervisor: Supervisor) -> None:
    assert supervisor.stop_limit < 10.0


def test_a_second_supervisor_is_refused_and_the_first_goes_on(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(part(tmp_path, "engine"))
    with pytest.raises(FolderTaken, match=str(os.getpid())):
        Supervisor(tmp_path).open()
    pid = pid_of(supervisor, "engine")
    assert pid is not None
    assert not gone(pid)


def test_a_stopped_supervisor_leaves_the_folder_to_the_next(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(part(tmp_path, "engine"))
    supervisor.stop()
    successor = Supervisor(tmp_path)
    successor.open()
    successor.start(part(tmp_path, "engine"))
    successor.stop()


def test_the_state_names_processes_and_is_private(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(part(tmp_path, "engine"))
    eventually(lambda: read_state(tmp_path).get("engine"), "the state is written")
    assert read_state(tmp_path)["engine"].pid == pid_of(supervisor, "engine")
    assert json.loads((tmp_path / "state.json").read_text())["supervisor"] == os.getpid()
    assert stat.S_IMODE((tmp_path / "state.json").stat().st_mode) == 0o600


def test_ctrl_c_on_the_terminal_reaches_the_supervisor_alone(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(part(tmp_path, "engine"))
    pid = pid_of(supervisor, "engine")
    assert pid is not None
    assert os.getpgid(pid) != os.getpgid(0)


def test_a_log_that_grew_is_put_aside(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.local_stack.part.LOG_KEPT_BYTES", 10)
    log = supervisor.log("engine")
    log.write_text("long ago, and long enough")
    supervisor.start(part(tmp_path, "engine"))
    assert log.with_suffix(".log.1").read_text() == "long ago, and long enough"
    assert log.read_text() == ""


def test_progress_is_one_plain_line_a_part_in_a_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    supervisor = Supervisor(tmp_path, Terminal())
    supervisor.open()
    supervisor.start(part(tmp_path, "engine"), part(tmp_path, "api"))
    supervisor.stop()
    lines = capsys.readouterr().out.splitlines()
    assert sorted(line.split()[0] for line in lines) == ["api", "engine"]
    assert "\x1b" not in "".join(lines)


def test_the_terminal_says_that_a_part_died_and_that_it_is_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor, said = Supervisor(tmp_path, Terminal()), list[str]()

    def told(words: str) -> bool:
        said.append(capsys.readouterr().out)
        return words in "".join(said)

    supervisor.open()
    supervisor.start(part(tmp_path, "engine"))
    pid = pid_of(supervisor, "engine")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: told("is back after"), "its return is told")
    supervisor.stop()
    died, back = "".join(said).splitlines()[1:]
    assert died == "  engine     was killed by SIGKILL; it is started again"
    assert back.startswith("  engine     is back after ")


class Looping:
    """A real part that ends whenever it is started or is told to, with the hours in the hands of the test."""

    def __init__(self, folder: Path, program: str) -> None:
        self.now = 0.0
        self.supervised = Supervised(part(folder, "api", program), folder / "api.log")
        self.restarts = Restarts(self.supervised)

    def look(self) -> list[str]:
        return list(self.restarts.look(lambda: self.now))

    def die(self) -> list[str]:
        """It is started, which takes no time, and ends; what is told of that."""
        deaths = self.supervised.deaths
        self.now += LONGEST_DELAY
        eventually(lambda: self.supervised.look_after(self.now) and self.supervised.deaths > deaths, "a death")
        return self.look()

    def come_back(self) -> list[str]:
        self.now += LONGEST_DELAY
        self.supervised.look_after(self.now)
        eventually(self.supervised.is_back, "it is ready")
        return self.look()

    def kill(self) -> list[str]:
        assert self.supervised.process is not None
        self.supervised.process.kill()
        eventually(lambda: self.supervised.look_after(self.now), "its death is seen")
        return self.look()


def test_a_part_that_never_stays_up_does_not_flood_the_terminal(tmp_path: Path) -> None:
    part_of = Looping(tmp_path, FAILING)
    told = [line for _ in range(12) for line in part_of.die()]
    assert told[:MOST_TOLD] == ["ended with status 1; it is started again"] * MOST_TOLD
    assert len(told) == MOST_TOLD + 1
    assert "from here on only logs/supervisor.log tells of it, until it has held for 10 minutes" in told[-1]


def test_after_ten_quiet_minutes_deaths_are_told_again(tmp_path: Path) -> None:
    part_of = Looping(tmp_path, OBEDIENT)
    part_of.come_back()
    told = [line for _ in range(6) for line in (*part_of.kill(), *part_of.come_back())]
    assert len(told) == 2 * MOST_TOLD + 1
    part_of.now += CALM
    assert part_of.look() == ["has held for 10 minutes; it had died 6 times"]
    assert part_of.look() == []
    assert part_of.kill() == ["was killed by SIGKILL; it is started again"]


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
