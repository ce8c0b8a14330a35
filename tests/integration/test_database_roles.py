"""What each database role may do: written once is written once, whoever asks, and nobody can turn that off."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from tests.factories.lives import REASON, Life, file_with, new_complaint
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.postgres import Database as Place

# Written here by hand: what nobody may change or take away.
WRITTEN_ONCE = (
    "movement", "note", "note_fixed", "audit_entry", "decision", "document", "blob", "protected_value",
    "first_read", "complainant", "docket_reference", "checkpoint", "checkpoint_leaf", "tray_text",
    "information_copy", "letter", "letter_version", "letter_addressee", "letter_decision", "letter_signing",
    "dispatch",
    "erasure_target",
)  # fmt: skip
ANY_COLUMN = {
    "audit_entry": "data",
    "blob": "media_type",
    "note_fixed": "at",
    "first_read": "at",
    "information_copy": "at",
    "letter_version": "at",
    "letter_decision": "at",
    "letter_signing": "at",
    "tray_text": "name",
    "erasure_target": "target",
}
DENIED = errors.InsufficientPrivilege


@pytest.fixture(scope="module")
async def life(office: PracticeOffice) -> Life:
    """A file with a row in most tables, and a complaint beside it."""
    made = await file_with(office, "superintendent")
    await made.must("superintendent", "add_document", document=True)
    await made.must("superintendent", "note", text="सहमत")
    draft = await made.draft_of("superintendent")
    await made.must("superintendent", "approve", outcome="approve", **draft)
    await new_complaint(office)
    return made


@pytest.fixture(scope="module")
def place(office: PracticeOffice, postgres: Any) -> Place:
    with psycopg.connect(office.owner_url) as connection:
        return Place(connection.info.dbname, postgres)


def refused(url: str, sql: str, *parameters: Any) -> None:
    """The statement is refused for want of a right, and changes nothing."""
    with psycopg.connect(url) as connection, pytest.raises(DENIED):
        connection.execute(sql.encode(), parameters)


def _column(table: str) -> str:
    return ANY_COLUMN.get(table, "docket" if table in ("movement", "note", "decision") else "id")


def _set(table: str) -> str:
    columns = {
        "protected_value": "value = 'x'",
        "checkpoint": "number = number",
        "checkpoint_leaf": "length = length",
        "docket_reference": "number = 'x'",
        "document": "class = 'x'",
        "complainant": "name = null",
    }
    column = _column(table)
    return f"update {table} set {columns.get(table, f'{column} = {column}')}"


@pytest.mark.parametrize("table", WRITTEN_ONCE)
@pytest.mark.parametrize("how", ["update", "delete", "truncate"])
def test_the_application_cannot_change_what_is_written_once(
    life: Life, place: Place, table: str, how: str
) -> None:
    statements = {"update": _set(table), "delete": f"delete from {table}", "truncate": f"truncate {table} cascade"}
    refused(place.app_url, statements[how])


@pytest.mark.parametrize("table", ["movement", "note", "note_fixed", "audit_entry", "decision", "protected_value"])
@pytest.mark.parametrize("how", ["update", "delete", "truncate"])
def test_not_even_the_owner_changes_them_as_they_stand(life: Life, place: Place, table: str, how: str) -> None:
    """A trigger refuses it: the owner has the right, and would have to take the trigger away first."""
    statements = {"update": _set(table), "delete": f"delete from {table}", "truncate": f"truncate {table} cascade"}
    refused(place.owner_url, statements[how])


@pytest.mark.parametrize(
    "sql",
    [
        "alter table movement disable trigger all",
        "alter table movement disable trigger written_once",
        "drop trigger written_once on movement",
        "drop table audit_entry",
        "alter table audit_entry drop column data",
        "set session_replication_role = replica",
        "create or replace function written_once() returns trigger language plpgsql as 'begin return new; end'",
        "create or replace function office_now() returns timestamptz language sql as $$ select now() $$",
        "create table of_my_own (id int)",
        "set role patravali_owner",
        "insert into office_identity select * from office_identity",
        "update office_identity set practice = false",
        "update alembic_version set version_num = 'x'",
        "delete from docket",
        "delete from instruction",
        "truncate instruction cascade",
    ],
)
@pytest.mark.parametrize("role", ["app", "reader", "signer", "destroyer"])
def test_no_working_role_can_lift_the_protection(life: Life, place: Place, role: Any, sql: str) -> None:
    refused(place.url(role), sql)


@pytest.mark.parametrize("role", ["app", "reader", "signer"])
def test_no_working_role_becomes_another_or_gives_itself_rights(life: Life, place: Place, role: Any) -> None:
    refused(place.url(role), "set role patravali_destroyer")
    for other in {"app", "signer"} - {role}:
        refused(place.url(role), f"set role patravali_{other}")
    with psycopg.connect(place.url(role)) as connection:
        connection.execute("grant update on movement to patravali_app, patravali_reader")  # does nothing, says so
        may = connection.execute("select has_table_privilege('movement', 'update')").fetchone()
    assert may == (False,)


def test_a_fixed_note_cannot_be_written_anew(life: Life, place: Place) -> None:
    """Nor a second time: there is one fixed text to a note."""
    insert = """insert into note_fixed (note, text, movement, at)
        select note, text, movement, now() from note_fixed limit 1"""
    with psycopg.connect(place.app_url) as connection, pytest.raises(errors.UniqueViolation):
        connection.execute(insert)


@pytest.mark.parametrize(
    "sql",
    [
        "insert into number_series values ('x', 1)",
        "update docket set state = 'closed'",
        "delete from note_draft",
        "insert into blob values ('', 0, 'x', now())",
        "update instruction set state = 'withdrawn'",
    ],
)
def test_the_reader_writes_nothing(life: Life, place: Place, sql: str) -> None:
    refused(place.reader_url, sql)


async def test_the_reader_reads(life: Life, place: Place) -> None:
    with psycopg.connect(place.reader_url) as connection:
        assert connection.execute("select count(*) from movement").fetchone() != (0,)


FORGED = {
    "checkpoint": "insert into checkpoint values (1, now(), '1:1:', 'x', sha256('x'), 'x')",
    "checkpoint_leaf": "insert into checkpoint_leaf values (1, 0, 'docket:x', 1, sha256('x'))",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_only_the_signer_puts_a_checkpoint_or_a_leaf_there(life: Life, place: Place, forged: str) -> None:
    refused(place.app_url, forged)
    refused(place.reader_url, forged)
    refused(place.destroyer_url, forged)
    with psycopg.connect(place.signer_url) as connection:
        assert connection.execute(forged.encode()).rowcount == 1
        connection.rollback()


@pytest.mark.parametrize(
    "sql",
    [
        "insert into movement select * from movement",
        "insert into audit_entry (chain, sequence, hash, data) values ('x', 1, '', '')",
        "insert into person select * from person",
        "update person set password_hash = 'x'",
        "update docket set state = 'closed'",
        "insert into chain values ('x', 'access', 0, '')",
        "delete from note_draft",
        "insert into login_session select * from login_session",
    ],
)
def test_the_signer_writes_nothing_else(life: Life, place: Place, sql: str) -> None:
    refused(place.signer_url, sql)


@pytest.mark.parametrize("table", WRITTEN_ONCE)
@pytest.mark.parametrize("how", ["update", "delete", "truncate"])
def test_the_signer_changes_nothing_that_is_written_once(life: Life, place: Place, table: str, how: str) -> None:
    statements = {"update": _set(table), "delete": f"delete from {table}", "truncate": f"truncate {table} cascade"}
    refused(place.signer_url, statements[how])


def test_the_signer_has_no_right_over_any_table_but_to_read_it_and_to_insert_into_two(
    life: Life, place: Place
) -> None:
    """Also over tables that nobody thought of here, and over single columns."""
    rights = """select t.tablename, r.may from pg_tables t,
            unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) r (may)
        where t.schemaname = 'public' and (has_table_privilege(quote_ident(t.tablename), r.may)
            or r.may in ('insert', 'update', 'references')
                and has_any_column_privilege(quote_ident(t.tablename), r.may))"""
    with psycopg.connect(place.signer_url) as connection:
        found = set(connection.execute(rights).fetchall())
        tables = {
            name for (name,) in connection.execute("select tablename from pg_tables where schemaname='public'")
        }
    assert "person" in tables
    expected = {(table, "select") for table in tables} | {(table, "insert") for table in FORGED}
    assert found == expected


@pytest.mark.parametrize("table", WRITTEN_ONCE)
@pytest.mark.parametrize("how", ["update", "delete", "truncate"])
def test_the_destroyer_leaves_the_record_alone(life: Life, place: Place, table: str, how: str) -> None:
    statements = {"update": _set(table), "delete": f"delete from {table}", "truncate": f"truncate {table} cascade"}
    refused(place.destroyer_url, statements[how])


@pytest.mark.parametrize(
    "sql",
    [
        "insert into movement select * from movement",
        "update docket set state = 'closed'",
        "update person set disabled = true",
        "insert into protected_value values (gen_random_uuid(), '', 'x', null)",
        "truncate protected_value cascade",
    ],
)
def test_the_destroyer_writes_nothing_else(life: Life, place: Place, sql: str) -> None:
    refused(place.destroyer_url, sql)


# No order names any of it, so that the destroyer has the right to some of these statements, and no cause.
NO_ORDER = {
    "a value": "update protected_value set salt = null, value = null, erased_by = id",
    "a value, by nobody's order": "update protected_value set salt = null, value = null",
    "another text": "update protected_value set value = 'और कुछ'",
    "a value's row": "delete from protected_value",
    "a document": "update document set sha256 = null, salt = null",
    "a document's class": "update document set class = 'x'",
    "a document's row": "delete from document",
    "a blob": "delete from blob",
    "a telephone's key": "update complainant set telephone_key = null",
    "who complained": "update complainant set name = null",
    "a complainant": "delete from complainant",
    "a target of its own": "insert into erasure_target select gen_random_uuid(), id from protected_value limit 1",
    "an order of its own": "update erasure_order set state = 'ordered'",
}


@pytest.mark.parametrize("sql", NO_ORDER.values(), ids=NO_ORDER.keys())
@pytest.mark.parametrize("role", ["app", "destroyer"])
def test_nobody_erases_what_no_order_names(life: Life, place: Place, role: Any, sql: str) -> None:
    if role == "app" and "erasure_" in sql:
        pytest.skip("the application draws orders up")
    refused(place.url(role), sql)


def test_the_application_names_nothing_to_be_erased_that_two_did_not_sign(life: Life, place: Place) -> None:
    drawn = """insert into erasure_order (id, sort, number, words_en, words_hi, state, drawn_at)
        values (%s, 'list', 99, 'x', 'x', 'signed', now())"""
    order, value = uuid4(), _a_remark(place, life.docket)
    with psycopg.connect(place.app_url) as connection:
        connection.execute(drawn, (order,))
        with pytest.raises(DENIED):
            connection.execute("insert into erasure_target values (%s, %s)", (order, value))
    with psycopg.connect(place.app_url) as connection, pytest.raises(errors.CheckViolation):
        connection.execute(drawn.replace("'signed'", "'ordered'").encode(), (order,))


async def test_every_table_written_once_has_both_triggers(office: PracticeOffice) -> None:
    rows = await office.rows("select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal")
    found = {(table, name) for table, name in rows if name.startswith("written_once")}
    assert found >= {(table, name) for table in WRITTEN_ONCE for name in ("written_once", "written_once_whole")}


async def test_the_application_works_with_nothing_but_its_own_role(office: PracticeOffice) -> None:
    """The office's life above ran as the application's role: no right is missing for a movement."""
    assert await office.one("select current_user") == "patravali_app"
    life = await file_with(office, "officer")
    assert (await life.act("officer", "forward", to="dc", **REASON)).state == "in_transit"


def _a_remark(place: Place, docket: UUID) -> UUID:
    sql = "select remark from movement where docket = %s and remark is not null limit 1"
    with psycopg.connect(place.reader_url) as connection:
        row = connection.execute(sql, (docket,)).fetchone()
    assert row is not None
    return row[0]
