"""What holds two dockets together: a part and its file, a receipt in a file, files that are linked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations import rights

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "docket_tie",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("other", sa.Uuid(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("movement", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("docket <> other", name=op.f("docket_tie_two_check")),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("docket_tie_docket_fkey")),
        sa.ForeignKeyConstraint(["other"], ["docket.id"], name=op.f("docket_tie_other_fkey")),
        sa.ForeignKeyConstraint(["movement"], ["movement.id"], name=op.f("docket_tie_movement_fkey")),
        sa.ForeignKeyConstraint(["ended_by"], ["movement.id"], name=op.f("docket_tie_ended_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("docket_tie_pkey")),
    )
    op.create_index("docket_tie_docket_idx", "docket_tie", ["docket"], unique=False)
    op.create_index("docket_tie_other_idx", "docket_tie", ["other"], unique=False)
    for statement in rights.changed("docket_tie"):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
