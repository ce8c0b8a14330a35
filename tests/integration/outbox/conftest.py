"""An office of its own for each test, which tells the outside, and real servers that it tells."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factories.outside import HttpPlace, certificate, http_place
from tests.factories.practice_office import PracticeOffice
from tests.factories.told_office import ToldOffice, tells
from tests.fixtures.postgres import Database


@pytest.fixture
async def told(database: Database, office_in: Callable[[Any], Awaitable[PracticeOffice]]) -> ToldOffice:
    return tells(await office_in(database), database.owner_url)


@pytest.fixture
async def place() -> AsyncIterator[HttpPlace]:
    async with http_place() as one:
        yield one


@pytest.fixture
def certified(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS and the certificate to believe."""
    return certificate(tmp_path)
