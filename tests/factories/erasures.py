"""Offices in which papers are past their retention, lists that two people sign, and the command's hands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from flows.carry_out import carry_out
from flows.erasing import Advance, Erased, Hands, carry_out_erasure
from flows.instructions import accept
from flows.office.erasure import DrawUpList, DrawUpOrder, Sign, Sort
from flows.orders import Order
from storage.database import Database
from storage.documents.protocol import DocumentStore
from tests.factories.audited_office import OnDisk
from tests.factories.lives import REASON, Life, file_with
from tests.factories.office_orders import ordered
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database as Place

THEN = datetime.now(UTC) + timedelta(days=1)
LATER = THEN + timedelta(days=800)
"""When papers of class D, kept for one year, are long due."""

FIRST, SECOND = "record_room", "dc"


@dataclass
class Weeding:
    """An office with the clock in the test's hands, the destroyer's connections, and a store."""

    office: PracticeOffice
    place: Place
    clock: OfficeClock
    destroyer: Database
    store: DocumentStore
    folder: Path

    @property
    def hands(self) -> Hands:
        return Hands(self.office.database, self.destroyer, self.store, self.office.identity)

    async def erase(self, sort: Sort, number: int, advance: Advance = lambda _done, _total: None) -> Erased:
        return await carry_out_erasure(self.hands, sort, number, advance=advance, just_put=timedelta(0))

    async def signed_list(self, *papers: Life) -> int:
        """A list of these papers that both have signed."""
        numbers = tuple(paper.number for paper in papers)
        made = await ordered(self.office, FIRST, DrawUpList(numbers=numbers))
        return await self.signed("list", made["number"])

    async def signed_order(self, *items: tuple[str, str]) -> int:
        made = await ordered(self.office, FIRST, DrawUpOrder("उच्च न्यायालय का आदेश", items))
        return await self.signed("order", made["number"])

    async def signed(self, sort: Sort, number: int) -> int:
        await ordered(self.office, FIRST, Sign(sort, number))
        await ordered(self.office, SECOND, Sign(sort, number))
        return number

    async def document(self, life: Life, who: str, data: bytes) -> None:
        """Adds a document whose bytes stand in the store."""
        await self.put(data)
        accepted = await accept(self.office.database, self.office.giver(who), self.adding(life, data))
        outcome = await carry_out(self.office.database, self.office.identity, accepted.instruction)
        life.version = outcome["version"]

    async def put(self, data: bytes) -> None:
        path = self.folder / f"upload-{uuid4().hex}"
        path.write_bytes(data)
        await self.store.put(OnDisk(path, sha256(data).hexdigest(), len(data)))

    def adding(self, life: Life, data: bytes, **more: Any) -> Order:
        """The order that adds a document of these bytes."""
        document: dict[str, Any] = {"class": "letter", "media_type": "application/pdf", "name": "पत्र.pdf"}
        document |= {"size": len(data), "sha256": sha256(data).digest()}
        return Order(life.docket, "add_document", life.version, document=document, **more)

    async def closed(self, *documents: bytes, remark: str = "कारण", **particulars: Any) -> Life:
        """A closed file of class D with a note, a remark and documents, all in Devanagari."""
        life = await file_with(self.office, "superintendent", **{"retention_class": "D", **particulars})
        for data in documents:
            await self.document(life, "superintendent", data)
        await life.must("superintendent", "note", text="श्री राम कुमार की पेंशन स्वीकृत की जाए।")
        draft = await life.draft_of("superintendent")
        await life.must("superintendent", "forward", to="officer", remark=remark, **draft)
        await life.must("officer", "receive")
        await life.must("officer", "close")
        return life


@asynccontextmanager
async def weeding(
    office: PracticeOffice, place: Place, store: DocumentStore, folder: Path
) -> AsyncIterator[Weeding]:
    """The office while nothing is due yet."""
    destroyer = Database(place.destroyer_url, pool=2)
    clock = OfficeClock(place.owner_url)
    clock.set(THEN)
    try:
        yield Weeding(office, place, clock, destroyer, store, folder)
    finally:
        await destroyer.close()


__all__ = ["FIRST", "LATER", "REASON", "SECOND", "Weeding", "weeding"]
