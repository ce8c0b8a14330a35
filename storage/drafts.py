"""Drafts of notes: saved by their author, or who types for him, as often as he likes, without version or entry."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from storage.database import Driver, fetch_one

_AUTHOR = """
select 1 from note where id = %(note)s and docket = %(docket)s
    and author_person = any(%(people)s) and author_post = %(post)s
"""

_SAVE = """
update note_draft set text = %(text)s, sha256 = sha256(convert_to(%(text)s, 'UTF8')), saved_at = office_now(),
    saved_by = %(by)s
where note = %(note)s returning encode(sha256, 'hex') as sha256, saved_at
"""


async def is_theirs(driver: Driver, *, docket: UUID, note: UUID, people: Collection[UUID], post: UUID) -> bool:
    """Whether the note is of this docket, and the draft of one of these people at this post."""
    bound = {"docket": docket, "note": note, "people": list(people), "post": post}
    return await fetch_one(driver, _AUTHOR, bound) is not None


async def save(driver: Driver, note: UUID, text: str, by: UUID) -> tuple[str, datetime] | None:
    """Saves a draft's text; None where the note is fixed. The caller commits."""
    row = await fetch_one(driver, _SAVE, {"note": note, "text": text, "by": by})
    return None if row is None else (row["sha256"], row["saved_at"])
