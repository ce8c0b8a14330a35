"""Standing work with its last runs, and what acts of the clock look for: parked files, proposals that wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.migrations import rights

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "standing_job",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "covered",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the last good run began; before the first, since when the job is known",
        ),
        sa.Column("last_started", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_finished", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "last_by", sa.Text(), nullable=True, comment="who began the last run: prefect, ticker or engine"
        ),
        sa.Column("seconds", sa.Float(), nullable=True, comment="how long the last run that ended took"),
        sa.Column(
            "outcome",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="what the last good run did: counts, no texts",
        ),
        sa.Column(
            "holds",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
            comment="it found nothing amiss",
        ),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("last_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("runs", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "tries", sa.Integer(), server_default="0", nullable=False, comment="begun since a run ended well"
        ),
        sa.Column(
            "not_before",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="a run that does not end well is not begun again before",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("standing_job_pkey")),
    )
    op.create_index(
        "docket_parked_idx", "docket", ["parked_until"], postgresql_where=sa.text("parked_until is not null")
    )
    op.create_index("proposal_open_idx", "proposal", ["lapses_at"], postgresql_where=sa.text("state = 'open'"))
    for statement in rights.changed("standing_job"):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
