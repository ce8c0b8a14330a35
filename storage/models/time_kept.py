"""What the movements say of time and posts, kept beside them and rebuilt from them by fsck (DESIGN §4, Time)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    text,
)

from storage.models.columns import instant, metadata, uid, word

holding = Table(
    "holding",
    metadata,
    uid("docket", "docket.id"),
    uid("post", "post.id", null=True),
    Column("level", SmallInteger, nullable=True),
    instant("from_at"),
    instant("to_at", null=True),
    PrimaryKeyConstraint("docket", "from_at"),
    Index("holding_post_idx", "post", "from_at"),
)

clock = Table(
    "clock",
    metadata,
    uid("docket", "docket.id"),
    word("sort"),
    Column("level", SmallInteger, nullable=False),
    instant("began"),
    Column("limit_count", Integer, nullable=False),
    word("limit_unit"),
    instant("due"),
    instant("halted_at", null=True),
    instant("ended", null=True),
    instant("resumed_at", null=True),
    Column("left_us", BigInteger, nullable=True, comment="working time with which it went on, microseconds"),
    PrimaryKeyConstraint("docket", "sort", "began"),
    CheckConstraint("sort in ('citizen', 'level', 'attend')", name="sort"),
    CheckConstraint(
        "limit_unit in ('working_days', 'days', 'working_hours', 'hours', 'working_minutes', 'minutes')",
        name="unit",
    ),
    Index("clock_running_idx", "due", postgresql_where=text("ended is null and halted_at is null")),
)

docket_post = Table(
    "docket_post",
    metadata,
    uid("docket", "docket.id"),
    uid("post", "post.id"),
    instant("since"),
    instant("last_act", null=True),
    word("role"),
    PrimaryKeyConstraint("docket", "post"),
    CheckConstraint("role in ('held', 'marked', 'named')", name="role"),
    Index("docket_post_post_idx", "post", "docket"),
)
