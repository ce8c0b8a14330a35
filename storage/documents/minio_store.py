"""Documents in an S3 server (MinIO): a bucket with versions and object lock, one object for a blob.

The client is a blocking one, so each call runs in one of this store's own threads and within a limit of
time: a server that hangs must not take the threads that the rest of the process needs.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import TypeVar
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.commonconfig import GOVERNANCE
from minio.datatypes import Object
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.retention import Retention

from storage.documents.errors import BlobMissing, BlobRetained, RangeOutside, StoreAway, StoreUnfit
from storage.documents.names import content_disposition
from storage.documents.protocol import BlobStat, DocumentStore, Put, checked
from storage.documents.s3_errors import translated
from storage.documents.stream import BlobStream, Source, span

_T = TypeVar("_T")
PREFIX = "blobs/"
PART = 5 * 1024 * 1024  # the least that S3 allows; one part at a time is in memory
THREADS = 16
CALL_LIMIT_S = 20.0
PROBE_LIMIT_S = 4.0
LEAST_BYTES_PER_S = 500_000
# An orphan is removed when it is 24 hours old. Bytes older than half of that are held for two days when
# they are uploaded again, so that the removal cannot fall between the upload and its row.
FRESH = timedelta(hours=12)
HOLD = timedelta(hours=48)


@dataclass(frozen=True)
class S3Address:
    """Where the server is and how to speak to it; ``public_url`` is where browsers reach the same server."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    secure: bool = True
    region: str = "us-east-1"
    public_url: str = ""


