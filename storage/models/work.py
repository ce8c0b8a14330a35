"""What is to be done: instructions, engines' claims on dockets, and what is owed to Prefect."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.models.columns import instant, key, metadata, uid, word

instruction = Table(
    "instruction",
    metadata,
    key(),
    uid("docket", "docket.id"),
    word("name", comment="the action that was asked for"),
    word("movement_name", comment="what the movement that it gives is called: put_up, reopen …"),
    word("act"),
    Column("side", Boolean, nullable=False, comment="a side act: needs no version, queues behind a movement"),
    uid("person", "person.id"),
    uid("post", "post.id"),
    uid("prepared_by", "person.id", null=True),
    uid("tray_item", "tray_item.id", null=True, comment="what was prepared in the tray and confirmed with it"),
    Column("key", Text, nullable=False),
    Column("request_sha256", LargeBinary, nullable=False),
    Column("parameters", JSONB, nullable=False),
    Column("accepted_change", Integer, nullable=False, comment="docket.last_change when it was accepted"),
    word("state"),
    instant("accepted_at"),
    Column("accepted_alive", Float, nullable=False, comment="seconds an engine had lived when it was accepted"),
    instant("finished_at", null=True),
    Column("outcome", JSONB, nullable=True),
    Column("faults", SmallInteger, nullable=False, server_default="0"),
    Column("deaths", SmallInteger, nullable=False, server_default="0"),
    Column(
        "breaks",
        SmallInteger,
        nullable=False,
        server_default="0",
        comment="turns that broke outside their steps while it stood first",
    ),
    instant("not_before", null=True),
    UniqueConstraint("person", "key"),
    CheckConstraint("state in ('waiting', 'carried_out', 'refused', 'withdrawn', 'failed')", name="state"),
    Index(
        "instruction_one_waiting_key",
        "docket",
        unique=True,
        postgresql_where=text("state = 'waiting' and not side"),
    ),
    Index(
        "instruction_tray_item_key",
        "tray_item",
        unique=True,
        postgresql_where=text("state in ('waiting', 'carried_out')"),
    ),
    Index("instruction_waiting_idx", "accepted_at", postgresql_where=text("state = 'waiting'")),
    Index("instruction_docket_idx", "docket", postgresql_where=text("state = 'waiting'")),
)

claim = Table(
    "claim",
    metadata,
    uid("docket", "docket.id", primary_key=True),
    Column("engine", Integer, nullable=False),
    instant("since"),
)

engine_time = Table(
    "engine_time",
    metadata,
    Column("single", SmallInteger, CheckConstraint("single = 1", name="single"), primary_key=True),
    Column("alive", Float, nullable=False, comment="seconds during which at least one engine lived"),
    instant("last_beat"),
    Column("steps_live", BigInteger, nullable=False, comment="steps that ran as live Prefect tasks"),
    Column("steps_plain", BigInteger, nullable=False, comment="steps run plainly, their record completed later"),
    Column("settled_live", BigInteger, nullable=False, comment="steps_live on dockets older than 5 s"),
    Column("settled_plain", BigInteger, nullable=False, comment="steps_plain on dockets older than 5 s"),
)

prefect_owed = Table(
    "prefect_owed",
    metadata,
    uid("movement", primary_key=True),
    uid("docket"),
    instant("since"),
    Column("bulk", Boolean, nullable=False),
    Index("prefect_owed_order_idx", "bulk", "since"),
    Index("prefect_owed_docket_idx", "docket"),
)

prefect_run_owed = Table(
    "prefect_run_owed",
    metadata,
    uid("docket", primary_key=True),
    instant("since"),
    Column("turn", BigInteger, nullable=False, comment="rises with each new debt, so that one paid late is seen"),
)
