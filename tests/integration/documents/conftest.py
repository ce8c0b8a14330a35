"""The two stores that pass the same tests, and uploads to put into them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from minio import Minio

from infra.minio.server import MinioServer
from storage.documents.local_directory import LocalDirectory
from storage.documents.minio_store import PREFIX, MinioStore, S3Address
from storage.documents.protocol import DocumentStore
from storage.documents.spool import Spool, Spooled

Upload = Callable[[bytes], AbstractAsyncContextManager[Spooled]]


@dataclass
class SetClock:
    """The stores' clock, which a test moves."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True)
class Bench:
    """A store under test with the ways to break it from outside."""

    store: DocumentStore
    another: DocumentStore  # the same blobs through a second store, as another process has
    damage: Callable[[str, bytes], None]
    clock: SetClock
    has_addresses: bool


@pytest.fixture
def minio_address(minio_server: MinioServer) -> S3Address:
    return S3Address(
        endpoint=minio_server.endpoint,
        bucket=f"test-{uuid4().hex}",
        access_key=minio_server.access_key,
        secret_key=minio_server.secret_key,
        secure=False,
    )


def raw_client(address: S3Address) -> Minio:
    return Minio(
        endpoint=address.endpoint,
        access_key=address.access_key,
        secret_key=address.secret_key,
        secure=False,
        region=address.region,
    )


def _in_folder(root: Path) -> Bench:
    def damage(sha256: str, content: bytes) -> None:
        path = root / sha256[:2] / sha256[2:4] / sha256
        path.chmod(0o600)
        path.write_bytes(content)

    clock = SetClock()
    return Bench(
        LocalDirectory(root, now=clock), LocalDirectory(root, now=clock), damage, clock, has_addresses=False
    )


def _in_minio(address: S3Address) -> Bench:
    def damage(sha256: str, content: bytes) -> None:
        raw_client(address).put_object(
            bucket_name=address.bucket,
            object_name=PREFIX + sha256,
            data=BytesIO(content),
            length=len(content),
        )

    clock = SetClock()
    return Bench(MinioStore(address, now=clock), MinioStore(address, now=clock), damage, clock, has_addresses=True)


@pytest.fixture(params=["folder", "minio"])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    if request.param == "folder":
        made = _in_folder(tmp_path / "documents")
    else:
        made = _in_minio(request.getfixturevalue("minio_address"))
    yield made
    await made.store.close()
    await made.another.close()


@pytest.fixture
def store(bench: Bench) -> DocumentStore:
    return bench.store


@pytest.fixture
def upload(tmp_path: Path) -> Upload:
    spool = Spool(tmp_path / "spool", limit=300_000_000)

    async def pieces(content: bytes) -> AsyncIterator[bytes]:
        yield content

    return lambda content: spool.receive(pieces(content))