class MinioStore(DocumentStore):
    """The bucket; it is looked for, and made if absent, by the first call that reaches the server."""

    def __init__(self, address: S3Address, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._bucket, self._now = address.bucket, now
        self._client = _client(address, address.endpoint, secure=address.secure)
        public = urlsplit(address.public_url or f"{'https' if address.secure else 'http'}://{address.endpoint}")
        self._signer = _client(address, public.netloc, secure=public.scheme == "https")
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="documents")
        self._ready, self._making = False, threading.Lock()

    async def put(self, upload: Put, *, anew: bool = False) -> None:
        await self._call(self._put, upload, anew, limit=CALL_LIMIT_S + upload.size / LEAST_BYTES_PER_S)

    async def stat(self, sha256: str) -> BlobStat:
        return _blob(await self._call(self._stat, checked(sha256)))

    async def exists(self, sha256: str) -> bool:
        try:
            await self.stat(sha256)
        except BlobMissing:
            return False
        return True

    async def open(self, sha256: str, *, start: int = 0, length: int | None = None) -> BlobStream:
        source, total = await self._call(self._open, checked(sha256), start, length)
        given = span(total, start, length) or 0
        return BlobStream(source, sha256=sha256, start=start, length=given, total=total, run=self._call)

    async def download_url(self, sha256: str, *, name: str, media_type: str, lasts: timedelta) -> str | None:
        # Signing needs no server; the look at it lets a missing blob or an absent server be told here.
        await self.stat(sha256)
        return self._signer.presigned_get_object(
            bucket_name=self._bucket,
            object_name=PREFIX + sha256,
            expires=lasts,
            response_headers={
                "response-content-disposition": content_disposition(name),
                "response-content-type": media_type,
            },
        )

    async def retain_until(self, sha256: str, until: datetime) -> None:
        await self._call(self._retain, checked(sha256), until)

    async def retained_until(self, sha256: str) -> datetime | None:
        return await self._call(self._retained, checked(sha256))

    async def destroy(self, sha256: str, *, despite_retention: bool = False) -> int:
        return await self._call(self._destroy, checked(sha256), despite_retention)

    async def remove_orphan(self, sha256: str, *, put_before: datetime) -> bool:
        return await self._call(self._remove_orphan, checked(sha256), put_before)

    async def list_page(self, *, after: str = "", limit: int = 1000) -> list[BlobStat]:
        return await self._call(self._list, after, limit)

    async def probe(self) -> None:
        await self._call(self._find_bucket, limit=PROBE_LIMIT_S)

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _call(self, work: Callable[..., _T], *given: object, limit: float = CALL_LIMIT_S) -> _T:
        job = asyncio.get_running_loop().run_in_executor(self._threads, partial(self._guarded, work, *given))
        try:
            return await asyncio.wait_for(job, limit)
        except TimeoutError:
            raise StoreAway(f"the document store did not answer within {limit:.0f} s") from None

    def _guarded(self, work: Callable[..., _T], *given: object) -> _T:
        with translated():
            if not self._ready:
                self._make_ready()
            return work(*given)

    def _make_ready(self) -> None:
        with self._making:
            if not self._client.bucket_exists(bucket_name=self._bucket):
                self._make_bucket()
            try:
                self._client.get_object_lock_config(bucket_name=self._bucket)
            except S3Error as fault:
                if fault.code != "ObjectLockConfigurationNotFoundError":
                    raise
                raise StoreUnfit(f"the bucket {self._bucket} was made without object lock") from fault
            self._ready = True

    def _make_bucket(self) -> None:
        try:
            self._client.make_bucket(bucket_name=self._bucket, object_lock=True)
        except S3Error as fault:  # another process was quicker
            if fault.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise

    def _find_bucket(self) -> None:
        if not self._client.bucket_exists(bucket_name=self._bucket):
            raise StoreUnfit(f"the bucket {self._bucket} is gone")

    def _put(self, upload: Put, anew: bool) -> None:
        if not anew and self._kept(upload):
            return
        with upload.path.open("rb") as file:
            self._client.put_object(
                bucket_name=self._bucket,
                object_name=PREFIX + checked(upload.sha256),
                data=file,
                length=upload.size,
                part_size=PART,
                num_parallel_uploads=1,
            )

    def _kept(self, upload: Put) -> bool:
        """Whether the same bytes are there and will be until this upload has its row."""
        try:
            found = self._stat(upload.sha256)
            if found.size != upload.size:
                return False
            if _put_at(found) < self._now() - FRESH:
                self._hold(found, self._now() + HOLD)
        except BlobMissing:
            return False
        return True

    def _stat(self, sha256: str) -> Object:
        with translated(sha256):
            return self._client.stat_object(bucket_name=self._bucket, object_name=PREFIX + sha256)

    def _open(self, sha256: str, start: int, length: int | None) -> tuple[Source, int]:
        total = _size(self._stat(sha256))
        given = span(total, start, length)
        if given is None:
            raise RangeOutside(total)
        with translated(sha256):
            # A length of 0 means "to the end" here, which for an empty blob is the same.
            response = self._client.get_object(
                bucket_name=self._bucket,
                object_name=PREFIX + sha256,
                offset=start,
                length=0 if given == total else given,
            )
        return _Response(response), total

    def _versions(self, sha256: str) -> list[Object]:
        found = self._client.list_objects(
            bucket_name=self._bucket, prefix=PREFIX + sha256, recursive=True, include_version=True
        )
        return list(found)

    def _retain(self, sha256: str, until: datetime) -> None:
        versions = [v for v in self._versions(sha256) if not v.is_delete_marker]
        if not versions:
            raise BlobMissing(sha256)
        for version in versions:
            self._hold(version, until)

    def _retained(self, sha256: str) -> datetime | None:
        versions = [v for v in self._versions(sha256) if not v.is_delete_marker]
        if not versions:
            raise BlobMissing(sha256)
        found = [self._held(version) for version in versions]
        until = min((one for one in found if one is not None), default=None)
        return None if until is None or None in found or until <= self._now() else until

    def _held(self, version: Object) -> datetime | None:
        stands = self._client.get_object_retention(
            bucket_name=self._bucket, object_name=str(version.object_name), version_id=version.version_id
        )
        return None if stands is None else stands.retain_until_date.replace(tzinfo=UTC)

    def _hold(self, version: Object, until: datetime) -> None:
        name, key = str(version.object_name), version.version_id
        with translated(name.removeprefix(PREFIX)):
            stands = self._held(version)
            if stands is None or stands < until:
                self._client.set_object_retention(
                    bucket_name=self._bucket,
                    object_name=name,
                    config=Retention(GOVERNANCE, until.astimezone(UTC)),
                    version_id=key,
                )

    def _destroy(self, sha256: str, despite_retention: bool) -> int:
        versions = self._versions(sha256)
        if not versions:
            raise BlobMissing(sha256)
        self._delete(sha256, versions, despite_retention)
        return sum(not v.is_delete_marker for v in versions)

    def _remove_orphan(self, sha256: str, put_before: datetime) -> bool:
        versions = self._versions(sha256)
        if not versions or any(_put_at(v) >= put_before for v in versions):
            return False
        try:
            # Only the versions that were looked at: one that an upload has just added stays.
            self._delete(sha256, versions, despite_retention=False)
        except BlobRetained:
            return False
        return True

    def _delete(self, sha256: str, versions: list[Object], despite_retention: bool) -> None:
        faults = list(
            self._client.remove_objects(
                bucket_name=self._bucket,
                delete_object_list=[DeleteObject(str(v.object_name), v.version_id) for v in versions],
                bypass_governance_mode=despite_retention,
            )
        )
        if any(f.code in ("AccessDenied", "ObjectLocked", "InvalidRequest") for f in faults):
            raise BlobRetained(sha256)
        if faults:
            raise StoreAway(f"the document store could not delete {sha256}: {faults[0].code}")

    def _list(self, after: str, limit: int) -> list[BlobStat]:
        found = self._client.list_objects(
            bucket_name=self._bucket, prefix=PREFIX, recursive=True, start_after=PREFIX + after
        )
        return [_blob(o) for o in islice(found, limit)]


class _Response:
    """The open answer of the server as a source of pieces."""

    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self._response = response

    def read(self, size: int, /) -> bytes:
        return self._response.read(size)

    def close(self) -> None:
        self._response.close()
        self._response.release_conn()


def _client(address: S3Address, endpoint: str, *, secure: bool) -> Minio:
    # One more try for a connection that the server closed meanwhile; more would only delay the answer 503.
    http = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=2.0, read=15.0),
        retries=urllib3.Retry(total=1, connect=1, read=0, other=0, status=0, redirect=0),
        maxsize=THREADS,
    )
    return Minio(
        endpoint=endpoint,
        access_key=address.access_key,
        secret_key=address.secret_key,
        secure=secure,
        region=address.region,  # given, so that signing asks no server for it
        http_client=http,
    )


def _size(found: Object) -> int:
    return found.size or 0


def _put_at(found: Object) -> datetime:
    return found.last_modified or datetime.max.replace(tzinfo=UTC)


def _blob(found: Object) -> BlobStat:
    return BlobStat(str(found.object_name).removeprefix(PREFIX), _size(found), _put_at(found))
