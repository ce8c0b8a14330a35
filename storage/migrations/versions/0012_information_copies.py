"""Copies for information: which post was told of a file, and by which movement."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations import rights

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "information_copy",
        sa.Column("movement", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["movement"], ["movement.id"], name=op.f("information_copy_movement_fkey")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("information_copy_post_fkey")),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("information_copy_docket_fkey")),
        sa.PrimaryKeyConstraint("movement", "post", name=op.f("information_copy_pkey")),
        info={"audited": True},
    )
    op.create_index("information_copy_docket_idx", "information_copy", ["docket", "post"], unique=False)
    op.create_index(
        "information_copy_listing_idx",
        "information_copy",
        ["post", sa.text("at desc"), sa.text("movement desc")],
        unique=False,
    )
    for statement in rights.appended("information_copy"):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
