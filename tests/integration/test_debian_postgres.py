"""Debian's PostgreSQL 15: made ready as an operator does it, migrated, and a docket lives there."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from infra.local_stack.postgres import EmbeddedPostgres
from storage.migrations.run import current, newest, upgrade
from tests.fixtures.postgres import OTHER_PROGRAMS


def value(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


def test_the_schema_comes_up_on_the_oldest_server(debian_postgres: EmbeddedPostgres) -> None:
    assert str(value(debian_postgres.admin_url, "SHOW server_version")).startswith("15.")
    upgrade(debian_postgres.url("owner"))
    assert current(debian_postgres.url("app")) == newest()


def test_its_texts_sort_by_code_point_too(debian_postgres: EmbeddedPostgres) -> None:
    words = ["ऋ", "b", "क", "a", "𑀓", "B", "ﬁ"]
    quoted = ", ".join(f"'{word}'" for word in words)
    found = value(debian_postgres.url("reader"), f"SELECT array_agg(w ORDER BY w) FROM unnest(array[{quoted}]) w")
    assert found == sorted(words)


def test_a_role_s_limits_hold_there(debian_postgres: EmbeddedPostgres) -> None:
    assert value(debian_postgres.url("app"), "SHOW statement_timeout") == "15s"


@pytest.mark.skipif(OTHER_PROGRAMS not in os.environ, reason="the run is on the packaged PostgreSQL")
def test_a_run_on_another_postgresql_is_on_that_one(postgres: EmbeddedPostgres) -> None:
    assert Path(postgres.program("postgres")).parent == Path(os.environ[OTHER_PROGRAMS])
