"""A number of an outside system stands on one docket only, and is found by it."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nothing wrote references before, so that none stands there twice.
    name = op.f("docket_reference_number_system_key")
    op.create_unique_constraint(name, "docket_reference", ["number", "system"])


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
