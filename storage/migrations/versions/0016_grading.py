"""Grading: drafts of months, their cases, and months that are published with their cases frozen."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.migrations import rights

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# The cases of a published draft are never changed, and none is added to them or taken away: by nobody. Statement
# by statement, for a month may have six lakh of them.
_FROZEN = """
create function grading_is_frozen() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if tg_op = 'UPDATE' or tg_op = 'TRUNCATE' then
        raise exception 'grading_case is written once: % refused', tg_op using errcode = 'insufficient_privilege';
    end if;
    if exists (select 1 from grading_month m where m.draft in (select draft from touched)) then
        raise exception 'the month is published, and its cases are frozen: % refused', tg_op
            using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;
create trigger frozen_added after insert on grading_case referencing new table as touched
    for each statement execute function grading_is_frozen();
create trigger frozen_taken after delete on grading_case referencing old table as touched
    for each statement execute function grading_is_frozen();
create trigger frozen_changed before update or truncate on grading_case
    for each statement execute function grading_is_frozen();
"""


def upgrade() -> None:
    _drafts()
    _months()
    for statement in (
        *rights.fleeting("grading_draft"),
        *rights.readable("grading_case"),
        "grant insert, delete on grading_case to patravali_app",
        _FROZEN,
        *rights.appended("grading_month"),
        *rights.appended("grading_unit"),
    ):
        op.execute(sa.text(statement))


def _computed() -> list[sa.Column[Any]]:
    return [
        sa.Column("scheme_version", sa.Integer(), nullable=False),
        sa.Column("formula", postgresql.JSONB(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("cases_sha256", sa.LargeBinary(), nullable=False),
    ]


def _named(*more: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in ("scheme", "kind", "month", *more)]


def _drafts() -> None:
    op.create_table(
        "grading_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_named(),
        *_computed(),
        sa.Column(
            "units",
            postgresql.JSONB(),
            nullable=False,
            comment="the marks of every unit, as they would be published",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("grading_draft_pkey")),
        sa.UniqueConstraint("scheme", "kind", "month", name=op.f("grading_draft_scheme_key")),
    )
    op.create_table(
        "grading_case",
        sa.Column("draft", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("registered", sa.Date(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("open_days", sa.Integer(), nullable=True),
        sa.Column("replied", sa.Boolean(), nullable=False),
        sa.Column("sent_back", sa.Boolean(), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("draft", "number", name=op.f("grading_case_pkey")),
    )
    for sort in ("department", "district"):
        op.create_index(f"grading_case_{sort}_idx", "grading_case", ["draft", sort, "number"], unique=False)


def _months() -> None:
    op.create_table(
        "grading_month",
        *_named(),
        sa.Column("draft", sa.Uuid(), nullable=False),
        *_computed(),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person", sa.Uuid(), nullable=True),
        sa.Column("by_post", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("grading_month_by_person_fkey")),
        sa.ForeignKeyConstraint(["by_post"], ["post.id"], name=op.f("grading_month_by_post_fkey")),
        sa.PrimaryKeyConstraint("scheme", "kind", "month", name=op.f("grading_month_pkey")),
        sa.UniqueConstraint("draft", name=op.f("grading_month_draft_key")),
        info={"audited": True},
    )
    op.create_table(
        "grading_unit",
        *_named("sort", "unit"),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column(
            "parts",
            postgresql.JSONB(),
            nullable=False,
            comment="by part: cases measured, of them well, marks in hundredths",
        ),
        sa.Column("group", sa.Text(), nullable=True),
        sa.Column("marks", sa.Integer(), nullable=True, comment="of 100, in hundredths; none: not graded"),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.CheckConstraint("sort in ('department', 'district')", name=op.f("grading_unit_sort_check")),
        sa.PrimaryKeyConstraint("scheme", "kind", "month", "sort", "unit", name=op.f("grading_unit_pkey")),
        info={"audited": True},
    )


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
