"""The whole office on one machine: PostgreSQL, its migrations, then Prefect, engine, schedules and the API.

with LocalStack(Path(".patravali"), practice=True) as stack:
    ...
    stack.wait()  # until Ctrl-C
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Literal

from infra.database_roles import Role
from infra.local_stack.kept import (
    is_free,
    kept_factor_key,
    kept_port,
    kept_signing_key,
    only_port,
    preferred_port,
    write_private,
)
from infra.local_stack.part import Part, answers, plain_environment
from infra.local_stack.postgres import EmbeddedPostgres
from infra.local_stack.prefect_server import PREFERRED_PORT, PrefectServer
from infra.local_stack.progress import Progress, Silent
from infra.local_stack.supervisor import Supervisor
from storage.settings import PREFIX, Settings

PartName = Literal["migrate", "prefect", "engine", "schedules", "api"]
ALL_PARTS: frozenset[PartName] = frozenset({"migrate", "prefect", "engine", "schedules", "api"})
API_PORT: int = Settings.model_fields["api_port"].default
ADDRESSES: dict[str, Role] = {
    "database_url": "app",
    "database_reader_url": "reader",
    "database_signer_url": "signer",
    "database_owner_url": "owner",
    "database_destroyer_url": "destroyer",
}


class LocalStack:
    """One data folder and what runs in it. PostgreSQL always runs; ``parts`` says what else."""

    def __init__(
        self,
        data: Path,
        practice: bool = False,
        parts: frozenset[PartName] = ALL_PARTS,
        progress: Progress | None = None,
        before_serving: Callable[[LocalStack], None] | None = None,
        api_port: int | None = None,
    ) -> None:
        """``before_serving`` is called once the database is migrated, before anything serves it.

        Without ``api_port`` the API prefers 8000; a port that is given is kept to, 0 being any, always the same.
        """
        self._asked_port = api_port
        self._before_serving = before_serving
        self.data = data.resolve()
        self.practice = practice
        self._parts = parts
        self._progress = progress or Silent()
        self._ask_to_stop = threading.Event()
        self._supervisor = Supervisor(self.data, self._progress)
        self._held = contextlib.ExitStack()
        self.postgres = EmbeddedPostgres(self.data / "postgres")
        self._prefect: PrefectServer | None = None
        self._api_port = 0

    def __enter__(self) -> LocalStack:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def prefect(self) -> PrefectServer:
        """The Prefect server; its ports and secrets are chosen when the stack starts."""
        if self._prefect is None:
            raise RuntimeError("the stack was not started")
        return self._prefect

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self._api_port}"

    @property
    def checkpoint_key_file(self) -> Path:
        """The key that signs checkpoints: for audit commands and schedules, never for the API or the engine."""
        return self.data / "keys" / "checkpoint.pem"

    @property
    def factor_key_file(self) -> Path:
        """The key of second factors' secrets: for the API, and never for the engine."""
        return self.data / "api" / "second-factor.key"

    def start(self) -> None:
        """Start everything and wait until it is ready; what was started is stopped again when something fails.

        Raises FolderTaken, PartFault, PostgresFault, NoSystemUser, NoFreePort, PortTaken; KeyboardInterrupt on a
        signal.
        """
        try:
            self._supervisor.open()
            self._held.enter_context(_signals(self._ask_to_stop))
            self._start_postgres()
            self._migrate()
            if self._before_serving is not None:
                self._before_serving(self)
            self._start_the_rest()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything cleanly, within ten seconds; further signals meanwhile are heard and change nothing."""
        self._ask_to_stop.set()
        self._supervisor.stop()
        self._held.close()

    def wait(self) -> None:
        """Return when someone asks to stop (Ctrl-C, or SIGTERM to this process)."""
        with contextlib.suppress(KeyboardInterrupt):
            while not self._ask_to_stop.wait(1.0):
                pass

    def environment(self) -> dict[str, str]:
        """The variables of an office's process as the application's role; secrets stand in files, not in them."""
        return {
            **plain_environment(),
            "PATRAVALI_DATA": str(self.data),
            "PATRAVALI_PRACTICE": str(self.practice).lower(),
            "PATRAVALI_DATABASE_URL_FILE": str(self._secret("database_url")),
            "PATRAVALI_DATABASE_DIRECT_URL_FILE": str(self._secret("database_url")),
            "PATRAVALI_DATABASE_READER_URL_FILE": str(self._secret("database_reader_url")),
            "PATRAVALI_API_HOST": "127.0.0.1",
            "PATRAVALI_API_PORT": str(self._api_port),
        }

    def operator_environment(self) -> dict[str, str]:
        """The variables of an operator's command: also the other roles' addresses and the key."""
        return {
            **self.environment(),
            "PATRAVALI_DATABASE_OWNER_URL_FILE": str(self._secret("database_owner_url")),
            "PATRAVALI_DATABASE_SIGNER_URL_FILE": str(self._secret("database_signer_url")),
            "PATRAVALI_DATABASE_DESTROYER_URL_FILE": str(self._secret("database_destroyer_url")),
            "PATRAVALI_CHECKPOINT_KEY_FILE": str(self.checkpoint_key_file),
            **self._factor_key(),
        }

    def _factor_key(self) -> dict[str, str]:
        return {"PATRAVALI_SECOND_FACTOR_KEY_FILE": str(self.factor_key_file)}

    def _start_postgres(self) -> None:
        self.postgres.prepare()
        self._supervisor.start(self.postgres.part())
        self.postgres.ensure_roles()
        kept_signing_key(self.checkpoint_key_file)
        kept_factor_key(self.factor_key_file)
        self._prefect = PrefectServer(self.data / "prefect", PREFERRED_PORT)
        self._api_port = self._choose_api_port(self.data / "api" / "port")
        for name, role in ADDRESSES.items():
            write_private(self._secret(name), self.postgres.url(role).encode())

    def _choose_api_port(self, path: Path) -> int:
        if self._asked_port is not None:
            asked = self._asked_port
            return only_port(path, asked, f"{PREFIX}API_PORT") if asked else kept_port(path)
        port = preferred_port(path, API_PORT)
        if port != API_PORT and "api" in self._parts:
            said = f"{API_PORT} is taken by another program; the API is at http://127.0.0.1:{port}"
            self._progress.news("api", said)
        return port

    def _migrate(self) -> None:
        if "migrate" not in self._parts:
            return
        from storage.migrations.run import upgrade  # noqa: PLC0415 - alembic takes long to import

        began = time.monotonic()
        upgrade(self.postgres.url("owner"))
        self._progress.ready("database", time.monotonic() - began, "migrated")

    def _start_the_rest(self) -> None:
        parts: dict[PartName, Callable[[], Part]] = {
            "prefect": self.prefect.part,
            "engine": self._engine,
            "api": self._api,
        }
        chosen = [make() for name, make in parts.items() if name in self._parts]
        self._supervisor.start(*chosen)
        # Nobody waits for what is done by itself, and its start takes as long as the engine's.
        if "schedules" in self._parts:
            self._supervisor.start(self._schedules())

    def _engine(self) -> Part:
        return self._working("engine", self.environment())

    def _schedules(self) -> Part:
        """It alone is given what signs checkpoints; the owner's address it is not."""
        environment = self.operator_environment()
        del environment["PATRAVALI_DATABASE_OWNER_URL_FILE"]
        return self._working("schedules", environment)

    def _working(self, name: str, environment: dict[str, str]) -> Part:
        """A process that speaks to Prefect and serves no port; it writes ``NAME.ready`` once it works."""
        ready = self.data / f"{name}.ready"
        home = self.data / name / "prefect"
        home.mkdir(parents=True, exist_ok=True)

        def way_is_clear() -> bool:
            ready.unlink(missing_ok=True)
            return True

        return Part(
            name=name,
            argv=(sys.executable, "-m", "infra.cli", name),
            environment={
                **environment,
                **self.prefect.client_environment(home),
                "PATRAVALI_PREFECT_URL": self.prefect.url,
                "PATRAVALI_PREFECT_AUTH_FILE": str(self.prefect.auth_file),
            },
            folder=self.data,
            ready=ready.exists,
            way_is_clear=way_is_clear,
        )

    def _api(self) -> Part:
        return Part(
            name="api",
            argv=(sys.executable, "-m", "infra.cli", "api"),
            environment=self.environment() | self._factor_key(),
            folder=self.data,
            ready=lambda: answers(f"{self.api_url}/readyz"),
            address=self.api_url,
            way_is_clear=lambda: is_free(self._api_port),
            in_the_way=f"port {self._api_port} is taken by another program; the API starts when that ends, "
            "or at another port when the whole stack is started again",
        )

    def _secret(self, name: str) -> Path:
        return self.data / "postgres" / "secrets" / name


@contextlib.contextmanager
def _signals(asked: threading.Event) -> Iterator[None]:
    """The first SIGINT or SIGTERM interrupts what the main thread does; later ones find the stop under way."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def hear(number: int, frame: FrameType | None) -> None:
        if not asked.is_set():
            asked.set()
            raise KeyboardInterrupt

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
