"""An office of every released schema comes up to the present one, still proves its past, and goes on working."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from uuid import UUID

import pytest

from flows.checkpoints import read_signing_key, take_checkpoint
from flows.rules.audit_checkpoint import key_id
from infra.audit.report import Report
from infra.audit.verify_database import Trust, verify_database
from infra.local_stack.kept import kept_signing_key
from storage.checkpoint_copies import FolderCopies
from storage.database import Database
from storage.identity import read_identity
from storage.migrations.run import RELEASED, current, newest, upgrade
from storage.snapshots import one_snapshot
from tests.factories.lives import REASON, Life
from tests.factories.practice_office import PracticeOffice, Seat
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures import postgres as fixture
from tests.migrations.kept import RELEASES, key_of, load

_SEATS = "select o.code, t.person, o.id from tenure t join post o on o.id = t.post"
_ON_THE_WAY = """
select d.id, d.number, d.version from docket d join post h on h.id = d.holder
where d.state = 'in_hand' and h.code = 'superintendent'
    and not exists (select 1 from note_draft x join note n on n.id = x.note where n.docket = d.id)
"""


@pytest.fixture(params=sorted(RELEASES.iterdir()), ids=lambda release: release.name)
def release(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def old(release: Path, new_database: Callable[..., fixture.Database]) -> fixture.Database:
    """The kept office, brought up to the present schema."""
    empty = new_database(migrated=False)
    load(release, empty)
    assert current(empty.owner_url) == release.name
    upgrade(empty.owner_url)
    return empty


async def _verified(old: fixture.Database, trust: Trust) -> Report:
    database = Database(old.reader_url, pool=2)
    try:
        async with one_snapshot(database) as driver:
            return await verify_database(driver, trust)
    finally:
        await database.close()


async def _office(old: fixture.Database) -> PracticeOffice:
    database = Database(old.app_url, pool=4)
    async with database.querying() as driver:
        office = PracticeOffice(database, await read_identity(driver), old.owner_url, {})
    office.seats |= {code: Seat(person, post, code) for code, person, post in await office.rows(_SEATS)}
    return office


def test_the_last_schema_that_was_released_is_kept() -> None:
    kept = {release.name for release in RELEASES.iterdir()}
    assert RELEASED in kept, "python -m tests.migrations.keep"
    assert max(kept) == RELEASED
    assert newest() >= RELEASED


async def test_it_comes_up_to_the_present_schema_and_its_audit_holds(
    release: Path, old: fixture.Database, tmp_path: Path
) -> None:
    assert current(old.owner_url) == newest()
    copytree(release / "checkpoints", tmp_path / "checkpoints")
    key = key_of(release)
    report = await _verified(old, Trust({key_id(key): key}, True, {}, FolderCopies(tmp_path / "checkpoints")))
    assert (report.ok, report.last_checkpoint) == (True, 1), report.faults
    assert report.counts.entries > 40


async def test_it_goes_on_working_where_it_left_off(release: Path, old: fixture.Database, tmp_path: Path) -> None:
    office = await _office(old)
    docket, number, version = (await office.rows(_ON_THE_WAY))[0]
    life = Life(office, UUID(str(docket)), number)
    life.version = version
    await life.must("superintendent", "forward", to="accountant", **REASON)
    await life.must("accountant", "receive")
    await assert_rows_equal_their_replay(office, life.docket)
    own = read_signing_key(kept_signing_key(tmp_path / "key.pem"))
    signer = Database(old.signer_url, pool=2)
    assert (await take_checkpoint(signer, own)).checkpoint.number == 2
    await signer.close()
    await office.database.close()
    keys = {key_id(key): key for key in (key_of(release), own.public_key())}
    assert (await _verified(old, Trust(keys, True, {}, FolderCopies(tmp_path / "none")))).ok
