"""The tray of a post: movements that an assistant prepared and that wait for the officer's own confirmation."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, text
from sqlalchemy.dialects.postgresql import JSONB

from storage.models.columns import AUDITED, UNAUDITED, instant, key, metadata, protected, uid, word

tray_item = Table(
    "tray_item",
    metadata,
    key(),
    uid("docket", "docket.id", index=True),
    uid("post", "post.id"),
    uid("prepared_by", "person.id"),
    word("action", comment="what the officer is to do"),
    Column("parameters", JSONB, nullable=False),
    Column("seen_version", Integer, nullable=True, comment="docket.version that was seen; a side act needs none"),
    instant("prepared_at"),
    word("state"),
    instant("ended_at", null=True),
    uid("ended_by", "person.id", null=True),
    Column("request_sha256", LargeBinary, nullable=False, info=UNAUDITED),
    Column("rank", Integer, nullable=True, info=UNAUDITED, comment="its place where the tray was sorted"),
    CheckConstraint("state in ('waiting', 'confirmed', 'withdrawn')", name="state"),
    Index("tray_item_waiting_idx", "post", "prepared_at", postgresql_where=text("state = 'waiting'")),
    info=AUDITED,
)

# Beside the parameters, so that the docket's chain binds each text and the verifier reads it.
tray_text = Table(
    "tray_text",
    metadata,
    uid("item", "tray_item.id"),
    word("name", comment="remark, text, condition 1 …"),
    uid("docket", "docket.id", index=True),
    protected("text"),
    PrimaryKeyConstraint("item", "name"),
    info=AUDITED,
)
