"""Who changed the office, and the charge of its posts: leave, taking charge with its list, what a post decides."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.models.columns import AUDITED, UNAUDITED, instant, key, metadata, protected, uid, word

office_change = Table(
    "office_change",
    metadata,
    key(),
    word("what"),
    instant("at"),
    uid("by_person", "person.id", null=True),
    uid("by_post", "post.id", null=True),
    Column("key", Text, nullable=True, info=UNAUDITED),
    Column("request_sha256", LargeBinary, nullable=True, info=UNAUDITED),
    Column("outcome", JSONB, nullable=True, info=UNAUDITED),
    UniqueConstraint("by_person", "key"),
    info=AUDITED,
)

# ``decision_class`` of the first schema knows no first day; a row of it holds until its ``to_day``.
competence = Table(
    "competence",
    metadata,
    uid("office", "office.id"),
    word("subject_class"),
    Column("paise", BigInteger, nullable=False, comment="the largest amount, in paise, that the post may decide"),
    uid("post", "post.id", index=True),
    Column("from_day", Date, nullable=False),
    Column("to_day", Date, nullable=True),
    PrimaryKeyConstraint("office", "subject_class", "post", "from_day"),
    info=AUDITED,
)

absence = Table(
    "absence",
    metadata,
    key(),
    uid("person", "person.id"),
    uid("post", "post.id", index=True),
    uid("link_officer", "person.id"),
    uid("tenure", "tenure.id"),
    instant("from_at"),
    instant("to_at"),
    info=AUDITED,
)

link_withheld = Table(
    "link_withheld",
    metadata,
    uid("office", "office.id"),
    word("power"),
    Column("from_day", Date, nullable=False),
    Column("to_day", Date, nullable=True),
    PrimaryKeyConstraint("office", "power", "from_day"),
    info=AUDITED,
)

charge_taking = Table(
    "charge_taking",
    metadata,
    key(),
    uid("post", "post.id"),
    uid("relieved", "person.id", null=True),
    uid("relieving", "person.id"),
    word("charge"),
    protected("posting_order"),
    protected("reason", null=True),
    word("proposed_as"),
    uid("proposed_by", "person.id"),
    uid("proposed_at_post", "post.id", null=True),
    instant("at"),
    instant("lapses_at"),
    Column("entries", Integer, nullable=False),
    Column("list_sha256", LargeBinary, nullable=False),
    word("state"),
    word("settled_as", null=True),
    uid("settled_by", "person.id", null=True),
    uid("settled_at_post", "post.id", null=True),
    instant("settled_at", null=True),
    CheckConstraint("charge in ('substantive', 'additional')", name="charge"),
    CheckConstraint("state in ('open', 'confirmed', 'declined', 'lapsed')", name="state"),
    Index("charge_taking_open_key", "post", unique=True, postgresql_where=text("state = 'open'")),
    info=AUDITED,
)

# The subject is named, not committed to: the docket's own chain does that, and may later tell of its erasure.
charge_list_entry = Table(
    "charge_list_entry",
    metadata,
    uid("taking", "charge_taking.id"),
    Column("ordinal", Integer, nullable=False),
    word("sort"),
    uid("paper", "docket.id"),
    word("number"),
    uid("subject", "protected_value.id"),
    word("state"),
    instant("since"),
    Column("parked_until", Date, nullable=True),
    Column("paragraph", Integer, nullable=True),
    word("proposed", null=True),
    PrimaryKeyConstraint("taking", "ordinal"),
    CheckConstraint("sort in ('held', 'draft', 'proposal')", name="sort"),
    info=AUDITED,
)
