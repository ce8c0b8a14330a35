"""``audit verify`` where nothing was ordered yet: no fault; what was cut is one all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from flows.checkpoints import read_signing_key, take_checkpoint
from flows.rules.audit_checkpoint import key_id
from infra.audit.report import Report
from infra.audit.verify_database import Trust, verify_database
from infra.founding import found_office
from infra.local_stack.kept import kept_signing_key
from storage import standing_jobs
from storage.database import Database
from storage.snapshots import one_snapshot
from tests.fixtures.postgres import Database as Place

SIGNING = "sign_checkpoint"
NOTHING_YET = "Nothing has been ordered in this office yet: there is nothing to verify."


@pytest.fixture
def place(new_database: Callable[..., Place]) -> Place:
    """A database with an office that was just created, and nothing else."""
    fresh = new_database()
    assert found_office(fresh.owner_url, "District office", "ज़िला कार्यालय", practice=False)
    return fresh


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Database]:
    database = Database(url, pool=2)
    try:
        yield database
    finally:
        await database.close()


async def signed(place: Place, folder: Path) -> Trust:
    """Signs as the standing job does; answers whom the verifier believes."""
    key = read_signing_key(kept_signing_key(folder / "key.pem"))
    async with connected(place.signer_url) as signer, connected(place.app_url) as app:
        number = (await take_checkpoint(signer, key)).checkpoint.number
        async with app.writing() as driver:
            await standing_jobs.know(driver, [SIGNING])
        async with app.writing() as driver:
            await standing_jobs.begin(driver, SIGNING, "ticker", pause_s=30, longest_s=600)
        async with app.writing() as driver:
            await standing_jobs.end_well(driver, SIGNING, 0.1, {"number": number}, holds=True)
    return Trust({key_id(key.public_key()): key.public_key()}, independent=True)


async def verified(place: Place, trust: Trust) -> Report:
    async with connected(place.reader_url) as reader, one_snapshot(reader) as driver:
        return await verify_database(driver, trust)


def by_hand(place: Place, sql: str, *values: Any) -> None:
    """As somebody with every right, for whom no trigger counts."""
    with psycopg.connect(place.server.admin_url, dbname=place.name) as intruder:
        intruder.execute("set local session_replication_role = replica")
        assert intruder.execute(sql.encode(), values).rowcount >= 1


async def test_where_nothing_was_ordered_there_is_no_fault_before_and_after_the_first_checkpoint(
    place: Place, tmp_path: Path
) -> None:
    report = await verified(place, Trust({}, independent=True))
    assert (report.ok, report.faults) == (True, [])
    assert NOTHING_YET in report.remarks
    trust = await signed(place, tmp_path)
    report = await verified(place, trust)
    assert (report.ok, report.last_checkpoint, report.counts.entries) == (True, 1, 0)


async def test_a_checkpoint_that_was_taken_and_is_gone_is_a_fault(place: Place, tmp_path: Path) -> None:
    trust = await signed(place, tmp_path)
    by_hand(place, "delete from checkpoint")
    report = await verified(place, trust)
    assert [str(fault) for fault in report.faults] == [
        "checkpoint 1, which the standing work says it took, is not in the table"
    ]


async def test_rows_of_an_office_without_a_chain_are_a_fault(place: Place) -> None:
    sql = "insert into department (id, code, name_en, name_hi) values (%s, 'x', 'X', 'क')"
    by_hand(place, sql, uuid4())
    report = await verified(place, Trust({}, independent=True))
    assert any("the office's own chain is missing whole" in str(fault) for fault in report.faults)
