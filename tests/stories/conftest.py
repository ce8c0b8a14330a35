"""An office for each file of stories, in a database of its own, and what must hold when a story is over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from infra.fsck.time_kept import check_time
from storage.snapshots import one_snapshot
from tests.factories.practice_office import make_office
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.factories.scheme_offices import OFFICES
from tests.factories.stories import MONDAY, Teller
from tests.fixtures.office import OfficeClock


@pytest.fixture(scope="module")
async def _teller(request: pytest.FixtureRequest, new_database: Callable[..., Any]) -> AsyncIterator[Teller]:
    fresh, scheme = new_database(), str(request.module.SCHEME)
    clock = OfficeClock(fresh.owner_url)
    clock.install()
    # What an office puts in force holds from the day on which it does so.
    clock.set(MONDAY - timedelta(days=30))
    office = await make_office(fresh.app_url, fresh.owner_url, layout=OFFICES[scheme])
    office.identity = office.identity.telling_by(frozenset())
    yield Teller(office, clock, scheme)
    await office.database.close()


@pytest.fixture
async def here(_teller: Teller) -> AsyncIterator[Teller]:
    """The office of this file's scheme (``SCHEME``), on a Monday at ten.

    When the story is over, every chain of it holds, its rows are those that the chain states, and clocks and
    holdings are those that the movements tell.
    """
    _teller.clock.set(MONDAY)
    _teller.begun.clear()
    yield _teller
    for story in _teller.begun:
        await assert_rows_equal_their_replay(_teller.office, story.life.docket)
    async with one_snapshot(_teller.office.database) as driver:
        report = await check_time(driver)
    assert report.differences == []
