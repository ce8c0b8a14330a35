"""What a process of the API is made of: the database, who listens, the access chain, the store of documents."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from eoffice_api.login_limit import LoginLimit
from eoffice_api.outcomes import Outcomes
from flows.access_log import AccessLog
from flows.one_time_codes import Seal
from storage.database import Database, DatabaseAway, TryAgain
from storage.documents.opening import open_spool, open_store
from storage.identity import NotAnOffice, OfficeIdentity, read_identity
from storage.migrations import run
from storage.settings import Settings

log = structlog.get_logger()

_RETRY_S = 0.5


class Parts:
    """The parts of one process; ``serving`` runs what works in the background."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database_url.get_secret_value(), pool=settings.database_pool)
        self.store, self.spool = open_store(settings), open_spool(settings)
        self.outcomes = Outcomes(self.database, settings.direct_url)
        self.access = AccessLog(self.database)
        self.login_limit, self.code_limit = LoginLimit(), LoginLimit()
        key = settings.second_factor_key.get_secret_value()
        self.seal = Seal(key) if key else None
        self.schema = run.newest()
        self._identity: OfficeIdentity | None = None
        self._why_none: Exception = DatabaseAway("not reached yet")

    @property
    def identity(self) -> OfficeIdentity:
        """The office that is served. Raises DatabaseAway or NotAnOffice until it was read once."""
        if self._identity is None:
            raise self._why_none
        return self._identity

    @property
    def practice(self) -> bool:
        return self.settings.practice if self._identity is None else self._identity.practice

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """The process serves: it starts without the database too, and answers 503 until that is there."""
        self.spool.sweep()
        await self._read_identity()
        tasks = [asyncio.create_task(self.outcomes.run()), asyncio.create_task(self._keep_access_log())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._end()

    async def _keep_access_log(self) -> None:
        while not await self._read_identity():  # noqa: ASYNC110 - nothing tells when a database comes back
            await asyncio.sleep(_RETRY_S)
        await self.access.run(self.identity.epoch)

    async def _read_identity(self) -> bool:
        if self._identity is None:
            try:
                async with self.database.querying() as driver:
                    identity = await read_identity(driver)
                self._identity = identity.telling_by(self.settings.channels)
            except (DatabaseAway, TryAgain, NotAnOffice) as fault:
                self._why_none = fault
                log.warning("identity.not_read", fault=str(fault))
        return self._identity is not None

    async def _end(self) -> None:
        with contextlib.suppress(DatabaseAway, NotAnOffice):
            await self.access.flush(self.identity.epoch)
        await self.store.close()
        await self.database.close()
