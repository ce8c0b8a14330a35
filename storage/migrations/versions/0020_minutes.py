"""Limits in minutes, working and calendar, beside hours and days (SYSTEMS S4)."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0016"
branch_labels = None
depends_on = None

_UNITS = "limit_unit in ('working_days', 'days', 'working_hours', 'hours', 'working_minutes', 'minutes')"


def upgrade() -> None:
    op.drop_constraint(op.f("clock_unit_check"), "clock", type_="check")
    op.create_check_constraint(op.f("clock_unit_check"), "clock", _UNITS)


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
