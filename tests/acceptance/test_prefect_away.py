"""Prefect away, and killed with the record half written: the office goes on, the record is whole later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.local_stack.prefect_server import PrefectServer
from storage.settings import Settings
from tests.factories.engines import ended, engine_process, noted, settings_for, told
from tests.factories.lives import PARKING, Life, new_file
from tests.factories.practice_office import PracticeOffice, make_office
from tests.factories.prefect_records import Prefect, the_same, whole
from tests.factories.waiting import until
from tests.fixtures.postgres import Database

LIVE_S = 5.0


@pytest.fixture
async def prefect(open_folder: Path, tmp_path: Path) -> AsyncIterator[Prefect]:
    """A server of the test's own, not started yet."""
    found = Prefect(PrefectServer(open_folder / f"prefect-{tmp_path.name}"), tmp_path / "prefect.log")
    yield found
    found.stop()


@pytest.fixture
async def office(database: Database) -> AsyncIterator[PracticeOffice]:
    made = await make_office(database.app_url, database.owner_url)
    yield made
    await made.database.close()


@pytest.fixture
def settings(database: Database, prefect: Prefect, tmp_path: Path) -> Settings:
    return settings_for(database.app_url, tmp_path / "engine", prefect.server.url, prefect.server.auth_string)


async def move(life: Life) -> None:
    await told(life, "clerk", "park", **PARKING)
    await told(life, "clerk", "bring_up")


async def test_the_engine_starts_and_works_without_prefect_and_the_record_follows(
    office: PracticeOffice, prefect: Prefect, settings: Settings
) -> None:
    with engine_process(settings) as engine:
        await engine.ready()
        files = [await new_file(office) for _ in range(5)]
        for file in files:
            for _ in range(4):
                await move(file)
        await prefect.start()
        for file in files:
            await whole(file)
            runs = await the_same(prefect, file)
            assert len(runs) == 9
        # And it has noticed: the next steps are live tasks again.
        before = await office.one("select steps_live from engine_time")

        async def live() -> bool:
            await move(files[0])
            return await office.one("select steps_live from engine_time") > before

        await until(live, "steps run as tasks again", limit=40, every=0.5)
        await whole(files[0])
        await the_same(prefect, files[0], within_s=LIVE_S)


async def test_a_server_killed_with_the_record_half_written_has_it_whole_later(
    office: PracticeOffice, prefect: Prefect, settings: Settings
) -> None:
    await prefect.start()
    with engine_process(settings) as engine:
        await engine.ready()
        files = [await new_file(office) for _ in range(4)]
        for file in files:
            await whole(file)
        # Live steps, whose events are on their way or in the server's memory when it dies.
        for action, more in (("park", PARKING), ("bring_up", {}), ("park", PARKING)):
            given = [await file.accept("clerk", action, **more) for file in files]
            for file, accepted in zip(files, given, strict=True):
                noted(file, await ended(office, accepted.instruction))
        prefect.kill()
        for file in files:
            await told(file, "clerk", "bring_up")
        await prefect.start()
        for file in files:
            await whole(file, limit=120)
            await the_same(prefect, file, within_s=LIVE_S, resent=True)
