"""Each test has an office and a clock of its own: a tick takes whatever is due in an office."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.factories.clocked_complaints import MONDAY
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

Made = Callable[[Any], Awaitable[PracticeOffice]]


@pytest.fixture
async def office(database: Database, office_in: Made) -> PracticeOffice:
    """An office alone in its database, with an e-mail channel: a tick takes whatever is due in it."""
    made = await office_in(database)
    return replace(made, identity=made.identity.telling_by(frozenset()))


@pytest.fixture
def office_clock(office: PracticeOffice) -> OfficeClock:
    clock = OfficeClock(office.owner_url)
    clock.set(MONDAY)
    return clock
