"""Each rule of an export is checked for itself, also where another rule would have found the same change."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from flows.rules.audit_chain import ChainEnd, parse_entry
from flows.rules.audit_checkpoint import SignedCheckpoint
from infra.audit.export_format import MANIFEST, SIGNATURE, BrokenFile, parse_manifest, sign_manifest
from infra.audit.export_lines import parse_leaf, parse_value
from infra.audit.verify_export import verify_export, verify_files
from tests.factories.sealed_export import seal
from tests.factories.synthetic_audit import KEY, SyntheticOffice, small_office

PUBLIC = KEY.public_key()


def _meanings(folder: Path) -> str:
    return " | ".join(str(fault) for fault in verify_export(folder, PUBLIC).faults)


def _docket(office: SyntheticOffice) -> str:
    return max(office.entries, key=lambda chain: len(office.entries[chain]))


def _change_lines(folder: Path, stream: str, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path = folder / stream / "000001.jsonl"
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    seal(folder)


async def test_a_signature_of_the_right_key_over_another_checkpoint_is_refused(tmp_path: Path) -> None:
    office = small_office()
    first, second = office.checkpoints
    office.checkpoints[1] = SignedCheckpoint(second.body, first.signature)
    assert "signature is not that of its key" in _meanings(await office.export(tmp_path / "export"))


async def test_a_docket_s_leaf_needs_a_proof_that_holds(tmp_path: Path) -> None:
    office = small_office()
    chain = _docket(office)
    office.append(chain, "movement:note")
    office.leaves[0] = [
        replace(leaf, length=office.ends[chain].length, head=office.ends[chain].head)
        if leaf.chain == chain
        else leaf
        for leaf in office.leaves[0]
    ]
    assert "the proof does not show" in _meanings(await office.export(tmp_path / "export", chain))


async def test_a_docket_s_leaf_stands_once(tmp_path: Path) -> None:
    office = small_office()
    folder = await office.export(tmp_path / "export", _docket(office))
    _change_lines(folder, "leaves", lambda lines: lines * 2)
    assert "leaves are not in the order" in _meanings(folder)


async def test_a_whole_office_gives_no_proofs(tmp_path: Path) -> None:
    office = small_office()
    one = await office.export(tmp_path / "one", _docket(office))
    folder = await office.export(tmp_path / "export")
    line = (one / "leaves" / "000001.jsonl").read_bytes()
    assert parse_leaf(line[:-1]).proof is not None
    _change_lines(folder, "leaves", lambda _: [line])
    assert "no proofs" in _meanings(folder)


async def test_checkpoints_of_another_office_are_refused(tmp_path: Path) -> None:
    folder = await small_office().export(tmp_path / "export")
    manifest = replace(parse_manifest((folder / MANIFEST).read_bytes()), office=UUID(int=1))
    (folder / MANIFEST).write_bytes(manifest.data())
    (folder / SIGNATURE).write_bytes(sign_manifest(manifest.data(), KEY))
    assert "belongs to another office" in _meanings(folder)


async def test_chains_stand_in_their_order(tmp_path: Path) -> None:
    folder = await small_office().export(tmp_path / "export")
    _change_lines(folder, "chains", lambda lines: [*lines[1:], lines[0]])
    assert "does not stand in its order" in _meanings(folder)


async def test_values_stand_in_their_order(tmp_path: Path) -> None:
    folder = await small_office().export(tmp_path / "export")
    _change_lines(folder, "values", lambda lines: [lines[1], lines[0], *lines[2:]])
    assert "values are not in the order" in _meanings(folder)


async def test_a_chain_that_was_cut_and_signed_again_is_seen_in_the_checkpoints(tmp_path: Path) -> None:
    office = small_office()
    chain = _docket(office)
    last = parse_entry(office.entries[chain].pop())
    office.ends[chain] = ChainEnd(last.sequence - 1, last.previous, 1)
    office.checkpoint()
    meanings = _meanings(await office.export(tmp_path / "export"))
    assert "checkpoint 3 covers no more of the chain than one before it" in meanings


async def test_a_docket_s_export_holds_that_docket_alone(tmp_path: Path) -> None:
    office = small_office()
    chain, other = _docket(office), f"docket:{UUID(int=1)}"
    folder = await office.export(tmp_path / "export", chain)
    manifest = replace(parse_manifest((folder / MANIFEST).read_bytes()), scope=other)
    (folder / MANIFEST).write_bytes(manifest.data())
    seal(folder)
    assert "does not belong in this export" in _meanings(folder)
    assert "the docket's chain is not in the export" in _meanings(folder)


async def test_the_quick_look_reads_every_byte(tmp_path: Path) -> None:
    folder = await small_office().export(tmp_path / "export")
    assert verify_files(folder, PUBLIC).ok
    document = next(path for path in (folder / "documents").rglob("*") if path.is_file())
    document.write_bytes(document.read_bytes().swapcase())
    meanings = [fault.meaning for fault in verify_files(folder, PUBLIC).faults]
    assert meanings == [
        "the file's bytes are not those that the manifest lists",
        "the document's bytes are not those of its name",
    ]


_CHAIN = f'"chain":"docket:{UUID(int=1)}","id":"{UUID(int=2)}"'


@pytest.mark.parametrize(
    "line",
    [
        f'{{{_CHAIN},"note":1,"state":"withheld"}}',
        f'{{{_CHAIN},"salt":"{"0" * 32}","state":"withheld"}}',
        f'{{{_CHAIN},"salt":"{"0" * 32}","state":"present"}}',
        f'{{{_CHAIN},"state":"present","text":""}}',
        f'{{{_CHAIN},"salt":"{"0" * 34}","state":"present","text":""}}',
        f'{{{_CHAIN},"salt":"{"A" * 32}","state":"present","text":""}}',
        f'{{{_CHAIN},"document":"{"0" * 64}","salt":"{"0" * 32}","state":"present","text":""}}',
        f'{{{_CHAIN},"state":"lost"}}',
        "[]",
    ],
)
def test_a_value_has_one_shape_for_each_state(line: str) -> None:
    with pytest.raises(BrokenFile):
        parse_value(line.encode())


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: replace(manifest, files=manifest.files[::-1]),
        lambda manifest: replace(manifest, files=manifest.files * 2),
        lambda manifest: replace(manifest, files=(replace(manifest.files[0], path="../outside"),)),
        lambda manifest: replace(manifest, files=(replace(manifest.files[0], path="chains/000002.jsonl"),)),
        lambda manifest: replace(manifest, files=(replace(manifest.files[0], sha256="A" * 64),)),
        lambda manifest: replace(manifest, files=(replace(manifest.files[0], length=-1),)),
        lambda manifest: replace(manifest, documents=False),
        lambda manifest: replace(manifest, scope="office"),
    ],
)
async def test_a_manifest_that_no_export_has_is_refused(change: Callable[..., object], tmp_path: Path) -> None:
    folder = await small_office().export(tmp_path / "export")
    manifest = parse_manifest((folder / MANIFEST).read_bytes())
    with pytest.raises(BrokenFile):
        parse_manifest(change(manifest).data())  # type: ignore[attr-defined]
