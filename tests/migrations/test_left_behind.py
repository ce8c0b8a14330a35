"""Papers of the first release's kept office: fsck finds that the clock does not know them, and moves them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from flows.adopting import LeftBehind, adopt, left_behind
from flows.clock_acts import BringUp, tick
from flows.clock_on_complaints import OVERDUE
from flows.putting_in_force import put_in_force
from flows.register import Wish, register
from flows.rules.audit_checkpoint import key_id
from flows.rules.known_schemes import shipped_source
from infra.audit.verify_database import Trust, verify_database
from infra.commands.schedules import Rules, read_rules
from infra.fsck.time_kept import check_time
from storage.database import Database
from storage.identity import read_identity
from storage.migrations.run import upgrade
from storage.snapshots import one_snapshot
from tests.factories.lives import FILE, Life
from tests.factories.practice_office import PracticeOffice, Seat
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures import postgres as fixture
from tests.fixtures.office import OfficeClock
from tests.migrations.kept import RELEASES, key_of, load

FIRST = RELEASES / "0001"
LATER = datetime(2027, 1, 4, 6, 0, tzinfo=UTC)
"""Six weeks after the kept complaints were registered: every level's limit of seven days is over."""


@pytest.fixture
def empty(new_database: Callable[..., fixture.Database]) -> fixture.Database:
    return new_database(migrated=False)


@pytest.fixture
def clock(empty: fixture.Database) -> OfficeClock:
    return OfficeClock(empty.owner_url)


@pytest.fixture
async def office(empty: fixture.Database, clock: OfficeClock) -> PracticeOffice:
    """The kept office of the first release under the present schema, six weeks on."""
    load(FIRST, empty)
    upgrade(empty.owner_url)
    clock.install()
    clock.set(LATER)
    database = Database(empty.app_url, pool=4)
    async with database.querying() as driver:
        return PracticeOffice(database, await read_identity(driver), empty.owner_url, {})


async def all_in(office: PracticeOffice) -> list[LeftBehind]:
    async with office.database.querying() as driver:
        return await left_behind(driver)


async def found_in(office: PracticeOffice) -> list[LeftBehind]:
    """The complaints among them."""
    return [one for one in await all_in(office) if one.number.startswith("CMH-")]


async def clock_ticks(office: PracticeOffice) -> list[str]:
    """What the clock did with complaints in one minute."""
    for act in OVERDUE:
        await tick(office.database, office.identity, act)
    sql = "select name from movement where by_post is null and instruction is null order by at"
    return [name for (name,) in await office.rows(sql)]


async def put_the_present_version_in_force(office: PracticeOffice) -> None:
    shipped = shipped_source("haryana-eoffice")
    assert shipped is not None
    await put_in_force(office.database, office.identity, *shipped)


async def test_without_a_later_version_they_are_named_and_left(office: PracticeOffice) -> None:
    (found,) = await found_in(office)
    assert found.version is None
    assert (await adopt(office.database, office.identity, [found])).done == 0
    assert await clock_ticks(office) == []
    await office.database.close()


async def test_moved_to_the_version_in_force_they_climb_and_their_chain_says_so(office: PracticeOffice) -> None:
    await put_the_present_version_in_force(office)
    (found,) = await found_in(office)
    assert found.version == 2
    assert await clock_ticks(office) == [], "before it is moved the clock does nothing with it"
    assert (await adopt(office.database, office.identity, [found])).done == 1
    assert (await adopt(office.database, office.identity, [found])).done == 0, "once is enough"
    assert await found_in(office) == []
    sql = "select name, details from movement where docket = %(d)s order by sequence desc limit 1"
    assert await office.rows(sql, d=found.docket) == [
        ("adopt_version", {"scheme_version": 2, "scheme_version_before": 1})
    ]
    assert await clock_ticks(office) == ["adopt_version", "escalate"]
    assert await clock_ticks(office) == ["adopt_version", "escalate"], "the next level has its limit whole"
    await holds(office, found)


async def test_the_office_goes_on_registering_by_the_rules_that_it_had(office: PracticeOffice) -> None:
    (row,) = await office.rows(
        """select t.person, t.post from tenure t join post_power p on p.post = t.post and p.power = 'register'
        where t.to_at is null order by t.post limit 1"""
    )
    wish = Wish("haryana-eoffice", "file", "विषय", "ordinary", "ordinary", FILE)
    made = await register(office.database, office.identity, office.giver(Seat(*row, "")), wish)
    assert await office.one("select scheme_version from docket where id = %(d)s", d=made.docket) == 1
    told = await _read_rules(office)
    assert (told.holding, told.were_put) == ({"haryana-eoffice": 1}, False)
    assert "patravali scheme put-in-force" in told.sentence
    await put_the_present_version_in_force(office)
    assert (await _read_rules(office)).sentence == "In force: haryana-eoffice 2."
    await office.database.close()


async def _read_rules(office: PracticeOffice) -> Rules:
    async with office.database.querying() as driver:
        return await read_rules(driver)


async def a_parked_file(office: PracticeOffice) -> Life:
    """A file of the kept office, parked by who has it until a day that will soon be over."""
    (row,) = await office.rows(
        """select d.id, d.number, d.version, t.person, t.post from docket d
        join tenure t on t.post = d.holder and t.to_at is null
        where d.family = 'office_file' and d.state = 'in_hand' order by d.number limit 1"""
    )
    life = Life(office, *row[:3])
    parked = await life.act(
        Seat(row[3], row[4], ""), "park", until=LATER.date() + timedelta(days=1), remark="प्रतीक्षा"
    )
    assert parked.state == "parked"
    return life


async def test_a_parked_file_comes_up_when_it_was_moved(office: PracticeOffice, clock: OfficeClock) -> None:
    await put_the_present_version_in_force(office)
    life = await a_parked_file(office)
    clock.set(LATER + timedelta(days=2))
    assert (await tick(office.database, office.identity, BringUp())).refused == 1, "its table leaves it to people"
    found = [one for one in await all_in(office) if one.docket == life.docket]
    assert (await adopt(office.database, office.identity, found)).done == 1
    assert (await tick(office.database, office.identity, BringUp())).done == 1
    assert await office.one("select state from docket where id = %(d)s", d=life.docket) == "in_hand"
    await verifies(office, found[0])


async def test_all_open_papers_are_found_and_none_that_is_closed(office: PracticeOffice) -> None:
    open_ones = await office.rows("select number from docket where state_class <> 'closed'")
    assert {one.number for one in await all_in(office)} == {number for (number,) in open_ones}
    await put_the_present_version_in_force(office)
    assert {one.version for one in await all_in(office)} == {2}
    await office.database.close()


async def holds(office: PracticeOffice, found: LeftBehind) -> None:
    """Rows are those that the chain tells, clocks those of the movements, and the whole audit verifies."""
    await assert_rows_equal_their_replay(office, found.docket)
    await verifies(office, found)


async def verifies(office: PracticeOffice, found: LeftBehind) -> None:
    key = key_of(FIRST)
    async with one_snapshot(office.database) as driver:
        differences = (await check_time(driver)).differences
        report = await verify_database(driver, Trust({key_id(key): key}, True))
    await office.database.close()
    assert [one for one in differences if one.docket == found.docket] == []
    # What the office of the first release signed last is weeks old by the test's clock: that alone is told.
    left = [str(fault) for fault in report.faults if "the last checkpoint should cover it" not in str(fault)]
    assert left == []
