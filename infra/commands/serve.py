"""``patravali api`` and ``patravali engine``: the two processes that serve."""

from __future__ import annotations

import logging
import os
import sys
from typing import Final, NoReturn

from storage.settings import Settings, load

NO_PREFECT: Final = "http://prefect.invalid/api"
TELLS_WITHIN_S: Final = 2.0
"""How long an engine that ends waits for Prefect to take what it has not been told yet, seconds."""


def api() -> None:
    """Serve the REST API until it is stopped."""
    import uvicorn  # noqa: PLC0415  (a command loads only what it runs)

    from eoffice_api.app import create_app  # noqa: PLC0415
    from infra.collecting import collect_seldom  # noqa: PLC0415
    from infra.logs import configure  # noqa: PLC0415

    settings = load()
    configure(settings.log_level)
    collect_seldom()
    uvicorn.run(
        create_app(settings),
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_config=None,
        log_level=logging.getLevelNamesMapping()[settings.log_level],
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def engine() -> None:
    """Carry instructions out until it is stopped."""
    settings = load()
    tell_prefect(settings, "engine")
    from flows.engine import main  # noqa: PLC0415
    from infra.collecting import collect_seldom  # noqa: PLC0415
    from infra.logs import configure  # noqa: PLC0415

    configure(settings.log_level)
    collect_seldom()
    main(settings)
    _end_without_prefect()


def _end_without_prefect() -> NoReturn:
    """Ends the process: at its exit Prefect's client would try for seconds to tell each event that it still has.

    With its server away that has no end in sight; what it leaves untold is completed from the office's own rows.
    """
    from prefect.events.worker import EventsWorker  # noqa: PLC0415

    EventsWorker.drain_all(timeout=TELLS_WITHIN_S)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def tell_prefect(settings: Settings, process: str) -> None:
    """Sets what Prefect's client reads of its own when it is imported; what is set already stays.

    Without an address it would start a server of its own. Each process has a folder for what Prefect keeps.
    """
    from infra.local_stack.prefect_server import client_environment  # noqa: PLC0415

    address = settings.prefect_url or NO_PREFECT
    home = settings.data.resolve() / process / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    for name, value in client_environment(address, settings.prefect_auth.get_secret_value(), home).items():
        os.environ.setdefault(name, value)
