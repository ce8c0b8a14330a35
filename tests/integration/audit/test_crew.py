"""Several processes verify one snapshot: they find what one finds, and none of them is lost or left unnoticed."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from infra.audit import verify_database as verifying
from infra.audit.crew import Crew, CrewLost
from infra.audit.report import Report
from infra.audit.verify_page import Known
from storage.database import Database, Driver
from storage.snapshots import one_snapshot
from tests.factories.audited_office import AuditedOffice
from tests.factories.waiting import until

# By hand, each seen by another part of the verification, on more pages than one.
BREAKS = (
    "update docket set state = 'closed' where id = %(file)s",
    "update audit_entry set data = data || '\\x20'::bytea where sequence = 2"
    " and chain = 'docket:' || %(complaint)s",
    "update protected_value set value = 'कुछ और' where id = (select remark from movement where docket = %(file)s"
    " and remark is not null limit 1)",
    "update post set code = code || 'x' where id = (select id from post order by id limit 1)",
)


@asynccontextmanager
async def snapshot(made: AuditedOffice) -> AsyncIterator[Driver]:
    database = Database(made.database.reader_url, pool=1)
    try:
        async with one_snapshot(database) as driver:
            yield driver
    finally:
        await database.close()


async def found_by(made: AuditedOffice, driver: Driver, processes: int) -> Report:
    crew = Crew(made.database.reader_url, processes, from_entries=1)
    return await verifying.verify_database(driver, made.trust(), crew=crew)


def break_by_hand(made: AuditedOffice) -> None:
    """As somebody with every right, for whom no trigger counts."""
    dockets = {"file": made.file.docket, "complaint": made.complaint.docket}
    with psycopg.connect(made.database.server.admin_url, dbname=made.database.name) as intruder:
        intruder.execute("set local session_replication_role = replica")
        for sql in BREAKS:
            assert intruder.execute(sql.encode(), dockets).rowcount == 1, sql


async def test_a_crew_finds_what_one_process_finds_also_of_the_past(
    made: AuditedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "_PAGE_CHAINS", 2)
    async with snapshot(made) as driver:
        whole = await found_by(made, driver, 1)
        break_by_hand(made)
        assert (await found_by(made, driver, 3)).to_json() == whole.to_json(), "it is the same moment"
    assert whole.ok, whole.faults
    async with snapshot(made) as driver:
        one, several = await found_by(made, driver, 1), await found_by(made, driver, 3)
    assert several.to_json() == one.to_json()
    assert one.fault_count >= len(BREAKS)
    assert several.first_bad_entry is not None


async def test_a_process_that_is_lost_is_told(made: AuditedOffice) -> None:
    known = Known(f"office:{uuid4()}", frozenset(), None, frozenset(), frozenset())
    crew = Crew(made.database.reader_url, 2)

    async def pages() -> AsyncIterator[Sequence[str]]:
        for _ in range(crew.processes):
            yield [f"docket:{made.file.docket}"]
        for process in multiprocessing.active_children():
            process.kill()
        for _ in range(5):
            yield [f"docket:{made.complaint.docket}"]

    async with snapshot(made) as driver:
        with pytest.raises(CrewLost):
            assert [found async for found in crew.verify(driver, known, pages())] == []


# Its second page never comes: it waits as one does that reads a long list.
_VERIFIER = """
import asyncio, multiprocessing, sys
from infra.audit.crew import Crew
from infra.audit.verify_page import Known
from storage.database import Database
from storage.snapshots import one_snapshot

async def pages():
    yield []
    print(*(process.pid for process in multiprocessing.active_children()), flush=True)
    await asyncio.sleep(600)

async def main(url):
    known = Known("office:", frozenset(), None, frozenset(), frozenset())
    async with one_snapshot(Database(url, pool=1)) as driver:
        async for _ in Crew(url, 2).verify(driver, known, pages()):
            pass

if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
"""


async def test_none_outlives_the_one_that_began_them(made: AuditedOffice, tmp_path: Path) -> None:
    program = tmp_path / "verifier.py"
    program.write_text(_VERIFIER)
    crew = _killed(program, made.database.reader_url)
    assert crew

    async def all_gone() -> bool:
        return not any(_lives(pid) for pid in crew)

    await until(all_gone, "the processes that verified are gone")


def _killed(program: Path, url: str) -> list[int]:
    """Runs it until it told its processes' numbers, and kills it."""
    command = [sys.executable, program, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as verifier:
        assert verifier.stdout is not None
        told = verifier.stdout.readline()
        verifier.kill()
    return [int(pid) for pid in told.split()]


def _lives(pid: int) -> bool:
    """Whether it runs: one that nobody has waited for yet does not."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
