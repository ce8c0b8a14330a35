"""What side acts leave beside a file: copies for information, routes, and what is withheld."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, text

from storage.models.columns import AUDITED, instant, key, metadata, uid

information_copy = Table(
    "information_copy",
    metadata,
    uid("movement", "movement.id"),
    uid("post", "post.id"),
    uid("docket", "docket.id"),
    instant("at"),
    PrimaryKeyConstraint("movement", "post"),
    Index("information_copy_docket_idx", "docket", "post"),
    Index("information_copy_listing_idx", "post", text("at desc"), text("movement desc")),
    info=AUDITED,
)

route_stop = Table(
    "route_stop",
    metadata,
    uid("movement", "movement.id"),
    Column("ordinal", Integer, nullable=False),
    uid("docket", "docket.id"),
    uid("post", "post.id"),
    uid("sent_by", "movement.id", null=True, comment="the movement that sent it there"),
    uid("ended_by", "movement.id", null=True, comment="the movement that left it out"),
    PrimaryKeyConstraint("movement", "ordinal"),
    Index(
        "route_stop_ahead_idx",
        "docket",
        "ordinal",
        postgresql_where=text("sent_by is null and ended_by is null"),
    ),
    info=AUDITED,
)

document_withholding = Table(
    "document_withholding",
    metadata,
    key(),
    uid("docket", "docket.id", index=True),
    uid("document", "document.id"),
    uid("movement", "movement.id"),
    instant("at"),
    uid("ended_by", "movement.id", null=True),
    Index("document_withholding_key", "document", unique=True, postgresql_where=text("ended_by is null")),
    info=AUDITED,
)
