"""The settings choose the store; nothing of it is reached before it is used."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from storage.documents.local_directory import LocalDirectory
from storage.documents.minio_store import MinioStore, S3Address
from storage.documents.opening import open_spool, open_store
from storage.documents.spool import UploadTooLarge
from storage.settings import Settings, SettingsFault, load


async def letter() -> AsyncIterator[bytes]:
    yield "सेवा में,".encode()


def settings_of(address: S3Address, data: Path, **more: str) -> Settings:
    return load(
        {
            "PATRAVALI_DATA": str(data),
            "PATRAVALI_S3_ENDPOINT": address.endpoint,
            "PATRAVALI_S3_BUCKET": address.bucket,
            "PATRAVALI_S3_ACCESS_KEY": address.access_key,
            "PATRAVALI_S3_SECRET_KEY": address.secret_key,
            "PATRAVALI_S3_SECURE": "false",
        }
        | more
    )


async def test_without_an_s3_server_documents_lie_in_the_data_folder_uncopied(tmp_path: Path) -> None:
    settings = load({"PATRAVALI_DATA": str(tmp_path)})
    store, spool = open_store(settings), open_spool(settings)
    assert isinstance(store, LocalDirectory)
    async with spool.receive(letter()) as upload:
        await store.put(upload)
        kept = tmp_path / "documents" / upload.sha256[:2] / upload.sha256[2:4] / upload.sha256
        assert kept.samefile(upload.path)
    assert kept.stat().st_mode & 0o777 == 0o400


async def test_with_an_s3_server_they_go_there(minio_address: S3Address, tmp_path: Path) -> None:
    settings = settings_of(minio_address, tmp_path)
    store, spool = open_store(settings), open_spool(settings)
    assert isinstance(store, MinioStore)
    async with spool.receive(letter()) as upload:
        await store.put(upload)
        assert await store.exists(upload.sha256)
    assert not (tmp_path / "documents").exists()
    await store.close()


async def test_browsers_are_sent_to_the_address_that_they_can_reach(
    minio_address: S3Address, tmp_path: Path
) -> None:
    settings = settings_of(minio_address, tmp_path, PATRAVALI_S3_PUBLIC_URL="https://documents.example.in")
    store = open_store(settings)
    async with open_spool(settings).receive(letter()) as upload:
        await store.put(upload)
        url = await store.download_url(
            upload.sha256, name="पत्र.txt", media_type="text/plain", lasts=timedelta(minutes=5)
        )
    assert url is not None
    assert urlsplit(url)[:2] == ("https", "documents.example.in")
    await store.close()


async def test_the_largest_document_is_a_setting(tmp_path: Path) -> None:
    spool = open_spool(load({"PATRAVALI_DATA": str(tmp_path), "PATRAVALI_DOCUMENT_MAX_BYTES": "5"}))
    with pytest.raises(UploadTooLarge):
        async with spool.receive(letter()):
            pass


def test_a_bucket_name_that_no_server_takes_stops_the_start() -> None:
    with pytest.raises(SettingsFault, match="PATRAVALI_S3_BUCKET"):
        load({"PATRAVALI_S3_BUCKET": "My_Bucket"})
