"""Documents over HTTP with a real MinIO: fetched from its own address, and what its death stops and leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from infra.minio.server import MinioServer
from tests.factories.practice_office import make_office
from tests.fixtures.api import Api, serve

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
async def api_with_minio(database: Any, minio_server: MinioServer, tmp_path: Path) -> AsyncIterator[Api]:
    office = await make_office(database.app_url, database.owner_url)
    store = {
        "s3_endpoint": minio_server.endpoint,
        "s3_bucket": f"api-{uuid4().hex}",
        "s3_access_key": minio_server.access_key,
        "s3_secret_key": minio_server.secret_key,
        "s3_secure": False,
    }
    async with serve(office, database.app_url, tmp_path, **store) as api:
        yield api
    await office.database.close()


async def test_a_document_is_fetched_from_the_stores_own_address(api_with_minio: Api) -> None:
    clerk = await api_with_minio.desk("clerk")
    file = await clerk.new_file()
    assert (await clerk.upload(file, PDF, "आदेश.pdf")).status_code == 200
    document = (await clerk.get(f"/dockets/{file}/documents")).json()["items"][0]["id"]
    sent_on = await clerk.get(f"/documents/{document}/content", follow_redirects=False)
    assert sent_on.status_code == 307
    async with httpx.AsyncClient() as browser:
        fetched = await browser.get(sent_on.headers["location"])
    assert fetched.content == PDF
    assert fetched.headers["content-disposition"].startswith("attachment;")


async def test_a_killed_store_stops_documents_only_and_heals(
    api_with_minio: Api, minio_server: MinioServer
) -> None:
    clerk = await api_with_minio.desk("clerk")
    file = await clerk.new_file()
    assert (await clerk.upload(file, PDF)).status_code == 200
    minio_server.kill()
    try:
        away = await clerk.upload(file, PDF + b"\n")
        assert (away.status_code, away.json()["type"]) == (503, "urn:patravali:problem:documents-away")
        assert (await clerk.move(file, "note", text="क")).status_code == 200
        listed = (await clerk.get(f"/dockets/{file}/documents")).json()["items"]
        assert len(listed) == 1
    finally:
        minio_server.start()
    again = await clerk.upload(file, PDF + b"\n")
    assert again.status_code == 200
    assert len((await clerk.get(f"/dockets/{file}/documents")).json()["items"]) == 2
