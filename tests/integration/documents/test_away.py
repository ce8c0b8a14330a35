"""A store that is away says so quickly, and works again once it is back, without a new start."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.minio.server import MinioServer
from storage.documents.errors import StoreAway, StoreUnfit
from storage.documents.local_directory import LocalDirectory
from storage.documents.minio_store import MinioStore, S3Address
from tests.integration.documents.conftest import Upload, raw_client

QUICKLY_S = 5.0


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[MinioServer]:
    """A MinIO of this test's own, for it is killed."""
    with MinioServer(tmp_path / "minio") as server:
        yield server


def address_of(server: MinioServer) -> S3Address:
    return S3Address(server.endpoint, "documents", server.access_key, server.secret_key, secure=False)


async def test_a_killed_server_is_away_quickly_for_every_call_and_heals(
    own_server: MinioServer, upload: Upload
) -> None:
    store = MinioStore(address_of(own_server))
    async with upload(b"letter") as spooled:
        await store.put(spooled)
        own_server.kill()
        began = time.monotonic()
        for call in (
            store.put(spooled),
            store.stat(spooled.sha256),
            store.open(spooled.sha256),
            store.exists(spooled.sha256),
            store.list_page(),
            store.retain_until(spooled.sha256, datetime.now(UTC)),
            store.destroy(spooled.sha256),
            store.download_url(spooled.sha256, name="a", media_type="text/plain", lasts=timedelta(minutes=1)),
            store.probe(),
        ):
            with pytest.raises(StoreAway):
                await call
        assert time.monotonic() - began < QUICKLY_S
        own_server.start()
        await store.probe()
        assert await (await store.open(spooled.sha256)).whole() == b"letter"
    await store.close()


async def test_a_store_opened_while_its_server_is_down_works_once_it_is_up(
    own_server: MinioServer, upload: Upload
) -> None:
    own_server.stop()
    store = MinioStore(address_of(own_server))
    with pytest.raises(StoreAway):
        await store.probe()
    own_server.start()
    async with upload(b"letter") as spooled:
        await store.put(spooled)
    await store.close()


async def test_a_server_killed_in_the_middle_of_a_download_breaks_it_off(
    own_server: MinioServer, upload: Upload
) -> None:
    store = MinioStore(address_of(own_server))
    async with upload(bytes(64_000_000)) as spooled:
        await store.put(spooled)
        stream = await store.open(spooled.sha256)
        own_server.kill()
        with pytest.raises(StoreAway):
            await stream.whole()
    await store.close()


async def test_a_server_that_hangs_is_away_within_the_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"127.0.0.1:{silent.getsockname()[1]}"
        store = MinioStore(S3Address(endpoint, "documents", "key", "secret-key", secure=False))
        began = time.monotonic()
        with pytest.raises(StoreAway):
            await store.probe()
        assert time.monotonic() - began < QUICKLY_S
        await store.close()


async def test_wrong_credentials_are_told_as_a_fault_of_the_set_up(minio_address: S3Address) -> None:
    store = MinioStore(replace(minio_address, secret_key="wrong-secret"))
    with pytest.raises(StoreUnfit):
        await store.probe()
    await store.close()


async def test_a_bucket_without_object_lock_is_not_used(minio_address: S3Address, upload: Upload) -> None:
    raw_client(minio_address).make_bucket(bucket_name=minio_address.bucket)
    store = MinioStore(minio_address)
    async with upload(b"letter") as spooled:
        with pytest.raises(StoreUnfit, match="object lock"):
            await store.put(spooled)
    await store.close()


async def test_a_folder_that_is_no_folder_is_away(tmp_path: Path, upload: Upload) -> None:
    (tmp_path / "documents").write_text("a file in the way")
    store = LocalDirectory(tmp_path / "documents")
    with pytest.raises(StoreAway):
        await store.probe()
    with suppress(FileNotFoundError):
        (tmp_path / "documents").unlink()
    async with upload(b"letter") as spooled:
        await store.put(spooled)
    assert await store.exists(spooled.sha256)
