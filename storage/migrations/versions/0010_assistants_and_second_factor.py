"""Assistants who work at a post, the tray that they fill, and second factors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.migrations import rights

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _assistants()
    _tray()
    _what_was_said_in_it()
    _what_confirms_it()
    _second_factors()
    for statement in (
        *rights.of_the_structure("assistant"),
        *rights.changed("tray_item"),
        *rights.appended("tray_text"),
        *rights.changed("second_factor"),
        *rights.changed("second_factor_asked"),
    ):
        op.execute(sa.text(statement))


def _assistants() -> None:
    for name, comment in (
        ("given_by", "the administrator; none: by a command"),
        ("ended_by", "the administrator; none: by a command"),
    ):
        foreign = sa.ForeignKey("person.id", name=op.f(f"assistant_{name}_fkey"))
        op.add_column("assistant", sa.Column(name, sa.Uuid(), foreign, nullable=True, comment=comment))
    op.create_index("assistant_post_idx", "assistant", ["post"], unique=False)
    op.create_index(
        "assistant_present_key",
        "assistant",
        ["person", "post"],
        unique=True,
        postgresql_where=sa.text("to_at is null"),
    )
    op.add_column(
        "note_draft",
        sa.Column(
            "saved_by",
            sa.Uuid(),
            sa.ForeignKey("person.id", name=op.f("note_draft_saved_by_fkey")),
            nullable=True,
            comment="who typed it last: its author, or an assistant for him",
        ),
    )


def _tray() -> None:
    op.create_table(
        "tray_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False, comment="what the officer is to do"),
        sa.Column("parameters", postgresql.JSONB(), nullable=False),
        sa.Column(
            "seen_version",
            sa.Integer(),
            nullable=True,
            comment="docket.version that was seen; a side act needs none",
        ),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True, comment="its place where the tray was sorted"),
        sa.CheckConstraint("state in ('waiting', 'confirmed', 'withdrawn')", name=op.f("tray_item_state_check")),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("tray_item_docket_fkey")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("tray_item_post_fkey")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("tray_item_prepared_by_fkey")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("tray_item_ended_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("tray_item_pkey")),
        info={"audited": True},
    )
    op.create_index(op.f("tray_item_docket_idx"), "tray_item", ["docket"], unique=False)
    op.create_index(
        "tray_item_waiting_idx",
        "tray_item",
        ["post", "prepared_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _what_was_said_in_it() -> None:
    op.create_table(
        "tray_text",
        sa.Column("item", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="remark, text, condition 1 …"),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["tray_item.id"], name=op.f("tray_text_item_fkey")),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("tray_text_docket_fkey")),
        sa.ForeignKeyConstraint(["text"], ["protected_value.id"], name=op.f("tray_text_text_fkey")),
        sa.PrimaryKeyConstraint("item", "name", name=op.f("tray_text_pkey")),
        info={"audited": True},
    )
    op.create_index(op.f("tray_text_docket_idx"), "tray_text", ["docket"], unique=False)


def _what_confirms_it() -> None:
    op.add_column(
        "instruction",
        sa.Column(
            "tray_item",
            sa.Uuid(),
            sa.ForeignKey("tray_item.id", name=op.f("instruction_tray_item_fkey")),
            nullable=True,
            comment="what was prepared in the tray and confirmed with it",
        ),
    )
    op.create_index(
        "instruction_tray_item_key",
        "instruction",
        ["tray_item"],
        unique=True,
        postgresql_where=sa.text("state in ('waiting', 'carried_out')"),
    )


def _second_factors() -> None:
    op.create_table(
        "second_factor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "active_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when its first code was right; before that it proves nothing",
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True, comment="none: by a command, or the person began anew"),
        sa.Column("sealed", sa.LargeBinary(), nullable=True, comment="its secret, encrypted; gone at its end"),
        sa.Column("last_step", sa.BigInteger(), nullable=True, comment="time step of the last code used"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("second_factor_person_fkey")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("second_factor_ended_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("second_factor_pkey")),
        info={"audited": True},
    )
    op.create_index(op.f("second_factor_person_idx"), "second_factor", ["person"], unique=False)
    op.create_index(
        "second_factor_present_key",
        "second_factor",
        ["person"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "second_factor_asked",
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True, comment="none: by a command"),
        sa.CheckConstraint("occasion in ('deciding', 'log_in')", name=op.f("second_factor_asked_occasion_check")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("second_factor_asked_set_by_fkey")),
        sa.PrimaryKeyConstraint("occasion", name=op.f("second_factor_asked_pkey")),
        info={"audited": True},
    )


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
