"""A MinIO made ready for an office: a bucket with versions and object lock, and a user that cannot lift a lock.

The user's policy is all that the API, the engine and ``schedules`` need. What is held (GOVERNANCE) before its time
is deleted by a second user only, whose keys ``patravali erase`` alone is given; buckets the administrator makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from minio import MinioAdmin
from minio.credentials.providers import StaticProvider

from storage.documents.minio_store import MinioStore, S3Address

_OF_BUCKET: Final = (
    "GetBucketLocation",
    "GetBucketObjectLockConfiguration",
    "GetBucketVersioning",
    "ListBucket",
    "ListBucketVersions",
)
_OF_OBJECTS: Final = (
    "GetObject",
    "GetObjectVersion",
    "GetObjectRetention",
    "PutObject",
    "PutObjectRetention",
    # Orphans are removed by fsck; what a lock holds, the server keeps all the same.
    "DeleteObject",
    "DeleteObjectVersion",
)
_TO_ERASE: Final = (
    "GetObject",
    "GetObjectVersion",
    "DeleteObject",
    "DeleteObjectVersion",
    "BypassGovernanceRetention",
)


def policy(bucket: str, of_objects: Sequence[str] = _OF_OBJECTS) -> dict[str, Any]:
    """What a user may do with the bucket, in the words of S3; the office's own where nothing else is named."""
    arn = f"arn:aws:s3:::{bucket}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": [f"s3:{act}" for act in _OF_BUCKET], "Resource": [arn]},
            {"Effect": "Allow", "Action": [f"s3:{act}" for act in of_objects], "Resource": [f"{arn}/*"]},
        ],
    }


async def prepare(
    address: S3Address, admin_key: str, admin_secret: str, destroyer: tuple[str, str] | None = None
) -> None:
    """Makes bucket, policies and users; done twice it changes nothing but the users' secret keys.

    ``address`` is the office's own, with the keys that its user is to have; ``destroyer`` are those of who erases,
    who alone may lift a lock. Raises StoreAway, StoreUnfit where the
    bucket stands without object lock, MinioAdminException.
    """
    store = MinioStore(replace(address, access_key=admin_key, secret_key=admin_secret))
    try:
        await store.probe()
    finally:
        await store.close()
    admin = MinioAdmin(
        endpoint=address.endpoint,
        credentials=StaticProvider(admin_key, admin_secret),
        region=address.region,
        secure=address.secure,
    )
    name = f"patravali-{address.bucket}"
    _user(admin, name, policy(address.bucket), address.access_key, address.secret_key)
    if destroyer is not None:
        _user(admin, f"{name}-destroyer", policy(address.bucket, _TO_ERASE), *destroyer)


def _user(admin: MinioAdmin, name: str, may: dict[str, Any], access_key: str, secret_key: str) -> None:
    admin.policy_add(name, policy=may)
    admin.user_add(access_key, secret_key)
    admin.policy_set(name, user=access_key)
