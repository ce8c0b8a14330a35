"""An index of routes that serves those for all categories too, by their place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "route_category_place_idx",
        "route",
        ["scheme", "kind", sa.text("coalesce(category, '')"), sa.text("coalesce(place, '')")],
    )
    op.drop_index("route_category_idx", "route")


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
