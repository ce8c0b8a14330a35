"""Restores from a backup: each begins an epoch in the chains, and the office's own chain tells of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations import rights

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restored",
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("backup_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("backup", sa.LargeBinary(), nullable=False),
        sa.Column("checkpoint", sa.Integer(), nullable=False),
        sa.Column("gap", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("epoch", name=op.f("restored_pkey")),
        info={"audited": True},
    )
    # Only the owner's role, as which a restore runs, adds a row.
    for statement in (*rights.readable("restored"), *rights.written_once("restored")):
        op.execute(sa.text(statement))
    # A dump reads these too, and is taken as the role that reads.
    op.execute(sa.text(f"grant select on all sequences in schema public to {rights.WORKING}"))
    op.execute(sa.text(f"alter default privileges in schema public grant select on sequences to {rights.WORKING}"))


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
