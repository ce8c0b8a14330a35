"""An office of each test's own, whose audit holds whatever the test did, and the office's clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.factories.office_orders import assert_audit_holds
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock


@pytest.fixture
async def alone(
    database: Any, office_in: Callable[[Any], Awaitable[PracticeOffice]]
) -> AsyncIterator[PracticeOffice]:
    office = await office_in(database)
    yield office
    await assert_audit_holds(office)


@pytest.fixture
def clock(alone: PracticeOffice) -> OfficeClock:
    """Stands still until a test lets time pass."""
    clock = OfficeClock(alone.owner_url)
    clock.set(datetime.now(UTC))
    return clock
