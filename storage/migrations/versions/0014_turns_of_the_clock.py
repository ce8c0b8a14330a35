"""When the clock looks at a complaint next, and for what: kept with the docket, so that it need not search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# The clock looks at every open complaint once, sees what is due of it, and sets the next turn.
_FIRST_TURNS = """
update docket set clock_at = registered_at, clock_act = case state
    when 'replied' then 'close_unheard'
    when 'special_close_proposed' then 'lapse_special_close'
    else 'escalate' end
where family = 'complaint' and state_class <> 'closed'
"""


def upgrade() -> None:
    op.add_column(
        "docket", sa.Column("clock_act", sa.Text(), nullable=True, comment="what the clock does next with it")
    )
    op.add_column(
        "docket",
        sa.Column(
            "clock_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the clock looks at it next; never too late",
        ),
    )
    op.execute(sa.text(_FIRST_TURNS))
    op.create_index(
        "docket_clock_idx",
        "docket",
        ["clock_act", "clock_at"],
        unique=False,
        postgresql_where=sa.text("clock_at is not null"),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
