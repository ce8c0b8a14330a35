"""Grading: to a month that is published no unit is added either."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# The units of a month are written in the transaction that publishes it, and never after.
_FROZEN = """
create function grading_month_is_whole() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if exists (
        select 1 from touched t join grading_month m using (scheme, kind, month)
        where m.xmin <> pg_current_xact_id()::xid
    ) then
        raise exception 'the month is published with its units: % refused', tg_op
            using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;
create trigger whole_added after insert on grading_unit referencing new table as touched
    for each statement execute function grading_month_is_whole();
"""


def upgrade() -> None:
    op.execute(sa.text(_FROZEN))


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
