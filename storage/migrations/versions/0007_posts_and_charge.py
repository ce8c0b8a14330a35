"""Posts and charge: who changed the office, leave, taking charge with its list, competence by days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.migrations import rights

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _id(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=null)


def _text(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=null)


def _instant(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _days() -> list[sa.Column[object]]:
    return [sa.Column("from_day", sa.Date(), nullable=False), sa.Column("to_day", sa.Date(), nullable=True)]


def _cites(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"{table}_{column}_fkey"))
        for column, target in columns.items()
    ]


def upgrade() -> None:
    _office_change()
    _competence()
    _absence()
    _link_withheld()
    _charge_taking()
    _charge_list_entry()
    # Null for the rows of the first schema, so that the entries that told of them still do.
    op.add_column("decision_class", sa.Column("to_day", sa.Date(), nullable=True))
    statements = [
        *rights.appended("office_change"),
        *rights.changed("competence"),
        *rights.changed("absence"),
        *rights.of_the_structure("absence"),
        *rights.changed("link_withheld"),
        *rights.of_the_structure("link_withheld"),
        *rights.changed("charge_taking"),
        *rights.appended("charge_list_entry"),
    ]
    for statement in statements:
        op.execute(statement)


def _office_change() -> None:
    op.create_table(
        "office_change",
        _id("id"),
        _text("what"),
        _instant("at"),
        _id("by_person", null=True),
        _id("by_post", null=True),
        _text("key", null=True),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("office_change_pkey")),
        sa.UniqueConstraint("by_person", "key", name=op.f("office_change_by_person_key_key")),
        *_cites("office_change", by_person="person.id", by_post="post.id"),
    )


def _competence() -> None:
    op.create_table(
        "competence",
        _id("office"),
        _text("subject_class"),
        sa.Column(
            "paise",
            sa.BigInteger(),
            nullable=False,
            comment="the largest amount, in paise, that the post may decide",
        ),
        _id("post"),
        *_days(),
        sa.PrimaryKeyConstraint("office", "subject_class", "post", "from_day", name=op.f("competence_pkey")),
        *_cites("competence", office="office.id", post="post.id"),
    )
    op.create_index(op.f("competence_post_idx"), "competence", ["post"], unique=False)


def _absence() -> None:
    op.create_table(
        "absence",
        _id("id"),
        _id("person"),
        _id("post"),
        _id("link_officer"),
        _id("tenure"),
        _instant("from_at"),
        _instant("to_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("absence_pkey")),
        *_cites("absence", person="person.id", post="post.id", link_officer="person.id", tenure="tenure.id"),
    )
    op.create_index(op.f("absence_post_idx"), "absence", ["post"], unique=False)


def _link_withheld() -> None:
    op.create_table(
        "link_withheld",
        _id("office"),
        _text("power"),
        *_days(),
        sa.PrimaryKeyConstraint("office", "power", "from_day", name=op.f("link_withheld_pkey")),
        *_cites("link_withheld", office="office.id"),
    )


def _charge_taking() -> None:
    op.create_table(
        "charge_taking",
        _id("id"),
        _id("post"),
        _id("relieved", null=True),
        _id("relieving"),
        _text("charge"),
        _id("posting_order"),
        _id("reason", null=True),
        _text("proposed_as"),
        _id("proposed_by"),
        _id("proposed_at_post", null=True),
        _instant("at"),
        _instant("lapses_at"),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("list_sha256", sa.LargeBinary(), nullable=False),
        _text("state"),
        _text("settled_as", null=True),
        _id("settled_by", null=True),
        _id("settled_at_post", null=True),
        _instant("settled_at", null=True),
        sa.CheckConstraint("charge in ('substantive', 'additional')", name=op.f("charge_taking_charge_check")),
        sa.CheckConstraint(
            "state in ('open', 'confirmed', 'declined', 'lapsed')", name=op.f("charge_taking_state_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("charge_taking_pkey")),
        *_cites(
            "charge_taking",
            post="post.id",
            relieved="person.id",
            relieving="person.id",
            posting_order="protected_value.id",
            reason="protected_value.id",
            proposed_by="person.id",
            proposed_at_post="post.id",
            settled_by="person.id",
            settled_at_post="post.id",
        ),
    )
    op.create_index(
        "charge_taking_open_key",
        "charge_taking",
        ["post"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )


def _charge_list_entry() -> None:
    op.create_table(
        "charge_list_entry",
        _id("taking"),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        _text("sort"),
        _id("paper"),
        _text("number"),
        _id("subject"),
        _text("state"),
        _instant("since"),
        sa.Column("parked_until", sa.Date(), nullable=True),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        _text("proposed", null=True),
        sa.CheckConstraint("sort in ('held', 'draft', 'proposal')", name=op.f("charge_list_entry_sort_check")),
        sa.PrimaryKeyConstraint("taking", "ordinal", name=op.f("charge_list_entry_pkey")),
        *_cites("charge_list_entry", taking="charge_taking.id", paper="docket.id", subject="protected_value.id"),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
