"""The office: departments, posts and who is above whom, people, tenures, powers, and the office's identity."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from storage.models.audit import Xid8
from storage.models.columns import AUDITED, UNAUDITED, instant, key, metadata, protected, uid, word

office_identity = Table(
    "office_identity",
    metadata,
    Column("single", SmallInteger, CheckConstraint("single = 1", name="single"), primary_key=True),
    uid("id"),
    word("name_en"),
    word("name_hi"),
    Column("practice", Boolean, nullable=False),
    Column("epoch", Integer, nullable=False),
    instant("made_at"),
)

office_structure = Table(
    "office_structure",
    metadata,
    Column("single", SmallInteger, CheckConstraint("single = 1", name="single"), primary_key=True),
    Column("version", Xid8, nullable=False, comment="the transaction that last changed posts or who sits there"),
)

restored = Table(
    "restored",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False, comment="the epoch that the restore began"),
    instant("at"),
    instant("backup_at"),
    Column("backup", LargeBinary, nullable=False, comment="SHA-256 of the backup's manifest"),
    Column("checkpoint", Integer, nullable=False, comment="the last checkpoint that the backup held"),
    Column("gap", Integer, nullable=False, comment="how many numbers of each series were passed over"),
    info=AUDITED,
)

protected_value = Table(
    "protected_value",
    metadata,
    key(),
    Column("salt", LargeBinary, nullable=True),
    Column("value", Text, nullable=True),
    uid("erased_by", null=True),
)

department = Table(
    "department", metadata, key(), word("code", unique=True), word("name_en"), word("name_hi"), info=AUDITED
)

office = Table(
    "office",
    metadata,
    key(),
    uid("department", "department.id"),
    word("code", unique=True),
    word("name_en"),
    word("name_hi"),
    word("place"),
    info=AUDITED,
)

section = Table(
    "section",
    metadata,
    key(),
    uid("office", "office.id"),
    word("code"),
    word("name_en"),
    word("name_hi"),
    Column("record_room", Boolean, nullable=False),
    UniqueConstraint("office", "code"),
    info=AUDITED,
)

post = Table(
    "post",
    metadata,
    key(),
    uid("section", "section.id"),
    word("code", unique=True),
    word("abbreviation"),
    word("name_en"),
    word("name_hi"),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date, nullable=True),
    info=AUDITED,
)

post_superior = Table(
    "post_superior",
    metadata,
    uid("post", "post.id"),
    uid("superior", "post.id", index=True),
    Column("from_day", Date, nullable=False),
    Column("to_day", Date, nullable=True),
    PrimaryKeyConstraint("post", "from_day"),
    CheckConstraint("post <> superior", name="not_itself"),
    info=AUDITED,
)

post_power = Table(
    "post_power",
    metadata,
    uid("post", "post.id"),
    word("power"),
    Column("from_day", Date, nullable=False),
    Column("to_day", Date, nullable=True),
    PrimaryKeyConstraint("post", "power", "from_day"),
    info=AUDITED,
)

decision_class = Table(
    "decision_class",
    metadata,
    uid("office", "office.id"),
    word("subject_class"),
    Column("paise", BigInteger, nullable=False, comment="the largest amount, in paise, that the post may decide"),
    uid("post", "post.id"),
    Column("to_day", Date, nullable=True),
    PrimaryKeyConstraint("office", "subject_class", "post"),
    info=AUDITED,
)

person = Table(
    "person",
    metadata,
    key(),
    word("login", unique=True),
    protected("name_en"),
    protected("name_hi"),
    word("language"),
    Column("password_hash", Text, nullable=True, info=UNAUDITED),
    Column("disabled", Boolean, nullable=False),
    info=AUDITED,
)

tenure = Table(
    "tenure",
    metadata,
    key(),
    uid("person", "person.id", index=True),
    uid("post", "post.id", index=True),
    word("charge"),
    instant("from_at"),
    instant("to_at", null=True),
    CheckConstraint("charge in ('substantive', 'additional', 'link')", name="charge"),
    info=AUDITED,
)

assistant = Table(
    "assistant",
    metadata,
    key(),
    uid("person", "person.id", index=True),
    uid("post", "post.id"),
    Column("powers", ARRAY(Text), nullable=False),
    instant("from_at"),
    instant("to_at", null=True),
    uid("given_by", "person.id", null=True, comment="the administrator; none: by a command"),
    uid("ended_by", "person.id", null=True, comment="the administrator; none: by a command"),
    Index("assistant_post_idx", "post"),
    Index("assistant_present_key", "person", "post", unique=True, postgresql_where=text("to_at is null")),
    info=AUDITED,
)

login_session = Table(
    "login_session",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    uid("person", "person.id", index=True),
    word("sort"),
    Column("csrf_sha256", LargeBinary, nullable=True),
    instant("began_at"),
    instant("expires_at"),
    CheckConstraint("sort in ('cookie', 'bearer')", name="sort"),
)

# A post has one holder at a time. A link officer, who stands in for him, is not another.
Index(
    "tenure_holder_idx",
    tenure.c.post,
    unique=True,
    postgresql_where=text("to_at is null and charge <> 'link'"),
)
Index("post_section_idx", post.c.section)
Index("section_office_idx", section.c.office)
