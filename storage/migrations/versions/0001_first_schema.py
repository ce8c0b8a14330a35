"""The first schema: the office, dockets and their movements, instructions, the audit, documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.migrations import protections
from storage.models.audit import Xid8

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("chain", sa.Text(collation="C"), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.PrimaryKeyConstraint("chain", "sequence", name=op.f("audit_entry_pkey")),
    )
    op.create_index("audit_entry_xid_idx", "audit_entry", ["xid"], unique=False)
    op.create_table(
        "blob",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("blob_pkey")),
    )
    op.create_table(
        "chain",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("chain_pkey")),
    )
    op.create_table(
        "checkpoint",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("checkpoint_pkey")),
    )
    op.create_table(
        "checkpoint_leaf",
        sa.Column("checkpoint", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("chain", sa.Text(collation="C"), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("checkpoint", "position", name=op.f("checkpoint_leaf_pkey")),
    )
    op.create_index("checkpoint_leaf_chain_idx", "checkpoint_leaf", ["chain", "checkpoint"], unique=False)
    op.create_table(
        "department",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_hi", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("department_pkey")),
        sa.UniqueConstraint("code", name=op.f("department_code_key")),
        info={"audited": True},
    )
    op.create_table(
        "engine_time",
        sa.Column("single", sa.SmallInteger(), nullable=False),
        sa.Column("alive", sa.Float(), nullable=False, comment="seconds during which at least one engine lived"),
        sa.Column("last_beat", sa.DateTime(timezone=True), nullable=False),
        sa.Column("steps_live", sa.BigInteger(), nullable=False, comment="steps that ran as live Prefect tasks"),
        sa.Column(
            "steps_plain",
            sa.BigInteger(),
            nullable=False,
            comment="steps run plainly, their record completed later",
        ),
        sa.Column("settled_live", sa.BigInteger(), nullable=False, comment="steps_live on dockets older than 5 s"),
        sa.Column(
            "settled_plain", sa.BigInteger(), nullable=False, comment="steps_plain on dockets older than 5 s"
        ),
        sa.CheckConstraint("single = 1", name=op.f("engine_time_single_check")),
        sa.PrimaryKeyConstraint("single", name=op.f("engine_time_pkey")),
    )
    op.create_table(
        "number_series",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("number_series_pkey")),
    )
    op.create_table(
        "office_identity",
        sa.Column("single", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_hi", sa.Text(), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("single = 1", name=op.f("office_identity_single_check")),
        sa.PrimaryKeyConstraint("single", name=op.f("office_identity_pkey")),
    )
    op.create_table(
        "office_structure",
        sa.Column("single", sa.SmallInteger(), nullable=False),
        sa.Column(
            "version",
            Xid8(),
            nullable=False,
            comment="the transaction that last changed posts or who sits there",
        ),
        sa.CheckConstraint("single = 1", name=op.f("office_structure_single_check")),
        sa.PrimaryKeyConstraint("single", name=op.f("office_structure_pkey")),
    )
    op.create_table(
        "prefect_owed",
        sa.Column("movement", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bulk", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("movement", name=op.f("prefect_owed_pkey")),
    )
    op.create_index("prefect_owed_docket_idx", "prefect_owed", ["docket"], unique=False)
    op.create_index("prefect_owed_order_idx", "prefect_owed", ["bulk", "since"], unique=False)
    op.create_table(
        "prefect_run_owed",
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "turn",
            sa.BigInteger(),
            nullable=False,
            comment="rises with each new debt, so that one paid late is seen",
        ),
        sa.PrimaryKeyConstraint("docket", name=op.f("prefect_run_owed_pkey")),
    )
    op.create_table(
        "protected_value",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("erased_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("protected_value_pkey")),
    )
    op.create_table(
        "complainant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Uuid(), nullable=True),
        sa.Column("telephone", sa.Uuid(), nullable=True),
        sa.Column("address", sa.Uuid(), nullable=True),
        sa.Column("telephone_key", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["address"], ["protected_value.id"], name=op.f("complainant_address_fkey")),
        sa.ForeignKeyConstraint(["name"], ["protected_value.id"], name=op.f("complainant_name_fkey")),
        sa.ForeignKeyConstraint(["telephone"], ["protected_value.id"], name=op.f("complainant_telephone_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("complainant_pkey")),
        info={"audited": True},
    )
    op.create_index(op.f("complainant_telephone_key_idx"), "complainant", ["telephone_key"], unique=False)
    op.create_table(
        "office",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_hi", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["department.id"], name=op.f("office_department_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("office_pkey")),
        sa.UniqueConstraint("code", name=op.f("office_code_key")),
        info={"audited": True},
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Uuid(), nullable=False),
        sa.Column("name_hi", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["name_en"], ["protected_value.id"], name=op.f("person_name_en_fkey")),
        sa.ForeignKeyConstraint(["name_hi"], ["protected_value.id"], name=op.f("person_name_hi_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("person_pkey")),
        sa.UniqueConstraint("login", name=op.f("person_login_key")),
        info={"audited": True},
    )
    op.create_table(
        "login_session",
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("csrf_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sort in ('cookie', 'bearer')", name=op.f("login_session_sort_check")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("login_session_person_fkey")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("login_session_pkey")),
    )
    op.create_index(op.f("login_session_person_idx"), "login_session", ["person"], unique=False)
    op.create_table(
        "section",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_hi", sa.Text(), nullable=False),
        sa.Column("record_room", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["office"], ["office.id"], name=op.f("section_office_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("section_pkey")),
        sa.UniqueConstraint("office", "code", name=op.f("section_office_code_key")),
        info={"audited": True},
    )
    op.create_index("section_office_idx", "section", ["office"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("abbreviation", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_hi", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["section"], ["section.id"], name=op.f("post_section_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("post_pkey")),
        sa.UniqueConstraint("code", name=op.f("post_code_key")),
        info={"audited": True},
    )
    op.create_index("post_section_idx", "post", ["section"], unique=False)
    op.create_table(
        "assistant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("powers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("assistant_person_fkey")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("assistant_post_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("assistant_pkey")),
        info={"audited": True},
    )
    op.create_index(op.f("assistant_person_idx"), "assistant", ["person"], unique=False)
    op.create_table(
        "decision_class",
        sa.Column("office", sa.Uuid(), nullable=False),
        sa.Column("subject_class", sa.Text(), nullable=False),
        sa.Column(
            "paise",
            sa.BigInteger(),
            nullable=False,
            comment="the largest amount, in paise, that the post may decide",
        ),
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["office"], ["office.id"], name=op.f("decision_class_office_fkey")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("decision_class_post_fkey")),
        sa.PrimaryKeyConstraint("office", "subject_class", "post", name=op.f("decision_class_pkey")),
        info={"audited": True},
    )
    op.create_table(
        "docket",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("scheme_version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_class", sa.Text(), nullable=False),
        sa.Column("office", sa.Uuid(), nullable=False),
        sa.Column("section", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=True),
        sa.Column("sender", sa.Uuid(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("classification", sa.Text(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_until", sa.Date(), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "movements", sa.Integer(), nullable=False, comment="how many movements it has made, side acts too"
        ),
        sa.Column("last_movement", sa.Uuid(), nullable=True),
        sa.Column("last_movement_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "last_change",
            sa.Integer(),
            nullable=False,
            comment="sequence of its last movement that is no side act",
        ),
        sa.Column("chain_length", sa.Integer(), nullable=False),
        sa.Column("chain_head", sa.LargeBinary(), nullable=False),
        sa.Column("flow_run_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["holder"], ["post.id"], name=op.f("docket_holder_fkey")),
        sa.ForeignKeyConstraint(["office"], ["office.id"], name=op.f("docket_office_fkey")),
        sa.ForeignKeyConstraint(["section"], ["section.id"], name=op.f("docket_section_fkey")),
        sa.ForeignKeyConstraint(["sender"], ["post.id"], name=op.f("docket_sender_fkey")),
        sa.ForeignKeyConstraint(["subject"], ["protected_value.id"], name=op.f("docket_subject_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("docket_pkey")),
        sa.UniqueConstraint("number", name=op.f("docket_number_key")),
        info={"audited": True},
    )
    op.create_index(
        "docket_inbox_idx",
        "docket",
        ["holder", sa.literal_column("last_movement_at desc"), sa.literal_column("id desc")],
        unique=False,
        postgresql_include=["state_class", "due"],
        postgresql_where=sa.text("holder is not null"),
    )
    op.create_index(
        "docket_listing_idx",
        "docket",
        [sa.literal_column("registered_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_table(
        "post_power",
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("power", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("post_power_post_fkey")),
        sa.PrimaryKeyConstraint("post", "power", "from_day", name=op.f("post_power_pkey")),
        info={"audited": True},
    )
    op.create_table(
        "post_superior",
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("superior", sa.Uuid(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.CheckConstraint("post <> superior", name=op.f("post_superior_not_itself_check")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("post_superior_post_fkey")),
        sa.ForeignKeyConstraint(["superior"], ["post.id"], name=op.f("post_superior_superior_fkey")),
        sa.PrimaryKeyConstraint("post", "from_day", name=op.f("post_superior_pkey")),
        info={"audited": True},
    )
    op.create_index(op.f("post_superior_superior_idx"), "post_superior", ["superior"], unique=False)
    op.create_table(
        "tenure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("charge", sa.Text(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("charge in ('substantive', 'additional', 'link')", name=op.f("tenure_charge_check")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("tenure_person_fkey")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("tenure_post_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("tenure_pkey")),
        info={"audited": True},
    )
    op.create_index(
        "tenure_holder_idx",
        "tenure",
        ["post"],
        unique=True,
        postgresql_where=sa.text("to_at is null and charge <> 'link'"),
    )
    op.create_index(op.f("tenure_person_idx"), "tenure", ["person"], unique=False)
    op.create_index(op.f("tenure_post_idx"), "tenure", ["post"], unique=False)
    op.create_table(
        "claim",
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("engine", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("claim_docket_fkey")),
        sa.PrimaryKeyConstraint("docket", name=op.f("claim_pkey")),
    )
    op.create_table(
        "clock",
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("limit_count", sa.Integer(), nullable=False),
        sa.Column("limit_unit", sa.Text(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("halted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "limit_unit in ('working_days', 'days', 'working_hours', 'hours')", name=op.f("clock_unit_check")
        ),
        sa.CheckConstraint("sort in ('citizen', 'level', 'attend')", name=op.f("clock_sort_check")),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("clock_docket_fkey")),
        sa.PrimaryKeyConstraint("docket", "sort", "began", name=op.f("clock_pkey")),
    )
    op.create_index(
        "clock_running_idx",
        "clock",
        ["due"],
        unique=False,
        postgresql_where=sa.text("ended is null and halted_at is null"),
    )
    op.create_table(
        "complaint",
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Uuid(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("complainant", sa.Uuid(), nullable=True),
        sa.Column("accused", sa.Uuid(), nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["accused"], ["post.id"], name=op.f("complaint_accused_fkey")),
        sa.ForeignKeyConstraint(["body"], ["protected_value.id"], name=op.f("complaint_body_fkey")),
        sa.ForeignKeyConstraint(["complainant"], ["complainant.id"], name=op.f("complaint_complainant_fkey")),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("complaint_docket_fkey")),
        sa.PrimaryKeyConstraint("docket", name=op.f("complaint_pkey")),
        info={"audited": True},
    )
    op.create_table(
        "docket_post",
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_act", sa.DateTime(timezone=True), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint("role in ('held', 'marked', 'named')", name=op.f("docket_post_role_check")),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("docket_post_docket_fkey")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("docket_post_post_fkey")),
        sa.PrimaryKeyConstraint("docket", "post", name=op.f("docket_post_pkey")),
    )
    op.create_index("docket_post_post_idx", "docket_post", ["post", "docket"], unique=False)
    op.create_table(
        "docket_reference",
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("docket_reference_docket_fkey")),
        sa.PrimaryKeyConstraint("system", "number", "docket", name=op.f("docket_reference_pkey")),
        info={"audited": True},
    )
    op.create_table(
        "holding",
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Uuid(), nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("holding_docket_fkey")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("holding_post_fkey")),
        sa.PrimaryKeyConstraint("docket", "from_at", name=op.f("holding_pkey")),
    )
    op.create_index("holding_post_idx", "holding", ["post", "from_at"], unique=False)
    op.create_table(
        "instruction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="the action that was asked for"),
        sa.Column(
            "movement_name",
            sa.Text(),
            nullable=False,
            comment="what the movement that it gives is called: put_up, reopen …",
        ),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column(
            "side", sa.Boolean(), nullable=False, comment="a side act: needs no version, queues behind a movement"
        ),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "accepted_change", sa.Integer(), nullable=False, comment="docket.last_change when it was accepted"
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "accepted_alive",
            sa.Float(),
            nullable=False,
            comment="seconds an engine had lived when it was accepted",
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("faults", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("deaths", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'carried_out', 'refused', 'withdrawn', 'failed')",
            name=op.f("instruction_state_check"),
        ),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("instruction_docket_fkey")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("instruction_person_fkey")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("instruction_post_fkey")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("instruction_prepared_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("instruction_pkey")),
        sa.UniqueConstraint("person", "key", name=op.f("instruction_person_key_key")),
    )
    op.create_index(
        "instruction_docket_idx",
        "instruction",
        ["docket"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "instruction_one_waiting_key",
        "instruction",
        ["docket"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting' and not side"),
    )
    op.create_index(
        "instruction_waiting_idx",
        "instruction",
        ["accepted_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "movement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("instruction", sa.Uuid(), nullable=True),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("by_post", sa.Uuid(), nullable=True),
        sa.Column("by_person", sa.Uuid(), nullable=True),
        sa.Column("prepared_by", sa.Uuid(), nullable=True),
        sa.Column("second_post", sa.Uuid(), nullable=True),
        sa.Column("second_person", sa.Uuid(), nullable=True),
        sa.Column("from_post", sa.Uuid(), nullable=True),
        sa.Column("to_post", sa.Uuid(), nullable=True),
        sa.Column("remark", sa.Uuid(), nullable=True),
        sa.Column("receives", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("movement_by_person_fkey")),
        sa.ForeignKeyConstraint(["by_post"], ["post.id"], name=op.f("movement_by_post_fkey")),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("movement_docket_fkey")),
        sa.ForeignKeyConstraint(["from_post"], ["post.id"], name=op.f("movement_from_post_fkey")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("movement_prepared_by_fkey")),
        sa.ForeignKeyConstraint(["remark"], ["protected_value.id"], name=op.f("movement_remark_fkey")),
        sa.ForeignKeyConstraint(["second_person"], ["person.id"], name=op.f("movement_second_person_fkey")),
        sa.ForeignKeyConstraint(["second_post"], ["post.id"], name=op.f("movement_second_post_fkey")),
        sa.ForeignKeyConstraint(["to_post"], ["post.id"], name=op.f("movement_to_post_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("movement_pkey")),
        sa.UniqueConstraint("docket", "sequence", name=op.f("movement_docket_sequence_key")),
        info={"audited": True},
    )
    op.create_index("movement_sent_idx", "movement", ["by_post", sa.literal_column("at desc")], unique=False)
    op.create_index("movement_at_idx", "movement", ["at"], unique=False, postgresql_using="brin")
    op.create_table(
        "office_file",
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("retention_class", sa.Text(), nullable=False),
        sa.Column("subject_class", sa.Text(), nullable=False),
        sa.Column("amount_paise", sa.BigInteger(), nullable=True),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("office_file_docket_fkey")),
        sa.PrimaryKeyConstraint("docket", name=op.f("office_file_pkey")),
        info={"audited": True},
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'confirmed', 'declined', 'lapsed')", name=op.f("proposal_state_check")
        ),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("proposal_docket_fkey")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("proposal_person_fkey")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("proposal_post_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("proposal_pkey")),
        info={"audited": True},
    )
    op.create_index(
        "proposal_open_key", "proposal", ["docket"], unique=True, postgresql_where=sa.text("state = 'open'")
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.Uuid(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column(
            "commitment", sa.LargeBinary(), nullable=False, comment="SHA-256 of salt and the bytes' SHA-256"
        ),
        sa.Column("movement", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("document_docket_fkey")),
        sa.ForeignKeyConstraint(["movement"], ["movement.id"], name=op.f("document_movement_fkey")),
        sa.ForeignKeyConstraint(["name"], ["protected_value.id"], name=op.f("document_name_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("document_pkey")),
        sa.UniqueConstraint("docket", "ordinal", name=op.f("document_docket_ordinal_key")),
        info={"audited": True},
    )
    op.create_index(op.f("document_sha256_idx"), "document", ["sha256"], unique=False)
    op.create_table(
        "first_read",
        sa.Column("movement", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["movement"], ["movement.id"], name=op.f("first_read_movement_fkey")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("first_read_person_fkey")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("first_read_post_fkey")),
        sa.PrimaryKeyConstraint("movement", "post", name=op.f("first_read_pkey")),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=False),
        sa.Column("author_post", sa.Uuid(), nullable=False),
        sa.Column("author_person", sa.Uuid(), nullable=False),
        sa.Column("movement", sa.Uuid(), nullable=False),
        sa.Column("first_text", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_person"], ["person.id"], name=op.f("note_author_person_fkey")),
        sa.ForeignKeyConstraint(["author_post"], ["post.id"], name=op.f("note_author_post_fkey")),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("note_docket_fkey")),
        sa.ForeignKeyConstraint(["first_text"], ["protected_value.id"], name=op.f("note_first_text_fkey")),
        sa.ForeignKeyConstraint(["movement"], ["movement.id"], name=op.f("note_movement_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("note_pkey")),
        sa.UniqueConstraint("docket", "paragraph", name=op.f("note_docket_paragraph_key")),
        info={"audited": True},
    )
    op.create_table(
        "decision",
        sa.Column("movement", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("note", sa.Uuid(), nullable=True),
        sa.Column("subject_class", sa.Text(), nullable=False),
        sa.Column("amount_paise", sa.BigInteger(), nullable=True),
        sa.Column("post", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("decision_docket_fkey")),
        sa.ForeignKeyConstraint(["movement"], ["movement.id"], name=op.f("decision_movement_fkey")),
        sa.ForeignKeyConstraint(["note"], ["note.id"], name=op.f("decision_note_fkey")),
        sa.ForeignKeyConstraint(["post"], ["post.id"], name=op.f("decision_post_fkey")),
        sa.PrimaryKeyConstraint("movement", name=op.f("decision_pkey")),
        info={"audited": True},
    )
    op.create_index(op.f("decision_docket_idx"), "decision", ["docket"], unique=False)
    op.create_table(
        "note_draft",
        sa.Column("note", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["note"], ["note.id"], name=op.f("note_draft_note_fkey")),
        sa.PrimaryKeyConstraint("note", name=op.f("note_draft_pkey")),
    )
    op.create_table(
        "note_fixed",
        sa.Column("note", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Uuid(), nullable=False),
        sa.Column("movement", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["movement"], ["movement.id"], name=op.f("note_fixed_movement_fkey")),
        sa.ForeignKeyConstraint(["note"], ["note.id"], name=op.f("note_fixed_note_fkey")),
        sa.ForeignKeyConstraint(["text"], ["protected_value.id"], name=op.f("note_fixed_text_fkey")),
        sa.PrimaryKeyConstraint("note", name=op.f("note_fixed_pkey")),
        info={"audited": True},
    )
    op.create_table(
        "decision_condition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.Column("docket", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Uuid(), nullable=False),
        sa.Column("settled", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("settled in ('met', 'waived')", name=op.f("decision_condition_settled_check")),
        sa.ForeignKeyConstraint(
            ["decision"], ["decision.movement"], name=op.f("decision_condition_decision_fkey")
        ),
        sa.ForeignKeyConstraint(["docket"], ["docket.id"], name=op.f("decision_condition_docket_fkey")),
        sa.ForeignKeyConstraint(["settled_by"], ["movement.id"], name=op.f("decision_condition_settled_by_fkey")),
        sa.ForeignKeyConstraint(["text"], ["protected_value.id"], name=op.f("decision_condition_text_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("decision_condition_pkey")),
        info={"audited": True},
    )
    op.create_index(op.f("decision_condition_docket_idx"), "decision_condition", ["docket"], unique=False)
    for statement in protections.statements():
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
