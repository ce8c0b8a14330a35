"""Retention and erasure: orders, their lists, what is kept longer, and what the destroyer's role may do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations import rights

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# What the destroyer's role may do, and only to what an order names that two people signed: the release before let
# it change and delete any row of these tables.
_ONLY_UNDER_AN_ORDER = """
create function is_to_be_erased(what uuid, by_order uuid) returns boolean language sql stable as $$
    select exists (select 1 from erasure_target t join erasure_order o on o.id = t.under
        where t.target = what and t.under = by_order and o.state in ('ordered', 'carried_out')) $$;

create function erased_value() returns trigger language plpgsql as $$
begin
    if current_user = 'patravali_destroyer' and tg_op = 'UPDATE' then
        if new.id = old.id and new.value is null and new.salt is null and old.erased_by is null
                and is_to_be_erased(old.id, new.erased_by) then
            return new;
        end if;
    end if;
    raise exception 'a protected value is erased under an order that names it, and not changed: % refused', tg_op
        using errcode = 'insufficient_privilege';
end $$;

create function erased_document() returns trigger language plpgsql as $$
begin
    if current_user = 'patravali_destroyer' and tg_op = 'UPDATE' then
        if new.sha256 is null and new.salt is null
                and to_jsonb(new) - '{sha256,salt}'::text[] = to_jsonb(old) - '{sha256,salt}'::text[]
                and exists (select 1 from erasure_target t
                    where t.target = old.id and is_to_be_erased(old.id, t.under))
        then
            return new;
        end if;
    end if;
    raise exception 'a document is erased under an order that names it, and not changed: % refused', tg_op
        using errcode = 'insufficient_privilege';
end $$;

create function erased_telephone_key() returns trigger language plpgsql as $$
begin
    if current_user = 'patravali_destroyer' and tg_op = 'UPDATE' then
        if new.telephone_key is null
                and to_jsonb(new) - 'telephone_key' = to_jsonb(old) - 'telephone_key'
                and exists (select 1 from protected_value v where v.id = old.telephone and v.erased_by is not null)
        then
            return new;
        end if;
    end if;
    raise exception 'complainant is written once: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;

create function erased_blob() returns trigger language plpgsql as $$
begin
    if current_user = 'patravali_destroyer' and tg_op = 'DELETE' then
        if not exists (select 1 from document d where d.sha256 = old.sha256)
                and exists (select 1 from erasure_blob b where b.sha256 = old.sha256) then
            return old;
        end if;
    end if;
    raise exception 'blob is written once, and goes when an order took its last document: % refused', tg_op
        using errcode = 'insufficient_privilege';
end $$;

create function signed_by_two() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from erasure_order o where o.id = new.under and o.state = 'ordered') then
        raise exception 'the order % is not signed by two', new.under using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create or replace function written_once() returns trigger language plpgsql as $$
begin
    raise exception '% is written once: % refused', tg_table_name, tg_op using errcode = 'insufficient_privilege';
