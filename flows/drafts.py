"""Saving a draft of a note: no movement, no entry; by its author or who types for him, until it is fixed."""

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
    """Who types, at which post, and whose drafts: his own, or for an assistant those of the post's officers."""

    person: UUID
    post: UUID
    whose: tuple[UUID, ...]


async def save_draft(
    database: Database, docket: UUID, note: UUID, author: Author, text: str
) -> tuple[str, datetime]:
    """Saves the text; answers its SHA-256, by which a movement names what it fixes, and when it was saved."""
    async with database.writing() as driver:
        if not await drafts.is_theirs(driver, docket=docket, note=note, people=author.whose, post=author.post):
            raise NotTheAuthor
        saved = await drafts.save(driver, note, text, author.person)
        if saved is None:
            raise DraftFixed
        await driver.commit()
        return saved
