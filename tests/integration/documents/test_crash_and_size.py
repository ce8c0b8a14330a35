"""A writer killed at any moment leaves no half blob; a large scan passes through little memory."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.documents.local_directory import LocalDirectory
from storage.documents.minio_store import MinioStore, S3Address
from storage.documents.protocol import DocumentStore
from tests.integration.documents import worker
from tests.integration.documents.conftest import Upload

# A folder has the more to lose: the server does its own naming.
ROUNDS = {"folder": 20, "minio": 6}
MEGABYTE = 1_000_000


@pytest.fixture(params=["folder", "minio"])
def store_json(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return json.dumps({"folder": str(tmp_path / "documents")})
    address: S3Address = request.getfixturevalue("minio_address")
    return json.dumps(dataclasses.asdict(address))


def _killed_at_a_random_moment(store_json: str, spool: Path, chance: random.Random) -> set[str]:
    """Run a writer, kill it, and return the blobs that it said it had put."""
    command = [sys.executable, "-m", "tests.integration.documents.worker", "write", store_json]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment(spool)) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        try:
            writer.wait(chance.uniform(0, 0.1))
        except subprocess.TimeoutExpired:
            writer.kill()
        return {first.strip()} | {line.strip() for line in writer.stdout if line.endswith("\n")}


def _environment(spool: Path) -> dict[str, str]:
    return {"PATH": "", "TMPDIR": str(spool)}


async def _checked(store: DocumentStore) -> set[str]:
    """The blobs of the store, each read and compared with its name."""
    found: set[str] = set()
    after = ""
    while page := await store.list_page(after=after, limit=50):
        for blob in page:
            assert len(await (await store.open(blob.sha256)).whole()) == blob.size
            found.add(blob.sha256)
        after = page[-1].sha256
    return found


async def test_a_writer_killed_at_random_moments_leaves_whole_blobs_only(store_json: str, tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    acknowledged: set[str] = set()
    for _ in range(ROUNDS["folder" if "folder" in json.loads(store_json) else "minio"]):
        acknowledged |= _killed_at_a_random_moment(store_json, tmp_path, chance)
    store = worker.opened(store_json)
    assert isinstance(store, LocalDirectory | MinioStore)
    found = await _checked(store)
    assert acknowledged <= found, f"seed {seed}"
    await store.close()


def test_a_scan_of_200_megabytes_goes_in_and_out_in_under_100_megabytes(store_json: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.integration.documents.worker", "carry", store_json]
    done = subprocess.run(command, capture_output=True, text=True, env=_environment(tmp_path), check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 100 * MEGABYTE
    print(f"{int(done.stdout) / MEGABYTE:.0f} MB")


async def test_what_a_killed_writer_was_about_to_name_is_swept_after_a_day(tmp_path: Path, upload: Upload) -> None:
    incoming = tmp_path / "documents" / "incoming"
    old, young = _stale(incoming / "old", hours=25), _stale(incoming / "young", hours=1)
    async with upload(b"letter") as spooled:
        await LocalDirectory(tmp_path / "documents").put(spooled)
    assert (old.exists(), young.exists()) == (False, True)


def _stale(path: Path, hours: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
    return path
