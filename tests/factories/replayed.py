"""Compares a docket's rows with what its chain of audit entries states, row by row and value by value."""

from __future__ import annotations

import json
import unicodedata
from hashlib import sha256
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from flows.rules.audit_chain import Commitment, check_chain, encode_row, replay, row_key
from storage.database import Driver, fetch_all
from storage.models import AUDITED_TABLES
from storage.models.columns import audited_columns, protected_columns
from storage.rows import primary_key
from tests.factories.practice_office import PracticeOffice

# How the rows of a docket are found in each table; every audited table that a docket has rows in stands here.
BY_DOCKET = (
    "office_file", "receipt", "complaint", "movement", "note", "note_fixed", "decision", "decision_condition",
    "proposal", "document", "docket_reference", "docket_tie",
    "information_copy", "route_stop", "document_withholding",
    "letter", "letter_version", "letter_addressee", "letter_decision", "letter_signing", "dispatch",
    "outbox", "outbox_outcome", "tray_item", "tray_text",
)  # fmt: skip
WHERE = {
    "docket": "id = %(d)s",
    "complainant": "id = (select complainant from complaint where docket = %(d)s)",
    "note_fixed": "note in (select id from note where docket = %(d)s)",
    **{name: "docket = %(d)s" for name in BY_DOCKET if name != "note_fixed"},
}


async def assert_rows_equal_their_replay(office: PracticeOffice, docket: UUID) -> None:
    """The chain holds, ends where the docket says, and states exactly the rows that the database has."""
    async with office.database.querying() as driver:
        chain = f"docket:{docket}"
        stored = await fetch_all(
            driver, "select data, hash from audit_entry where chain = %(c)s order by sequence", {"c": chain}
        )
        end = await fetch_all(
            driver, "select chain_length as n, chain_head as head from docket where id = %(d)s", {"d": docket}
        )
        entries = list(check_chain([row["data"] for row in stored], chain))
        assert [entry.hash for entry in entries] == [row["hash"] for row in stored]
        assert (end[0]["n"], end[0]["head"]) == (len(entries), entries[-1].hash)
        stated = replay(entries)
        values = {key: row for (table, key), row in stated.items() if table == "protected_value"}
        rows = {place: row for place, row in stated.items() if place[0] != "protected_value"}
        assert rows == _as_stated(await _stored_rows(driver, docket), rows)
        await _compare_values(driver, values)


Rows = dict[tuple[str, str], dict[str, Any]]


def _as_stated(stored: Rows, stated: Rows) -> Rows:
    """Without the columns that a later schema added, of rows whose entries were written before: they are null."""
    return {
        place: {name: value for name, value in row.items() if value is not None or name in stated.get(place, row)}
        for place, row in stored.items()
    }


async def _stored_rows(driver: Driver, docket: UUID) -> dict[tuple[str, str], dict[str, Any]]:
    """Every audited row of the docket in the form of an entry, protected values as their commitments."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    async with driver.pipeline():
        cursors = {}
        for table, where in WHERE.items():
            cursors[table] = driver.cursor(row_factory=dict_row)
            await cursors[table].execute(f"select * from {table} where {where}".encode(), {"d": docket})
        rows = {table: await cursor.fetchall() for table, cursor in cursors.items()}
    commitments = await _commitments(driver, rows)
    for table, of_table in rows.items():
        for row in of_table:
            committed = {k: commitments.get(v, v) if k in _protected(table) else v for k, v in row.items()}
            stated = encode_row({name: committed[name] for name in audited_columns(AUDITED_TABLES[table])})
            key = {name: stated.pop(name) for name in primary_key(table)}
            found[table, row_key(key)] = stated
    return found


def _protected(table: str) -> frozenset[str]:
    return protected_columns(AUDITED_TABLES[table])


async def _commitments(driver: Driver, rows: dict[str, list[dict[str, Any]]]) -> dict[Any, Commitment]:
    ids = {row[name] for table, found in rows.items() for row in found for name in _protected(table) if row[name]}
    sql = "select id, salt, value from protected_value where id = any(%(ids)s)"
    values = await fetch_all(driver, sql, {"ids": list(ids)})
    return {row["id"]: Commitment(row["id"], _hash(row)) for row in values}


async def _compare_values(driver: Driver, stated: dict[str, Any]) -> None:
    sql = "select id, salt, value from protected_value where id = any(%(ids)s)"
    ids = [UUID(json.loads(key)["id"]) for key in stated]
    found = {row["id"]: _hash(row).hex() for row in await fetch_all(driver, sql, {"ids": ids})}
    assert found == dict(zip(ids, (row["sha256"] for row in stated.values()), strict=True))


def _hash(row: dict[str, Any]) -> bytes:
    return sha256(row["salt"] + unicodedata.normalize("NFC", row["value"]).encode()).digest()
