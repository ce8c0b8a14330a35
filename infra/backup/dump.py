"""The database as a file and back: PostgreSQL's own pg_dump, pg_restore and psql, of the embedded version."""

from __future__ import annotations

import asyncio
import errno
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from infra.backup.contents import BackupFault
from infra.local_stack.postgres_home import programs_of_package
from storage import restores
from storage.connecting import PATIENCE

LOCK_WAITS_S: Final = 60.0
"""How long a dump waits for a table that another session keeps to itself; a backup at night is told of it then."""

_PIECE: Final = 1024 * 1024
_LOOK_EVERY_S: Final = 0.25
# pg_restore of PostgreSQL 17 and later sets it in every script; a server of 15 or 16 does not know it.
NOT_BEFORE_17: Final = b"SET transaction_timeout = 0;\n"
_BEGIN: Final = b"set maintenance_work_mem = '256MB';\nbegin;\n"


async def dump(url: str, snapshot: str, to: Path, written: Callable[[int], None]) -> None:
    """Write the whole database as it stands in an exported snapshot; ``written`` hears of bytes.

    It takes no lock but the one that keeps a table's description from being changed, for which it waits
    ``LOCK_WAITS_S``. Raises BackupFault, OSError for a full disk.
    """
    arguments = ["--format=custom", "--compress=gzip:1", "--no-owner", f"--snapshot={snapshot}", f"--file={to}"]
    # In milliseconds; without it pg_dump lifts every limit that the role has.
    arguments.append(f"--lock-wait-timeout={round(LOCK_WAITS_S * 1000)}")
    process = await _start("pg_dump", url, *arguments, f"--dbname={_address(url)}")
    told = asyncio.create_task(_tell_size(to, written))
    try:
        _, said = await process.communicate()
    finally:
        told.cancel()
        await _end(process)
    if b"No space left on device" in said or b"File too large" in said:
        raise OSError(errno.ENOSPC, "no room", str(to))
    if b"statement timeout" in said and b"LOCK TABLE" in said:
        raise BackupFault(
            f"a table was kept locked by another session for over {LOCK_WAITS_S:g} s, as a migration or work on"
            " the database does, and nothing of the backup is kept; start it again when that has ended"
        )
    if process.returncode != 0:
        raise BackupFault(f"the database could not be dumped: {_last(said)}")


async def _tell_size(path: Path, written: Callable[[int], None]) -> None:
    while True:
        with suppress(FileNotFoundError):
            written(os.stat(path).st_size)
        await asyncio.sleep(_LOOK_EVERY_S)


async def load(path: Path, url: str, closing: str, read: Callable[[int], None]) -> None:
    """Load a dump into an empty database, in one transaction that ends with the SQL of ``closing``.

    A dump that was cut short, a full disk or a kill in the middle leave the database empty. Raises BackupFault.
    """
    process = await _start("psql", url, *_PSQL, f"--dbname={_address(url)}", stdin=PIPE)
    assert process.stdin is not None
    loading = _Loading(process, path, read)
    said = asyncio.create_task(_all_of(process))
    try:
        await loading.run(closing)
    except (BrokenPipeError, ConnectionResetError):
        pass  # psql ended first, and says why
    finally:
        # Without the commit the transaction is undone, whatever was written before.
        process.stdin.close()
        words = await said
        await process.wait()
    if process.returncode != 0 or not loading.whole:
        raise BackupFault(f"the dump could not be loaded, and nothing of it is kept: {_last(words)}")


_PSQL: Final = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-", "--output=/dev/null")


class _Loading:
    """One transaction, written to psql piece by piece."""

    def __init__(self, psql: Process, path: Path, read: Callable[[int], None]) -> None:
        assert psql.stdin is not None
        self._to, self._path, self._read = psql.stdin, path, read
        self._bytes, self.whole = 0, False

    async def run(self, closing: str) -> None:
        await self._write(_BEGIN)
        await self._section("pre-data")
        await self._section("data")
        await self._write(restores.ENTRIES_ANEW.encode())
        await self._section("post-data")
        await self._write(f"{closing}commit;\n".encode())
        self._to.close()
        self.whole = True

    async def _section(self, name: str) -> None:
        process = await _start("pg_restore", None, f"--section={name}", "--no-owner", "--file=-", str(self._path))
        assert process.stdout is not None
        head = True
        try:
            while piece := await process.stdout.read(_PIECE):
                await self._write(piece.replace(NOT_BEFORE_17, b"", 1) if head else piece)
                head = False
            assert process.stderr is not None
            said = await process.stderr.read()
            if await process.wait() != 0:
                raise BackupFault(f"{self._path.name} cannot be read, and nothing of it is kept: {_last(said)}")
        finally:
            await _end(process)

    async def _write(self, data: bytes) -> None:
        self._to.write(data)
        await self._to.drain()
        self._bytes += len(data)
        self._read(self._bytes)


async def _all_of(process: Process) -> bytes:
    assert process.stderr is not None
    return await process.stderr.read()


async def _start(name: str, url: str | None, *arguments: str, stdin: int | None = None) -> Process:
    environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
    if url is not None:
        # A command line can be read by everyone on the machine.
        environment["PGPASSWORD"] = str(conninfo_to_dict(url).get("password") or "")
    program = str(programs_of_package() / name)
    return await asyncio.create_subprocess_exec(
        program, *arguments, stdin=stdin or asyncio.subprocess.DEVNULL, stdout=PIPE, stderr=PIPE, env=environment
    )


def _address(url: str) -> str:
    said = {k: v for k, v in conninfo_to_dict(url).items() if k != "password"}
    return make_conninfo("", **said | PATIENCE)


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def _last(said: bytes) -> str:
    """What a program said last; the first lines of a flood are what made it."""
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return " ".join(lines[:2]) or "it ended without a word"
