"""Letters that a file gives out: versions, addressees, decisions, signing and the register of dispatch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations import rights

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_WRITTEN_ONCE = (
    "letter", "letter_version", "letter_addressee", "letter_decision", "letter_signing", "dispatch",
)  # fmt: skip


def upgrade() -> None:
    _letters()
    _addressees()
    _decisions()
    _dispatches()
    for table in _WRITTEN_ONCE:
        for statement in rights.appended(table):
            op.execute(statement)
    op.drop_constraint(op.f("outbox_recipient_check"), "outbox", type_="check")
    recipients = "recipient in ('complainant', 'post', 'webhook', 'addressee')"
    op.create_check_constraint(op.f("outbox_recipient_check"), "outbox", recipients)
    op.alter_column(
        "outbox",
        "recipient",
        comment="complainant, post, webhook or addressee: where he is reached is looked up when it is sent",
    )


def _id(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=null)


def _count(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _at() -> sa.Column[object]:
    return sa.Column("at", sa.DateTime(timezone=True), nullable=False)


def _cites(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    """The foreign keys of a table: its columns, and the tables that each cites by its id."""
    return [
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"{table}_{name}_fkey"))
        for name, target in columns.items()
    ]


def _of_version(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["letter", "version"],
        ["letter_version.letter", "letter_version.ordinal"],
        name=op.f(f"{table}_letter_version_fkey"),
    )


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"{table}_{column}_idx"), table, [column], unique=False)


def _letters() -> None:
    op.create_table(
        "letter",
        *(_id("id"), _id("docket"), _count("ordinal"), _id("movement"), _at()),
        *_cites("letter", docket="docket", movement="movement"),
        sa.PrimaryKeyConstraint("id", name=op.f("letter_pkey")),
        sa.UniqueConstraint("docket", "ordinal", name=op.f("letter_docket_ordinal_key")),
        info={"audited": True},
    )
    texts = {"subject": "protected_value", "text": "protected_value"}
    author = {"author_post": "post", "author_person": "person"}
    op.create_table(
        "letter_version",
        *(_id("letter"), _count("ordinal"), _id("docket"), _id("subject"), _id("text")),
        *(_id("author_post"), _id("author_person"), _id("movement"), _at()),
        *_cites("letter_version", letter="letter", docket="docket", movement="movement", **texts, **author),
        sa.PrimaryKeyConstraint("letter", "ordinal", name=op.f("letter_version_pkey")),
        info={"audited": True},
    )
    _index("letter_version", "docket")


def _addressees() -> None:
    texts = dict.fromkeys(("name", "address", "email"), "protected_value")
    op.create_table(
        "letter_addressee",
        *(_id("id"), _id("letter"), _count("version"), _count("ordinal"), _id("docket")),
        *(_id("name"), _id("address", null=True), _id("email", null=True)),
        sa.Column("copy", sa.Boolean(), nullable=False, comment="by endorsement only"),
        *_cites("letter_addressee", letter="letter", docket="docket", **texts),
        _of_version("letter_addressee"),
        sa.PrimaryKeyConstraint("id", name=op.f("letter_addressee_pkey")),
        sa.UniqueConstraint(
            "letter", "version", "ordinal", name=op.f("letter_addressee_letter_version_ordinal_key")
        ),
        info={"audited": True},
    )
    _index("letter_addressee", "docket")


def _decisions() -> None:
    op.create_table(
        "letter_decision",
        *(_id("movement"), _id("letter"), _count("version"), _id("docket")),
        *(sa.Column("outcome", sa.Text(), nullable=False), _at()),
        *_cites("letter_decision", movement="movement", letter="letter", docket="docket"),
        _of_version("letter_decision"),
        sa.PrimaryKeyConstraint("movement", name=op.f("letter_decision_pkey")),
        info={"audited": True},
    )
    _index("letter_decision", "letter")
    _index("letter_decision", "docket")
    who = {"post": "post", "person": "person"}
    op.create_table(
        "letter_signing",
        *(_id("letter"), _count("version"), _id("docket"), _id("movement"), _id("post"), _id("person"), _at()),
        *_cites("letter_signing", letter="letter", docket="docket", movement="movement", **who),
        _of_version("letter_signing"),
        sa.PrimaryKeyConstraint("letter", name=op.f("letter_signing_pkey")),
        info={"audited": True},
    )
    _index("letter_signing", "docket")


def _dispatches() -> None:
    op.create_table(
        "dispatch",
        *(_id("id"), _id("docket"), _id("letter"), _id("addressee")),
        *(sa.Column("number", sa.Text(), nullable=False), sa.Column("mode", sa.Text(), nullable=False)),
        *(sa.Column("day", sa.Date(), nullable=False), _id("movement"), _at()),
        *_cites("dispatch", docket="docket", letter="letter", addressee="letter_addressee", movement="movement"),
        sa.PrimaryKeyConstraint("id", name=op.f("dispatch_pkey")),
        sa.UniqueConstraint("addressee", name=op.f("dispatch_addressee_key")),
        info={"audited": True},
    )
    for column in ("docket", "letter", "number"):
        _index("dispatch", column)


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
