"""An API over an office that can ask for second factors."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.factories.factors import Factors
from tests.fixtures.api import serve
from tests.fixtures.office import OfficeClock, office_of_its_own

KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
async def factors(
    new_database: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Factors]:
    fresh, folder = new_database(), tmp_path_factory.mktemp("factors")
    async with (
        office_of_its_own(fresh) as office,
        serve(office, fresh.app_url, folder, second_factor_key=KEY) as served,
    ):
        yield Factors(served, OfficeClock(fresh.owner_url))