end $$;
"""
_ERASED_BY = {
    "protected_value": "erased_value",
    "document": "erased_document",
    "complainant": "erased_telephone_key",
    "blob": "erased_blob",
}


def upgrade() -> None:
    under = sa.Column(
        "destroyed_under",
        sa.Uuid(),
        nullable=True,
        comment="the list (erasure_order) under which what it said was erased",
    )
    op.add_column("docket", under)
    _orders()
    _items()
    _holds()
    _what_is_erased()
    for statement in (
        *rights.changed("erasure_order"),
        *rights.changed("erasure_item"),
        *rights.changed("retention_hold"),
        *rights.appended("erasure_target"),
        *rights.readable("erasure_blob"),
        "grant insert on erasure_blob to patravali_app",
        "grant delete on erasure_blob to patravali_destroyer",
        _ONLY_UNDER_AN_ORDER,
        *_of_the_destroyer(),
    ):
        op.execute(sa.text(statement.replace(":", "\\:")))


def _of_the_destroyer() -> list[str]:
    found = [f"revoke update, delete on {', '.join(_ERASED_BY)} from patravali_destroyer"]
    for table, function in _ERASED_BY.items():
        found.append(f"drop trigger written_once on {table}")
        found.append(
            f"create trigger written_once before update or delete on {table} "
            f"for each row execute function {function}()"
        )
    found += [
        f"create trigger signed_by_two before insert on {table} for each row execute function signed_by_two()"
        for table in ("erasure_target", "erasure_blob")
    ]
    return [
        *found,
        "grant update (value, salt, erased_by) on protected_value to patravali_destroyer",
        "grant update (sha256, salt) on document to patravali_destroyer",
        "grant update (telephone_key) on complainant to patravali_destroyer",
        "grant delete on blob to patravali_destroyer",
    ]


def _person_and_post(table: str, *names: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([f"{name}_{of}"], [f"{of}.id"], name=op.f(f"{table}_{name}_{of}_fkey"))
        for name in names
        for of in ("post", "person")
    ]


def _orders() -> None:
    op.create_table(
        "erasure_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="counted apart for lists and for orders"),
        sa.Column(
            "words_en", sa.Text(), nullable=False, comment="what stands in place of what was erased under it"
        ),
        sa.Column("words_hi", sa.Text(), nullable=False),
        sa.Column("authority", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("drawn_by_post", sa.Uuid(), nullable=True, comment="none: by a command"),
        sa.Column("drawn_by_person", sa.Uuid(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_post", sa.Uuid(), nullable=True),
        sa.Column("first_person", sa.Uuid(), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_post", sa.Uuid(), nullable=True),
        sa.Column("second_person", sa.Uuid(), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carried_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("sort in ('list', 'order')", name=op.f("erasure_order_sort_check")),
        sa.CheckConstraint(
            "state in ('drawn_up', 'signed', 'ordered', 'carried_out', 'withdrawn')",
            name=op.f("erasure_order_state_check"),
        ),
        sa.CheckConstraint(
            "state not in ('ordered', 'carried_out') or (first_person <> second_person"
            " and first_post <> second_post and first_person is not null and second_person is not null"
            " and first_post is not null and second_post is not null)",
            name=op.f("erasure_order_two_people_check"),
        ),
        sa.ForeignKeyConstraint(["authority"], ["protected_value.id"], name=op.f("erasure_order_authority_fkey")),
        *_person_and_post("erasure_order", "drawn_by", "first", "second"),
        sa.PrimaryKeyConstraint("id", name=op.f("erasure_order_pkey")),
        sa.UniqueConstraint("sort", "number", name=op.f("erasure_order_sort_number_key")),
        info={"audited": True},
    )


def _items() -> None:
    op.create_table(
        "erasure_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("under", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("paper", sa.Uuid(), nullable=False),
        sa.Column(
            "part",
            sa.Text(),
            nullable=True,
            comment="which text of the paper an order erases; none: a list, all of it",
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("struck_for", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state in ('listed', 'struck')", name=op.f("erasure_item_state_check")),
        sa.ForeignKeyConstraint(["struck_for"], ["protected_value.id"], name=op.f("erasure_item_struck_for_fkey")),
        sa.ForeignKeyConstraint(["under"], ["erasure_order.id"], name=op.f("erasure_item_under_fkey")),
        sa.ForeignKeyConstraint(["paper"], ["docket.id"], name=op.f("erasure_item_paper_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("erasure_item_pkey")),
        sa.UniqueConstraint("under", "ordinal", name=op.f("erasure_item_under_ordinal_key")),
        info={"audited": True},
    )
    op.create_index(op.f("erasure_item_paper_idx"), "erasure_item", ["paper"], unique=False)


def _holds() -> None:
    op.create_table(
        "retention_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("paper", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True, comment="none: a legal hold, until it is lifted"),
        sa.Column("reason", sa.Uuid(), nullable=False),
        sa.Column("by_post", sa.Uuid(), nullable=True, comment="none: by a command"),
        sa.Column("by_person", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["paper"], ["docket.id"], name=op.f("retention_hold_paper_fkey")),
        sa.ForeignKeyConstraint(["reason"], ["protected_value.id"], name=op.f("retention_hold_reason_fkey")),
        *_person_and_post("retention_hold", "by"),
        sa.ForeignKeyConstraint(["lifted_by"], ["person.id"], name=op.f("retention_hold_lifted_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("retention_hold_pkey")),
        info={"audited": True},
    )
    op.create_index(op.f("retention_hold_paper_idx"), "retention_hold", ["paper"], unique=False)
    op.create_index(
        "retention_hold_present_idx",
        "retention_hold",
        ["paper"],
        unique=False,
        postgresql_where=sa.text("lifted_at is null"),
    )


def _what_is_erased() -> None:
    op.create_table(
        "erasure_target",
        sa.Column("under", sa.Uuid(), nullable=False),
        sa.Column("target", sa.Uuid(), nullable=False, comment="a protected value or a document"),
        sa.ForeignKeyConstraint(["under"], ["erasure_order.id"], name=op.f("erasure_target_under_fkey")),
        sa.PrimaryKeyConstraint("target", name=op.f("erasure_target_pkey")),
    )
    op.create_index("erasure_target_under_idx", "erasure_target", ["under"], unique=False)
    op.create_table(
        "erasure_blob",
        sa.Column("under", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["under"], ["erasure_order.id"], name=op.f("erasure_blob_under_fkey")),
        sa.PrimaryKeyConstraint("under", "sha256", name=op.f("erasure_blob_pkey")),
    )


def downgrade() -> None:
    raise NotImplementedError("migrations expand, then contract; none goes back")
