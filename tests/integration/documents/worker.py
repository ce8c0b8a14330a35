"""A process that works with a store of documents, for the tests that kill it or weigh it.

``python -m tests.integration.documents.worker write|carry STORE``, where STORE is JSON: {"folder": path} or
the fields of an S3 address.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from storage.documents.local_directory import LocalDirectory
from storage.documents.minio_store import MinioStore, S3Address
from storage.documents.protocol import DocumentStore
from storage.documents.spool import Spool

SCAN = 200_000_000
LIMIT = 250_000_000


def opened(store: str) -> DocumentStore:
    given = json.loads(store)
    return LocalDirectory(Path(given["folder"])) if "folder" in given else MinioStore(S3Address(**given))


async def noise(size: int) -> AsyncIterator[bytes]:
    """``size`` bytes, other ones each time, in the pieces in which a server receives them."""
    piece = os.urandom(65536)
    for start in range(0, size, len(piece)):
        yield piece[: size - start]


async def write(store: DocumentStore, spool: Spool) -> None:
    """Put blobs for ever; each one that is acknowledged is told on standard output."""
    while True:
        async with spool.receive(noise(random.choice([100, 8_000_000, 24_000_000]))) as upload:
            await store.put(upload)
            print(upload.sha256, flush=True)


async def carry(store: DocumentStore, spool: Spool) -> None:
    """A large scan in and out again; prints the most memory that the process ever held, in bytes."""
    async with spool.receive(noise(SCAN), announced=SCAN) as upload:
        await store.put(upload)
        sha256 = upload.sha256
    out = 0
    async with await store.open(sha256) as stream:
        async for piece in stream:
            out += len(piece)
    assert out == SCAN
    await store.destroy(sha256)
    print(peak())


def peak() -> int:
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def main() -> None:
    task, store = sys.argv[1:]
    given = json.loads(store)
    # Beside the folder, as in the office: an upload is then linked there and not copied.
    beside = Path(given["folder"]) / "spool" if "folder" in given else Path(tempfile.mkdtemp(prefix="spool-"))
    asyncio.run({"write": write, "carry": carry}[task](opened(store), Spool(beside, limit=LIMIT)))


if __name__ == "__main__":
    os.umask(0o077)
    main()
