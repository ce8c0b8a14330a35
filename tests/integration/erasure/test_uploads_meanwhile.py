"""Bytes that are uploaded anew while they are erased: whichever comes first, what was accepted is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest

from flows.erasing import Erased
from flows.instructions import accept
from flows.orders import BytesDestroyed
from tests.factories.erasures import LATER, Weeding
from tests.factories.lives import new_file
from tests.factories.locks import docket_locked
from tests.factories.waiting import until
from tests.fixtures.api import Api, serve

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
DIGEST = sha256(PDF).digest()


@pytest.fixture
async def served(made: Weeding, tmp_path: Path) -> AsyncIterator[Api]:
    """The API over the same office and the same folder of documents."""
    async with serve(made.office, made.place.app_url, tmp_path) as api:
        yield api


async def signed(made: Weeding) -> int:
    """A list of a paper that alone has these bytes."""
    life = await made.closed(PDF)
    made.clock.set(LATER)
    return await made.signed_list(life)


async def until_a_lock_is_waited_for(made: Weeding) -> None:
    sql = """select count(*) from pg_locks where locktype = 'advisory' and not granted and database =
        (select oid from pg_database where datname = current_database())"""
    await until(lambda: made.office.one(sql), "the one waits for the other")


class Gate:
    """Holds whoever destroys bytes between his last look and the deletion."""

    def __init__(self, made: Weeding, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.opened = asyncio.Event(), asyncio.Event()
        self._destroy = made.store.destroy
        monkeypatch.setattr(made.store, "destroy", self._held)

    async def _held(self, name: str, *, despite_retention: bool = False) -> int:
        self.reached.set()
        await self.opened.wait()
        return await self._destroy(name, despite_retention=despite_retention)


async def test_what_is_uploaded_while_it_is_destroyed_is_put_again(
    made: Weeding, served: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, gate = await signed(made), Gate(made, monkeypatch)
    clerk = await served.desk("clerk")
    file = await clerk.new_file()
    erasing: asyncio.Task[Erased] = asyncio.create_task(made.erase("list", number))
    await asyncio.wait_for(gate.reached.wait(), 20)
    uploading = asyncio.create_task(clerk.upload(file, PDF))
    await until_a_lock_is_waited_for(made)
    gate.opened.set()
    assert (await erasing).blobs == 1
    answer = await uploading
    assert answer.status_code == 200, answer.text
    content = await clerk.get(f"/documents/{answer.json()['document']}/content")
    assert (content.status_code, content.content) == (200, PDF)
    assert await made.store.exists(DIGEST.hex())


async def test_what_is_accepted_before_the_look_is_cited(made: Weeding) -> None:
    number, file = await signed(made), await new_file(made.office)
    await made.put(PDF)
    giver, order = made.office.giver("clerk"), made.adding(file, PDF, bytes_known=True)
    # The instruction's row waits for its docket's, when all that it needs has been looked at.
    async with docket_locked(file) as locks:
        accepting = asyncio.create_task(accept(made.office.database, giver, order))
        await locks.until_waiting(1)
        erasing = asyncio.create_task(made.erase("list", number))
        await until_a_lock_is_waited_for(made)
        await locks.release()
    accepted, done = await accepting, await erasing
    assert (accepted.state, done.blobs, done.cited) == ("waiting", 0, 1)
    assert await made.store.exists(DIGEST.hex())


async def test_what_was_destroyed_after_it_was_put_is_not_accepted(either: Weeding) -> None:
    """An S3 server keeps old bytes and does not say that they were put again."""
    made = either
    number, file = await signed(made), await new_file(made.office)
    await made.put(PDF)
    assert (await made.erase("list", number)).blobs == 1
    giver = made.office.giver("clerk")
    with pytest.raises(BytesDestroyed):
        await accept(made.office.database, giver, made.adding(file, PDF, bytes_known=True))
    assert await file.count("instruction") == 1, "its registration only"
    await made.put(PDF)
    again = await accept(made.office.database, giver, made.adding(file, PDF))
    assert again.state == "waiting"
    assert await made.store.exists(DIGEST.hex())
