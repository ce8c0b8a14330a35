"""Compares what a chain's entries tell with the database: its rows, protected texts and documents."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from flows.rules.audit_chain import (
    UnfitForAudit,
    commit_document,
    commit_text,
    encode_value,
    quick_row_bytes,
    row_key,
)
from flows.rules.canonical_json import Json, canonical
from infra.audit.report import Report
from infra.audit.told_chain import Bound, ToldChain
from storage.models import AUDITED_TABLES
from storage.models.columns import audited_columns, protected_columns
from storage.rows import primary_key

_LONGEST_SHOWN = 80
# Said of a document by an entry that erased it; its row has no such column.
_NO_COLUMN = {("document", "erased_by")}
_UNREADABLE = "a value that no entry can state"


@dataclass(frozen=True, slots=True)
class ChainRows:
    """Compares one chain with the database. ``number`` is the docket's, where the chain is one's."""

    report: Report
    told: ToldChain
    number: str | None
    unfinished: Collection[str] = ()
    """Orders that two people signed and that are being carried out: what they name may still stand."""

    def fault(self, meaning: str, sequence: int | None = None) -> None:
        self.report.fault(meaning, chain=self.told.name, sequence=sequence, docket=self.number)

    def compare_table(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Each row must be told of by an entry, as it is, and each row that is told of must be there."""
        expected = self.told.rows_of(table)
        for row in rows:
            self.report.counts.rows += 1
            key = _key(table, row)
            stated = expected.pop(key, None)
            if stated is None:
                self.fault(f"no entry tells of the row {key} of {table}")
            else:
                self._compare_row(table, key, stated, row)
        for key in expected:
            self.fault(f"the row {key} that it states is not in {table}", self.told.stated_by[table, key])

    def has_no_other_tables(self, known: Sequence[str]) -> None:
        """A chain tells only of its own tables."""
        for table, key in self.told.stated_by:
            if table not in known and table != "protected_value":
                self.fault(f"it states a row of {table}, which such a chain does not tell of",
                           self.told.stated_by[table, key])  # fmt: skip

    def _compare_row(self, table: str, key: str, stated: Mapping[str, Json], row: Mapping[str, Any]) -> None:
        columns, expected = _columns(table), _expected(table, stated)
        if quick_row_bytes({column: row[column] for column in columns}) == canonical(expected):
            return
        found = {column: _encoded(row[column]) for column in columns}
        for column in columns:
            # Equal also in kind: to Python 1 equals true, to an entry it does not.
            if canonical(expected[column]) != canonical(found[column]):
                self._differs(table, key, column, expected[column], found[column])
        for column in stated.keys() - set(columns) - set(primary_key(table)):
            if (table, column) not in _NO_COLUMN:
                self._differs(table, key, column, stated[column], "no such column")

    def _differs(self, table: str, key: str, column: str, expected: Json, found: Json) -> None:
        reason = f"{table}.{column} of the row {key} is {_shown(found)}, where it states {_shown(expected)}"
        self.fault(reason, self.told.stated_by[table, key])

    def compare_texts(self, values: Mapping[UUID, Mapping[str, Any]]) -> None:
        """Every protected text must have the hash that an entry states, or have been erased by one."""
        for value_id, bound in self.told.texts.items():
            self._compare_text(value_id, bound, values.get(value_id))

    def _compare_text(self, value_id: UUID, bound: Bound, row: Mapping[str, Any] | None) -> None:
        erased_by = self.told.erased_by("protected_value", value_id)
        if row is None:
            self.fault(f"the protected value {value_id} to which it commits is gone", bound.sequence)
        elif erased_by in self.unfinished and row["erased_by"] is None and _text_hash(row) == bound.sha256:
            self.report.counts.values_to_erase += 1
        elif _encoded(row["erased_by"]) != erased_by:
            said = "no entry says so" if erased_by is None else f"it should be by {erased_by}"
            self.fault(f"the protected value {value_id} is marked as erased by {row['erased_by']}; {said}",
                       bound.sequence)  # fmt: skip
        elif erased_by is not None:
            self.report.counts.values_erased += 1
            if row["value"] is not None or row["salt"] is not None:
                self.fault(f"the protected value {value_id} should be erased and is still there", bound.sequence)
        else:
            self.report.counts.values_present += 1
            if _text_hash(row) != bound.sha256:
                reason = f"the protected value {value_id} is not the one to which it commits"
                self.fault(reason, bound.sequence)

    def compare_documents(self, rows: Mapping[UUID, Mapping[str, Any]]) -> None:
        """Every document's SHA-256 must be the one to which an entry commits, or have been erased by one."""
        for document, bound in self.told.documents.items():
            row = rows.get(document)
            if row is None:
                continue  # its row is gone, which was said already
            erased_by = self.told.erased_by("document", document)
            erased, holds = erased_by is not None, _document_hash(row) == bound.sha256
            gone = (row["salt"], row["sha256"]) == (None, None)
            self.report.counts.documents += 1
            self.report.counts.documents_erased += erased and gone
            if erased and holds and erased_by in self.unfinished:
                self.report.counts.values_to_erase += 1
            elif erased and not gone:
                self.fault(f"the document {document} should be erased and is still there", bound.sequence)
            elif not erased and not holds:
                self.fault(f"the document {document} is not the one to which it commits", bound.sequence)


def _key(table: str, row: Mapping[str, Any]) -> str:
    try:
        return row_key({name: encode_value(row[name]) for name in primary_key(table)})
    except UnfitForAudit:
        return _UNREADABLE


def _encoded(value: object) -> Json:
    try:
        return encode_value(value)
    except UnfitForAudit:
        return _UNREADABLE


@cache
def _columns(table: str) -> tuple[str, ...]:
    """The audited columns that do not name the row."""
    keys = primary_key(table)
    return tuple(column for column in audited_columns(AUDITED_TABLES[table]) if column not in keys)


@cache
def _nothing(table: str) -> Mapping[str, None]:
    return dict.fromkeys(_columns(table))


@cache
def _protected(table: str) -> frozenset[str]:
    return protected_columns(AUDITED_TABLES[table])


def _expected(table: str, stated: Mapping[str, Json]) -> dict[str, Json]:
    """What should stand in each column: of a text that is committed to, its id; of a later column, nothing."""
    expected = {**_nothing(table), **stated}
    for column in _protected(table):
        told = expected.get(column)
        if isinstance(told, dict):
            expected[column] = told["value"]
    return expected


def _shown(value: Json) -> str:
    text = "nothing" if value is None else f"“{value}”"
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…”"


def _text_hash(row: Mapping[str, Any]) -> bytes | None:
    try:
        return commit_text(row["salt"], row["value"])
    except (UnfitForAudit, TypeError):
        return None


def _document_hash(row: Mapping[str, Any]) -> bytes | None:
    try:
        return commit_document(row["salt"], row["sha256"])
    except (UnfitForAudit, TypeError):
        return None
