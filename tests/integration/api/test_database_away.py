"""PostgreSQL is killed while the API serves: what needs it is a clear 503, and all heals without a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from infra.local_stack.postgres import EmbeddedPostgres
from storage.migrations.run import upgrade
from tests.factories.practice_office import make_office
from tests.fixtures.api import Api, serve


@pytest.mark.timeout(180)
async def test_the_api_outlives_its_database(open_folder: Path, tmp_path: Path) -> None:
    server = EmbeddedPostgres(open_folder / "postgres-of-api")
    await asyncio.to_thread(server.start)
    try:
        await asyncio.to_thread(upgrade, server.url("owner"))
        office = await make_office(server.url("app"), server.url("owner"))
        async with serve(office, server.url("app"), tmp_path) as api:
            await _killed_and_back(api, server)
        await office.database.close()
    finally:
        await asyncio.to_thread(server.stop)


async def _killed_and_back(api: Api, server: EmbeddedPostgres) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    await asyncio.to_thread(server.kill)
    for path in ("/me", "/inbox", f"/dockets/{file}"):
        away = await clerk.get(path)
        assert (away.status_code, away.json()["type"]) == (503, "urn:patravali:problem:database-away")
        assert int(away.headers["retry-after"]) > 0
        assert away.headers["patravali-practice"] == "true"
    assert (await clerk.move(file, "note", 1, text="क")).status_code == 503
    assert (await api.client.get("/healthz")).status_code == 200
    not_ready = await api.client.get("/readyz")
    assert (not_ready.status_code, not_ready.json()["checks"]["database"]) == (503, False)
    await asyncio.to_thread(server.start)
    await _until_ready(api)
    moved = await clerk.move(file, "note", 1, text="क")
    assert (moved.status_code, moved.json()["state"]) == (200, "carried_out")


async def _until_ready(api: Api) -> None:
    async with asyncio.timeout(30):
        while (await api.client.get("/readyz")).status_code != 200:  # noqa: ASYNC110 - as a balancer asks
            await asyncio.sleep(0.1)


async def test_the_api_starts_before_its_database(tmp_path: Path) -> None:
    from eoffice_api.app import create_app  # noqa: PLC0415
    from storage.settings import Settings  # noqa: PLC0415

    nowhere = "postgresql://patravali_app@127.0.0.1:9/office"
    app = create_app(Settings.model_validate({"database_url": nowhere, "data": tmp_path, "practice": True}))
    async with app.router.lifespan_context(app):
        import httpx  # noqa: PLC0415

        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            assert (await client.get("/healthz")).headers["patravali-practice"] == "true"
            assert (await client.get("/readyz")).status_code == 503
            answer = await client.get("/api/v1/me", headers={"Authorization": "Bearer x"})
            assert answer.status_code == 503
