"""An office whose scheme grades complaints, with its clock at the beginning of the first month that is graded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from flows.putting_in_force import put_in_force
from tests.factories.graded_scheme import graded_text
from tests.factories.lives import REASON, Life, new_complaint, replied_complaint
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

# The last evening of March in India, so that the scheme is in force when April begins.
BEGINNING: Final = datetime(2026, 3, 31, 12, tzinfo=UTC)
MAY_1: Final = datetime(2026, 5, 1, 4, tzinfo=UTC)

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


@pytest.fixture
async def lives(office: PracticeOffice, office_clock: OfficeClock) -> list[Life]:
    """Two closed to satisfaction in Hansi, one sent back; one in Barwala that nobody looked at. It is May."""
    office_clock.set(datetime(2026, 4, 6, 6, tzinfo=UTC))
    made = [await replied_complaint(office) for _ in range(3)]
    await made[2].must("engineer", "send_reply_back", quality="not_done", **REASON)
    for life in made[:2]:
        await life.must("calling", "satisfied", **REASON)
    made.append(await new_complaint(office, category="street-light", place="barwala"))
    office_clock.set(MAY_1)
    return made
