"""Limits in minutes (SYSTEMS S4), and an index by which is found what waits for a power and for no post."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_UNITS = "limit_unit in ('working_days', 'days', 'working_hours', 'hours', 'working_minutes', 'minutes')"


def upgrade() -> None:
    op.drop_constraint(op.f("clock_unit_check"), "clock", type_="check")
    op.create_check_constraint(op.f("clock_unit_check"), "clock", _UNITS)
    op.create_index(
        "docket_awaited_idx",
        "docket",
        ["state", sa.text("last_movement_at desc"), sa.text("id desc")],
        unique=False,
        postgresql_where=sa.text("family = 'complaint' and state_class in ('in_hand', 'waiting')"),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
