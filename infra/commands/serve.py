"""``patravali api`` and ``patravali engine``: the two processes that serve."""

from __future__ import annotations

import logging

from storage.settings import load


def api() -> None:
    """Serve the REST API until it is stopped."""
    import uvicorn  # noqa: PLC0415  (a command loads only what it runs)

    from eoffice_api.app import create_app  # noqa: PLC0415
    from eoffice_api.logs import configure  # noqa: PLC0415

    settings = load()
    configure(settings.log_level)
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
        proxy_headers=bool(settings.public_url),
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def engine() -> None:
    """Carry instructions out until it is stopped."""
    from flows.engine import main  # noqa: PLC0415

    main(load())
