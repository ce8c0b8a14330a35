"""The database and the store of documents as the source of an audit export: one snapshot, in little memory."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from flows.rules.audit_chain import PROTECTED, BrokenEntry, ParsedEntry, parse_entry
from flows.rules.audit_checkpoint import SignedCheckpoint
from flows.rules.audit_tree import Leaf, ProvingTree
from infra.audit.export_format import WHOLE
from infra.audit.export_lines import ExportedLeaf, ExportedValue
from infra.audit.withholding import Withheld
from infra.audit.write_export import ExportedDocument, ExportRefused
from storage import audit_reading, checkpoints
from storage.database import Driver
from storage.documents.errors import BlobDamaged, BlobMissing
from storage.documents.protocol import DocumentStore

_PAGE_ENTRIES = 5000


class DatabaseSource:
    """What the snapshot of a connection holds: of the whole office, or of one docket's chain.

    ``kept_back`` counts the values that were withheld.
    """

    def __init__(
        self,
        driver: Driver,
        store: DocumentStore,
        scope: str,
        advance: Callable[[int, int], None] | None = None,
        withheld: Withheld | None = None,
    ) -> None:
        self._driver, self._store = driver, store
        self._withheld = withheld or Withheld()
        self.kept_back = 0
        self._advance: Callable[[int, int], None] = advance or _silent
        self._chain = None if scope == WHOLE else scope

    async def entries(self) -> AsyncIterator[bytes]:
        """Entries' bytes as they stand: what is wrong with them shows when the export is verified."""
        chains = None if self._chain is None else [self._chain]
        total, done = await audit_reading.count_entries(self._driver, chains), 0
        async for row in audit_reading.entries(self._driver, chains):
            yield bytes(row["data"])
            done += 1
            if done % 100 == 0:
                self._advance(done, total)

    async def values(self) -> AsyncIterator[ExportedValue]:
        """The values to which entries commit, found by reading the entries once more."""
        async for chains in self._pages():
            bound: dict[str, tuple[set[UUID], set[UUID]]] = {name: (set(), set()) for name in chains}
            said_erased = {name: set[UUID]() for name in chains}
            async for row in audit_reading.entries(self._driver, chains):
                _collect(bytes(row["data"]), *bound[row["chain"]], said_erased[row["chain"]])
            for value in await self._look_up(bound):
                given = self._withheld.applied(_unless_to_be_erased(value, said_erased[value.chain]))
                self.kept_back += given.state == "withheld"
                yield given

    async def _pages(self) -> AsyncIterator[list[str]]:
        if self._chain is not None:
            yield [self._chain]
            return
        names, size = list[str](), 0
        async for row in audit_reading.chain_sizes(self._driver):
            names.append(row["name"])
            size += row["entries"]
            if size >= _PAGE_ENTRIES:
                yield names
                names, size = [], 0
        if names:
            yield names

    async def _look_up(self, bound: Mapping[str, tuple[set[UUID], set[UUID]]]) -> list[ExportedValue]:
        texts = await audit_reading.values(self._driver, _all(found for found, _ in bound.values()))
        documents = await audit_reading.documents(self._driver, _all(found for _, found in bound.values()))
        made: list[ExportedValue] = []
        for chain, (of_texts, of_documents) in bound.items():
            values = [_text(chain, texts[value]) for value in of_texts & texts.keys()]
            values += [_document(chain, documents[value]) for value in of_documents & documents.keys()]
            made += sorted(values, key=lambda value: str(value.value_id))
        return made

    async def checkpoints(self) -> AsyncIterator[SignedCheckpoint]:
        async for row in checkpoints.signed(self._driver, self._chain):
            yield SignedCheckpoint(bytes(row["body"]), bytes(row["signature"]))

    async def leaves(self) -> AsyncIterator[ExportedLeaf]:
        if self._chain is None:
            async for row in checkpoints.all_leaves(self._driver):
                yield ExportedLeaf(row["checkpoint"], _leaf(row))
            return
        for row in await checkpoints.leaves_on(self._driver, [self._chain]):
            yield await self._proven(row["checkpoint"])

    async def _proven(self, number: int) -> ExportedLeaf:
        """The docket's leaf of one checkpoint, with the proof that the signed root covers it."""
        leaves = [_leaf(row) async for row in checkpoints.leaves_of(self._driver, number)]
        index = next(place for place, leaf in enumerate(leaves) if leaf.chain == self._chain)
        proof = ProvingTree([leaf.hash() for leaf in leaves]).proof(index)
        return ExportedLeaf(number, leaves[index], index, tuple(proof))

    async def documents(self) -> AsyncIterator[ExportedDocument]:
        if self._withheld.documents:
            return
        docket = None if self._chain is None else UUID(self._chain.removeprefix("docket:"))
        async for row in audit_reading.document_hashes(self._driver, docket, self._withheld.values):
            yield ExportedDocument(bytes(row["sha256"]), self._bytes_of(row["sha256"].hex()))

    async def _bytes_of(self, sha256: str) -> AsyncIterator[bytes]:
        try:
            async with await self._store.open(sha256) as blob:
                async for piece in blob:
                    yield piece
        except (BlobMissing, BlobDamaged):
            reason = f"The store has not the bytes of the document {sha256}; “patravali fsck” names what is amiss."
            raise ExportRefused(reason) from None


def _silent(_done: int, _total: int) -> None:
    return


def _all(found: Iterable[set[UUID]]) -> set[UUID]:
    return set[UUID]().union(*found)


def _collect(data: bytes, texts: set[UUID], documents: set[UUID], erased: set[UUID]) -> None:
    with suppress(BrokenEntry):
        entry = parse_entry(data)
        erased.update(_erased_in(entry))
        texts.update(commitment.value_id for commitment in entry.values)
        documents.update(commitment.value_id for commitment in entry.documents())


def _erased_in(entry: ParsedEntry) -> Iterable[UUID]:
    for change in entry.changes:
        if change.row.get("erased_by") is not None and change.table in (PROTECTED, "document"):
            yield UUID(str(change.key["id"]))


def _unless_to_be_erased(value: ExportedValue, erased: set[UUID]) -> ExportedValue:
    """What is to be erased, and still stands because that is not carried out yet, is given out no more."""
    if value.state == "present" and value.value_id in erased:
        return ExportedValue(value.chain, value.value_id, "withheld")
    return value


def _text(chain: str, row: Mapping[str, Any]) -> ExportedValue:
    if row["salt"] is None or row["value"] is None:
        return ExportedValue(chain, row["id"], "erased")
    return ExportedValue(chain, row["id"], "present", bytes(row["salt"]), row["value"])


def _document(chain: str, row: Mapping[str, Any]) -> ExportedValue:
    if row["salt"] is None or row["sha256"] is None:
        return ExportedValue(chain, row["id"], "erased")
    return ExportedValue(chain, row["id"], "present", bytes(row["salt"]), document=bytes(row["sha256"]))


def _leaf(row: Mapping[str, Any]) -> Leaf:
    return Leaf(row["chain"], row["length"], bytes(row["head"]))
