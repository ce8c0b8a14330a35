"""SQL of the first schema that no table's description carries: the clock's functions, what may never be
changed, and what each database role may do (DESIGN §4 Time, §6)."""

from __future__ import annotations

# Written once: not even the owner's role changes a row of these; the destroyer's role may take away what a
# retention schedule or a lawful order says.
WRITTEN_ONCE = (
    "movement", "note", "note_fixed", "audit_entry", "decision", "document", "blob", "protected_value",
    "first_read", "complainant", "docket_reference", "checkpoint", "checkpoint_leaf",
)  # fmt: skip

# Rows that come and go with the work.
FLEETING = ("claim", "prefect_owed", "prefect_run_owed", "note_draft", "login_session")

# Rows that the application may change in place.
CHANGED = (
    "docket", "office_file", "complaint", "number_series", "instruction", "claim", "engine_time", "prefect_owed",
    "prefect_run_owed", "holding", "clock", "docket_post", "note_draft", "proposal", "decision_condition",
    "chain", "login_session", "department", "office", "section", "post", "post_superior", "post_power",
    "decision_class", "person", "tenure", "assistant",
)  # fmt: skip

# What destruction takes away: values with their salts, and what names a blob.
DESTROYED = ("protected_value", "document", "blob", "complainant")

# What only the signer's role puts there: whoever has the application's could forge a checkpoint otherwise.
SIGNED = ("checkpoint", "checkpoint_leaf")

# The application reads these and makes no row of them.
NOT_MADE_BY_APP = ("alembic_version", "office_identity", "office_structure", *SIGNED)

# Every role that works in the database: each reads all of it.
WORKING = "patravali_app, patravali_reader, patravali_signer, patravali_destroyer"

# Posts, their powers and superiors, and who sits there: what a process keeps of them holds for one version.
# Whether somebody may log in belongs to it too, and the rest of a person's row does not.
STRUCTURE = ("section", "post", "post_superior", "post_power", "tenure")

FUNCTIONS = """
create function office_now() returns timestamptz language sql volatile
    as $$ select clock_timestamp() $$;
comment on function office_now() is 'the one clock of the office; tests replace it';

create function movement_time(last timestamptz) returns timestamptz language sql volatile
    as $$ select greatest(office_now(), last + interval '1 microsecond') $$;
comment on function movement_time is 'a movement''s time: never before the docket''s last movement';

create function written_once() returns trigger language plpgsql as $$
begin
    if current_user = 'patravali_destroyer' and tg_op <> 'TRUNCATE' then
        return coalesce(new, old);
    end if;
    raise exception '% is written once: % refused', tg_table_name, tg_op using errcode = 'insufficient_privilege';
end $$;

create function structure_changed() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    update office_structure set version = pg_current_xact_id() where version <> pg_current_xact_id();
    return null;
end $$;
"""


def statements() -> list[str]:
    """Every statement, in order."""
    found = [FUNCTIONS]
    for table in WRITTEN_ONCE:
        found.append(
            f"create trigger written_once before update or delete on {table} "
            f"for each row execute function written_once()"
        )
        found.append(
            f"create trigger written_once_whole before truncate on {table} "
            f"for each statement execute function written_once()"
        )
    for table in STRUCTURE:
        found.append(
            f"create trigger structure_changed after insert or update or delete or truncate on {table} "
            f"for each statement execute function structure_changed()"
        )
    found.append(
        "create trigger structure_changed after update of disabled on person "
        "for each statement execute function structure_changed()"
    )
    found.append(f"grant usage on schema public to {WORKING}")
    found.append(f"grant select on all tables in schema public to {WORKING}")
    found.append("grant insert on all tables in schema public to patravali_app")
    found.append(f"revoke insert on {', '.join(NOT_MADE_BY_APP)} from patravali_app")
    found.append(f"grant insert on {', '.join(SIGNED)} to patravali_signer")
    found.append(f"grant update on {', '.join(CHANGED)} to patravali_app")
    found.append(f"grant delete on {', '.join(FLEETING)} to patravali_app")
    found.append(f"grant update, delete on {', '.join(DESTROYED)} to patravali_destroyer")
    found.append("insert into engine_time values (1, 0, clock_timestamp(), 0, 0, 0, 0)")
    found.append("insert into office_structure values (1, pg_current_xact_id())")
    return found
