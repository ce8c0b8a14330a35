"""Letters that a file gives out: versions, who decided on them and signed, the register of dispatch."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from storage.models.columns import AUDITED, instant, key, metadata, protected, uid, word


def _of_version() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["letter", "version"], ["letter_version.letter", "letter_version.ordinal"])


letter = Table(
    "letter",
    metadata,
    key(),
    uid("docket", "docket.id"),
    Column("ordinal", Integer, nullable=False),
    uid("movement", "movement.id"),
    instant("at"),
    UniqueConstraint("docket", "ordinal"),
    info=AUDITED,
)

letter_version = Table(
    "letter_version",
    metadata,
    uid("letter", "letter.id"),
    Column("ordinal", Integer, nullable=False),
    uid("docket", "docket.id", index=True),
    protected("subject"),
    protected("text"),
    uid("author_post", "post.id"),
    uid("author_person", "person.id"),
    uid("movement", "movement.id"),
    instant("at"),
    PrimaryKeyConstraint("letter", "ordinal"),
    info=AUDITED,
)

letter_addressee = Table(
    "letter_addressee",
    metadata,
    key(),
    uid("letter", "letter.id"),
    Column("version", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    uid("docket", "docket.id", index=True),
    protected("name"),
    protected("address", null=True),
    protected("email", null=True),
    Column("copy", Boolean, nullable=False, comment="by endorsement only"),
    UniqueConstraint("letter", "version", "ordinal"),
    _of_version(),
    info=AUDITED,
)

letter_decision = Table(
    "letter_decision",
    metadata,
    uid("movement", "movement.id", primary_key=True),
    uid("letter", "letter.id", index=True),
    Column("version", Integer, nullable=False),
    uid("docket", "docket.id", index=True),
    word("outcome"),
    instant("at"),
    _of_version(),
    info=AUDITED,
)

letter_signing = Table(
    "letter_signing",
    metadata,
    uid("letter", "letter.id", primary_key=True),
    Column("version", Integer, nullable=False),
    uid("docket", "docket.id", index=True),
    uid("movement", "movement.id"),
    uid("post", "post.id"),
    uid("person", "person.id"),
    instant("at"),
    _of_version(),
    info=AUDITED,
)

dispatch = Table(
    "dispatch",
    metadata,
    key(),
    uid("docket", "docket.id", index=True),
    uid("letter", "letter.id", index=True),
    uid("addressee", "letter_addressee.id", unique=True),
    word("number", index=True),
    word("mode"),
    Column("day", Date, nullable=False),
    uid("movement", "movement.id"),
    instant("at"),
    info=AUDITED,
)
