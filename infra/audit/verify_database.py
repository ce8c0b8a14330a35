"""Verifies the audit of a database: chains, heads, every protected row and value, checkpoints and their copies.

It reads one snapshot as the role that only reads, chain by chain: memory grows with the largest chain, not with
the office.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from flows.rules.audit_chain import is_chain_name
from flows.rules.audit_epochs import Epochs
from infra.audit.epoch_report import tell_epochs
from infra.audit.report import Report
from infra.audit.superseded import Ended, Superseded, Witnesses
from infra.audit.told_chain import ToldChain, tell
from infra.audit.verify_gradings import verify_gradings
from infra.audit.verify_rows import ChainRows
from infra.audit.verify_signed import CheckpointTable, SignedPast, compare_copies
from storage import audit_reading, checkpoints, erasures, restores
from storage.checkpoint_copies import Copies
from storage.database import Driver
from storage.documents.errors import StoreAway
from storage.identity import read_identity

_PAGE_ENTRIES = 5000
_PAGE_CHAINS = 1000
# A step ends within seconds of its time, or not at all; what is older than this was there to be signed.
_PASSED_OVER = timedelta(minutes=10)
_ACCESS_TABLES = ("access",)
_NOT_INDEPENDENT = (
    "The key was taken from this installation. Whoever changed its database may have changed the key as well: "
    "give the office's public key, kept elsewhere, to be sure."
)

_UNTOLD = (
    "Of these checkpoints, which a restore left behind, no record of what they cover is kept, so that what is "
    "lost with them cannot be named: {}"
)


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom the verifier believes: public keys by their id, hashes of checkpoints kept outside, and the copies.

    ``independent``: the key came from outside the database's side. ``elsewhere``: further places with copies,
    which may be incomplete.
    """

    keys: Mapping[bytes, Ed25519PublicKey]
    independent: bool
    held: Mapping[int, bytes] = field(default_factory=dict[int, bytes])
    copies: Copies | None = None
    elsewhere: tuple[Copies, ...] = ()


Advance = Callable[[int, int], None]


def _silent(_done: int, _total: int) -> None:
    return


async def verify_database(
    driver: Driver, trust: Trust, advance: Advance = _silent, only: Collection[str] | None = None
) -> Report:
    """Verify everything that stands in the snapshot of this connection; ``advance`` hears of entries done.

    ``only``: these chains with their rows; checkpoints, and rows that belong to no docket, are verified whole.
    """
    report = Report(scope="whole", independent_key=trust.independent)
    identity = await read_identity(driver)
    report.office, report.name = str(identity.id), identity.name_en
    if not trust.independent:
        report.remarks.append(_NOT_INDEPENDENT)
    superseded = await _superseded(driver, trust, identity.id, report)
    held = {n: digest for n, digest in trust.held.items() if not superseded.is_held(n, digest)}
    past = await CheckpointTable(driver, report, identity.id, trust.keys, held).verify()
    if trust.copies is not None:
        await compare_copies(trust.copies, past, superseded, report)
    chains = _Chains(driver, report, past, superseded, (identity.id, only))
    await chains.verify(advance)
    tell_epochs(chains.epochs, report)
    await _tell_erased(driver, report)
    if only is None:
        report.lost += superseded.lost(chains.kept)
    if only is None:
        await verify_gradings(driver, report)
    for table in audit_reading.DOCKET_TABLES:
        for row in await audit_reading.strays(driver, table):
            shown = ", ".join(str(value) for value in row.values())
            report.fault(f"the row {shown} of {table} belongs to no docket, and no entry tells of it")
    return report


async def _tell_erased(driver: Driver, report: Report) -> None:
    for row in await erasures.count_erased(driver):
        standing = f", {row['standing']:,} that it names still stand" if row["standing"] else ""
        report.erased.append(f"{row['erased']:,} texts and documents {row['words']}{standing}")


async def _superseded(driver: Driver, trust: Trust, office: UUID, report: Report) -> Superseded:
    """The checkpoints outside the database that a restore left behind, as far as they can be read."""
    places = tuple(place for place in (trust.copies, *trust.elsewhere) if place is not None)
    try:
        found = await Witnesses(places, office, trust.keys).of(await ended_epochs(driver))
    except StoreAway as fault:
        report.fault(f"the copies of the checkpoints cannot be read: {fault}")
        return Superseded()
    if found.untold:
        report.remarks.append(_UNTOLD.format(", ".join(sorted(found.untold))))
    return found


