"""Copies of the checkpoints outside the database: whoever cuts the table's end does not reach them.

In an S3 server they are held by object lock; without one they stand in a folder of read-only files.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from minio.commonconfig import GOVERNANCE
from minio.datatypes import Object
from minio.retention import Retention

from storage.documents.errors import StoreAway
from storage.documents.minio_store import MinioStore
from storage.documents.opening import s3_address
from storage.settings import Settings

# Longer than any file of class C is kept; what is held longer still has left the office by then.
HELD_FOR = timedelta(days=3660)
_PREFIX = "checkpoints/"

COPY = ".json"
"""How the name of a checkpoint's copy ends."""

REACH = ".leaves"
"""How the name of the record of its leaves ends."""


class CopyDiffers(Exception):
    """Another copy stands under this name already; one of the two is not what was signed."""


class Copies(Protocol):
    """Small records under names, each written once. Every call may raise StoreAway."""

    async def probe(self) -> None:
        """Return if the records can be reached."""
        ...

    async def keep(self, name: str, data: bytes) -> None:
        """Keep the record. The same again does nothing; another under the same name raises CopyDiffers."""
        ...

    async def keep_latest(self, name: str, data: bytes) -> None:
        """Keep a record whose copy does not stand yet: where one was left by a crash, this one takes its place."""
        ...

    async def names(self) -> list[str]:
        """The names of all checkpoints' copies, in order."""
        ...

    async def read(self, name: str) -> bytes:
        """The record as it was first written."""
        ...

    async def close(self) -> None: ...


class FolderCopies(Copies):
    """Read-only files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def probe(self) -> None:
        await asyncio.to_thread(self._probe)

    async def keep(self, name: str, data: bytes) -> None:
        await asyncio.to_thread(self._keep, name, data)

    async def keep_latest(self, name: str, data: bytes) -> None:
        await asyncio.to_thread(self._replace, name, data)

    async def names(self) -> list[str]:
        return await asyncio.to_thread(self._names)

    async def read(self, name: str) -> bytes:
        try:
            return await asyncio.to_thread((self._folder / name).read_bytes)
        except OSError as fault:
            raise StoreAway(f"the copy {name} of a checkpoint: {fault.strerror}") from fault

    async def close(self) -> None: ...

    def _probe(self) -> None:
        try:
            with suppress(FileNotFoundError):  # no checkpoint was copied yet
                os.scandir(self._folder).close()
        except OSError as fault:
            raise StoreAway(f"the folder of the checkpoints' copies: {fault.strerror}") from fault

    def _names(self) -> list[str]:
        found = self._folder.glob(f"*{COPY}") if self._folder.is_dir() else ()
        return sorted(path.name for path in found)

    def _keep(self, name: str, data: bytes) -> None:
        with self._drafted(name, data) as draft:
            try:
                os.link(draft, self._folder / name)
            except FileExistsError:
                if (self._folder / name).read_bytes() != data:
                    raise CopyDiffers(name) from None

    def _replace(self, name: str, data: bytes) -> None:
        with self._drafted(name, data) as draft:
            os.replace(draft, self._folder / name)

    @contextmanager
    def _drafted(self, name: str, data: bytes) -> Iterator[Path]:
        draft = self._folder / f".{name}.{uuid4().hex}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            yield draft
        except OSError as fault:
            raise StoreAway(f"the folder of the checkpoints' copies: {fault.strerror}") from fault
        finally:
            draft.unlink(missing_ok=True)


class BucketCopies(MinioStore):
    """Objects of the documents' bucket, which has versions and object lock, under a prefix of their own."""

    async def keep(self, name: str, data: bytes) -> None:
        await self._call(self._keep_record, name, data)

    async def keep_latest(self, name: str, data: bytes) -> None:
        await self._call(self._put_record, name, data)

    async def names(self) -> list[str]:
        return await self._call(self._record_names)

    async def read(self, name: str) -> bytes:
        return await self._call(self._read_record, name)

    def _keep_record(self, name: str, data: bytes) -> None:
        if self._first_version(name) is not None:
            if self._read_record(name) != data:
                raise CopyDiffers(name)
            return
        self._put_record(name, data)

    def _put_record(self, name: str, data: bytes) -> None:
        self._client.put_object(
            bucket_name=self._bucket,
            object_name=_PREFIX + name,
            data=BytesIO(data),
            length=len(data),
            content_type="application/json",
            retention=Retention(GOVERNANCE, self._now() + HELD_FOR),
        )

    def _first_version(self, name: str) -> Object | None:
        """The oldest version: a later one, or a mark of deletion, is not what was signed at the time."""
        found = self._client.list_objects(
            bucket_name=self._bucket, prefix=_PREFIX + name, recursive=True, include_version=True
        )
        versions = [v for v in found if not v.is_delete_marker and v.object_name == _PREFIX + name]
        return versions[-1] if versions else None

    def _record_names(self) -> list[str]:
        found = self._client.list_objects(
            bucket_name=self._bucket, prefix=_PREFIX, recursive=True, include_version=True
        )
        names = {str(o.object_name).removeprefix(_PREFIX) for o in found if not o.is_delete_marker}
        return sorted(name for name in names if name.endswith(COPY))

    def _read_record(self, name: str) -> bytes:
        first = self._first_version(name)
        if first is None:
            raise StoreAway(f"the copy {name} of a checkpoint is gone")
        response = self._client.get_object(
            bucket_name=self._bucket, object_name=_PREFIX + name, version_id=first.version_id
        )
        try:
            return response.read()
        finally:
            response.close()
            response.release_conn()


def open_copies(settings: Settings) -> Copies:
    """Where the settings say that copies are kept; nothing is reached before it is used."""
    if settings.s3_endpoint:
        return BucketCopies(s3_address(settings))
    return FolderCopies(copies_folder(settings))


def copies_folder(settings: Settings) -> Path:
    """The folder of the copies, for where there is no S3 server."""
    return settings.data / "checkpoints"
