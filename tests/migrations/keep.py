"""Keeps a small office as a released schema has it, for the tests of every later migration.

``python -m tests.migrations.keep RELEASE`` is run once, when a schema is released. What it keeps is not made anew:
later code must read what this code wrote. Nobody there has a password, and the key that signed is thrown away.
"""

from __future__ import annotations

import asyncio
import gzip
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.audit.export_format import public_key_file
from infra.database_roles import DATABASE
from infra.local_stack.postgres import EmbeddedPostgres
from storage.migrations.run import upgrade
from tests.factories.audited_office import make_audited_office
from tests.factories.lives import complaint_with, file_with
from tests.fixtures.postgres import Database
from tests.migrations.kept import RELEASES


async def _lived(database: Database, folder: Path) -> bytes:
    """An office with what the audit tells of, two dockets still on their way, and a checkpoint; its public key."""
    made = await make_audited_office(database, folder)
    await file_with(made.office, "superintendent")
    await complaint_with(made.office, "junior", accused="accountant")
    await made.checkpoint()
    key = public_key_file(made.public_key)
    await made.close()
    return key


def keep(release: str) -> Path:
    """Writes the release's folder and answers it. Raises FileExistsError where there is one."""
    kept = RELEASES / release
    kept.mkdir(parents=True)
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)  # PostgreSQL's system user must enter it
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        database = Database(DATABASE, server)
        upgrade(database.owner_url)
        (kept / "public-key.hex").write_bytes(asyncio.run(_lived(database, folder / "data")))
        dump = subprocess.run(
            [server.program("pg_dump"), "--no-owner", database.owner_url], stdout=-1, check=True
        ).stdout
        (kept / "office.sql.gz").write_bytes(gzip.compress(dump, mtime=0))
        shutil.copytree(folder / "data" / "checkpoints", kept / "checkpoints")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return kept


if __name__ == "__main__":
    print(keep(sys.argv[1]))
