"""The office of these tests, with its documents in either store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from infra.minio.server import MinioServer
from storage.documents.local_directory import LocalDirectory
from storage.documents.minio_store import MinioStore, S3Address
from storage.documents.protocol import DocumentStore
from tests.factories.erasures import Weeding, weeding
from tests.factories.practice_office import PracticeOffice


@pytest.fixture
async def made(
    database: Any, office_in: Callable[[Any], Awaitable[PracticeOffice]], tmp_path: Path
) -> AsyncIterator[Weeding]:
    office = await office_in(database)
    async with weeding(office, database, LocalDirectory(tmp_path / "documents"), tmp_path) as one:
        yield one


@pytest.fixture(params=["folder", "minio"])
async def either(
    request: pytest.FixtureRequest,
    database: Any,
    office_in: Callable[[Any], Awaitable[PracticeOffice]],
    tmp_path: Path,
) -> AsyncIterator[Weeding]:
    """The same with its documents in a folder, and in a real MinIO."""
    store: DocumentStore = LocalDirectory(tmp_path / "documents")
    if request.param == "minio":
        server: MinioServer = request.getfixturevalue("minio_server")
        keys = {"access_key": server.access_key, "secret_key": server.secret_key}
        store = MinioStore(S3Address(server.endpoint, f"erasing-{uuid4().hex}", **keys, secure=False))
    office = await office_in(database)
    async with weeding(office, database, store, tmp_path) as one:
        yield one
    await store.close()
