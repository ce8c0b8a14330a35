"""Verifies the audit of a database: chains, heads, every protected row and value, checkpoints and their copies.

It reads one snapshot as the role that only reads, chain by chain: memory grows with the largest chain, not with
the office.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from flows.rules.audit_chain import is_chain_name
from infra.audit.crew import Crew
from infra.audit.epoch_report import tell_epochs
from infra.audit.report import Report
from infra.audit.superseded import Ended, Superseded, Witnesses
from infra.audit.verify_gradings import verify_gradings
from infra.audit.verify_page import Findings, Known, verify_page
from infra.audit.verify_signed import CheckpointTable, compare_copies
from storage import audit_reading, erasures, restores
from storage.checkpoint_copies import Copies
from storage.database import Driver
from storage.documents.errors import StoreAway
from storage.identity import read_identity

_PAGE_ENTRIES = 5000
_PAGE_CHAINS = 1000
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
    driver: Driver,
    trust: Trust,
    advance: Advance = _silent,
    only: Collection[str] | None = None,
    crew: Crew | None = None,
) -> Report:
    """Verify everything that stands in the snapshot of this connection; ``advance`` hears of entries done.

    ``only``: these chains with their rows; checkpoints, and rows that belong to no docket, are verified whole.
    ``crew``: who may verify chains beside one another. Raises CrewLost.
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
    findings = Findings(report)
    known = Known(
        office=f"office:{identity.id}",
        trusted=frozenset(past.trusted),
        signed_until=past.signed_until,
        ended=frozenset(superseded.epochs),
        unfinished=frozenset(str(order) for order in await erasures.unfinished(driver)),
    )
    await _Chains(driver, findings, known, only).verify(advance, crew)
    tell_epochs(findings.epochs, report)
    await _tell_erased(driver, report)
    if only is None:
        report.lost += superseded.lost(findings.kept)
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


class _Chains:
    """Goes through all chains, some at a time, and adds up what they come to."""

    def __init__(self, driver: Driver, findings: Findings, known: Known, only: Collection[str] | None) -> None:
        self._driver, self._known = driver, known
        self._findings, self._report = findings, findings.report
        # The office's chain tells of restores, without which no epoch of another chain can be judged.
        self._only = None if only is None else frozenset((*only, known.office) if only else ())

    async def verify(self, advance: Advance, crew: Crew | None) -> None:
        total = await audit_reading.count_entries(self._driver, None if self._only is None else list(self._only))
        if crew is not None and crew.is_worth_it(total):
            found = crew.verify(self._driver, self._known, self._pages())
        else:
            found = self._verified()
        async for findings in found:
            self._findings.add(findings)
            advance(self._report.counts.entries + self._report.counts.unchecked_entries, total)
        if not self._findings.found_office and self._only != frozenset():
            await self._judge_no_office_chain()

    async def _verified(self) -> AsyncIterator[Findings]:
        async for names in self._pages():
            yield await verify_page(self._driver, self._known, names)

    async def _judge_no_office_chain(self) -> None:
        """An office in which nothing was ordered yet has none; whatever else is there could not be without it."""
        if self._report.counts.chains or await audit_reading.has_office_rows(self._driver):
            self._report.fault("the office's own chain is missing whole", chain=self._known.office, sequence=1)
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
