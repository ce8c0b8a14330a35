"""``patravali prefect``: Prefect's own server as production runs it, tuned as the embedded one is."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from infra.commands.operator import CommandFault, faults_told, needed
from storage.settings import PREFIX, Settings, SettingsFault, load

Host = Annotated[str, typer.Option(help="address to listen on; keep it to a private network")]
Port = Annotated[int, typer.Option(help="port to listen on", min=1, max=65535)]
PagesUrl = Annotated[str, typer.Option(help="address at which officials open its pages (default: host and port)")]
SchemaOnly = Annotated[bool, typer.Option("--schema-only", help="bring its database's schema up, and end")]


def prefect(
    host: Host = "127.0.0.1", port: Port = 4200, pages_url: PagesUrl = "", schema_only: SchemaOnly = False
) -> None:
    """Serve Prefect until it is stopped; several may run over one database where Redis is configured.

    Its database, Redis and auth string come from PATRAVALI_PREFECT_…, so that they can be files; a variable
    PREFECT_… that is set already stays.
    """
    with faults_told(SettingsFault, status=2):
        environment = server_environment(load(), host, port, pages_url)
    for name, value in environment.items():
        os.environ.setdefault(name, value)
    words = ["database", "upgrade", "-y"] if schema_only else ["start"]
    os.execv(sys.executable, [sys.executable, "-m", "prefect", "server", *words])  # noqa: S606


def server_environment(settings: Settings, host: str, port: int, pages_url: str = "") -> dict[str, str]:
    """The variables that Prefect's server reads. Raises CommandFault where its database or auth is not given."""
    from infra.local_stack.prefect_server import PRIVACY, TUNING, messaging  # noqa: PLC0415 - after --help

    home = settings.data.resolve() / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    auth = settings.prefect_auth.get_secret_value()
    if not auth:
        raise CommandFault(
            f"{PREFIX}PREFECT_AUTH is not set: without it everybody could change what Prefect shows"
        )
    pages = pages_url or f"http://{host}:{port}"
    return {
        **TUNING,
        **PRIVACY,
        **messaging(settings.prefect_redis_url.get_secret_value()),
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": _with_driver(needed(settings, "prefect_database_url")),
        "PREFECT_SERVER_API_HOST": host,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_API_AUTH_STRING": auth,
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": pages,
        "PREFECT_UI_API_URL": f"{pages}/api",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / "pages"),
        "PREFECT_LOGGING_LEVEL": settings.log_level,
    }


def _with_driver(url: str) -> str:
    """Prefect's server speaks to PostgreSQL through asyncpg."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)
