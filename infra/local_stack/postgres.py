"""The embedded PostgreSQL: started, stopped and killed as our own child, with the office's roles in it.

Nothing of the wheel's own helper is used: it trusts every local user and gives a crash recovery ten seconds.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg

from infra.database_roles import DATABASE, ROLES, Role, ensure_database, prepare, role_name
from infra.local_stack.kept import kept_password, kept_port
from infra.local_stack.part import Part, end, last_lines, launch
from infra.local_stack.postgres_home import ADMIN, Home, PostgresFault, find_home, make_cluster

# A recovery after a crash may read a day of changes; as long as the process lives we wait.
START_LIMIT = 600.0
LEFTOVER_LIMIT = 30.0
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "1",
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}


class EmbeddedPostgres:
    """One cluster in one folder. The caller's thread must outlive the server, which dies with it."""

    def __init__(self, folder: Path, programs: Path | None = None) -> None:
        """``programs``: the folder of another PostgreSQL's programs, 15 or newer, than the packaged ones."""
        self.folder, self._programs = folder.resolve(), programs
        self._home: Home | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._port: int | None = None

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def port(self) -> int:
        if self._port is None:
            raise PostgresFault("the embedded PostgreSQL was not prepared yet")
        return self._port

    @property
    def pid(self) -> int:
        """The postmaster's process id, when it was started here."""
        if self._process is None:
            raise PostgresFault("the embedded PostgreSQL was not started here")
        return self._process.pid

    @property
    def admin_url(self) -> str:
        """The address as the server's administrator, for making databases; no part of the office uses it."""
        return self._address(ADMIN, "postgres")

    def program(self, name: str) -> str:
        """One of PostgreSQL's own programs, of the version that runs here. Raises PostgresFault."""
        return str(self._prepared().programs / name)

    def url(self, role: Role, database: str = DATABASE) -> str:
        return self._address(role_name(role), database)

    def prepare(self) -> None:
        """Make the cluster and choose the port where that was not done before.

        Raises PostgresFault, NoSystemUser, NoFreePort.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._home = find_home(self.folder, self._programs)
        make_cluster(self._home, self._password(ADMIN))
        self._wait(lambda: not self.leftovers(), LEFTOVER_LIMIT, "another server still uses its folder")
        self._port = kept_port(self.folder / "secrets" / "port")

    def start(self) -> None:
        """Prepare, start, wait until it answers, and see that database and roles are there."""
        self.prepare()
        self._process = launch(self.part(), self.log)
        self._wait(self.ready, START_LIMIT, "it did not answer")
        self.ensure_roles()

    def stop(self, limit: float = 30.0) -> None:
        """End all sessions and stop cleanly; after the limit (seconds) it is killed and recovers at next start."""
        if self._process is not None:
            end(self._process, signal.SIGINT, limit)
            self._process = None

    def kill(self) -> None:
        """Kill the postmaster as a crash would (kill -9)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def part(self) -> Part:
        """How the supervisor runs it; call ``prepare`` first."""
        home = self._prepared()
        settings = [f"-c{name}={value}" for name, value in {**SETTINGS, "port": str(self.port)}.items()]
        return Part(
            name="postgres",
            argv=(str(home.programs / "postgres"), "-D", str(home.cluster), *settings),
            environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            folder=Path("/"),
            ready=self.ready,
            address=f"127.0.0.1:{self.port}",
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGQUIT,
            start_limit=START_LIMIT,
            user=home.user,
            way_is_clear=self.way_is_clear,
        )

    def ready(self) -> bool:
        try:
            psycopg.connect(self.admin_url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def leftovers(self) -> list[int]:
        """Processes that still work in the cluster's folder: after kill -9 the backends outlive the postmaster."""
        cluster = str(self._prepared().cluster)
        return [
            process.info["pid"]
            for process in psutil.process_iter(["pid", "cwd"])
            if process.info["cwd"] == cluster
        ]

    def way_is_clear(self) -> bool:
        """Whether a server may start; a killed one's pid file goes, whose number may be another process by now."""
        if self.leftovers():
            return False
        (self._prepared().cluster / "postmaster.pid").unlink(missing_ok=True)
        return True

    def ensure_roles(self) -> None:
        """Make the office's roles and its database where they are missing. Rights are given by the migrations."""
        passwords: dict[Role, str] = {role: self._password(role_name(role)) for role in ROLES}
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            prepare(connection, passwords)
            ensure_database(connection, DATABASE, role_name("owner"))

    def _wait(self, condition: Callable[[], bool], limit: float, complaint: str) -> None:
        deadline = time.monotonic() + limit
        while not condition():
            ended = self._process is not None and self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise PostgresFault(f"PostgreSQL: {complaint}\n{last_lines(self.log)}")
            time.sleep(0.02)

    def _prepared(self) -> Home:
        if self._home is None:
            raise PostgresFault("the embedded PostgreSQL was not prepared yet")
        return self._home

    def _password(self, user: str) -> str:
        return kept_password(self.folder / "secrets" / user)

    def _address(self, user: str, database: str) -> str:
        return f"postgresql://{user}:{self._password(user)}@127.0.0.1:{self.port}/{database}"
