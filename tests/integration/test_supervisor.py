"""The supervisor: what dies is started again, what is stopped stops, nothing outlives a kill -9."""

from __future__ import annotations

import json
import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local_stack.progress import Terminal
from infra.local_stack.restarts import CALM, MOST_TOLD, Restarts
from infra.local_stack.state import FolderTaken, read_state
from infra.local_stack.supervisor import LONGEST_DELAY, PartFault, Supervised, Supervisor
from tests.factories.running_parts import DEAF, FAILING, OBEDIENT, eventually, gone, part


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
