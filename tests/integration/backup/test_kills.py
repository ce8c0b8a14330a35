"""A backup or a restore that is killed at a known point: what is left looks like none, and it is begun again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from infra.backup.folder import INCOMPLETE
from infra.commands.audit import audit
from storage.migrations.run import _MIGRATING  # the point at which a restore is held
from tests.factories.audited_office import AuditedOffice
from tests.fixtures.postgres import Database as Place
from tests.integration.backup.conftest import BACKUP, RESTORE, Operator, Ruin, operator_of

LIMIT_S = 60.0
# Of the statistics' views a transaction sees one state only; a lock on another's transaction names no database.
_WAITS = "select count(*) from pg_locks where not granted"
_OTHERS = "select count(*) from pg_stat_activity where datname = %s and usename = 'patravali_owner'"


@contextmanager
def holding(place: Place, statement: str) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's transaction that is in the way of whoever comes to the same place."""
    with psycopg.connect(place.server.admin_url, dbname=place.name) as admin:
        admin.execute(statement.encode())
        yield admin
        admin.rollback()


def until(admin: psycopg.Connection[Any], sql: str, wanted: Callable[[int], bool], *given: str) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not wanted(admin.execute(sql.encode(), given).fetchone()[0]):  # type: ignore[index]
        assert time.monotonic() < deadline, sql
        time.sleep(0.02)


def killed_while_held(operator: Operator, place: Place, statement: str, *words: object) -> None:
    """Runs a command until it waits for what is held, and kills it there."""
    command = [sys.executable, "-m", "infra.cli", *map(str, words)]
    with holding(place, statement) as admin:
        process = subprocess.Popen(command, env={**os.environ, **operator.environment}, stderr=subprocess.PIPE)
        until(admin, _WAITS, lambda found: found > 0)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    with psycopg.connect(place.server.admin_url, autocommit=True) as admin:
        until(admin, _OTHERS, lambda found: found == 0, place.name)


def test_a_killed_backup_leaves_nothing_that_looks_whole(shared: AuditedOffice, tmp_path: Path) -> None:
    operator, folder = operator_of(shared), tmp_path / "backup"
    killed_while_held(operator, shared.database, "lock table docket in access exclusive mode", "backup", folder)
    assert [path.name for path in tmp_path.iterdir() if path != shared.folder] == [f".backup{INCOMPLETE}"]
    assert "never came to its end" in operator.refused(RESTORE, folder, "--check", status=2)
    operator.done(BACKUP, folder)
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]


def test_a_restore_killed_while_it_loads_leaves_the_database_empty(whole: Path, ruin: Ruin) -> None:
    held = "create table public.docket (id uuid)"
    killed_while_held(ruin.operator, ruin.database, held, "restore", whole)
    assert ruin.row("select count(*) from pg_class where relnamespace = 'public'::regnamespace") == 0
    assert ruin.operator.done(RESTORE, whole)["epoch"] == 1
    assert ruin.operator.run(audit, "verify").exit_code == 0


def test_a_restore_killed_before_the_epoch_is_closed_to_the_office_and_goes_on(whole: Path, ruin: Ruin) -> None:
    held = f"select pg_advisory_lock({_MIGRATING})"
    killed_while_held(ruin.operator, ruin.database, held, "restore", whole)
    loaded = ruin.row("select relfilenode from pg_class where relname = 'audit_entry'")
    with psycopg.connect(ruin.database.app_url) as app:
        assert app.execute("select to_regclass('office_identity')").fetchone() == (None,)
    done = ruin.operator.done(RESTORE, whole)
    assert (done["epoch"], done["again"]) == (1, False)
    assert ruin.row("select relfilenode from pg_class where relname = 'audit_entry'") == loaded
    assert ruin.row("select to_regclass('restore_under_way')") is None
    with psycopg.connect(ruin.database.app_url) as app:
        assert app.execute("select epoch from office_identity").fetchone() == (1,)
    again = ruin.operator.done(RESTORE, whole)
    assert (again["epoch"], again["again"], ruin.row("select count(*) from restored")) == (1, True, 1)
