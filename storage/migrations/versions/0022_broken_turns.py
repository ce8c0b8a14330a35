"""How often a docket's turn broke outside its steps: what waits first of it carries the count."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "instruction",
        sa.Column(
            "breaks",
            sa.SmallInteger(),
            server_default="0",
            nullable=False,
            comment="turns that broke outside their steps while it stood first",
        ),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
