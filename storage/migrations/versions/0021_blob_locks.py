"""Locks of documents: until when the object store was told to keep each blob."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations import rights

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blob_lock",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"], ["blob.sha256"], name=op.f("blob_lock_sha256_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("blob_lock_pkey")),
    )
    for statement in rights.changed("blob_lock"):
        op.execute(sa.text(statement))


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
