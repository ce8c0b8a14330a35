"""What goes out: messages that movements caused, what came of each, and whom webhooks and e-mails go to.

A message is stated in the entry of its movement; how far its sending is stands beside that in columns that no
entry states. What came of it is a row of ``outbox_outcome``, written once, with an entry of its own in the
docket's chain: so a docket's export tells what was said to whom and when, and a sending that is tried ten times
fills no chain.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from storage.models.columns import AUDITED, UNAUDITED, instant, key, metadata, protected, uid, word

STATES = "('waiting', 'sending', 'sent', 'recorded', 'uncertain', 'failed', 'cancelled')"
OUTCOMES = "('sent', 'recorded', 'uncertain', 'failed', 'cancelled', 'said_sent', 'send_again')"

outbox = Table(
    "outbox",
    metadata,
    key(),
    uid("docket", "docket.id", index=True),
    uid("movement", "movement.id"),
    word("channel"),
    word("purpose"),
    word(
        "recipient",
        comment="complainant, post, webhook or addressee: where he is reached is looked up when it is sent",
    ),
    uid("recipient_id", null=True),
    Column("parameters", JSONB, nullable=False),
    instant("at"),
    Column("state", Text, nullable=False, server_default="waiting", info=UNAUDITED),
    Column("attempts", SmallInteger, nullable=False, server_default="0", info=UNAUDITED),
    instant("not_before", null=True, info=UNAUDITED),
    uid("claim", null=True, info=UNAUDITED),
    instant("claimed_at", null=True, info=UNAUDITED),
    Column("reason", Text, nullable=True, info=UNAUDITED, comment="why it waits, failed or is uncertain: a code"),
    instant("changed_at", null=True, info=UNAUDITED),
    CheckConstraint("channel in ('email', 'sms', 'webhook')", name="channel"),
    CheckConstraint("recipient in ('complainant', 'post', 'webhook', 'addressee')", name="recipient"),
    CheckConstraint(f"state in {STATES}", name="state"),
    Index("outbox_waiting_idx", "channel", "at", postgresql_where=text("state = 'waiting'")),
    Index("outbox_sending_idx", "claimed_at", postgresql_where=text("state = 'sending'")),
    Index("outbox_listing_idx", "state", text("at desc"), text("id desc")),
    info=AUDITED,
)

outbox_outcome = Table(
    "outbox_outcome",
    metadata,
    uid("message", "outbox.id"),
    Column("ordinal", Integer, nullable=False),
    uid("docket", "docket.id", index=True),
    word("outcome"),
    word("reason", null=True),
    protected("addressee", null=True),
    protected("content", null=True),
    word("gateway_id", null=True, comment="what the gateway calls it"),
    uid("by_post", "post.id", null=True),
    uid("by_person", "person.id", null=True),
    instant("at"),
    PrimaryKeyConstraint("message", "ordinal"),
    CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"),
    info=AUDITED,
)

webhook_target = Table(
    "webhook_target",
    metadata,
    key(),
    word("url"),
    Column("events", ARRAY(Text), nullable=False),
    Column("generation", Integer, nullable=False, comment="rises with each new secret, which follows from it"),
    Column("disabled", Boolean, nullable=False),
    info=AUDITED,
)

post_address = Table(
    "post_address",
    metadata,
    uid("post", "post.id", primary_key=True),
    protected("email", null=True),
    info=AUDITED,
)
