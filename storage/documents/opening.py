"""Opens the store of documents and the spool that the settings name; nothing is reached before it is used."""

from __future__ import annotations

from storage.documents.local_directory import LocalDirectory
from storage.documents.minio_store import MinioStore, S3Address
from storage.documents.protocol import DocumentStore
from storage.documents.spool import Spool
from storage.settings import Settings


def open_store(settings: Settings) -> DocumentStore:
    """The S3 server where one is configured, the folder otherwise."""
    if not settings.s3_endpoint:
        return LocalDirectory(settings.documents_folder)
    return MinioStore(s3_address(settings))


def s3_address(settings: Settings) -> S3Address:
    """The S3 server that the settings name."""
    return S3Address(
        endpoint=settings.s3_endpoint,
        bucket=settings.s3_bucket,
        access_key=settings.s3_access_key.get_secret_value(),
        secret_key=settings.s3_secret_key.get_secret_value(),
        secure=settings.s3_secure,
        region=settings.s3_region,
        public_url=settings.s3_public_url,
    )


def open_spool(settings: Settings, *, limit: int | None = None) -> Spool:
    """Where uploads wait; beside the folder of documents, so that taking one over costs no copy.

    ``limit``: the most bytes of one, where it is not what the office accepts from people.
    """
    folder = settings.data / "spool" if settings.s3_endpoint else settings.documents_folder / "spool"
    return Spool(folder, limit=settings.document_max_bytes if limit is None else limit)
