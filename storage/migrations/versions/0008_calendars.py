"""Days that an office declares (holidays, half days, working days), and how a clock went on after a halt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations import rights

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("label_hi", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person", sa.Uuid(), nullable=True),
        sa.Column("by_post", sa.Uuid(), nullable=True),
        sa.CheckConstraint("sort in ('holiday', 'half_day', 'working')", name=op.f("calendar_day_sort_check")),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("calendar_day_by_person_fkey")),
        sa.ForeignKeyConstraint(["by_post"], ["post.id"], name=op.f("calendar_day_by_post_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("calendar_day_pkey")),
        sa.UniqueConstraint("calendar", "day", "declared_at", name=op.f("calendar_day_calendar_key")),
    )
    op.add_column("clock", sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "clock",
        sa.Column(
            "left_us",
            sa.BigInteger(),
            nullable=True,
            comment="working time with which it went on, microseconds",
        ),
    )
    for statement in (*rights.appended("calendar_day"), *rights.of_the_structure("calendar_day")):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
