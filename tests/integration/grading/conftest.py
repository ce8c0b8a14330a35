"""An office whose scheme grades complaints, with its clock at the beginning of the first month that is graded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from flows.putting_in_force import put_in_force
from tests.factories.graded_scheme import graded_text
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

# The last evening of March in India, so that the scheme is in force when April begins.
BEGINNING: Final = datetime(2026, 3, 31, 12, tzinfo=UTC)

Made = Callable[[Any], Awaitable[PracticeOffice]]


@pytest.fixture
async def office(database: Database, office_in: Made) -> PracticeOffice:
    """Alone in its database, for a month is graded whole."""
    made = await office_in(database)
    OfficeClock(made.owner_url).set(BEGINNING)
    await put_in_force(made.database, made.identity, graded_text(), "graded.yaml")
    return made


@pytest.fixture
def office_clock(office: PracticeOffice) -> OfficeClock:
    return OfficeClock(office.owner_url)
