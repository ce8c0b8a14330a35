"""Verifies some chains of the database with all that they tell of: heads, rows, texts and documents.

What comes of it can be added up, so that several processes may each take their share of the chains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import psycopg

from flows.rules.audit_epochs import Epochs
from infra.audit.report import Report
from infra.audit.told_chain import ToldChain, tell
from infra.audit.verify_rows import ChainRows
from storage import audit_reading, checkpoints
from storage.database import Driver

# A step ends within seconds of its time, or not at all; what is older than this was there to be signed.
_PASSED_OVER = timedelta(minutes=10)
_ACCESS_TABLES = ("access",)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the office before its chains are looked at.

    ``office``: its own chain. ``trusted``: checkpoints that hold, and until when they signed everything.
    ``ended``: epochs that a restore left behind. ``unfinished``: erasures that two people signed and that go on.
    """

    office: str
    trusted: frozenset[int]
    signed_until: datetime | None
    ended: frozenset[int]
    unfinished: frozenset[str]


@dataclass(slots=True)
class Findings:
    """What chains came to. ``kept``: by ended epoch and chain, how many entries are of it or older."""

    report: Report = field(default_factory=Report)
    epochs: Epochs = field(default_factory=Epochs)
    kept: dict[tuple[int, str], int] = field(default_factory=dict[tuple[int, str], int])
    found_office: bool = False

    def add(self, others: "Findings") -> None:
        """Take in what other chains came to."""
        self.report.add(others.report)
        self.epochs.add(others.epochs)
        self.kept |= others.kept
        self.found_office |= others.found_office


@dataclass(frozen=True, slots=True)
class _Page:
    """The chains with all that is needed to compare them."""

    told: Sequence[ToldChain]
    heads: Mapping[str, Mapping[str, Any]]
    covered: Mapping[str, int]


async def verify_page(driver: Driver, known: Known, names: Sequence[str]) -> Findings:
    """Verify these chains as they stand in the snapshot of this connection."""
    findings = Findings()
    await _ChainPage(driver, known, findings).verify(list(names))
    return findings


