"""Prefect on PostgreSQL 15 as production has it: two servers joined by Redis show one record, each step once."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.commands.database_roles import database as database_command
from infra.local_stack.postgres import EmbeddedPostgres
from storage.migrations.run import upgrade
from tests.factories.engines import engine_process, settings_for, told
from tests.factories.lives import REASON, Life, new_complaint, new_file
from tests.factories.practice_office import PracticeOffice, make_office
from tests.factories.prefect_processes import PrefectProcess, prefect_process, redis_server
from tests.factories.prefect_records import Prefect, the_same, whole
from tests.factories.waiting import until
from tests.fixtures.postgres import Database
from tests.integration.backup.conftest import Operator

LIVE_S = 5.0
AUTH = "patravali:an auth string of the tests"


@pytest.fixture(scope="module")
def prefect_database(debian_postgres: EmbeddedPostgres) -> str:
    """Prefect's database, made by the command that an operator uses."""
    here = f"@127.0.0.1:{debian_postgres.port}"
    url = f"postgresql://prefect:made-for-the-tests{here}/prefect"
    environment = {
        "PATRAVALI_DATABASE_ADMIN_URL": debian_postgres.admin_url,
        "PATRAVALI_DATABASE_OWNER_URL": debian_postgres.url("owner"),
        "PATRAVALI_PREFECT_DATABASE_URL": url,
    }
    made = Operator(environment).done(database_command, "prepare")
    assert made["made"] == ["prefect", "prefect"]
    return url


@pytest.fixture(scope="module")
async def servers(
    prefect_database: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[list[PrefectProcess]]:
    folder = tmp_path_factory.mktemp("prefects")
    with ExitStack() as held:
        redis_url = held.enter_context(redis_server(folder / "redis"))
        found: list[PrefectProcess] = []
        for name in ("one", "two"):  # one after the other: the first brings the schema up
            server = held.enter_context(prefect_process(folder / name, prefect_database, AUTH, redis_url))
            await server.ready()
            found.append(server)
        yield found


@pytest.fixture(scope="module")
async def served(
    new_database: Callable[..., Database], servers: list[PrefectProcess], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[PracticeOffice]:
    """An office whose engine speaks to the first server."""
    place = new_database()
    office = await make_office(place.app_url, place.owner_url)
    folder = tmp_path_factory.mktemp("served-on-postgres")
    with engine_process(settings_for(place.app_url, folder, servers[0].url, AUTH)) as engine:
        await engine.ready()
        yield office
    await office.database.close()


def seen_by(server: PrefectProcess) -> Prefect:
    return Prefect(server, server.log)


async def living(life: Life) -> Life:
    """A docket whose flow run stands, so that its steps run as live tasks."""

    async def has_run() -> bool:
        return (await life.row())["flow_run_id"] is not None

    await until(has_run, "its flow run is made")
    return life


async def test_a_file_s_life_is_one_run_with_its_tasks_whichever_server_is_asked(
    served: PracticeOffice, servers: list[PrefectProcess]
) -> None:
    file = await living(await new_file(served))
    await told(file, "clerk", "forward", to="superintendent", **REASON)
    await told(file, "superintendent", "receive")
    await told(file, "superintendent", "close")
    await whole(file)
    for server in servers:
        runs = await the_same(seen_by(server), file, within_s=LIVE_S, resent=True, several=True)
        assert [run["name"] for run in runs] == ["register", "put_up", "receive", "close"]
        assert seen_by(server).flow_run(file)["state_name"] == "Completed"


async def test_a_complaint_is_a_run_of_its_own(served: PracticeOffice, servers: list[PrefectProcess]) -> None:
    complaint = await living(await new_complaint(served))
    await told(complaint, "hub", "assign", to="junior")
    await told(complaint, "junior", "receive")
    await whole(complaint)
    runs = await the_same(seen_by(servers[1]), complaint, within_s=LIVE_S, resent=True, several=True)
    assert [run["name"] for run in runs] == ["register", "assign", "receive"]
    assert set(seen_by(servers[1]).flow_run(complaint)["tags"]) >= {"complaint", "REV"}


@pytest.mark.parametrize("number", [0, 1])
def test_each_runs_on_postgresql_and_speaks_through_redis(servers: list[PrefectProcess], number: int) -> None:
    request = urllib.request.Request(f"{servers[number].url}/admin/settings")
    request.add_header("Authorization", f"Basic {base64.b64encode(AUTH.encode()).decode()}")
    with urllib.request.urlopen(request, timeout=10) as answer:
        told_of_itself: dict[str, Any] = json.loads(answer.read())["server"]
    assert told_of_itself["events"]["messaging_broker"] == "prefect_redis.messaging"
    assert told_of_itself["services"]["task_run_recorder"]["batch_size"] == 50
    assert told_of_itself["services"]["event_persister"]["enabled"] is False


async def test_what_one_server_did_not_write_before_it_was_killed_is_made_whole_through_the_other(
    alone: PracticeOffice, database: Database, servers: list[PrefectProcess], tmp_path: Path
) -> None:
    """As behind a balancer, which leads an engine to the server that is left."""
    first, second = (
        settings_for(database.app_url, tmp_path / one.log.parent.name, one.url, AUTH) for one in servers
    )
    with engine_process(first) as engine:
        await engine.ready()
        file = await living(await new_file(alone))
        await told(file, "clerk", "forward", to="superintendent", **REASON)
        servers[0].kill()
        await told(file, "superintendent", "receive")
        assert engine.stop() == 0
    with engine_process(second) as engine:
        await engine.ready()
        await told(file, "superintendent", "close")
        await whole(file)
    runs = await the_same(seen_by(servers[1]), file, within_s=LIVE_S, resent=True, several=True)
    assert [run["name"] for run in runs] == ["register", "put_up", "receive", "close"]


def test_prefect_s_role_has_no_way_into_the_office_s_database(
    prefect_database: str, debian_postgres: EmbeddedPostgres
) -> None:
    upgrade(debian_postgres.url("owner"))
    inside = f"{prefect_database.removesuffix('prefect')}patravali"
    with psycopg.connect(inside) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select * from docket")
