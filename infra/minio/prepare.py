"""A MinIO made ready for an office: a bucket with versions and object lock, and a user that cannot lift a lock.

The user's policy is all that the API, the engine and ``schedules`` need. Only MinIO's administrator makes buckets
and can delete what is held (GOVERNANCE) before its time.
"""

from __future__ import annotations

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


def policy(bucket: str) -> dict[str, Any]:
    """What the office's user may do with its bucket, in the words of S3."""
    arn = f"arn:aws:s3:::{bucket}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": [f"s3:{act}" for act in _OF_BUCKET], "Resource": [arn]},
            {"Effect": "Allow", "Action": [f"s3:{act}" for act in _OF_OBJECTS], "Resource": [f"{arn}/*"]},
        ],
    }


async def prepare(address: S3Address, admin_key: str, admin_secret: str) -> None:
    """Makes bucket, policy and user; done twice it changes nothing but the user's secret key.

    ``address`` is the office's own, with the keys that its user is to have. Raises StoreAway, StoreUnfit where the
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
    admin.policy_add(name, policy=policy(address.bucket))
    admin.user_add(address.access_key, address.secret_key)
    admin.policy_set(name, user=address.access_key)
