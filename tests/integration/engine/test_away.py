"""PostgreSQL or Prefect away: the engine starts, waits, and goes on without being started again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local_stack.postgres import EmbeddedPostgres
from storage.database import DatabaseAway
from storage.migrations.run import upgrade
from tests.factories.engines import ended, engine_process, running, settings_for, told
from tests.factories.lives import PARKING, new_file
from tests.factories.practice_office import make_office
from tests.factories.waiting import until


@pytest.fixture
def own(open_folder: Path, tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server that a test may stop and kill, with the schema in it."""
    server = EmbeddedPostgres(open_folder / f"own-{tmp_path.name}")
    server.start()
    upgrade(server.url("owner"))
    yield server
    server.stop()


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_it_goes_on_when_postgresql_comes_back(own: EmbeddedPostgres, tmp_path: Path, how: str) -> None:
    office = await make_office(own.url("app"), own.url("owner"))
    file = await new_file(office)
    async with running(settings_for(own.url("app"), tmp_path)) as engine:
        await told(file, "clerk", "park", **PARKING)
        getattr(own, how)()
        await until(lambda: not engine.locked.is_set(), "the engine has noticed")
        own.start()

        async def accepted() -> object:
            try:
                return await file.accept("clerk", "bring_up")
            except DatabaseAway:
                return None

        again = await until(accepted, "the office accepts again")
        row = await ended(office, again.instruction)  # type: ignore[union-attr]
        assert (row["state"], row["faults"], row["deaths"]) == ("carried_out", 0, 0)
    await office.database.close()


async def test_it_starts_before_postgresql_does(own: EmbeddedPostgres, tmp_path: Path) -> None:
    office = await make_office(own.url("app"), own.url("owner"))
    file = await new_file(office)
    accepted = await file.accept("clerk", "park", **PARKING)
    own.stop()
    with engine_process(settings_for(own.url("app"), tmp_path)) as engine:
        await until(lambda: "PostgreSQL" in engine.log.read_text(), "the engine says what it waits for", limit=60)
        own.start()
        await engine.ready()
        await until(lambda: _answers(office), "the office's own connections are new")
        assert (await ended(office, accepted.instruction))["state"] == "carried_out"
        assert engine.stop() == 0
    await office.database.close()


async def _answers(office: object) -> bool:
    try:
        return bool(await office.one("select true"))  # type: ignore[attr-defined]
    except DatabaseAway:
        return False
