"""Rows of documents: the blob that an accepted instruction cites, and who may fetch which document's bytes."""

from __future__ import annotations

from storage.database import Statement

_BLOB = """
insert into blob (sha256, size, media_type, stored_at)
values (%(sha256)s, %(size)s, %(media_type)s, office_now()) on conflict (sha256) do nothing
"""


def keep_blob(sha256: bytes, size: int, media_type: str) -> Statement:
    """The statement that records bytes which stand in the store."""
    return _BLOB, {"sha256": sha256, "size": size, "media_type": media_type}
