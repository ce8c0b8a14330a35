"""Whatever is changed in an export, or in the records before an honest export, is found and named."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.rules.audit_chain import ChainEnd, RowChange, parse_entry
from infra.audit.export_lines import ExportedValue
from infra.audit.report import Report
from infra.audit.verify_export import verify_export, verify_files
from tests.factories.sealed_export import seal
from tests.factories.synthetic_audit import KEY, SyntheticOffice, small_office

PUBLIC = KEY.public_key()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _flip(path: Path, place: int, by: int) -> bytes:
    data = path.read_bytes()
    path.write_bytes(data[:place] + bytes([data[place] ^ by]) + data[place + 1 :])
    return data


@pytest.mark.timeout(900)
async def test_every_changed_byte_of_a_small_export_is_found(tmp_path: Path) -> None:
    folder = await small_office().export(tmp_path / "export")
    chance = random.Random(2)
    for path in _files(folder):
        for place in range(path.stat().st_size):
            kept = _flip(path, place, chance.randrange(1, 256))
            assert not verify_export(folder, PUBLIC).ok, (path, place)
            path.write_bytes(kept)
    assert verify_export(folder, PUBLIC).ok


async def test_a_changed_byte_is_found_by_what_it_says_when_the_files_are_sealed_anew(tmp_path: Path) -> None:
    folder = await small_office().export(tmp_path / "export")
    chance = random.Random(3)
    for stream in ("chains", "values", "leaves", "checkpoints"):
        path = folder / stream / "000001.jsonl"
        for place in range(chance.randrange(5), path.stat().st_size, 5):
            kept = _flip(path, place, chance.randrange(1, 256))
            seal(folder)
            assert not verify_export(folder, PUBLIC).ok, (path, place)
            path.write_bytes(kept)


async def test_two_thousand_random_bytes_of_a_large_export_are_found(tmp_path: Path) -> None:
    office, chance = SyntheticOffice(), random.Random(4)
    for place in range(150):
        office.docket(8, document=None if place % 5 else chance.randbytes(200))
    office.checkpoint()
    folder = await office.export(tmp_path / "export", shard_bytes=50_000)
    files = _files(folder)
    assert verify_export(folder, PUBLIC).ok
    sizes = [path.stat().st_size for path in files]
    for step, path in enumerate(chance.choices(files, sizes, k=2000)):
        kept = _flip(path, chance.randrange(path.stat().st_size), chance.randrange(1, 256))
        assert not (verify_export if step % 50 == 0 else verify_files)(folder, PUBLIC).ok, path
        path.write_bytes(kept)


async def _refused(office: SyntheticOffice, tmp_path: Path, scope: str = "whole") -> Report:
    report = verify_export(await office.export(tmp_path / "export", scope), PUBLIC)
    assert not report.ok
    return report


def _docket(office: SyntheticOffice) -> str:
    """The docket of three movements and a document, which the first checkpoint covers."""
    return max(office.entries, key=lambda chain: len(office.entries[chain]))


def _rebuild(office: SyntheticOffice, chain: str, keep: int, changed: list[list[RowChange]]) -> None:
    """Put other entries behind the first ones and hash them anew, as one without the signing key can."""
    kept = office.entries[chain][:keep]
    last = parse_entry(kept[-1])
    end = ChainEnd(last.sequence, last.hash, last.epoch)
    office.entries[chain], office.ends[chain] = kept, end
    for changes in changed:
        office.append(chain, "movement:forward", *changes)


Change = Callable[[list[bytes]], list[bytes]]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda data: [data[0], data[1][::-1], *data[2:]], 2),
        (lambda data: [data[0], data[1].replace(b"forward", b"onwards"), *data[2:]], 2),
        (lambda data: [data[0].replace(b"HSR/2026", b"HSR/2025"), *data[1:]], 1),
        (lambda data: [*data[:3], data[3].replace(b'"size":17', b'"size":18')], 4),
        (lambda data: [data[0], *data[2:]], 2),
        (lambda data: data[1:], 1),
        (lambda data: [data[0], data[2], data[1], data[3]], 2),
        (lambda data: [data[0], data[1], data[1], *data[2:]], 3),
        (lambda data: data[:3], 4),
        (lambda data: data[:1], 2),
        (lambda _: [], 1),
    ],
)
async def test_the_first_entry_that_does_not_hold_is_named(change: Change, named: int, tmp_path: Path) -> None:
    office = small_office()
    chain = _docket(office)
    office.entries[chain] = change(office.entries[chain])
    report = await _refused(office, tmp_path)
    assert report.first_bad_entry is not None
    assert (report.first_bad_entry.chain, report.first_bad_entry.sequence) == (chain, named)


@pytest.mark.parametrize("whole", [True, False])
async def test_a_chain_rebuilt_without_the_key_meets_the_signed_head(whole: bool, tmp_path: Path) -> None:
    office = small_office()
    chain = _docket(office)
    _rebuild(office, chain, 1, [[], [], []])
    report = await _refused(office, tmp_path, "whole" if whole else chain)
    assert report.first_bad_entry is not None
    assert (report.first_bad_entry.chain, report.first_bad_entry.sequence) == (chain, 4)
    assert "signed checkpoint" in report.first_bad_entry.meaning


async def test_a_cut_chain_is_found_in_a_docket_s_export_too(tmp_path: Path) -> None:
    office = small_office()
    chain = _docket(office)
    office.entries[chain].pop()
    report = await _refused(office, tmp_path, chain)
    assert report.first_bad_entry is not None
    assert report.first_bad_entry.sequence == 4


async def test_a_changed_leaf_blames_the_checkpoint_and_no_entry(tmp_path: Path) -> None:
    office = small_office()
    _rebuild(office, _docket(office), 1, [[], [], []])
    office.leaves[0] = [
        type(leaf)(leaf.chain, office.ends[leaf.chain].length, office.ends[leaf.chain].head)
        for leaf in office.leaves[0]
    ]
    report = await _refused(office, tmp_path)
    assert any("checkpoint 1 are not those that it signed" in fault.meaning for fault in report.faults)


async def test_a_checkpoint_made_without_the_key_is_refused(tmp_path: Path) -> None:
    office, forger = small_office(), SyntheticOffice(seed=9)
    forger.docket(1)
    forger.checkpoint(Ed25519PrivateKey.generate())
    office.checkpoints[0] = forger.checkpoints[0]
    report = await _refused(office, tmp_path)
    assert any("names a key that was not given" in fault.meaning for fault in report.faults)


@pytest.mark.parametrize("dropped", [0, 1])
async def test_a_dropped_checkpoint_breaks_the_links(dropped: int, tmp_path: Path) -> None:
    office = small_office()
    office.docket(1)
    office.checkpoint()
    del office.checkpoints[dropped], office.leaves[dropped]
    report = await _refused(office, tmp_path)
    assert any("does not follow on" in fault.meaning for fault in report.faults)


async def test_a_changed_text_is_found_and_the_entry_that_binds_it_named(tmp_path: Path) -> None:
    office = small_office()
    place, value = next(item for item in office.values.items() if item[0][0] == _docket(office))
    office.values[place] = ExportedValue(value.chain, value.value_id, "present", value.salt, "another text")
    report = await _refused(office, tmp_path)
    assert report.first_bad_entry is not None
    assert report.first_bad_entry.chain == place[0]
    assert str(value.value_id) in report.first_bad_entry.meaning


async def test_erasing_without_an_entry_is_found(tmp_path: Path) -> None:
    office = small_office()
    office.erase(*next(iter(office.values)), recorded=False)
    report = await _refused(office, tmp_path)
    assert "no entry says so" in report.faults[0].meaning


async def test_a_value_that_should_be_erased_and_is_not_is_found(tmp_path: Path) -> None:
    office = small_office()
    place, value = next(iter(office.values.items()))
    office.erase(*place)
    office.values[place] = value
    assert "should be erased" in (await _refused(office, tmp_path)).faults[0].meaning


async def test_a_value_left_out_or_put_in_is_found(tmp_path: Path) -> None:
    office = small_office()
    del office.values[next(iter(office.values))]
    office.protect(_docket(office), "never said")
    office.protect(f"docket:{office.new_id()}", "of no docket")
    meanings = " ".join(fault.meaning for fault in (await _refused(office, tmp_path)).faults)
    assert "not said to be withheld" in meanings
    assert "no entry commits to" in meanings
    assert "of a chain that is not here" in meanings


async def test_another_document_in_its_place_is_found(tmp_path: Path) -> None:
    folder = await small_office().export(tmp_path / "export")
    document = next(path for path in (folder / "documents").rglob("*") if path.is_file())
    document.write_bytes(b"another letter   ")
    seal(folder)
    report = verify_export(folder, PUBLIC)
    assert "not those of its name" in report.faults[0].meaning
    document.rename(document.with_name("0e" + "0" * 62))
    seal(folder)
    meanings = " ".join(fault.meaning for fault in verify_export(folder, PUBLIC).faults)
    assert "is not in the export" in meanings
    assert "no entry cites this document" in meanings


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ({"docket": {"version": 3}}, "version does not rise"),
        ({"movement": {"sequence": 3}}, "movement 3 follows on movement 3"),
        ({"movement": {"sequence": 5}}, "movement 5 follows on movement 3"),
        ({"movement": {"sequence": 4, "at": "2020-01-01T00:00:00.000000Z"}}, "earlier"),
        ({"movement": {"sequence": 4, "docket": "another"}}, "another docket"),
        ({"letter": {"a": 1}}, "which no entry inserted"),
    ],
)
async def test_rows_that_cannot_be_are_found_in_a_sound_chain(
    rows: dict[str, dict[str, object]], reason: str, tmp_path: Path
) -> None:
    office = small_office()
    chain = _docket(office)
    table, row = next(iter(rows.items()))
    docket = chain.partition(":")[2]
    change = RowChange(table, "insert" if table == "movement" else "set", {"id": office.new_id()}, row)
    if table == "docket":
        change = RowChange(table, "set", parse_entry(office.entries[chain][0]).changes[0].key, row)
        assert docket in str(change.key)
    office.append(chain, "movement:forward", change)
    office.checkpoint()
    report = await _refused(office, tmp_path)
    assert report.first_bad_entry is not None
    assert (report.first_bad_entry.sequence, reason in report.first_bad_entry.meaning) == (5, True)


async def test_what_the_manifest_does_not_list_is_found(tmp_path: Path) -> None:
    folder = await small_office().export(tmp_path / "export")
    (folder / "notes.txt").write_text("added")
    (folder / "chains" / "empty").mkdir()
    (folder / "values" / "link.jsonl").symlink_to(folder / "manifest.json")
    os.mkfifo(folder / "pipe")
    meanings = " ".join(fault.meaning for fault in verify_export(folder, PUBLIC).faults)
    for said in ("does not list", "folder is empty", "no links"):
        assert said in meanings


async def test_a_link_in_a_file_s_place_is_found(tmp_path: Path) -> None:
    folder = await small_office().export(tmp_path / "export")
    path = folder / "chains" / "000001.jsonl"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    meanings = " ".join(fault.meaning for fault in verify_export(folder, PUBLIC).faults)
    assert "no links" in meanings
    assert "listed in the manifest and missing" in meanings


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "public-key.hex"])
async def test_the_outer_files_have_one_form(name: str, tmp_path: Path) -> None:
    folder = await small_office().export(tmp_path / "export")
    path = folder / name
    kept = path.read_bytes()
    for data in (kept + b"\n", kept + b"0", kept[:-1], kept.upper(), b"", b" " + kept):
        path.write_bytes(data)
        assert not verify_export(folder, PUBLIC).ok
    path.unlink()
    assert any("missing" in fault.meaning for fault in verify_export(folder, PUBLIC).faults)


async def test_a_folder_that_is_no_export_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        assert not verify_export(folder, PUBLIC).ok


def test_a_flood_of_faults_is_counted_and_cut() -> None:
    report = Report()
    for place in range(1000):
        report.fault("broken", chain="docket:x", sequence=place + 1)
    assert (report.fault_count, len(report.faults)) == (1000, 200)
    assert str(report.first_bad_entry) == "docket:x, entry 1: broken"
