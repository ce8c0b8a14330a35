"""Prefect's server, tuned for a task run a movement: the embedded one on SQLite, and how a process speaks to it.

The figures behind each setting were measured: recording in batches takes the server from 41 to 16 ms a movement;
without its own event history, triggers and event stream it is at 8.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from infra.local_stack.kept import kept, kept_port, private_folder
from infra.local_stack.part import Part, answers, plain_environment

USER = "patravali"
PREFERRED_PORT = 4200
# While a file of this name stands in its folder the server is not started again: for trials with Prefect away.
HELD = "held"
EVENTS_KEPT = 3_000

TUNING = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    # Runs closed for 90 days leave Prefect; the office's own record is not there.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
}
# Nothing is told to anyone outside.
PRIVACY = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "DO_NOT_TRACK": "1",
}


def messaging(redis_url: str) -> dict[str, str]:
    """What several servers over one database need to hear of each other's events; nothing for a single one."""
    if not redis_url:
        return {}
    return {
        "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_SERVER_DOCKET_URL": redis_url,
        "PREFECT_REDIS_MESSAGING_URL": redis_url,
    }


class PrefectServer:
    """One server in one folder, on the loopback address, behind an auth string of its own."""

    def __init__(self, folder: Path, preferred_port: int | None = None) -> None:
        self.folder = folder.resolve()
        private_folder(self.folder)
        self._port = kept_port(self.folder / "secrets" / "port", preferred_port)
        self.auth_file = self.folder / "secrets" / "auth"
        self.auth_string = kept(self.auth_file, _auth_string).decode()

    @property
    def pages_url(self) -> str:
        """Where a person opens Prefect's pages."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """Prefect's API."""
        return f"{self.pages_url}/api"

    def ready(self) -> bool:
        return answers(f"{self.url}/health")

    def part(self) -> Part:
        """How the supervisor runs it."""
        return Part(
            name="prefect",
            argv=(sys.executable, "-m", "prefect", "server", "start"),
            environment=self.server_environment(),
            folder=self.folder,
            ready=self.ready,
            address=self.pages_url,
            way_is_clear=lambda: not (self.folder / HELD).exists(),
        )

    def server_environment(self) -> dict[str, str]:
        return {
            **plain_environment(),
            **TUNING,
            **PRIVACY,
            "PREFECT_HOME": str(self.folder),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{self.folder}/prefect.db",
            "PREFECT_SERVER_API_HOST": "127.0.0.1",
            "PREFECT_SERVER_API_PORT": str(self._port),
            "PREFECT_SERVER_API_AUTH_STRING": self.auth_string,
            "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": self.pages_url,
            "PREFECT_SERVER_UI_ENABLED": "true",
            "PREFECT_UI_API_URL": self.url,
            # Its pages are unpacked here, not into the installed package, which may not be writable.
            "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(self.folder / "pages"),
            "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
            "PREFECT_LOGGING_LEVEL": "WARNING",
        }

    def client_environment(self, home: Path) -> dict[str, str]:
        """The variables of a process that runs steps through this server; ``home`` is its own Prefect folder."""
        return client_environment(self.url, self.auth_string, home)


def _auth_string() -> bytes:
    return f"{USER}:{secrets.token_urlsafe(24)}".encode()


def client_environment(url: str, auth_string: str, home: Path) -> dict[str, str]:
    """The same for any Prefect server, so that production's engines are set up alike.

    The version check goes because it stops a start with Prefect away; the queue of events is bounded because
    it grows without limit while Prefect is away, and what is dropped is recorded later from our own rows.
    """
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": url,
        "PREFECT_API_AUTH_STRING": auth_string,
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
        "PREFECT_EVENTS_WORKER_MAX_QUEUE_SIZE": str(EVENTS_KEPT),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "DO_NOT_TRACK": "1",
    }
