"""The practice office in a real database: made once, completed after a kill, its passwords nowhere in clear."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from infra.founding import OtherOffice, found_office
from infra.practice.passwords import PasswordFile
from infra.practice.plan import load_plan
from infra.practice.seed import PracticeOffice, seed
from storage.database import Database
from tests.fixtures import postgres as fixture

WORKER = """
import asyncio, sys
from pathlib import Path
from infra.practice.seed import seed
from storage.database import Database
asyncio.run(seed(sys.argv[1], Database(sys.argv[2]), Path(sys.argv[3])))
"""
DIES_BEFORE_THE_FILE = """
import os, signal
from infra.practice.passwords import PasswordFile
PasswordFile.add = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""
COUNTED = ("department", "office", "section", "post", "post_superior", "post_power", "competence", "person")
COUNTED += ("tenure", "assistant")
HELD_BACK = 4711


@pytest.fixture
async def app(database: fixture.Database) -> AsyncIterator[Database]:
    opened = Database(database.app_url, pool=2)
    yield opened
    await opened.close()


async def _seeded(database: fixture.Database, app: Database, data: Path) -> PracticeOffice:
    return await seed(database.owner_url, app, data)


async def _rows(app: Database, sql: str) -> list[tuple]:
    async with app.reading() as connection:
        return [tuple(row) for row in await connection.execute(text(sql))]


async def _counts(app: Database) -> dict[str, int]:
    return {name: (await _rows(app, f"select count(*) from {name}"))[0][0] for name in COUNTED}


async def _entries(app: Database) -> list[tuple]:
    return await _rows(app, "select chain, sequence, hash from audit_entry order by 1, 2")


async def test_a_second_start_changes_nothing(database: fixture.Database, app: Database, tmp_path: Path) -> None:
    first = await _seeded(database, app, tmp_path)
    entries, counts = await _entries(app), await _counts(app)

    second = await _seeded(database, app, tmp_path)

    assert await _entries(app) == entries
    assert await _counts(app) == counts
    assert second.passwords == first.passwords
    assert second.identity == first.identity


async def test_every_post_and_person_of_the_plan_is_there(
    database: fixture.Database, app: Database, tmp_path: Path
) -> None:
    office = await _seeded(database, app, tmp_path)
    counts, plan = await _counts(app), office.plan

    assert counts["post"] == len(plan.posts) >= 40
    assert counts["person"] == len(plan.people) == len(office.passwords)
    assert counts["tenure"] == len(list(plan.charges))
    assert counts["post_superior"] == counts["post"] - 1, "only the Deputy Commissioner has nobody above"


async def test_a_start_killed_while_it_writes_is_completed_by_the_next(
    database: fixture.Database, app: Database, tmp_path: Path
) -> None:
    _kill_while_it_writes("person", database, tmp_path)
    assert (await _counts(app))["person"] == 0
    await _completed_by_the_next(database, app, tmp_path)


async def test_a_start_killed_before_it_kept_the_passwords_is_completed_by_the_next(
    database: fixture.Database, app: Database, tmp_path: Path
) -> None:
    """The people are in the database then, and nobody knows their passwords."""
    died = _worker(database, tmp_path, DIES_BEFORE_THE_FILE + WORKER)
    assert died.wait(60) == -signal.SIGKILL
    assert (await _counts(app))["person"] == len(load_plan().people)
    await _completed_by_the_next(database, app, tmp_path)


async def _completed_by_the_next(database: fixture.Database, app: Database, data: Path) -> None:
    assert (await _counts(app))["tenure"] == 0
    assert not PasswordFile(data).path.exists()

    office = await _seeded(database, app, data)

    expected = {"post": len(office.plan.posts), "person": len(office.plan.people)}
    expected["tenure"] = len(list(office.plan.charges))
    assert expected.items() <= (await _counts(app)).items()
    assert await _log_ins_that_work(app, office) == set(office.passwords)


def _worker(database: fixture.Database, data: Path, program: str = WORKER) -> subprocess.Popen[bytes]:
    arguments = [database.owner_url, database.app_url, str(data)]
    return subprocess.Popen([sys.executable, "-c", program, *arguments])


def _kill_while_it_writes(table: str, database: fixture.Database, data: Path) -> None:
    """Lets a seeding process run until it writes the table, and kills it and its server process there.

    Were the server process left alive, it could still find the commit in what it was sent, or not.
    """
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(
            f"create function hold_back() returns trigger language plpgsql as "
            f"$$ begin perform pg_advisory_xact_lock({HELD_BACK}); return new; end $$"
        )
        owner.execute(f"create trigger hold_back before insert on {table} execute function hold_back()")
        owner.execute("select pg_advisory_lock(%s)", [HELD_BACK])
        process = _worker(database, data)
        try:
            backend = _wait_until_it_hangs(owner, process)
        finally:
            process.kill()
            process.wait()
        _end_session(database, backend)
        owner.execute("select pg_advisory_unlock(%s)", [HELD_BACK])
        _wait(lambda: owner.execute("select from pg_stat_activity where pid = %s", [backend]).fetchone() is None)
        owner.execute(f"drop trigger hold_back on {table}")


