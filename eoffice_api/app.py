"""The REST API as an application: its routes, its problems, and the parts that live as long as it does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI

from eoffice_api import openapi, problems
from eoffice_api.envelope import Envelope
from eoffice_api.parts import Parts
from eoffice_api.queries import only_known
from eoffice_api.routes import (
    assistants,
    audit,
    calendar,
    charge,
    delays,
    dockets,
    documents,
    gradings,
    imports,
    letters,
    lists,
    movements,
    notes,
    office,
    outbox,
    people,
    retention,
    routing,
    schedules,
    schemes,
    second_factor,
    service,
    sessions,
    taking_charge,
    tray,
)
from storage.settings import Settings

_ROUTERS = (
    sessions.router,
    second_factor.router,
    people.router,
    office.router,
    charge.router,
    taking_charge.router,
    assistants.router,
    schemes.router,
    routing.router,
    imports.router,
    lists.router,
    delays.router,
    dockets.router,
    notes.router,
    documents.router,
    letters.router,
    movements.router,
    tray.router,
    audit.router,
    outbox.router,
    schedules.router,
    calendar.router,
    retention.router,
    gradings.router,
    service.router,
)


def create_app(settings: Settings) -> FastAPI:
    """The application; nothing is reached before its lifespan begins."""
    parts = Parts(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with parts.serving():
            yield

    app = FastAPI(
        title=openapi.TITLE,
        version=version("patravali"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        dependencies=[Depends(only_known)],
    )
    app.state.parts = parts
    for router in _ROUTERS:
        app.include_router(router)
    problems.install(app)
    app.add_middleware(Envelope, parts=parts)
    return app
