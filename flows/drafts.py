"""Saving a draft of a note: no movement, no entry; only its author's, as long as it is not fixed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import drafts
from storage.database import Database


class NotTheAuthor(Exception):
    """There is no such note on the docket, or it is another's."""


class DraftFixed(Exception):
    """The note was fixed with a movement and can no longer be changed."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, at which post."""

    person: UUID
    post: UUID


async def save_draft(
    database: Database, docket: UUID, note: UUID, author: Author, text: str
) -> tuple[str, datetime]:
    """Saves the text; answers its SHA-256, by which a movement names what it fixes, and when it was saved."""
    async with database.writing() as driver:
        person, post = author.person, author.post
        if not await drafts.is_author(driver, docket=docket, note=note, person=person, post=post):
            raise NotTheAuthor
        saved = await drafts.save(driver, note, text)
        if saved is None:
            raise DraftFixed
        await driver.commit()
        return saved
