"""The outbox: messages, what came of each, targets of webhooks, and the posts' e-mail addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.migrations import rights

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# How far a sending is: all that changes of a message.
_SENDING = "state, attempts, not_before, claim, claimed_at, reason, changed_at"


def upgrade() -> None:
    _outbox()
    _outcome()
    op.create_table(
        "webhook_target",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("webhook_target_pkey")),
    )
    op.create_table(
        "post_address",
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("post_address_post_fkey")),
        sa.ForeignKeyConstraint(["email"], ["protected_value.id"], name=op.f("post_address_email_fkey")),
        sa.PrimaryKeyConstraint("post", name=op.f("post_address_pkey")),
    )
    statements = [
        *rights.readable("outbox"),
        f"grant insert, update ({_SENDING}) on outbox to patravali_app",
        *rights.appended("outbox_outcome"),
        *rights.changed("webhook_target"),
        *rights.changed("post_address"),
    ]
    for statement in statements:
        op.execute(statement)


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("movement", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column(
            "recipient",
            sa.Text(),
            nullable=False,
            comment="complainant, post or webhook: where he is reached is looked up when it is sent",
        ),
        sa.Column("recipient_id", sa.Uuid(), nullable=True),
        sa.Column("parameters", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it waits, failed or is uncertain: a code"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel in ('email', 'sms', 'webhook')", name=op.f("outbox_channel_check")),
        sa.CheckConstraint("recipient in ('complainant', 'post', 'webhook')", name=op.f("outbox_recipient_check")),
        sa.CheckConstraint(
            "state in ('waiting', 'sending', 'sent', 'recorded', 'uncertain', 'failed', 'cancelled')",
            name=op.f("outbox_state_check"),
        ),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("outbox_docket_fkey")),
        sa.ForeignKeyConstraint(["movement"], ["movement.id"], name=op.f("outbox_movement_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("outbox_pkey")),
    )
    op.create_index(op.f("outbox_docket_idx"), "outbox", ["docket"])
    waiting, sending = sa.text("state = 'waiting'"), sa.text("state = 'sending'")
    op.create_index("outbox_waiting_idx", "outbox", ["channel", "at"], postgresql_where=waiting)
    op.create_index("outbox_sending_idx", "outbox", ["claimed_at"], postgresql_where=sending)
    op.create_index("outbox_listing_idx", "outbox", ["state", sa.text("at desc"), sa.text("id desc")])


def _outcome() -> None:
    op.create_table(
        "outbox_outcome",
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("addressee", sa.Uuid(), nullable=True),
        sa.Column("content", sa.Uuid(), nullable=True),
        sa.Column("gateway_id", sa.Text(), nullable=True, comment="what the gateway calls it"),
        sa.Column("by_post", sa.Uuid(), nullable=True),
        sa.Column("by_person", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome in ('sent', 'recorded', 'uncertain', 'failed', 'cancelled', 'said_sent', 'send_again')",
            name=op.f("outbox_outcome_outcome_check"),
        ),
        sa.ForeignKeyConstraint(["message"], ["outbox.id"], name=op.f("outbox_outcome_message_fkey")),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("outbox_outcome_docket_fkey")),
        sa.ForeignKeyConstraint(["addressee"], ["protected_value.id"], name=op.f("outbox_outcome_addressee_fkey")),
        sa.ForeignKeyConstraint(["content"], ["protected_value.id"], name=op.f("outbox_outcome_content_fkey")),
        sa.ForeignKeyConstraint(["by_post"], ["post.id"], name=op.f("outbox_outcome_by_post_fkey")),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("outbox_outcome_by_person_fkey")),
        sa.PrimaryKeyConstraint("message", "ordinal", name=op.f("outbox_outcome_pkey")),
    )
    op.create_index(op.f("outbox_outcome_docket_idx"), "outbox_outcome", ["docket"])


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
