"""The contract of a store of documents: the folder and a real MinIO pass the same tests."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from storage.documents.errors import BlobDamaged, BlobMissing, BlobRetained, RangeOutside
from storage.documents.protocol import BlobStat, DocumentStore
from storage.documents.stream import BlobStream
from tests.integration.documents.conftest import Bench, Upload

LETTER = "सेवा में, जिलाधिकारी, हिसार।\n".encode() * 20_000  # more than one piece
ABSENT = "0" * 64
A_DAY = timedelta(days=1)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def whole(store: DocumentStore, sha256: str) -> bytes:
    return await (await store.open(sha256)).whole()


async def listed(store: DocumentStore, limit: int = 1000) -> list[BlobStat]:
    found: list[BlobStat] = []
    while page := await store.list_page(after=found[-1].sha256 if found else "", limit=limit):
        assert len(page) <= limit
        found += page
    return found


async def put(bench: Bench, upload: Upload, content: bytes) -> str:
    async with upload(content) as spooled:
        await bench.store.put(spooled)
        return spooled.sha256


async def gather_into(arrived: list[bytes], stream: BlobStream) -> None:
    async for piece in stream:
        arrived.append(piece)


class TestTheContract:
    @pytest.mark.parametrize("content", [b"", b"x", LETTER], ids=["empty", "one byte", "many pieces"])
    async def test_what_is_put_comes_out_the_same(self, bench: Bench, upload: Upload, content: bytes) -> None:
        sha256 = await put(bench, upload, content)
        assert sha256 == digest(content)
        assert await whole(bench.another, sha256) == content
        found = await bench.another.stat(sha256)
        assert (found.sha256, found.size) == (sha256, len(content))
        assert abs(found.put_at - datetime.now(UTC)) < timedelta(minutes=1)

    async def test_a_range_gives_just_those_bytes(self, bench: Bench, upload: Upload) -> None:
        sha256 = await put(bench, upload, LETTER)
        size = len(LETTER)
        for start, length in [(0, 1), (5, 7), (0, None), (size - 3, None), (size - 3, 100), (300_000, 300_000)]:
            async with await bench.store.open(sha256, start=start, length=length) as stream:
                expected = LETTER[start:] if length is None else LETTER[start : start + length]
                assert (stream.start, stream.length, stream.total) == (start, len(expected), size)
                assert await stream.whole() == expected

    async def test_a_range_after_the_end_is_refused(self, bench: Bench, upload: Upload) -> None:
        sha256 = await put(bench, upload, b"abc")
        with pytest.raises(RangeOutside) as caught:
            await bench.store.open(sha256, start=3)
        assert caught.value.size == 3

    async def test_what_is_not_there_is_missing_everywhere(self, store: DocumentStore) -> None:
        assert not await store.exists(ABSENT)
        assert not await store.remove_orphan(ABSENT, put_before=datetime.now(UTC) + A_DAY)
        for call in (
            store.stat(ABSENT),
            store.open(ABSENT),
            store.destroy(ABSENT),
            store.retain_until(ABSENT, datetime.now(UTC) + A_DAY),
        ):
            with pytest.raises(BlobMissing):
                await call

    @pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "a" * 63, ""])
    async def test_only_a_digest_names_a_blob(self, store: DocumentStore, name: str) -> None:
        with pytest.raises(ValueError, match="64 lower-case"):
            await store.stat(name)

    async def test_bytes_that_were_changed_are_never_handed_out_whole(self, bench: Bench, upload: Upload) -> None:
        sha256 = await put(bench, upload, LETTER)
        bench.damage(sha256, LETTER[:-1] + b"!")
        arrived: list[bytes] = []
        with pytest.raises(BlobDamaged):
            await gather_into(arrived, await bench.store.open(sha256))
        assert len(b"".join(arrived)) < len(LETTER)

    async def test_the_same_bytes_again_are_one_blob(self, bench: Bench, upload: Upload) -> None:
        sha256 = await put(bench, upload, LETTER)
        assert await put(bench, upload, LETTER) == sha256
        assert [b.sha256 for b in await listed(bench.store)] == [sha256]
        assert await bench.store.destroy(sha256) == 1

    async def test_the_same_bytes_from_many_at_once_are_one_blob(self, bench: Bench, upload: Upload) -> None:
        async def one(store: DocumentStore) -> None:
            async with upload(LETTER) as spooled:
                await store.put(spooled)

        await asyncio.gather(*(one(s) for s in (bench.store, bench.another) * 4))
        assert [b.sha256 for b in await listed(bench.store)] == [digest(LETTER)]
        assert await whole(bench.store, digest(LETTER)) == LETTER
        await bench.store.destroy(digest(LETTER))
        assert not await bench.another.exists(digest(LETTER))

    async def test_putting_the_right_bytes_again_heals_a_shortened_blob(
        self, bench: Bench, upload: Upload
    ) -> None:
        sha256 = await put(bench, upload, LETTER)
        bench.damage(sha256, LETTER[:100])
        await put(bench, upload, LETTER)
        assert await whole(bench.store, sha256) == LETTER

    async def test_what_was_found_damaged_is_put_anew(self, bench: Bench, upload: Upload) -> None:
        sha256 = await put(bench, upload, LETTER)
        bench.damage(sha256, b"!" + LETTER[1:])
        async with upload(LETTER) as spooled:
            await bench.store.put(spooled, anew=True)
        assert await whole(bench.store, sha256) == LETTER

    async def test_destroying_leaves_no_version(self, bench: Bench, upload: Upload) -> None:
        sha256 = await put(bench, upload, LETTER)
        bench.damage(sha256, b"another version")
        assert await bench.store.destroy(sha256) >= 1
        assert await listed(bench.store) == []
        with pytest.raises(BlobMissing):
            await bench.store.destroy(sha256)

    async def test_what_is_retained_cannot_be_removed_until_its_day(self, bench: Bench, upload: Upload) -> None:
        sha256 = await put(bench, upload, LETTER)
        await bench.store.retain_until(sha256, datetime.now(UTC) + A_DAY)
        with pytest.raises(BlobRetained):
            await bench.store.destroy(sha256)
        assert not await bench.store.remove_orphan(sha256, put_before=datetime.now(UTC) + A_DAY)
        assert await whole(bench.another, sha256) == LETTER

    async def test_retention_is_never_shortened(self, bench: Bench, upload: Upload) -> None:
        sha256 = await put(bench, upload, LETTER)
        await bench.store.retain_until(sha256, datetime.now(UTC) + A_DAY)
        await bench.store.retain_until(sha256, datetime.now(UTC) - A_DAY)
        with pytest.raises(BlobRetained):
            await bench.store.destroy(sha256)

    async def test_a_lawful_order_removes_what_is_retained(self, bench: Bench, upload: Upload) -> None:
        sha256 = await put(bench, upload, LETTER)
        await bench.store.retain_until(sha256, datetime.now(UTC) + A_DAY)
        assert await bench.store.destroy(sha256, despite_retention=True) == 1
        assert not await bench.another.exists(sha256)

    async def test_an_orphan_goes_only_when_it_is_old(self, bench: Bench, upload: Upload) -> None:
        sha256 = await put(bench, upload, LETTER)
        assert not await bench.store.remove_orphan(sha256, put_before=datetime.now(UTC) - A_DAY)
        assert await bench.store.exists(sha256)
        assert await bench.store.remove_orphan(sha256, put_before=datetime.now(UTC) + A_DAY)
        assert not await bench.store.exists(sha256)

    async def test_an_old_blob_put_again_is_no_orphan_for_the_removal(self, bench: Bench, upload: Upload) -> None:
        sha256 = await put(bench, upload, LETTER)
        [seen] = await listed(bench.store)
        bench.clock.ahead = timedelta(hours=30)
        await put(bench, upload, LETTER)
        bench.clock.ahead = timedelta()
        assert not await bench.another.remove_orphan(sha256, put_before=seen.put_at + timedelta(microseconds=1))
        assert await bench.store.exists(sha256)

    async def test_blobs_are_listed_in_order_and_in_pages(self, bench: Bench, upload: Upload) -> None:
        put_there = sorted([await put(bench, upload, b"%d" % n) for n in range(11)])
        for limit in (1, 4, 11, 100):
            assert [b.sha256 for b in await listed(bench.store, limit)] == put_there

    async def test_an_address_for_downloads_gives_the_same_bytes_as_a_named_attachment(
        self, bench: Bench, upload: Upload
    ) -> None:
        sha256 = await put(bench, upload, LETTER)
        url = await bench.store.download_url(
            sha256, name="आदेश.txt", media_type="text/plain", lasts=timedelta(minutes=5)
        )
        if not bench.has_addresses:
            assert url is None
            return
        assert url is not None
        async with httpx.AsyncClient(trust_env=False) as browser:
            answer = await browser.get(url)
            assert answer.content == LETTER
            assert answer.headers["content-type"] == "text/plain"
            assert answer.headers["content-disposition"].startswith("attachment;")
            assert "%E0%A4%86%E0%A4%A6%E0%A5%87%E0%A4%B6.txt" in answer.headers["content-disposition"]
            forged = await browser.get(url.replace(sha256, ABSENT))
            assert forged.status_code == 403

    async def test_a_download_of_what_is_missing_is_told_before_the_browser_goes_there(self, bench: Bench) -> None:
        with pytest.raises(BlobMissing):
            await bench.store.download_url(ABSENT, name="a", media_type="text/plain", lasts=timedelta(minutes=5))

    async def test_a_stream_that_is_not_read_to_its_end_can_be_left(self, bench: Bench, upload: Upload) -> None:
        sha256 = await put(bench, upload, LETTER * 4)
        for _ in range(40):  # more than there are threads or connections
            async with await bench.store.open(sha256) as stream:
                assert await anext(aiter(stream))
        assert await whole(bench.store, sha256) == LETTER * 4

    async def test_a_store_that_is_there_says_so(self, store: DocumentStore) -> None:
        await store.probe()

    async def test_until_when_it_is_kept_can_be_asked(self, bench: Bench, upload: Upload) -> None:
        sha256, until = await put(bench, upload, LETTER), datetime.now(UTC) + A_DAY
        assert await bench.store.retained_until(sha256) is None
        await bench.store.retain_until(sha256, until)
        found = await bench.another.retained_until(sha256)
        assert found is not None
        assert abs(found - until) <= timedelta(seconds=1)
        bench.clock.ahead = 2 * A_DAY
        assert await bench.another.retained_until(sha256) is None
        await bench.store.destroy(sha256, despite_retention=True)
        with pytest.raises(BlobMissing):
            await bench.store.retained_until(sha256)
