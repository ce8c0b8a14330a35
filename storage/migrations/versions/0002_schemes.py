"""Schemes in the office's own database: their texts, and which is in force from which day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations import rights

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scheme_version",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="YAML, with all that it extends written out"),
        sa.PrimaryKeyConstraint("scheme", "version", name=op.f("scheme_version_pkey")),
    )
    op.create_table(
        "scheme_in_force",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by_person", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("scheme_in_force_by_person_fkey")),
        sa.ForeignKeyConstraint(
            ["scheme", "version"],
            ["scheme_version.scheme", "scheme_version.version"],
            name=op.f("scheme_in_force_scheme_version_fkey"),
        ),
        sa.PrimaryKeyConstraint("scheme", "from_day", name=op.f("scheme_in_force_pkey")),
    )
    for statement in [*rights.appended("scheme_version"), *rights.appended("scheme_in_force")]:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
