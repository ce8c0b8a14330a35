"""Checkpoints over a real database: what they cover, that they follow on from one another, and what cuts them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from minio.commonconfig import GOVERNANCE

from flows.checkpoints import (
    CheckpointInTheWay,
    NoSigningKey,
    copy_checkpoints,
    copy_name,
    read_signing_key,
    take_checkpoint,
)
from flows.rules.audit_checkpoint import key_id, parse_checkpoint
from infra.audit.verify_database import Trust
from storage import audit_reading, checkpoints
from storage.checkpoint_copies import BucketCopies, Copies, CopyDiffers, FolderCopies
from storage.database import Database, TryAgain
from storage.documents.errors import StoreAway
from storage.snapshots import one_snapshot
from tests.factories.audited_office import AuditedOffice, chain_of, make_audited_office
from tests.factories.lives import REASON, new_file
from tests.integration.audit.conftest import Intruder, intrusion
from tests.integration.documents.conftest import minio_address, raw_client

__all__ = ["minio_address"]


@pytest.fixture
async def fresh(new_database: Callable[..., Any], tmp_path: Path) -> AsyncIterator[AuditedOffice]:
    """An office of its own, for tests that leave checkpoints behind."""
    office = await make_audited_office(new_database(), tmp_path)
    yield office
    await office.close()


async def covered(made: AuditedOffice, number: int) -> dict[str, int]:
    """The chains of a checkpoint, and how far it covers each."""
    async with one_snapshot(made.office.database) as driver:
        return {row["chain"]: row["length"] async for row in checkpoints.leaves_of(driver, number)}


async def test_a_checkpoint_covers_what_changed_since_the_last_one_and_no_more(fresh: AuditedOffice) -> None:
    first = (await fresh.checkpoint()).checkpoint
    assert len(await covered(fresh, 1)) == first.size == 6
    await fresh.file.must("superintendent", "park", until=(first.at + timedelta(days=9)).date(), **REASON)
    life = await new_file(fresh.office)
    second = (await fresh.checkpoint()).checkpoint
    assert await covered(fresh, 2) == {
        chain_of(fresh.file.docket): (await fresh.file.row())["chain_length"],
        chain_of(life.docket): 1,
    }
    assert (second.previous, second.previous_root) == (first.hash(), first.root)
    assert (await fresh.checkpoint()).checkpoint.size == 0


async def test_what_was_written_before_a_checkpoint_and_committed_after_it_is_in_the_next(
    fresh: AuditedOffice,
) -> None:
    async with await psycopg.AsyncConnection.connect(fresh.database.app_url) as late:
        intruder = Intruder(late, fresh)
        entry = await intruder.append(chain_of(fresh.file.docket), "refusal:late")
        await fresh.log_in()  # a later transaction that is over earlier
        before = await fresh.checkpoint()
        await late.commit()
    after = await fresh.checkpoint()
    assert (await covered(fresh, before.checkpoint.number))[entry.chain] == entry.sequence - 1
    assert await covered(fresh, after.checkpoint.number) == {entry.chain: entry.sequence}


async def test_a_snapshot_stays_as_it_is_while_others_write(fresh: AuditedOffice) -> None:
    async with one_snapshot(fresh.office.database) as driver:
        before = await audit_reading.count_entries(driver)
        await fresh.log_in()
        assert await audit_reading.count_entries(driver) == before
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            await driver.execute("delete from note_draft")
    async with one_snapshot(fresh.office.database) as driver:
        assert await audit_reading.count_entries(driver) == before + 1


async def test_checkpoints_taken_at_once_follow_on_from_one_another(fresh: AuditedOffice) -> None:
    taken = await asyncio.gather(*(take_checkpoint(fresh.signing, fresh.signer) for _ in range(4)))
    assert sorted(one.checkpoint.number for one in taken) == [1, 2, 3, 4]
    assert sorted(one.checkpoint.size for one in taken) == [0, 0, 0, 6]
    await copy_checkpoints(fresh.signing, fresh.copies)
    async with intrusion(fresh) as intruder:
        assert (await intruder.verify()).ok


async def test_entries_that_are_appended_meanwhile_are_wholly_in_or_out(fresh: AuditedOffice) -> None:
    async def sign() -> None:
        for _ in range(8):
            await fresh.checkpoint()

    await asyncio.gather(sign(), *(fresh.log_in(times=40) for _ in range(4)), fresh.file.act("clerk", "park"))
    await fresh.checkpoint()
    async with intrusion(fresh) as intruder:
        report = await intruder.verify()
        assert report.ok, report.faults
        assert report.counts.uncovered_entries == 0


def put(made: AuditedOffice, sql: str) -> int:
    """As somebody for whom no trigger counts; it stays there."""
    with psycopg.connect(made.database.server.admin_url, dbname=made.database.name) as admin:
        admin.execute("set local session_replication_role = replica")
        return admin.execute(sql.encode()).rowcount


BODY = "(select body from checkpoint where number = 1)"
FORGED = {
    "a leaf in a place of ours": (2, "insert into checkpoint_leaf values (2, 0, 'docket:x', 1, sha256('x'))"),
    "a leaf beside ours": (2, "insert into checkpoint_leaf values (2, 99, 'docket:x', 1, sha256('x'))"),
    "no checkpoint": (2, "insert into checkpoint values (2, now(), '1:1:', 'x', sha256('x'), 'x')"),
    "no checkpoint, far off": (70, "insert into checkpoint values (70, now(), '1:1:', 'x', sha256('x'), 'x')"),
    "the first once more": (
        2,
        "insert into checkpoint select 2, at, snapshot, body, hash, signature from checkpoint",
    ),
    "a signature that is none": (1, "update checkpoint set signature = sha512('x')"),
    "another office": (
        1,
        f"update checkpoint set body = overlay({BODY} placing 'ffff' from position('office' in body) + 9)",
    ),
}


@pytest.mark.parametrize(("number", "forged"), FORGED.values(), ids=FORGED.keys())
async def test_what_a_superuser_put_in_the_way_of_the_next_checkpoint_is_named(
    fresh: AuditedOffice, number: int, forged: str
) -> None:
    await fresh.checkpoint()
    await new_file(fresh.office)
    assert put(fresh, forged) == 1
    before = await _kept(fresh)
    with pytest.raises(CheckpointInTheWay, match=rf"number {number} .*run “patravali audit verify”"):
        await fresh.checkpoint()
    assert await _kept(fresh) == before
    async with intrusion(fresh) as intruder:
        assert f"checkpoint {number}" in str((await intruder.verify()).faults[0])


async def _kept(made: AuditedOffice) -> list[int]:
    tables = ("checkpoint", "checkpoint_leaf")
    return [await made.office.one(f"select count(*) from {table}") for table in tables]


async def test_a_snapshot_and_a_time_that_nobody_signed_are_not_followed(fresh: AuditedOffice) -> None:
    first = (await fresh.checkpoint()).checkpoint
    life = await new_file(fresh.office)
    put(fresh, "update checkpoint set snapshot = 'x', at = at + interval '999 years'")
    second = (await fresh.checkpoint()).checkpoint
    assert await covered(fresh, second.number) == {chain_of(life.docket): 1}
    assert second.at - first.at < timedelta(days=1)


async def test_a_transaction_that_stands_on_the_number_and_does_not_end_is_not_waited_for(
    fresh: AuditedOffice,
) -> None:
    impatient = Database(f"{fresh.database.signer_url}?options=-clock_timeout%3D20ms")
    async with await psycopg.AsyncConnection.connect(fresh.database.signer_url) as idle:
        await idle.execute("insert into checkpoint_leaf values (1, 0, 'docket:x', 1, '')")
        with pytest.raises(TryAgain, match="pg_stat_activity"):
            await take_checkpoint(impatient, fresh.signer)
        await idle.rollback()
    assert (await take_checkpoint(impatient, fresh.signer)).checkpoint.number == 1
    await impatient.close()


async def test_after_a_restore_a_checkpoint_asks_the_leaves_and_not_the_transactions(fresh: AuditedOffice) -> None:
    await fresh.checkpoint()
    life = await new_file(fresh.office)
    with psycopg.connect(fresh.database.owner_url, autocommit=True) as owner:
        owner.execute("update office_identity set epoch = 1")
    # As in a new server, whose transactions are counted from the beginning.
    put(fresh, "update checkpoint set snapshot = '900000000000:900000000000:'")
    taken = (await fresh.checkpoint()).checkpoint
    assert (taken.epoch, await covered(fresh, 2)) == (1, {chain_of(life.docket): 1})


async def test_the_key_alone_is_not_enough_the_applications_role_keeps_no_checkpoint(fresh: AuditedOffice) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="checkpoint_leaf"):
        await take_checkpoint(fresh.office.database, fresh.signer)
    assert (await fresh.checkpoint()).checkpoint.number == 1


async def test_without_the_key_nothing_is_signed(tmp_path: Path) -> None:
    with pytest.raises(NoSigningKey, match="PATRAVALI_CHECKPOINT_KEY_FILE"):
        read_signing_key(None)
    with pytest.raises(NoSigningKey, match="cannot be read"):
        read_signing_key(tmp_path / "absent.pem")
    (tmp_path / "other.pem").write_text("no key")
    with pytest.raises(NoSigningKey, match="cannot be read"):
        read_signing_key(tmp_path / "other.pem")


CHANGES = {
    "a leaf's head": "update checkpoint_leaf set head = sha256('x') where position = 0",
    "a leaf's length": "update checkpoint_leaf set length = length - 1 where position = 1",
    "a leaf's place": "update checkpoint_leaf set position = 50 where position = 4",
    "a leaf taken away": "delete from checkpoint_leaf where position = 1",
    "all leaves": "delete from checkpoint_leaf",
    "a leaf more": "insert into checkpoint_leaf select 1, 99, 'zz', 1, sha256('x')",
    "its time": "update checkpoint set at = at - interval '1 day'",
    "its hash": "update checkpoint set hash = sha256('x')",
    "its signature": "update checkpoint set signature = set_byte(signature, 5, 255 - get_byte(signature, 5))",
    "a short signature": "update checkpoint set signature = 'x'",
    "a byte of its body": "update checkpoint set body = set_byte(body, 30, 255 - get_byte(body, 30))",
    "its number": "update checkpoint set number = number + 1",
    "all of it": "delete from checkpoint",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_a_changed_checkpoint_is_found(change: str, intruder: Intruder) -> None:
    assert await intruder.do(change) >= 1
    made = intruder.made
    report = await intruder.verify(Trust(made.trust().keys, True))
    assert not report.ok
    assert report.first_bad_entry is None, "what is no longer signed accuses no entry"


async def test_the_last_checkpoint_cut_with_what_it_covers_is_shown_by_its_copy(fresh: AuditedOffice) -> None:
    await fresh.checkpoint()
    await new_file(fresh.office)
    second = (await fresh.checkpoint()).checkpoint
    async with intrusion(fresh) as intruder:
        await intruder.do("delete from checkpoint where number = 2")
        await intruder.do("delete from checkpoint_leaf where checkpoint = 2")
        report = await intruder.verify()
        assert [fault.meaning[:45] for fault in report.faults] == ["checkpoint 2 stands among the copies and not "]
        held = await intruder.verify(Trust(fresh.trust().keys, True, {2: second.hash()}))
        assert "checkpoint 2, which was kept outside the office" in held.faults[0].meaning


async def test_a_checkpoint_cut_from_between_others_breaks_their_link(fresh: AuditedOffice) -> None:
    for _ in range(3):
        await fresh.checkpoint()
    (fresh.folder / "checkpoints" / copy_name(2)).unlink()
    async with intrusion(fresh) as intruder:
        await intruder.do("delete from checkpoint where number = 2")
        report = await intruder.verify()
        assert [fault.meaning[:46] for fault in report.faults] == [
            "checkpoint 3: it does not follow on from the c"
        ]


async def test_a_past_that_the_key_signed_anew_is_not_the_one_that_was_kept_outside(fresh: AuditedOffice) -> None:
    first = (await fresh.checkpoint()).checkpoint
    async with intrusion(fresh) as intruder:
        assert (await intruder.verify(fresh.trust({1: first.hash()}))).ok
        report = await intruder.verify(fresh.trust({1: bytes(32)}))
        assert "not the one that was kept outside" in report.faults[0].meaning


async def test_checkpoints_of_another_key_are_refused(intruder: Intruder, made: AuditedOffice) -> None:
    other = Ed25519PrivateKey.generate().public_key()
    report = await intruder.verify(Trust({key_id(other): other}, True))
    assert "names a key that was not given" in report.faults[0].meaning


async def test_a_copy_that_is_gone_or_changed_is_named(fresh: AuditedOffice) -> None:
    for _ in range(3):
        await fresh.checkpoint()
    folder = fresh.folder / "checkpoints"
    async with intrusion(fresh) as intruder:
        kept = (folder / copy_name(2)).read_bytes()
        (folder / copy_name(2)).unlink()
        assert "is gone" in (await intruder.verify()).faults[0].meaning
        (folder / copy_name(2)).write_bytes(kept.replace(b'"size":0', b'"size":1'))
        assert "not the one of which a copy was kept" in (await intruder.verify()).faults[0].meaning
        (folder / copy_name(2)).write_bytes(kept)
        (folder / copy_name(3)).unlink()
        report = await intruder.verify()
        assert report.ok
        assert "1 checkpoints have no copy" in report.remarks[0]
    assert await copy_checkpoints(fresh.signing, fresh.copies) == 1


@pytest.fixture(params=["folder", "minio"])
async def copies(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Copies]:
    if request.param == "folder":
        made: Copies = FolderCopies(tmp_path / "checkpoints")
    else:
        made = BucketCopies(request.getfixturevalue("minio_address"))
    yield made
    await made.close()


async def test_copies_are_written_once(copies: Copies) -> None:
    assert await copies.names() == []
    await copies.keep("000000000002.json", b"second")
    await copies.keep("000000000001.json", b"first")
    await copies.keep("000000000001.json", b"first")
    with pytest.raises(CopyDiffers):
        await copies.keep("000000000001.json", b"another")
    assert await copies.names() == ["000000000001.json", "000000000002.json"]
    assert await copies.read("000000000001.json") == b"first"
    with pytest.raises(StoreAway):
        await copies.read("000000000003.json")


async def test_a_copy_in_a_bucket_is_held_and_read_as_it_first_was(minio_address: Any) -> None:
    copies, client = BucketCopies(minio_address), raw_client(minio_address)
    await copies.keep("000000000001.json", b"first")
    name, bucket = "checkpoints/000000000001.json", minio_address.bucket
    held = client.get_object_retention(bucket_name=bucket, object_name=name)
    assert held is not None
    assert held.mode == GOVERNANCE
    client.put_object(bucket_name=bucket, object_name=name, data=BytesIO(b"other"), length=5)
    client.remove_object(bucket_name=bucket, object_name=name)
    assert await copies.names() == ["000000000001.json"]
    assert await copies.read("000000000001.json") == b"first"
    await copies.close()


def test_copies_in_a_folder_cannot_be_opened_for_writing_by_mistake(tmp_path: Path) -> None:
    copies = FolderCopies(tmp_path / "checkpoints")
    asyncio.run(copies.keep("000000000001.json", b"first"))
    assert os.stat(tmp_path / "checkpoints" / "000000000001.json").st_mode & 0o777 == 0o400


async def test_a_copy_says_what_the_checkpoint_says(made: AuditedOffice) -> None:
    async with one_snapshot(made.office.database) as driver:
        row = await checkpoints.last(driver)
    assert row is not None
    checkpoint = parse_checkpoint(row["body"])
    assert bytes(row["body"]) in await made.copies.read(copy_name(checkpoint.number))
