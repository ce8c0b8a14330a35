"""Categories and places of an office beside those of its schemes, routes to its posts, and imported sheets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storage.migrations import rights

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _categories()
    _places()
    _routes()
    _sheets()
    op.add_column("complaint", sa.Column("category_row", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("complaint_category_row_fkey"), "complaint", "category", ["category_row"], ["id"])
    for statement in [
        *rights.ended("category", "to_at"),
        *rights.ended("place", "to_at"),
        *rights.ended("route", "to_day"),
        *rights.appended("imported_sheet"),
    ]:
        op.execute(statement)


def _categories() -> None:
    op.create_table(
        "category",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("department", sa.Uuid(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("label_hi", sa.Text(), nullable=False),
        sa.Column(
            "limits", JSONB(), nullable=False, comment="levels, citizen and attend, as a scheme writes them"
        ),
        sa.Column("evidence", JSONB(), nullable=True, comment="what a reply must carry, as a scheme writes it"),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["department"], ["department.id"], name=op.f("category_department_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("category_pkey")),
    )
    op.create_index(
        "category_open_key",
        "category",
        ["scheme", "kind", "code"],
        unique=True,
        postgresql_where=sa.text("to_at is null"),
    )


def _places() -> None:
    op.create_table(
        "place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("label_hi", sa.Text(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("place_pkey")),
    )
    op.create_index(
        "place_open_key", "place", ["scheme", "code"], unique=True, postgresql_where=sa.text("to_at is null")
    )


def _routes() -> None:
    op.create_table(
        "route",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("department", sa.Uuid(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.CheckConstraint("level > 0", name=op.f("route_level_check")),
        sa.ForeignKeyConstraint(["department"], ["department.id"], name=op.f("route_department_fkey")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("route_post_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("route_pkey")),
    )
    op.create_index("route_category_idx", "route", ["scheme", "kind", "category"])
    sort = [
        sa.text("coalesce(category, '')"),
        sa.text("coalesce(place, '')"),
        sa.text("coalesce(department, '00000000-0000-0000-0000-000000000000'::uuid)"),
    ]
    op.create_index(
        "route_open_key",
        "route",
        ["scheme", "kind", "level", *sort],
        unique=True,
        postgresql_where=sa.text("to_day is null"),
    )


def _sheets() -> None:
    op.create_table(
        "imported_sheet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("by_person", sa.Uuid(), nullable=True),
        sa.Column("by_post", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("imported_sheet_by_person_fkey")),
        sa.ForeignKeyConstraint(["by_post"], ["post.id"], name=op.f("imported_sheet_by_post_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("imported_sheet_pkey")),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
