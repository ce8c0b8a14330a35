"""Days that the office declared, beside the calendars of its schemes: each declaration is a row, written once."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Table, UniqueConstraint

from storage.models.columns import AUDITED, instant, key, metadata, uid, word

calendar_day = Table(
    "calendar_day",
    metadata,
    key(),
    word("calendar"),
    Column("day", Date, nullable=False),
    word("sort"),
    word("label_en"),
    word("label_hi"),
    instant("declared_at"),
    uid("by_person", "person.id", null=True),
    uid("by_post", "post.id", null=True),
    UniqueConstraint("calendar", "day", "declared_at"),
    CheckConstraint("sort in ('holiday', 'half_day', 'working')", name="sort"),
    info=AUDITED,
)
