"""Retention: what is kept longer than its schedule says, and the orders under which papers and texts are erased.

An order is a list of papers past their retention, or a lawful order about single texts; two people sign either.
``paper`` names a docket: these rows stand in the office's chain, and what is erased in the docket's own.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)

from storage.models.columns import AUDITED, instant, key, metadata, protected, uid, word

erasure_order = Table(
    "erasure_order",
    metadata,
    key(),
    word("sort"),
    Column("number", Integer, nullable=False, comment="counted apart for lists and for orders"),
    word("words_en", comment="what stands in place of what was erased under it"),
    word("words_hi"),
    protected("authority", null=True),
    word("state"),
    uid("drawn_by_post", "post.id", null=True, comment="none: by a command"),
    uid("drawn_by_person", "person.id", null=True),
    instant("drawn_at"),
    uid("first_post", "post.id", null=True),
    uid("first_person", "person.id", null=True),
    instant("first_at", null=True),
    uid("second_post", "post.id", null=True),
    uid("second_person", "person.id", null=True),
    instant("second_at", null=True),
    instant("carried_out_at", null=True),
    UniqueConstraint("sort", "number"),
    CheckConstraint("sort in ('list', 'order')", name="sort"),
    CheckConstraint("state in ('drawn_up', 'signed', 'ordered', 'carried_out', 'withdrawn')", name="state"),
    CheckConstraint(
        "state not in ('ordered', 'carried_out') or (first_person <> second_person"
        " and first_post <> second_post and first_person is not null and second_person is not null"
        " and first_post is not null and second_post is not null)",
        name="two_people",
    ),
    info=AUDITED,
)

erasure_item = Table(
    "erasure_item",
    metadata,
    key(),
    uid("under", "erasure_order.id"),
    Column("ordinal", Integer, nullable=False),
    uid("paper", "docket.id", index=True),
    word("part", null=True, comment="which text of the paper an order erases; none: a list, all of it"),
    word("state"),
    protected("struck_for", null=True),
    UniqueConstraint("under", "ordinal"),
    CheckConstraint("state in ('listed', 'struck')", name="state"),
    info=AUDITED,
)

retention_hold = Table(
    "retention_hold",
    metadata,
    key(),
    uid("paper", "docket.id", index=True),
    Column("until", Date, nullable=True, comment="none: a legal hold, until it is lifted"),
    protected("reason"),
    uid("by_post", "post.id", null=True, comment="none: by a command"),
    uid("by_person", "person.id", null=True),
    instant("at"),
    instant("lifted_at", null=True),
    uid("lifted_by", "person.id", null=True),
    Index("retention_hold_present_idx", "paper", postgresql_where=text("lifted_at is null")),
    info=AUDITED,
)

# What the entries of the papers' chains say is erased: the trigger lets the destroyer do that and no more.
erasure_target = Table(
    "erasure_target",
    metadata,
    uid("under", "erasure_order.id"),
    uid("target", comment="a protected value or a document"),
    PrimaryKeyConstraint("target"),
    Index("erasure_target_under_idx", "under"),
)

# Bytes that may have lost their last document under an order; the row goes when that is settled.
erasure_blob = Table(
    "erasure_blob",
    metadata,
    uid("under", "erasure_order.id"),
    Column("sha256", LargeBinary, nullable=False),
    PrimaryKeyConstraint("under", "sha256"),
)
