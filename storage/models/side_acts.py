"""What side acts leave beside a file: copies for information."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table, text

from storage.models.columns import AUDITED, instant, metadata, uid

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