async def ended_epochs(driver: Driver) -> list[Ended]:
    """The epochs that restores ended, as the table of restores tells, which the office's chain is held against."""
    rows = await restores.every(driver)
    befores = [0, *(row["epoch"] for row in rows)]
    return [
        Ended(epoch, row["checkpoint"])
        for before, row in zip(befores, rows, strict=False)
        for epoch in range(before, row["epoch"])
    ]


@dataclass(frozen=True, slots=True)
class _Page:
    """Some chains with all that is needed to compare them."""

    told: Sequence[ToldChain]
    heads: Mapping[str, Mapping[str, Any]]
    covered: Mapping[str, int]


class _Chains:
    """Goes through all chains, some at a time."""

    def __init__(
        self,
        driver: Driver,
        report: Report,
        past: SignedPast,
        superseded: Superseded,
        which: tuple[UUID, Collection[str] | None],
    ) -> None:
        self._driver, self._report, self._past = driver, report, past
        office, only = which
        self._office, self._found_office = f"office:{office}", only is not None and not only
        # The office's chain tells of restores, without which no epoch of another chain can be judged.
        self._only = None if only is None else frozenset((*only, self._office) if only else ())
        self._superseded = superseded
        self.epochs, self.kept = Epochs(), dict[tuple[int, str], int]()
        self._unfinished = frozenset[str]()

    async def verify(self, advance: Advance) -> None:
        self._unfinished = frozenset(str(order) for order in await erasures.unfinished(self._driver))
        total = await audit_reading.count_entries(self._driver, None if self._only is None else list(self._only))
        async for names in self._pages():
            page = await self._read(names)
            await self._compare(page)
            advance(self._report.counts.entries + self._report.counts.unchecked_entries, total)
        if not self._found_office:
            await self._judge_no_office_chain()

    async def _judge_no_office_chain(self) -> None:
        """An office in which nothing was ordered yet has none; whatever else is there could not be without it."""
        if self._report.counts.chains or await audit_reading.has_office_rows(self._driver):
            self._report.fault("the office's own chain is missing whole", chain=self._office, sequence=1)
        else:
            self._report.remarks.append("Nothing has been ordered in this office yet: there is nothing to verify.")

    async def _pages(self) -> AsyncIterator[list[str]]:
        names, size = list[str](), 0
        async for row in audit_reading.chain_sizes(self._driver):
            if self._only is not None and row["name"] not in self._only:
                continue
            if not is_chain_name(row["name"]):
                self._report.fault(f"entries stand under “{row['name'][:80]}”, which names no chain")
                self._report.counts.unchecked_entries += row["entries"]
                continue
            if names and (size + row["entries"] > _PAGE_ENTRIES or len(names) == _PAGE_CHAINS):
                yield names
                names, size = [], 0
            names.append(row["name"])
            size += row["entries"]
        if names:
            yield names

    async def _read(self, names: list[str]) -> _Page:
        vouched = await self._vouched(names)
        rows = [row async for row in audit_reading.entries(self._driver, names)]
        entries = {chain: list(found) for chain, found in groupby(rows, lambda row: row["chain"])}
        self._found_office |= self._office in names
        told = [tell(name, entries.get(name, ()), vouched[name], self.epochs) for name in names]
        heads = await audit_reading.heads(self._driver, names)
        for chain in told:
            self._count(chain, len(entries.get(chain.name, ())))
        return _Page(told, heads, {name: max(vouched[name], default=0) for name in names})

    def _count(self, chain: ToldChain, entries: int) -> None:
        counts = self._report.counts
        counts.chains += 1
        counts.entries += chain.end.length
        counts.unchecked_entries += entries - chain.end.length
        for epoch in self._superseded.epochs:
            self.kept[epoch, chain.name] = chain.length_at(epoch)

    async def _vouched(self, names: list[str]) -> dict[str, dict[int, bytes]]:
        found: dict[str, dict[int, bytes]] = {name: {} for name in names}
        for row in await checkpoints.leaves_on(self._driver, names):
            heads = found[row["chain"]]
            if row["checkpoint"] not in self._past.trusted:
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
            rows = ChainRows(self._report, told, number, self._unfinished)
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
        told, until = rows.told, self._past.signed_until
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
        elif name != self._office:
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