class _ChainPage:
    """Some chains, read and compared together."""

    def __init__(self, driver: Driver, known: Known, findings: Findings) -> None:
        self._driver, self._known, self._findings = driver, known, findings
        self._report = findings.report

    async def verify(self, names: list[str]) -> None:
        await self._compare(await self._read(names))

    async def _read(self, names: list[str]) -> _Page:
        vouched = await self._vouched(names)
        rows = [row async for row in audit_reading.entries(self._driver, names)]
        entries = {chain: list(found) for chain, found in groupby(rows, lambda row: row["chain"])}
        self._findings.found_office = self._known.office in names
        told = [tell(name, entries.get(name, ()), vouched[name], self._findings.epochs) for name in names]
        heads = await audit_reading.heads(self._driver, names)
        for chain in told:
            self._count(chain, len(entries.get(chain.name, ())))
        return _Page(told, heads, {name: max(vouched[name], default=0) for name in names})

    def _count(self, chain: ToldChain, entries: int) -> None:
        counts = self._report.counts
        counts.chains += 1
        counts.entries += chain.end.length
        counts.unchecked_entries += entries - chain.end.length
        for epoch in self._known.ended:
            self._findings.kept[epoch, chain.name] = chain.length_at(epoch)

    async def _vouched(self, names: list[str]) -> dict[str, dict[int, bytes]]:
        found: dict[str, dict[int, bytes]] = {name: {} for name in names}
        for row in await checkpoints.leaves_on(self._driver, names):
            heads = found[row["chain"]]
            if row["checkpoint"] not in self._known.trusted:
                continue
            if row["length"] <= max(heads, default=0):
                reason = f"checkpoint {row['checkpoint']} covers no more of the chain than one before it"
                self._report.fault(reason, chain=row["chain"])
            else:
                heads[row["length"]] = bytes(row["head"])
        return found

    async def _compare(self, page: _Page) -> None:
        comparing: list[ChainRows] = []
        for told in page.told:
            head = page.heads.get(told.name)
            number = head["number"] if head else _number_told(told)
            rows = ChainRows(self._report, told, number, self._known.unfinished)
            if told.fault:
                rows.fault(told.fault.reason, told.fault.sequence)
                continue
            self._compare_end(rows, head, page.covered[told.name])
            comparing.append(rows)
        await self._compare_docket_rows([rows for rows in comparing if rows.told.name.startswith("docket:")])
        for rows in comparing:
            await self._compare_others(rows)
        await self._compare_values(comparing)

    def _compare_end(self, rows: ChainRows, head: Mapping[str, Any] | None, covered: int) -> None:
        told = rows.told
        if told.end.length < covered:
            reason = f"it is missing: a signed checkpoint covers {covered} entries of this chain"
            rows.fault(reason, told.end.length + 1)
        elif told.end.length == 0:
            rows.fault("it is missing: the chain has no entry at all", 1)
        elif head is None:
            rows.fault("no table says where the chain ends")
        elif (head["length"], bytes(head["head"])) != (told.end.length, told.end.head):
            rows.fault(f"the table says that the chain ends otherwise, after {head['length']} entries",
                       told.end.length)  # fmt: skip
        self._compare_cover(rows, covered)

    def _compare_cover(self, rows: ChainRows, covered: int) -> None:
        told, until = rows.told, self._known.signed_until
        self._report.counts.uncovered_entries += max(0, told.end.length - covered)
        first = told.first_uncovered_at
        if until is not None and first is not None and first < until - _PASSED_OVER:
            rows.fault("by its time the last checkpoint should cover it, and does not", covered + 1)

    async def _compare_docket_rows(self, chains: Sequence[ChainRows]) -> None:
        dockets = {rows.told.name.removeprefix("docket:"): rows for rows in chains}
        ids = audit_reading.dockets_of(rows.told.name for rows in chains)
        for table in audit_reading.DOCKET_TABLES:
            try:
                found = await audit_reading.docket_rows(self._driver, table, ids)
            except psycopg.DataError as fault:
                self._report.fault(f"a row of {table} cannot be read: {fault}")
                continue
            of_docket: dict[str, list[Mapping[str, Any]]] = {}
            for row in found:
                of_docket.setdefault(str(row[audit_reading.OWNER]), []).append(row)
            for docket, rows in dockets.items():
                if docket in of_docket or rows.told.has_rows_of(table):
                    rows.compare_table(table, of_docket.get(docket, ()))

    async def _compare_others(self, rows: ChainRows) -> None:
        name = rows.told.name
        if name.startswith("docket:"):
            rows.has_no_other_tables(audit_reading.DOCKET_TABLES)
        elif name.startswith("access:"):
            rows.has_no_other_tables(_ACCESS_TABLES)
        elif name != self._known.office:
            rows.fault("the chain is that of another office")
        else:
            rows.has_no_other_tables(audit_reading.OFFICE_TABLES)
            await self._compare_office_rows(rows)

    async def _compare_office_rows(self, rows: ChainRows) -> None:
        for table in audit_reading.OFFICE_TABLES:
            try:
                rows.compare_table(table, await audit_reading.office_rows(self._driver, table))
            except psycopg.DataError as fault:
                self._report.fault(f"a row of {table} cannot be read: {fault}")

    async def _compare_values(self, chains: Sequence[ChainRows]) -> None:
        texts = await audit_reading.values(self._driver, {v for rows in chains for v in rows.told.texts})
        wanted = {d for rows in chains for d in rows.told.documents}
        documents = await audit_reading.documents(self._driver, wanted)
        for rows in chains:
            rows.compare_texts(texts)
            rows.compare_documents(documents)


def _number_told(told: ToldChain) -> str | None:
    """The number of a docket whose row is gone, as its entries tell it."""
    for row in told.rows_of("docket").values():
        return str(row.get("number"))
    return None
