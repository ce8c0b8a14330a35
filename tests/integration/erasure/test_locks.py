"""Locks of documents on both stores: as long as the schemes say, lifted only by who erases, compared by fsck."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from flows.schedules.lock_documents import FOR_EVER, lock_documents
from infra.fsck.locks import lock_again, unlocked
from storage.documents.errors import BlobRetained
from storage.snapshots import one_snapshot
from tests.factories.erasures import LATER, THEN, Weeding
from tests.factories.lives import file_with

PDF, OTHER = b"%PDF-1.7 a letter\n", b"%PDF-1.7 another letter\n"
A_SECOND = timedelta(seconds=1)


def named(data: bytes) -> str:
    return sha256(data).hexdigest()


async def lock(made: Weeding) -> int:
    done = await lock_documents(made.office.database, made.store)
    assert done["ok"], done
    return done["locked"]


async def until(made: Weeding, data: bytes) -> datetime:
    found = await made.store.retained_until(named(data))
    assert found is not None
    return found


async def found_unlocked(made: Weeding) -> dict[str, datetime]:
    async with one_snapshot(made.office.database) as driver:
        return await unlocked(driver, made.store)


def years_on(years: int, at: datetime = THEN) -> datetime:
    return at.replace(year=at.year + years)


async def test_a_closed_paper_s_document_is_kept_for_its_years_and_only_who_erases_lifts_it(
    either: Weeding,
) -> None:
    made, life = either, await either.closed(PDF)
    assert await made.store.retained_until(named(PDF)) is None
    assert await lock(made) == 1
    closed_at = await made.office.one("select closed_at from docket where id = %(d)s", d=life.docket)
    assert abs(await until(made, PDF) - years_on(1, closed_at)) <= A_SECOND
    assert await lock(made) == 0
    with pytest.raises(BlobRetained):
        await made.store.destroy(named(PDF))
    assert await found_unlocked(made) == {}
    made.clock.set(LATER)
    done = await made.erase("list", await made.signed_list(life))
    assert (done.blobs, done.done) == (1, True)
    assert not await made.store.exists(named(PDF))
    assert await made.office.one("select count(*) from blob_lock") == 0


async def test_the_longest_retention_of_all_papers_that_cite_it_counts(made: Weeding) -> None:
    await made.closed(PDF)
    await made.closed(PDF, retention_class="B")
    assert await lock(made) == 1
    assert abs(await until(made, PDF) - years_on(FOR_EVER)) <= A_SECOND


async def test_an_open_paper_s_document_is_locked_at_once_and_its_lock_moves_along(made: Weeding) -> None:
    life = await file_with(made.office, "superintendent", retention_class="D")
    await made.document(life, "superintendent", PDF)
    assert await lock(made) == 1
    first = await until(made, PDF)
    assert first >= years_on(1) - A_SECOND
    made.clock.set(THEN + timedelta(days=60))
    assert await lock(made) == 0
    made.clock.set(THEN + timedelta(days=100))
    assert await lock(made) == 1
    assert await until(made, PDF) >= first + timedelta(days=99)


async def test_closing_sets_the_lock_exactly(made: Weeding) -> None:
    life = await file_with(made.office, "superintendent", retention_class="D")
    await made.document(life, "superintendent", PDF)
    await lock(made)
    made.clock.set(THEN + timedelta(days=30))
    await life.must("superintendent", "close")
    assert await lock(made) == 1
    assert abs(await until(made, PDF) - years_on(1, THEN + timedelta(days=30))) <= timedelta(seconds=2)


async def test_bytes_without_a_row_are_not_locked_and_a_missing_blob_is_told(made: Weeding) -> None:
    await made.closed(PDF, OTHER)
    await made.store.destroy(named(PDF))
    done = await lock_documents(made.office.database, made.store)
    assert (done["ok"], done["locked"], done["missing"]) == (False, 1, 1)


async def test_a_document_without_its_lock_is_named_and_locked_again(made: Weeding) -> None:
    await made.closed(PDF, OTHER)
    await lock(made)
    for path in (made.folder / "documents").glob(f"*/*/{named(PDF)}.retain"):
        path.unlink()
    found = await found_unlocked(made)
    assert list(found) == [named(PDF)]
    await lock_again(made.store, found)
    assert await found_unlocked(made) == {}
