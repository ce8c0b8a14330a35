"""The releases whose offices are kept, and how one is put into a database."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from infra.audit.keys import given_key
from infra.backup.dump import NOT_BEFORE_17
from tests.fixtures.postgres import Database

RELEASES = Path(__file__).with_name("releases")


def load(release: Path, database: Database) -> None:
    """Puts the kept office into an empty database, whose owner we are."""
    sql = gzip.decompress((release / "office.sql.gz").read_bytes()).replace(NOT_BEFORE_17, b"", 1)
    command = [database.server.program("psql"), "-qX", "--set=ON_ERROR_STOP=1", database.owner_url]
    done = subprocess.run(command, input=sql, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def key_of(release: Path) -> Ed25519PublicKey:
    """The key that signed its checkpoints."""
    return given_key(str(release / "public-key.hex"))
