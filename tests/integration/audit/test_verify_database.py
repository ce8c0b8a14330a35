"""What ``patravali audit verify`` finds in a real database that somebody with every right has changed."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from flows.rules.audit_chain import RowChange
from infra.audit.report import Report
from storage.models import AUDITED_TABLES
from storage.models.columns import audited_columns, protected_columns
from storage.rows import primary_key
from tests.factories.audited_office import AuditedOffice, chain_of
from tests.integration.audit.conftest import Intruder

# Another value of the same type, whatever stands there.
OTHERWISE = {
    "UUID": "gen_random_uuid()",
    "TEXT": "coalesce({c}, '') || 'x'",
    "INTEGER": "coalesce({c}, 0) + 1000",
    "SMALLINT": "coalesce({c}, 0) + 1",
    "BIGINT": "coalesce({c}, 0) + 1",
    "BOOLEAN": "not {c}",
    "TIMESTAMP WITH TIME ZONE": "coalesce({c}, now()) + interval '1 microsecond'",
    "DATE": "coalesce({c}, current_date) + 1",
    "BYTEA": "set_byte({c}, 0, 255 - get_byte({c}, 0))",
    "JSONB": "coalesce({c}, '{{}}') || '{{\"x\": 1.5}}'",
    "TEXT[]": "array_append({c}, 'x')",
}
# Only a restore writes it; a row in it is one without an entry.
UNUSED = {"restored"}
LIVED = sorted(AUDITED_TABLES.keys() - UNUSED)


def said(report: Report) -> str:
    return "\n".join(str(fault) for fault in report.faults)


def otherwise(table: Table, column: str) -> str:
    """SQL for another value of a column."""
    kind = table.columns[column].type.compile(dialect=postgresql.dialect())
    return OTHERWISE[kind].format(c=f'"{column}"')


async def test_an_office_that_nobody_touched_verifies(made: AuditedOffice, intruder: Intruder) -> None:
    report = await intruder.verify()
    assert report.ok, said(report)
    assert (report.counts.chains, report.counts.checkpoints, report.counts.uncovered_entries) == (6, 1, 0)
    assert report.counts.entries == await intruder.one("select count(*) from audit_entry")
    assert report.counts.rows == sum([await intruder.one(f"select count(*) from {table}") for table in LIVED])
    assert report.counts.documents == 1
    assert report.remarks == []


@pytest.mark.parametrize("table", LIVED)
async def test_a_changed_column_is_named_with_its_table(table: str, intruder: Intruder) -> None:
    await _loosen(intruder, table)
    keys = primary_key(table)
    for column in audited_columns(AUDITED_TABLES[table]):
        await intruder.do("savepoint before")
        change = f"""update {table} set "{column}" = {otherwise(AUDITED_TABLES[table], column)}
            where ctid = (select min(ctid) from {table})"""
        assert await intruder.do(change) == 1
        report = await intruder.verify()
        # Another key, or another docket, is another row: one is missing, and one is nobody's.
        named = table if column in keys or column == "docket" else f"{table}.{column}"
        assert named in said(report), (column, said(report))
        await intruder.do("rollback to savepoint before")


async def _loosen(intruder: Intruder, table: str) -> None:
    """Drops what would refuse a change: checks, and what must be unique beside the key."""
    sql = "select conname from pg_constraint where contype in ('c', 'u') and conrelid = %s::regclass"
    for name in await intruder.all(sql, table):
        await intruder.do(f'alter table {table} drop constraint "{name}" cascade')
    sql = """select indexrelid::regclass::text from pg_index
        where indrelid = %s::regclass and indisunique and not indisprimary"""
    for name in await intruder.all(sql, table):
        await intruder.do(f"drop index {name}")


@pytest.mark.parametrize("table", LIVED)
async def test_a_row_that_was_taken_away_is_named_with_its_entry(table: str, intruder: Intruder) -> None:
    assert await intruder.do(f"delete from {table} where ctid = (select max(ctid) from {table})") == 1
    report = await intruder.verify()
    assert any(f"is not in {table}" in fault.meaning and fault.sequence for fault in report.faults), said(report)


@pytest.mark.parametrize("table", [name for name in LIVED if name != "docket"])
async def test_a_row_that_no_entry_tells_of_is_named(table: str, intruder: Intruder) -> None:
    keys = primary_key(table)
    fresh = [otherwise(AUDITED_TABLES[table], key) if key != "docket" else f'"{key}"' for key in keys]
    others = [f'"{column.name}"' for column in AUDITED_TABLES[table].columns if column.name not in keys]
    await _loosen(intruder, table)
    columns = ", ".join([*(f'"{key}"' for key in keys), *others])
    copied = ", ".join([*fresh, *others])
    if keys == ("docket",):
        copied = copied.replace('"docket"', "gen_random_uuid()", 1)
    assert await intruder.do(f"insert into {table} ({columns}) select {copied} from {table} limit 1") == 1
    assert "no entry tells of" in said(await intruder.verify())


async def test_a_reference_that_no_entry_tells_of_is_named(made: AuditedOffice, intruder: Intruder) -> None:
    await intruder.do("insert into docket_reference values (%s, 'cm-window', '17', null)", made.file.docket)
    assert "no entry tells of the row" in said(await intruder.verify())


VALUES = {
    "one letter": "update protected_value set value = value || 'ा' where id = %(id)s",
    "another salt": "update protected_value set salt = substr(sha256(salt), 1, 16) where id = %(id)s",
    "a salt of another length": "update protected_value set salt = salt || salt where id = %(id)s",
    "taken away": "delete from protected_value where id = %(id)s",
    "emptied": "update protected_value set value = null, salt = null where id = %(id)s",
    "erased unsaid": "update protected_value set value = null, salt = null, erased_by = id where id = %(id)s",
}


@pytest.mark.parametrize("change", VALUES.values(), ids=VALUES.keys())
async def test_a_changed_text_is_found_wherever_it_is_used(change: str, intruder: Intruder) -> None:
    for name, table in AUDITED_TABLES.items():
        for column in protected_columns(table):
            value = await intruder.one(f'select "{column}" from {name} where "{column}" is not null limit 1')
            if name in UNUSED or value is None:
                continue
            await intruder.do("savepoint before")
            assert await intruder.do(change, id=value) == 1
            report = await intruder.verify()
            assert str(value) in said(report), (name, column)
            assert report.first_bad_entry
            await intruder.do("rollback to savepoint before")


async def test_a_text_that_an_entry_says_was_erased_holds_only_when_it_is_gone(
    made: AuditedOffice, intruder: Intruder
) -> None:
    value = await intruder.one("select subject from docket where id = %s", made.file.docket)
    by = uuid4()
    change = RowChange("protected_value", "set", {"id": value}, {"erased_by": by})
    await intruder.append(chain_of(made.file.docket), "value:erased", change)
    assert str(value) in said(await intruder.verify())
    await intruder.do("update protected_value set erased_by = %s where id = %s", by, value)
    assert "should be erased and is still there" in said(await intruder.verify())
    await intruder.do("update protected_value set value = null, salt = null where id = %s", value)
    report = await intruder.verify()
    assert report.ok, said(report)
    assert report.counts.values_erased == 1
    await intruder.do("update protected_value set erased_by = %s where id = %s", uuid4(), value)
    assert str(value) in said(await intruder.verify())


async def test_another_document_than_the_one_committed_to_is_found(intruder: Intruder) -> None:
    for change in ("sha256 = sha256('another')", "salt = sha256('x')", "sha256 = null, salt = null"):
        await intruder.do("savepoint before")
        assert await intruder.do(f"update document set {change}") == 1
        report = await intruder.verify()
        assert "is not the one to which it commits" in said(report)
        assert report.first_bad_entry
        await intruder.do("rollback to savepoint before")


async def test_a_document_that_an_entry_says_was_erased_holds_only_when_it_is_gone(
    made: AuditedOffice, intruder: Intruder
) -> None:
    document = await intruder.one("select id from document")
    change = RowChange("document", "set", {"id": document}, {"erased_by": uuid4()})
    await intruder.append(chain_of(made.file.docket), "document:erased", change)
    assert "should be erased and is still there" in said(await intruder.verify())
    await intruder.do("update document set salt = null, sha256 = null")
    report = await intruder.verify()
    assert report.ok, said(report)


ENTRIES = {
    "a byte": ("update audit_entry set data = set_byte(data, 60, 255 - get_byte(data, 60)) where {at}", 4),
    "a letter that stays JSON": (
        "update audit_entry set data = convert_to(replace(convert_from(data, 'UTF8'), 'at\":\"20', 'at\":\"21'),"
        " 'UTF8') where {at}",
        4,
    ),
    "the hash beside it": ("update audit_entry set hash = sha256('x') where {at}", 4),
    "taken away": ("delete from audit_entry where {at}", 4),
    "the first": ("delete from audit_entry where {chain} and sequence = 1", 1),
    "numbered otherwise": ("update audit_entry set sequence = sequence + 100 where {at}", 4),
    "all": ("delete from audit_entry where {chain}", 1),
}


@pytest.mark.parametrize(("change", "named"), ENTRIES.values(), ids=ENTRIES.keys())
async def test_the_first_entry_that_does_not_hold_is_named_with_the_dockets_number(
    change: str, named: int, made: AuditedOffice, intruder: Intruder
) -> None:
    chain = f"chain = '{chain_of(made.file.docket)}'"
    assert await intruder.do(change.format(at=f"{chain} and sequence = 4", chain=chain)) >= 1
    await _expect(intruder, made, named)


async def _expect(intruder: Intruder, made: AuditedOffice, sequence: int) -> None:
    first = (await intruder.verify()).first_bad_entry
    assert first is not None
    assert (first.chain, first.sequence, first.docket) == (chain_of(made.file.docket), sequence, made.file.number)
    assert made.file.number in str(first)


async def test_the_last_entry_under_another_number_is_found(made: AuditedOffice, intruder: Intruder) -> None:
    chain = chain_of(made.file.docket)
    last = (await intruder.end_of(chain)).length
    await intruder.do("update audit_entry set sequence = 99 where chain = %s and sequence = %s", chain, last)
    await _expect(intruder, made, last)


async def test_true_is_not_one(intruder: Intruder) -> None:
    change = """update movement set details = details || '{"ordinal": true}' where details ->> 'ordinal' = '1'"""
    assert await intruder.do(change) == 1
    assert "movement.details" in said(await intruder.verify())


async def test_two_entries_that_changed_places_are_found(made: AuditedOffice, intruder: Intruder) -> None:
    swap = """update audit_entry a set hash = b.hash, data = b.data from audit_entry b
        where a.chain = %(chain)s and b.chain = a.chain and a.sequence in (4, 5) and b.sequence = 9 - a.sequence"""
    assert await intruder.do(swap, chain=chain_of(made.file.docket)) == 2
    await _expect(intruder, made, 4)


async def test_a_chain_cut_short_meets_the_checkpoint(made: AuditedOffice, intruder: Intruder) -> None:
    chain = chain_of(made.file.docket)
    last = (await intruder.end_of(chain)).length
    await intruder.do("delete from audit_entry where chain = %s and sequence > %s", chain, last - 3)
    await intruder.move_head(chain)
    await _expect(intruder, made, last - 2)


async def test_a_docket_that_vanished_with_all_its_rows_is_missed(made: AuditedOffice, intruder: Intruder) -> None:
    docket = made.complaint.docket
    for table in AUDITED_TABLES:
        if "docket" in AUDITED_TABLES[table].columns:
            await intruder.do(f"delete from {table} where docket = %s", docket)
    await intruder.do("delete from docket where id = %s", docket)
    await intruder.do("delete from audit_entry where chain = %s", chain_of(docket))
    report = await intruder.verify()
    assert (chain_of(docket), 1) in [(fault.chain, fault.sequence) for fault in report.faults]


async def test_a_past_told_anew_with_right_hashes_meets_the_checkpoint(
    made: AuditedOffice, intruder: Intruder
) -> None:
    chain = chain_of(made.file.docket)
    last = (await intruder.end_of(chain)).length
    await intruder.do("delete from audit_entry where chain = %s and sequence = %s", chain, last)
    await intruder.append(chain, "refusal:not-holder")
    await _expect(intruder, made, last)


async def test_a_forged_entry_behind_the_checkpoint_lacks_its_rows(
    made: AuditedOffice, intruder: Intruder
) -> None:
    change = RowChange("docket", "set", {"id": made.file.docket}, {"priority": "immediate", "version": 99})
    entry = await intruder.append(chain_of(made.file.docket), "movement:forward", change)
    await _expect(intruder, made, entry.sequence)


async def test_an_entry_about_another_dockets_rows_is_found(made: AuditedOffice, intruder: Intruder) -> None:
    change = RowChange("complaint", "set", {"docket": made.complaint.docket}, {"level": 3})
    entry = await intruder.append(chain_of(made.file.docket), "movement:escalate", change)
    await _expect(intruder, made, entry.sequence)


@pytest.mark.parametrize("table", ["post", "access"])
async def test_a_chain_tells_only_of_its_own_tables(table: str, made: AuditedOffice, intruder: Intruder) -> None:
    change = RowChange(table, "insert", {"id": uuid4()}, {"code": "X"})
    entry = await intruder.append(chain_of(made.file.docket), "office:post", change)
    await _expect(intruder, made, entry.sequence)


async def test_a_head_that_is_set_back_alone_is_found(made: AuditedOffice, intruder: Intruder) -> None:
    await intruder.do("update docket set chain_length = chain_length - 1 where id = %s", made.file.docket)
    assert "says that the chain ends otherwise" in said(await intruder.verify())


@pytest.mark.parametrize("sort", ["office", "access"])
async def test_the_other_chains_are_held_as_well(sort: str, intruder: Intruder) -> None:
    chain = await intruder.one("select id from chain where sort = %s", sort)
    for change in (
        "update audit_entry set data = set_byte(data, 70, 7) where chain = %s and sequence = 1",
        "delete from audit_entry where chain = %s and sequence = 1",
        "delete from audit_entry where chain = %s",
        "update chain set head = sha256('x') where id = %s",
        "delete from chain where id = %s",
    ):
        await intruder.do("savepoint before")
        assert await intruder.do(change, chain) >= 1
        report = await intruder.verify()
        assert chain in [fault.chain for fault in report.faults], change
        await intruder.do("rollback to savepoint before")


async def test_an_office_without_its_own_chain_is_found_without_any_checkpoint(intruder: Intruder) -> None:
    for table in ("checkpoint", "checkpoint_leaf"):
        await intruder.do(f"delete from {table}")
    await intruder.do("delete from audit_entry where chain like 'office:%%'")
    await intruder.do("delete from chain where sort = 'office'")
    assert "the office's own chain is missing" in said(await intruder.verify())


async def test_entries_under_a_name_that_is_no_chain_are_found(intruder: Intruder) -> None:
    sql = "insert into audit_entry (chain, sequence, hash, data) values ('docket:none', 1, sha256('x'), 'x')"
    await intruder.do(sql)
    assert "names no chain" in said(await intruder.verify())


async def test_a_time_that_python_cannot_hold_is_a_fault_and_no_crash(intruder: Intruder) -> None:
    await intruder.do("update movement set at = '20000-01-01'")
    assert "a row of movement cannot be read" in said(await intruder.verify())


async def test_an_entry_that_the_checkpoint_should_cover_and_does_not_is_found(
    made: AuditedOffice, intruder: Intruder
) -> None:
    at = await intruder.one("select max(at) from checkpoint")
    entry = await intruder.append(chain_of(made.file.docket), "refusal:x", at=at - timedelta(minutes=11))
    await _expect(intruder, made, entry.sequence)


async def test_what_came_after_the_last_checkpoint_is_counted_and_no_fault(
    made: AuditedOffice, intruder: Intruder
) -> None:
    await intruder.append(chain_of(made.file.docket), "refusal:x")
    report = await intruder.verify()
    assert report.ok, said(report)
    assert report.counts.uncovered_entries == 1


async def test_a_key_from_the_same_side_is_said_to_be_no_proof(made: AuditedOffice, intruder: Intruder) -> None:
    trust = made.trust()
    report = await intruder.verify(type(trust)(trust.keys, False, trust.held, trust.copies))
    assert report.ok
    assert not report.independent_key
    assert "taken from this installation" in report.remarks[0]
