"""An export verifies from its files alone, and says what it withholds, what was erased, and whose key it met."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from infra.audit.export_format import BrokenFile, public_key_file, read_public_key
from infra.audit.verify_export import verify_export
from infra.audit.write_export import ExportRefused
from tests.factories.synthetic_audit import KEY, SyntheticOffice, small_office

PUBLIC = KEY.public_key()


async def test_a_whole_office_holds_and_is_counted(tmp_path: Path) -> None:
    report = verify_export(await small_office().export(tmp_path), PUBLIC)
    assert (report.ok, report.faults, report.remarks) == (True, [], [])
    assert report.independent_key
    counts = report.counts
    assert (counts.chains, counts.entries, counts.checkpoints, counts.leaves) == (4, 8, 2, 4)
    assert (counts.values_present, counts.documents, counts.uncovered_entries) == (6, 1, 0)
    assert json.loads(json.dumps(report.to_json()))["ok"] is True


async def test_one_docket_holds_by_its_proofs(tmp_path: Path) -> None:
    office = small_office()
    chain = next(chain for chain in office.entries if chain.startswith("docket:"))
    report = verify_export(await office.export(tmp_path, chain), PUBLIC)
    assert (report.ok, report.faults) == (True, [])
    assert (report.scope, report.counts.chains, report.counts.uncovered_entries) == (chain, 1, 0)


async def test_streams_are_cut_into_files_and_chains_run_on_through_them(tmp_path: Path) -> None:
    report = verify_export(await small_office().export(tmp_path, shard_bytes=600), PUBLIC)
    assert report.ok
    assert len(list((tmp_path / "chains").iterdir())) > 3


async def test_an_empty_office_has_an_export_too(tmp_path: Path) -> None:
    report = verify_export(await SyntheticOffice().export(tmp_path), PUBLIC)
    assert report.ok
    assert any("No checkpoint" in remark for remark in report.remarks)


async def test_documents_may_stay_behind(tmp_path: Path) -> None:
    report = verify_export(await small_office().export(tmp_path, documents=False), PUBLIC)
    assert (report.ok, report.counts.documents) == (True, 1)
    assert not (tmp_path / "documents").exists()


async def test_a_withheld_value_still_verifies(tmp_path: Path) -> None:
    office = small_office()
    office.withhold(*next(iter(office.values)))
    report = verify_export(await office.export(tmp_path), PUBLIC)
    assert (report.ok, report.counts.values_withheld, report.counts.values_present) == (True, 1, 5)


async def test_an_erased_value_verifies_where_an_entry_says_so(tmp_path: Path) -> None:
    office = small_office()
    office.erase(*next(iter(office.values)))
    office.checkpoint()
    report = verify_export(await office.export(tmp_path), PUBLIC)
    assert (report.ok, report.counts.values_erased) == (True, 1)


async def test_entries_after_the_last_checkpoint_are_counted_as_uncovered(tmp_path: Path) -> None:
    office = small_office()
    office.docket(3)
    report = verify_export(await office.export(tmp_path), PUBLIC)
    assert (report.ok, report.counts.uncovered_entries) == (True, 3)


async def test_the_export_s_own_key_is_not_independent(tmp_path: Path) -> None:
    report = verify_export(await small_office().export(tmp_path))
    assert (report.ok, report.independent_key) == (True, False)
    assert "taken from the export itself" in report.remarks[0]


async def test_a_wrong_key_is_said_to_be_wrong(tmp_path: Path) -> None:
    report = verify_export(await small_office().export(tmp_path), Ed25519PrivateKey.generate().public_key())
    assert not report.ok
    assert "another key" in report.faults[0].meaning
    assert report.first_bad_entry is None


async def test_checkpoints_of_an_older_key_hold_when_it_is_given(tmp_path: Path) -> None:
    older = Ed25519PrivateKey.generate()
    office = SyntheticOffice()
    office.docket(2)
    office.checkpoint(older)
    office.docket(2)
    office.checkpoint()
    folder = await office.export(tmp_path)
    assert not verify_export(folder, PUBLIC).ok
    assert verify_export(folder, PUBLIC, [older.public_key()]).ok


async def test_a_checkpoint_kept_outside_shows_a_past_signed_anew(tmp_path: Path) -> None:
    office, other = small_office(), SyntheticOffice(seed=2)
    held = {number: sha256(signed.body).digest() for number, signed in enumerate(office.checkpoints, 1)}
    assert verify_export(await office.export(tmp_path / "true"), PUBLIC, held=held).ok
    other.docket(2)
    other.checkpoint()
    report = verify_export(await other.export(tmp_path / "false"), PUBLIC, held=held)
    meanings = [fault.meaning for fault in report.faults]
    assert meanings == [
        "checkpoint 1 is not the one that was kept outside the office",
        "checkpoint 2, which was kept outside the office, is not in the export",
    ]


async def test_an_export_is_never_written_over_another(tmp_path: Path) -> None:
    await small_office().export(tmp_path)
    with pytest.raises(ExportRefused):
        await small_office().export(tmp_path)


async def test_a_document_that_the_store_changed_is_not_exported(tmp_path: Path) -> None:
    office = small_office()
    office.documents = {digest: data + b" " for digest, data in office.documents.items()}
    with pytest.raises(ExportRefused):
        await office.export(tmp_path)
    assert not (tmp_path / "manifest.json").exists()


def test_a_public_key_is_read_as_digits_or_pem() -> None:
    pem = PUBLIC.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert read_public_key(pem) == read_public_key(public_key_file(PUBLIC) + b"\n") == PUBLIC
    other = X25519PrivateKey.generate().public_key()
    for data in (
        b"",
        b"zz",
        other.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
    ):
        with pytest.raises(BrokenFile):
            read_public_key(data)
