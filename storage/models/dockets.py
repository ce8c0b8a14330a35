"""What moves (the docket and what each family adds), its movements, notes, decisions and proposals."""

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
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.models.columns import AUDITED, UNAUDITED, instant, key, metadata, protected, uid, word

number_series = Table(
    "number_series",
    metadata,
    Column("series", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

docket = Table(
    "docket",
    metadata,
    key(),
    word("family"),
    word("kind"),
    word("scheme"),
    Column("scheme_version", Integer, nullable=False),
    word("number", unique=True),
    protected("subject"),
    word("state"),
    word("state_class"),
    uid("office", "office.id"),
    uid("section", "section.id"),
    uid("holder", "post.id", null=True),
    uid("sender", "post.id", null=True),
    word("priority"),
    word("classification"),
    instant("due", null=True),
    Column("parked_until", Date, nullable=True),
    word("ending", null=True),
    instant("registered_at"),
    instant("closed_at", null=True),
    Column("version", Integer, nullable=False),
    Column("movements", Integer, nullable=False, comment="how many movements it has made, side acts too"),
    uid("last_movement", null=True),
    instant("last_movement_at"),
    Column("last_change", Integer, nullable=False, comment="sequence of its last movement that is no side act"),
    uid("destroyed_under", null=True, comment="the list (erasure_order) under which what it said was erased"),
    Column("chain_length", Integer, nullable=False, info=UNAUDITED),
    Column("chain_head", LargeBinary, nullable=False, info=UNAUDITED),
    uid("flow_run_id", null=True, info=UNAUDITED),
    word("clock_act", null=True, info=UNAUDITED, comment="what the clock does next with it"),
    instant("clock_at", null=True, info=UNAUDITED, comment="when the clock looks at it next; never too late"),
    Index(
        "docket_inbox_idx",
        "holder",
        text("last_movement_at desc"),
        text("id desc"),
        postgresql_include=["state_class", "due"],
        postgresql_where=text("holder is not null"),
    ),
    Index("docket_parked_idx", "parked_until", postgresql_where=text("parked_until is not null")),
    Index("docket_clock_idx", "clock_act", "clock_at", postgresql_where=text("clock_at is not null")),
    Index(
        "docket_awaited_idx",
        "state",
        text("last_movement_at desc"),
        text("id desc"),
        postgresql_where=text("family = 'complaint' and state_class in ('in_hand', 'waiting')"),
    ),
    Index("docket_listing_idx", text("registered_at desc"), text("id desc")),
    info=AUDITED,
)

office_file = Table(
    "office_file",
    metadata,
    uid("docket", "docket.id", primary_key=True),
    word("head"),
    Column("year", Integer, nullable=False),
    word("retention_class"),
    word("subject_class"),
    Column("amount_paise", BigInteger, nullable=True),
    word("medium"),
    info=AUDITED,
)

complainant = Table(
    "complainant",
    metadata,
    key(),
    protected("name", null=True),
    protected("telephone", null=True),
    protected("address", null=True),
    Column("telephone_key", LargeBinary, nullable=True, info=UNAUDITED, index=True),
    info=AUDITED,
)

complaint = Table(
    "complaint",
    metadata,
    uid("docket", "docket.id", primary_key=True),
    protected("body"),
    word("category"),
    uid("category_row", "category.id", null=True),
    word("place"),
    word("channel"),
    word("identity"),
    uid("complainant", "complainant.id", null=True),
    uid("accused", "post.id", null=True),
    Column("level", SmallInteger, nullable=False),
    Column("secret_sha256", LargeBinary, nullable=False, info=UNAUDITED),
    info=AUDITED,
)

docket_reference = Table(
    "docket_reference",
    metadata,
    uid("docket", "docket.id"),
    word("system"),
    word("number"),
    Column("day", Date, nullable=True),
    PrimaryKeyConstraint("system", "number", "docket"),
    UniqueConstraint("number", "system"),
    info=AUDITED,
)

movement = Table(
    "movement",
    metadata,
    key(),
    uid("docket", "docket.id"),
    Column("sequence", Integer, nullable=False),
    uid("instruction", null=True),
    Column("ordinal", SmallInteger, nullable=False),
    word("act"),
    word("name"),
    instant("at"),
    word("from_state", null=True),
    word("to_state"),
    uid("by_post", "post.id", null=True),
    uid("by_person", "person.id", null=True),
    uid("prepared_by", "person.id", null=True),
    uid("second_post", "post.id", null=True),
    uid("second_person", "person.id", null=True),
    uid("from_post", "post.id", null=True),
    uid("to_post", "post.id", null=True),
    protected("remark", null=True),
    uid("receives", null=True),
    uid("note", null=True),
    word("decision", null=True),
    word("priority", null=True),
    instant("due", null=True),
    Column("details", JSONB, nullable=True),
    UniqueConstraint("docket", "sequence"),
    Index("movement_sent_idx", "by_post", text("at desc")),
    Index("movement_at_idx", "at", postgresql_using="brin"),
    info=AUDITED,
)

first_read = Table(
    "first_read",
    metadata,
    uid("movement", "movement.id"),
    uid("post", "post.id"),
    uid("person", "person.id"),
    instant("at"),
    PrimaryKeyConstraint("movement", "post"),
    info=AUDITED,
)

note = Table(
    "note",
    metadata,
    key(),
    uid("docket", "docket.id"),
    Column("paragraph", Integer, nullable=False),
    uid("author_post", "post.id"),
    uid("author_person", "person.id"),
    uid("movement", "movement.id"),
    protected("first_text"),
    instant("at"),
    UniqueConstraint("docket", "paragraph"),
    info=AUDITED,
)

note_draft = Table(
    "note_draft",
    metadata,
    uid("note", "note.id", primary_key=True),
    Column("text", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    instant("saved_at"),
    uid("saved_by", "person.id", null=True, comment="who typed it last: its author, or an assistant for him"),
)

note_fixed = Table(
    "note_fixed",
    metadata,
    uid("note", "note.id", primary_key=True),
    protected("text"),
    uid("movement", "movement.id"),
    instant("at"),
    info=AUDITED,
)

decision = Table(
    "decision",
    metadata,
    uid("movement", "movement.id", primary_key=True),
    uid("docket", "docket.id", index=True),
    word("outcome"),
    uid("note", "note.id", null=True),
    word("subject_class"),
    Column("amount_paise", BigInteger, nullable=True),
    uid("post", "post.id"),
    instant("at"),
    info=AUDITED,
)

decision_condition = Table(
    "decision_condition",
    metadata,
    key(),
    uid("decision", "decision.movement"),
    uid("docket", "docket.id", index=True),
    Column("ordinal", SmallInteger, nullable=False),
    protected("text"),
    word("settled", null=True),
    uid("settled_by", "movement.id", null=True),
    CheckConstraint("settled in ('met', 'waived')", name="settled"),
    info=AUDITED,
)

proposal = Table(
    "proposal",
    metadata,
    key(),
    uid("docket", "docket.id"),
    word("name"),
    Column("parameters", JSONB, nullable=False),
    uid("post", "post.id"),
    uid("person", "person.id"),
    instant("at"),
    instant("lapses_at"),
    word("state"),
    instant("settled_at", null=True),
    CheckConstraint("state in ('open', 'confirmed', 'declined', 'lapsed')", name="state"),
    Index("proposal_open_key", "docket", unique=True, postgresql_where=text("state = 'open'")),
    Index("proposal_open_idx", "lapses_at", postgresql_where=text("state = 'open'")),
    info=AUDITED,
)