def _wait_until_it_hangs(owner: psycopg.Connection, process: subprocess.Popen[bytes]) -> int:
    """The process id of the session that waits."""
    waiting = "select pid from pg_locks where locktype = 'advisory' and not granted and objid = %s"
    _wait(lambda: process.poll() is not None or owner.execute(waiting, [HELD_BACK]).fetchone() is not None)
    found = owner.execute(waiting, [HELD_BACK]).fetchone()
    assert found is not None, "the seeding ended before it came so far"
    return found[0]


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _end_session(database: fixture.Database, backend: int) -> None:
    with psycopg.connect(database.server.admin_url, autocommit=True) as admin:
        admin.execute("select pg_terminate_backend(%s)", [backend])


async def _log_ins_that_work(app: Database, office: PracticeOffice) -> set[str]:
    hashes = dict(await _rows(app, "select login, password_hash from person"))
    hasher = PasswordHasher()
    return {login for login, password in office.passwords.items() if hasher.verify(hashes[login], password)}


async def test_a_lost_password_file_gives_everyone_a_new_password(
    database: fixture.Database, app: Database, tmp_path: Path
) -> None:
    before = await _seeded(database, app, tmp_path)
    PasswordFile(tmp_path).path.unlink()

    after = await _seeded(database, app, tmp_path)

    assert set(after.passwords) == set(before.passwords)
    assert not set(after.passwords.values()) & set(before.passwords.values())
    assert await _log_ins_that_work(app, after) == set(after.passwords)


async def test_passwords_of_an_earlier_database_do_not_stay(
    new_database: Callable[[], fixture.Database], database: fixture.Database, app: Database, tmp_path: Path
) -> None:
    earlier = new_database()
    other = Database(earlier.app_url, pool=2)
    await _seeded(earlier, other, tmp_path)
    await other.close()
    office = await _seeded(database, app, tmp_path)
    assert await _log_ins_that_work(app, office) == set(office.passwords)


async def test_names_stand_in_both_languages(database: fixture.Database, app: Database, tmp_path: Path) -> None:
    await _seeded(database, app, tmp_path)
    names = []
    for table in ("department", "office", "section", "post", "office_identity"):
        names += await _rows(app, f"select name_en, name_hi from {table}")
    people = await _rows(
        app,
        "select e.value, h.value from person p join protected_value e on e.id = p.name_en "
        "join protected_value h on h.id = p.name_hi",
    )
    assert len(people) == len(load_plan().people)
    for english, hindi in names + people:
        assert not _is_devanagari(english), english
        assert _is_devanagari(hindi), hindi


def _is_devanagari(name: str) -> bool:
    return any("\u0900" <= character <= "\u097f" for character in name)


async def test_no_password_stands_in_the_database_in_clear(
    database: fixture.Database, app: Database, tmp_path: Path
) -> None:
    office = await _seeded(database, app, tmp_path)
    tables = await _rows(app, "select relname from pg_stat_user_tables")
    whole = str([await _rows(app, f'select t::text from "{table}" t') for (table,) in tables])
    assert "aditi" in whole, "the dump holds the people"
    assert not [login for login, password in office.passwords.items() if password in whole]
    hashes = await _rows(app, "select password_hash from person")
    assert all(stored.startswith("$argon2id$") for (stored,) in hashes)
    assert len(set(hashes)) == len(hashes)


async def test_passwords_are_kept_where_only_their_owner_reads_them(
    database: fixture.Database, app: Database, tmp_path: Path
) -> None:
    await _seeded(database, app, tmp_path)
    path = PasswordFile(tmp_path).path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_the_application_cannot_unmark_a_practice_office(
    database: fixture.Database, app: Database, tmp_path: Path
) -> None:
    office = await _seeded(database, app, tmp_path)
    assert office.identity.practice
    with psycopg.connect(database.app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("update office_identity set practice = false")


async def test_a_real_office_is_never_filled_with_invented_people(
    database: fixture.Database, app: Database, tmp_path: Path
) -> None:
    found_office(database.owner_url, "Real", "वास्तविक", practice=False)
    with pytest.raises(OtherOffice, match="a real office, “Real”"):
        await _seeded(database, app, tmp_path)
    assert set((await _counts(app)).values()) == {0}
    assert not PasswordFile(tmp_path).path.exists()


async def test_what_was_changed_in_training_stays_so(
    database: fixture.Database, app: Database, tmp_path: Path
) -> None:
    await _seeded(database, app, tmp_path)
    with psycopg.connect(database.app_url) as connection:
        connection.execute("update post_power set to_day = '2026-01-01' where power = 'hub'")
        connection.execute("update person set disabled = true where login = 'kiran'")

    await _seeded(database, app, tmp_path)

    assert await _rows(app, "select count(*) from post_power where power = 'hub' and to_day is null") == [(0,)]
    assert await _rows(app, "select disabled from person where login = 'kiran'") == [(True,)]


async def test_the_chain_of_superiors_leads_from_the_clerk_to_the_deputy_commissioner(
    database: fixture.Database, app: Database, tmp_path: Path
) -> None:
    await _seeded(database, app, tmp_path)
    above = dict(
        await _rows(
            app,
            "select p.code, u.code from post_superior s join post p on p.id = s.post "
            "join post u on u.id = s.superior",
        )
    )
    chain = ["CLK-GEN"]
    while chain[-1] in above:
        chain.append(above[chain[-1]])
    assert chain == ["CLK-GEN", "AST-GEN", "SUP-GEN", "CTM", "ADC", "DC"]
