"""Two APIs and two engines as an office runs them, over one database and one Prefect: they are one office."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from flows.engine import TURNS_AT_ONCE
from infra.audit.verify_database import Trust, verify_database
from infra.local_stack.prefect_server import PrefectServer
from storage.snapshots import one_snapshot
from tests.factories.engines import EngineProcess, engine_process, settings_for
from tests.factories.lives import PARKING, Life, new_file
from tests.factories.office_processes import ApiProcess, api_process
from tests.factories.practice_office import PracticeOffice, make_office
from tests.factories.prefect_records import Prefect, the_same, whole
from tests.factories.waiting import until
from tests.fixtures.api import PASSWORD, give_passwords
from tests.fixtures.postgres import Database

# More than one engine takes at once, so both must be at work for all of them to be under way.
FILES = 2 * TURNS_AT_ONCE
PARK = {"action": "park", "until": PARKING["until"].isoformat(), "remark": PARKING["remark"]}
BRING_UP = {"action": "bring_up"}
POLL_HALVED_S = 0.5
"""Half of an engine's own round: who answers sooner was told of it."""
LIVE_S = 20.0
"""A step that was interrupted shows in Prefect from its first try on."""

_HANGING = """select a.application_name, count(*) from pg_stat_activity a where datname = current_database()
    and wait_event_type = 'Lock' and starts_with(query, 'select id from docket where id') group by 1"""


@dataclass
class TwoByTwo:
    """The office and its processes; engines are known by what their sessions are called in PostgreSQL."""

    office: PracticeOffice
    database: Database
    folder: Path
    prefect: Prefect
    held: ExitStack
    apis: list[ApiProcess] = field(default_factory=list)
    engines: dict[str, EngineProcess] = field(default_factory=dict)
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def start_api(self) -> None:
        number = len(self.apis)
        self.apis.append(
            self.held.enter_context(api_process(self.database.app_url, self.folder / f"api-{number}"))
        )

    def start_engine(self, name: str) -> None:
        server = self.prefect.server
        settings = settings_for(
            self.database.app_url, self.folder / name, server.url, server.auth_string, f"engine-{name}"
        )
        self.engines[f"engine-{name}"] = self.held.enter_context(engine_process(settings))

    async def serve(self) -> None:
        """Waits for all of them and logs in at the first API; the others know the session."""
        for one in (*self.apis, *self.engines.values()):
            await one.ready()
        async with self.apis[0].client() as stranger:
            form = {"username": "clerk", "password": PASSWORD}
            token = (await stranger.post("/token", data=form)).json()["access_token"]
        self.clients = [api.client(token) for api in self.apis]

    async def move(self, api: int, file: Life, body: dict[str, Any], key: str, version: int) -> httpx.Response:
        """The same request as an officer's page sends it, to one of the APIs."""
        headers = {"Idempotency-Key": key, "If-Match": f'"{version}"'}
        return await self.clients[api].post(f"/dockets/{file.docket}/movements", json=body, headers=headers)

    async def hanging(self) -> dict[str, int]:
        """How many steps of each engine wait for a docket's row."""
        return dict(await self.office.rows(_HANGING))


@pytest.fixture
async def two(database: Database, prefect_server: PrefectServer, tmp_path: Path) -> AsyncIterator[TwoByTwo]:
    office = await make_office(database.app_url, database.owner_url)
    give_passwords(database.owner_url)
    with ExitStack() as held:
        prefect = Prefect(prefect_server, tmp_path / "unused.log")
        made = TwoByTwo(office, database, tmp_path, prefect, held)
        for name in ("one", "two"):
            made.start_api()
            made.start_engine(name)
        await made.serve()
        yield made
        await asyncio.gather(*(client.aclose() for client in made.clients))
    await office.database.close()


async def test_they_are_one_office_also_when_an_engine_is_killed(two: TwoByTwo) -> None:
    files = [await new_file(two.office) for _ in range(FILES)]
    given = await asyncio.gather(*(the_same_request_at_both(two, file) for file in files))
    await asyncio.gather(*(two_wishes_at_once(two, file) for file in files))
    given += await killed_in_the_middle(two, files)
    await nothing_is_lost_or_doubled(two, files, given)
    survivor = next(name for name, engine in two.engines.items() if engine.lives())
    await both_apis_are_told_at_once(two, files[0])
    two.start_engine("three")
    await two.engines["engine-three"].ready()
    assert two.engines[survivor].stop() == 0
    await both_apis_are_told_at_once(two, files[1])
    # Uvicorn ends what is under way and then dies of the signal, as systemd expects.
    assert [api.stop() for api in two.apis] == [-signal.SIGTERM] * 2
    await the_record_and_the_audit_hold(two, files)


