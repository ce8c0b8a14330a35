"""An office into which sheets are brought."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.factories.imported_sheets import MONDAY
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

Made = Callable[[Database], Awaitable[PracticeOffice]]


@pytest.fixture
async def own(database: Database, office_in: Made) -> PracticeOffice:
    """An office in a database of its own, on a Monday."""
    made = await office_in(database)
    OfficeClock(database.owner_url).set(MONDAY)
    return made
