"""Side acts of files: who was told for information, to which posts it goes in turn, what is withheld."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations import rights

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _information()
    _routes()
    _withholding()
    for statement in (
        *rights.appended("information_copy"),
        *rights.changed("route_stop"),
        *rights.changed("document_withholding"),
    ):
        op.execute(statement)


def _information() -> None:
    op.create_table(
        "information_copy",
        sa.Column("movement", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["movement"], ["movement.id"], name=op.f("information_copy_movement_fkey")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("information_copy_post_fkey")),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("information_copy_docket_fkey")),
        sa.PrimaryKeyConstraint("movement", "post", name=op.f("information_copy_pkey")),
        info={"audited": True},
    )
    op.create_index("information_copy_docket_idx", "information_copy", ["docket", "post"], unique=False)
    op.create_index(
        "information_copy_listing_idx",
        "information_copy",
        ["post", sa.text("at desc"), sa.text("movement desc")],
        unique=False,
    )


def _routes() -> None:
    op.create_table(
        "route_stop",
        sa.Column("movement", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=True, comment="the movement that sent it there"),
        sa.Column("ended_by", sa.Uuid(), nullable=True, comment="the movement that left it out"),
        *(
            sa.ForeignKeyConstraint([name], [target], name=op.f(f"route_stop_{name}_fkey"))
            for name, target in (
                ("movement", "movement.id"),
                ("docket", "docket.id"),
                ("post", "post.id"),
                ("sent_by", "movement.id"),
                ("ended_by", "movement.id"),
            )
        ),
        sa.PrimaryKeyConstraint("movement", "ordinal", name=op.f("route_stop_pkey")),
        info={"audited": True},
    )
    op.create_index(
        "route_stop_ahead_idx",
        "route_stop",
        ["docket", "ordinal"],
        unique=False,
        postgresql_where=sa.text("sent_by is null and ended_by is null"),
    )


def _withholding() -> None:
    op.create_table(
        "document_withholding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("document", sa.Uuid(), nullable=False),
        sa.Column("movement", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        *(
            sa.ForeignKeyConstraint([name], [target], name=op.f(f"document_withholding_{name}_fkey"))
            for name, target in (
                ("docket", "docket.id"),
                ("document", "document.id"),
                ("movement", "movement.id"),
                ("ended_by", "movement.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("document_withholding_pkey")),
        info={"audited": True},
    )
    op.create_index(op.f("document_withholding_docket_idx"), "document_withholding", ["docket"], unique=False)
    op.create_index(
        "document_withholding_key",
        "document_withholding",
        ["document"],
        unique=True,
        postgresql_where=sa.text("ended_by is null"),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
