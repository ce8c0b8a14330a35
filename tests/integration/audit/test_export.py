"""Exports of a real office: they verify without any database, and any change in them is found."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from infra.audit.operations import export_office
from infra.audit.verify_export import verify_export, verify_files
from infra.audit.write_export import ExportRefused
from tests.factories.audited_office import PDF, AuditedOffice, add_document, chain_of, make_audited_office
from tests.factories.lives import REASON, file_with, new_file


@pytest.fixture(scope="module")
async def large(
    new_database: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[AuditedOffice]:
    """An office with some sixty dockets and three checkpoints."""
    office = await make_audited_office(new_database(), tmp_path_factory.mktemp("large"))
    for step in range(60):
        life = await file_with(office.office, "superintendent")
        await life.must("superintendent", "return", **REASON)
        if step % 20 == 0:
            await add_document(office, life, "clerk", PDF + bytes([step]))
            await office.checkpoint()
    yield office
    await office.close()


async def _small(made: AuditedOffice, folder: Path) -> Path:
    life = await new_file(made.office)
    await add_document(made, life, "clerk", PDF)
    await export_office(made.settings, folder, life.number, documents=True, quiet=True)
    return folder


def _verify_elsewhere(folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """As whoever was handed the export: another process, no settings, no database."""
    command = [sys.executable, "-m", "infra.cli", "audit", "verify", str(folder), "--json", *words]
    ended = subprocess.run(command, env={"PATH": "/usr/bin"}, capture_output=True, text=True, check=False)
    assert ended.stderr == ""
    return ended.returncode, json.loads(ended.stdout)


async def test_an_export_of_the_whole_office_verifies_without_it(made: AuditedOffice, tmp_path: Path) -> None:
    await export_office(made.settings, tmp_path / "export", None, documents=True, quiet=True)
    (tmp_path / "office.pub").write_text(made.public_key.public_bytes_raw().hex())
    status, report = _verify_elsewhere(tmp_path / "export", "--key", str(tmp_path / "office.pub"))
    assert (status, report["ok"], report["independent_key"]) == (0, True, True), report["faults"]
    entries = await made.office.one("select count(*) from audit_entry")
    assert (report["counts"]["entries"], report["counts"]["uncovered_entries"]) == (entries, 0)
    assert (report["scope"], report["counts"]["documents"]) == ("whole", 1)
    assert report["counts"]["checkpoints"] == await made.office.one("select count(*) from checkpoint")


async def test_an_export_of_one_docket_has_that_docket_alone(made: AuditedOffice, tmp_path: Path) -> None:
    await made.checkpoint()
    await export_office(made.settings, tmp_path / "export", made.file.number, documents=True, quiet=True)
    status, report = _verify_elsewhere(tmp_path / "export", "--key", made.public_key.public_bytes_raw().hex())
    assert (status, report["ok"]) == (0, True), report["faults"]
    assert (report["scope"], report["counts"]["chains"]) == (chain_of(made.file.docket), 1)
    assert report["counts"]["entries"] == (await made.file.row())["chain_length"]
    assert report["counts"]["documents"] == 1
    text = b"".join(path.read_bytes() for path in (tmp_path / "export").rglob("*") if path.is_file())
    assert "अनुमोदन हेतु".encode() in text
    assert "कमला देवी".encode() not in text, "another docket's complainant"


async def test_a_key_out_of_the_export_is_said_to_be_no_proof(made: AuditedOffice, tmp_path: Path) -> None:
    await _small(made, tmp_path / "export")
    status, report = _verify_elsewhere(tmp_path / "export")
    assert (status, report["independent_key"]) == (0, False)
    assert "taken from the export itself" in report["remarks"][0]


async def test_without_documents_the_bytes_stay_in_the_office(made: AuditedOffice, tmp_path: Path) -> None:
    await export_office(made.settings, tmp_path / "export", None, documents=False, quiet=True)
    assert not (tmp_path / "export" / "documents").exists()
    assert verify_export(tmp_path / "export", made.public_key).ok


async def test_every_changed_byte_of_a_small_export_is_found(made: AuditedOffice, tmp_path: Path) -> None:
    folder = await _small(made, tmp_path / "export")
    chance, tried = random.Random(5), 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        path.chmod(0o600)
        data = path.read_bytes()
        for place in range(len(data)):
            changed = bytes([data[place] ^ chance.randrange(1, 256)])
            path.write_bytes(data[:place] + changed + data[place + 1 :])
            # The quick half says enough; the whole is asked now and then, for it begins with that half.
            verify = verify_export if tried % 200 == 0 else verify_files
            assert not verify(folder, made.public_key).ok, (path, place)
            tried += 1
        path.write_bytes(data)
    assert tried > 5_000
    assert verify_export(folder, made.public_key).ok


async def test_two_thousand_random_bytes_of_a_large_export_are_found(large: AuditedOffice, tmp_path: Path) -> None:
    folder, chance = tmp_path / "export", random.Random(6)
    await export_office(large.settings, folder, None, documents=True, quiet=True)
    assert verify_export(folder, large.public_key).ok
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in chance.choices(files, [path.stat().st_size for path in files], k=2000):
        path.chmod(0o600)
        data = path.read_bytes()
        place = chance.randrange(len(data))
        path.write_bytes(data[:place] + bytes([data[place] ^ chance.randrange(1, 256)]) + data[place + 1 :])
        assert not verify_files(folder, large.public_key).ok, (path, place)
        path.write_bytes(data)


async def test_a_number_that_no_docket_has_is_refused(made: AuditedOffice, tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="no docket with the number"):
        await export_office(made.settings, tmp_path / "export", "N-1/1/1999", documents=False, quiet=True)


async def test_an_export_whose_documents_are_not_in_the_store_is_refused(
    made: AuditedOffice, tmp_path: Path
) -> None:
    life = await new_file(made.office)
    await life.must("clerk", "add_document", document=True)
    with pytest.raises(ExportRefused, match="has not the bytes"):
        await export_office(made.settings, tmp_path / "export", life.number, documents=True, quiet=True)
    assert not (tmp_path / "export" / "manifest.json").exists()