async def the_same_request_at_both(two: TwoByTwo, file: Life) -> UUID:
    """One request under one key, to both APIs at once: one movement, told twice."""
    key = str(uuid4())
    first, second = await asyncio.gather(*(until_told(two, api, file, PARK, key, 1) for api in (0, 1)))
    assert first.json() == second.json()
    other = await two.move(1, file, BRING_UP, key, 2)
    assert (other.status_code, other.json()["type"].rsplit(":")[-1]) == (409, "key-reused")
    return UUID(first.json()["instruction"])


async def two_wishes_at_once(two: TwoByTwo, file: Life) -> None:
    """Two requests under two keys, at once: one is carried out, the other told that it came too late."""
    answers = await asyncio.gather(*(until_told(two, api, file, BRING_UP, str(uuid4()), 2) for api in (0, 1)))
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 412])


async def until_told(
    two: TwoByTwo, api: int, file: Life, body: dict[str, Any], key: str, version: int
) -> httpx.Response:
    """As a page does: the same request again for as long as the answer is that it waits."""
    async with asyncio.timeout(30):
        while True:
            answer = await two.move(api, file, body, key, version)
            if answer.status_code != 202:
                return answer


async def killed_in_the_middle(two: TwoByTwo, files: list[Life]) -> list[UUID]:
    """Both engines are at as many dockets as they take; one is killed there, and the other ends its work."""
    keys = [str(uuid4()) for _ in files]
    async with held_all(two.office, files):
        waiting = [
            asyncio.create_task(two.move(n % 2, file, PARK, key, 3))
            for n, (file, key) in enumerate(zip(files, keys, strict=True))
        ]

        async def all_under_way() -> bool:
            return await two.hanging() == dict.fromkeys(two.engines, TURNS_AT_ONCE)

        await until(all_under_way, "both engines have their hands full")
        two.engines["engine-one"].kill()
    first = await asyncio.gather(*waiting)
    again = await asyncio.gather(
        *(until_told(two, 1 - n % 2, file, PARK, keys[n], 3) for n, file in enumerate(files))
    )
    assert {answer.status_code for answer in first} <= {200, 202}
    assert {answer.status_code for answer in again} == {200}
    told = [answer.json()["instruction"] for answer in again]
    assert told == [answer.json()["instruction"] for answer in first], "the other API knows the key"
    return [UUID(instruction) for instruction in told]


@asynccontextmanager
async def held_all(office: PracticeOffice, files: list[Life]) -> AsyncIterator[None]:
    """Somebody else holds the rows of all these dockets."""
    async with await psycopg.AsyncConnection.connect(office.owner_url) as owner:
        dockets = [file.docket for file in files]
        await owner.execute("select 1 from docket where id = any(%s) for no key update", (dockets,))
        yield


async def nothing_is_lost_or_doubled(two: TwoByTwo, files: list[Life], given: list[UUID]) -> None:
    """Each docket has its four movements, and each instruction that was given is one of them."""
    moved = await two.office.rows("select docket, movement.name, instruction from movement order by sequence")
    assert Counter(docket for docket, _, _ in moved) == {file.docket: 4 for file in files}
    by_instruction = Counter(instruction for _, _, instruction in moved)
    assert [by_instruction[instruction] for instruction in given] == [1] * len(given)
    deaths = await two.office.rows("select deaths, count(*) from instruction where deaths > 0 group by deaths")
    assert [tuple(row) for row in deaths] == [(1, TURNS_AT_ONCE)], "what the killed engine was at, and no other"


async def both_apis_are_told_at_once(two: TwoByTwo, file: Life) -> None:
    """Engine and API hear of what waits and of what is done: nobody waited for its own next look."""
    version, wishes = 4, ((0, BRING_UP), (1, PARK), (0, BRING_UP), (1, PARK), (0, BRING_UP), (1, PARK))
    took: dict[int, list[float]] = {0: [], 1: []}
    for api, body in wishes:
        began = time.monotonic()
        answer = await two.move(api, file, body, str(uuid4()), version)
        took[api].append(time.monotonic() - began)
        assert answer.status_code == 200, answer.text
        version += 1
    assert max(min(times) for times in took.values()) < POLL_HALVED_S, took


async def the_record_and_the_audit_hold(two: TwoByTwo, files: list[Life]) -> None:
    for file in files:
        await whole(file)
        await the_same(two.prefect, file, within_s=LIVE_S, resent=True, refused=True)
    async with one_snapshot(two.office.database) as driver:
        report = await verify_database(driver, Trust({}, independent=False))
    assert report.ok, report.faults
