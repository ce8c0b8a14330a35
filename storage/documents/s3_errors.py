"""The S3 client's many ways to fail, told as the few that callers of a store of documents know."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from storage.documents.errors import BlobMissing, StoreAway, StoreUnfit

# "MethodNotAllowed": the newest version is a mark of deletion, so nothing can be read under the name.
_MISSING = {"NoSuchKey", "NoSuchVersion", "MethodNotAllowed"}
_UNFIT = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket", "BadRequest"}


@contextmanager
def translated(sha256: str = "") -> Iterator[None]:
    """Inside, the client's errors become StoreAway, StoreUnfit or, where a blob is named, BlobMissing."""
    try:
        yield
    except S3Error as fault:
        if sha256 and fault.code in _MISSING:
            raise BlobMissing(sha256) from None
        if fault.code in _UNFIT:
            raise StoreUnfit(f"the document store refused: {fault.code}: {fault.message}") from fault
        raise StoreAway(f"the document store failed: {fault.code}") from fault
    except (MinioException, HTTPError, ConnectionError) as fault:
        raise StoreAway(f"the document store cannot be reached: {type(fault).__name__}") from fault
