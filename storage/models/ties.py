"""What holds two dockets together: the tie stands with the one that belongs to the other."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Table

from storage.models.columns import AUDITED, instant, key, metadata, uid, word

docket_tie = Table(
    "docket_tie",
    metadata,
    key(),
    uid("docket", "docket.id", index=True),
    uid("other", "docket.id", index=True),
    word("sort"),
    uid("movement", "movement.id"),
    instant("at"),
    uid("ended_by", "movement.id", null=True),
    instant("ended_at", null=True),
    CheckConstraint("docket <> other", name="two"),
    info=AUDITED,
)
