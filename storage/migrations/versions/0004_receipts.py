"""The receipt (dak): the third family of dockets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations import rights

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PROTECTED = ("letter_number", "sender_name", "sender_telephone", "sender_address")


def upgrade() -> None:
    op.create_table(
        "receipt",
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False, comment="the way by which it came"),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("letter_number", sa.Uuid(), nullable=True),
        sa.Column("letter_day", sa.Date(), nullable=True, comment="the day that the letter bears"),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("sender_name", sa.Uuid(), nullable=True),
        sa.Column("sender_telephone", sa.Uuid(), nullable=True),
        sa.Column("sender_address", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("receipt_docket_fkey")),
        *(
            sa.ForeignKeyConstraint([column], ["protected_value.id"], name=op.f(f"receipt_{column}_fkey"))
            for column in _PROTECTED
        ),
        sa.PrimaryKeyConstraint("docket", name=op.f("receipt_pkey")),
    )
    for statement in rights.changed("receipt"):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
