"""What the check of documents finds, on both stores: rows without bytes, wrong bytes, orphans."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.fsck.documents import Cited, Fault, Trouble, check
from infra.minio.server import MinioServer
from storage.documents.errors import StoreAway
from storage.documents.minio_store import PREFIX, MinioStore, S3Address
from tests.integration.documents.conftest import Bench, Upload

TOMORROW = timedelta(hours=25)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def put(bench: Bench, upload: Upload, *contents: bytes) -> list[Cited]:
    for content in contents:
        async with upload(content) as spooled:
            await bench.store.put(spooled)
    return sorted((digest(c), len(c)) for c in contents)


async def uncited(_sha256: str) -> bool:
    return False


async def test_where_all_is_well_nothing_is_named(bench: Bench, upload: Upload) -> None:
    cited = await put(bench, upload, b"one", b"two", b"three")
    told: list[int] = []
    report = await check(cited, bench.store, now=datetime.now(UTC), is_cited=uncited, tell=told.append)
    assert (report.checked, report.faults, report.orphans) == (3, [], [])
    assert told == [1, 2, 3]


async def test_rows_may_come_from_a_cursor(bench: Bench, upload: Upload) -> None:
    cited = await put(bench, upload, b"one", b"two")

    async def cursor() -> AsyncIterator[Cited]:
        for row in cited:
            yield row

    assert (await check(cursor(), bench.store, now=datetime.now(UTC), is_cited=uncited)).checked == 2


async def test_a_row_without_its_bytes_is_named(bench: Bench, upload: Upload) -> None:
    cited = await put(bench, upload, b"one", b"two")
    await bench.store.destroy(digest(b"two"))
    report = await check(cited, bench.store, now=datetime.now(UTC), is_cited=uncited)
    assert report.faults == [Fault(digest(b"two"), Trouble.MISSING)]


@pytest.mark.parametrize(
    ("instead", "trouble"), [(b"oNe", Trouble.DAMAGED), (b"on", Trouble.WRONG_SIZE), (b"", Trouble.WRONG_SIZE)]
)
async def test_bytes_that_do_not_match_are_named(
    bench: Bench, upload: Upload, instead: bytes, trouble: Trouble
) -> None:
    cited = await put(bench, upload, b"one", b"two")
    bench.damage(digest(b"one"), instead)
    report = await check(cited, bench.store, now=datetime.now(UTC), is_cited=uncited)
    assert report.faults == [Fault(digest(b"one"), trouble)]


async def test_bytes_that_the_disk_changed_under_the_server_are_named_and_the_check_goes_on(
    minio_server: MinioServer, minio_address: S3Address, upload: Upload
) -> None:
    store = MinioStore(minio_address)
    contents = [b"%d" % n * 300_000 for n in range(3)]
    for content in contents:
        async with upload(content) as spooled:
            await store.put(spooled)
    _change_on_disk(minio_server.folder / "data" / minio_address.bucket / PREFIX / digest(contents[1]))
    cited = sorted((digest(c), len(c)) for c in contents)
    report = await check(cited, store, now=datetime.now(UTC), is_cited=uncited)
    assert report.checked == 3
    assert report.faults == [Fault(digest(contents[1]), Trouble.UNREADABLE)]
    await store.close()


def _change_on_disk(blob: Path) -> None:
    [part] = blob.rglob("part.1")
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)


async def test_a_store_that_is_away_ends_the_check(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    store = MinioStore(S3Address(f"127.0.0.1:{port}", "documents", "key", "secret-key", secure=False))
    with pytest.raises(StoreAway):
        await check([("a" * 64, 1)], store, now=datetime.now(UTC), is_cited=uncited)
    await store.close()


async def test_an_orphan_is_named_and_left_alone_unless_asked(bench: Bench, upload: Upload) -> None:
    await put(bench, upload, b"orphan")
    report = await check([], bench.store, now=datetime.now(UTC) + TOMORROW, is_cited=uncited)
    assert [o.sha256 for o in report.orphans] == [digest(b"orphan")]
    assert report.removed == []
    assert await bench.store.exists(digest(b"orphan"))


async def test_an_old_orphan_is_removed_when_asked_and_a_young_one_is_not(bench: Bench, upload: Upload) -> None:
    cited = await put(bench, upload, b"cited")
    await put(bench, upload, b"orphan")

    async def removed(now: datetime) -> list[str]:
        report = await check(cited, bench.store, now=now, is_cited=uncited, remove_orphans=True)
        assert len(report.orphans) == 1
        return report.removed

    assert await removed(datetime.now(UTC) + timedelta(hours=23)) == []
    assert await removed(datetime.now(UTC) + TOMORROW) == [digest(b"orphan")]
    assert not await bench.store.exists(digest(b"orphan"))
    assert await bench.store.exists(digest(b"cited"))


async def test_what_became_cited_meanwhile_is_no_orphan(bench: Bench, upload: Upload) -> None:
    await put(bench, upload, b"new")

    async def is_cited(sha256: str) -> bool:
        return sha256 == digest(b"new")

    now = datetime.now(UTC) + TOMORROW
    report = await check([], bench.store, now=now, is_cited=is_cited, remove_orphans=True)
    assert (report.orphans, report.removed) == ([], [])
    assert await bench.store.exists(digest(b"new"))


async def test_rows_out_of_order_are_refused(bench: Bench) -> None:
    rows = [("b" * 64, 1), ("a" * 64, 1)]
    with pytest.raises(ValueError, match="in order"):
        await check(rows, bench.store, now=datetime.now(UTC), is_cited=uncited)
