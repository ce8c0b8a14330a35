"""Documents: what a docket cites (``document``) and the bytes that stand in the object store (``blob``)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, Table, UniqueConstraint

from storage.models.columns import AUDITED, UNAUDITED, instant, key, metadata, protected, uid, word

blob = Table(
    "blob",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("size", BigInteger, nullable=False),
    word("media_type"),
    instant("stored_at"),
)

# Until when the store was told to keep the bytes. No audited table: what is kept how long, the schemes say.
blob_lock = Table(
    "blob_lock",
    metadata,
    Column("sha256", LargeBinary, ForeignKey("blob.sha256", ondelete="CASCADE"), primary_key=True),
    instant("until"),
)

document = Table(
    "document",
    metadata,
    key(),
    uid("docket", "docket.id"),
    Column("ordinal", Integer, nullable=False),
    protected("name"),
    word("class"),
    word("media_type"),
    Column("size", BigInteger, nullable=False),
    Column("sha256", LargeBinary, nullable=True, info=UNAUDITED, index=True),
    Column("salt", LargeBinary, nullable=True, info=UNAUDITED),
    Column("commitment", LargeBinary, nullable=False, comment="SHA-256 of salt and the bytes' SHA-256"),
    uid("movement", "movement.id"),
    instant("at"),
    UniqueConstraint("docket", "ordinal"),
    info=AUDITED,
)
