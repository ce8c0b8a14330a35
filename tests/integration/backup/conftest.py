"""An office that is backed up, and the empty places that a disaster leaves to restore it to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer
from click.testing import Result
from psycopg import sql
from typer.testing import CliRunner

from infra.commands import backup as commands
from storage.database import Database
from storage.identity import read_identity
from tests.factories.audited_office import AuditedOffice, make_audited_office
from tests.factories.practice_office import PracticeOffice, Seat
from tests.fixtures.postgres import Database as Place

BACKUP, RESTORE = typer.Typer(), typer.Typer()
BACKUP.command()(commands.backup)
RESTORE.command()(commands.restore)
PASSPHRASE = {"PATRAVALI_BACKUP_PASSPHRASE": "सूर्य 12 correct horse"}
_SEATS = "select o.code, t.person, o.id from tenure t join post o on o.id = t.post"


@dataclass(frozen=True)
class Operator:
    """Somebody at a terminal, with the settings of one place."""

    environment: dict[str, str]

    def run(self, app: typer.Typer, *words: object) -> Result:
        given = [str(word) for word in words]
        # A command runs a loop of its own, and the tests are in one already.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(CliRunner().invoke, app, given, env=self.environment).result()

    def json(self, app: typer.Typer, *words: object) -> dict[str, Any]:
        ended = self.run(app, *words, "--json")
        assert ended.stdout, ended.stderr or ended.exception
        said = json.loads(ended.stdout)
        assert said["ok"] is (ended.exit_code == 0), said
        return said

    def done(self, app: typer.Typer, *words: object) -> dict[str, Any]:
        """What must succeed."""
        said = self.json(app, *words)
        assert said["ok"], said
        return said

    def refused(self, app: typer.Typer, *words: object, status: int = 1) -> str:
        """What must be refused in one sentence; answers it."""
        ended = self.run(app, *words)
        assert (ended.exit_code, ended.stdout) == (status, ""), (ended.stdout, ended.stderr, ended.exception)
        (said,) = ended.stderr.splitlines()
        assert said.startswith("patravali: ")
        return said


def operator_of(made: AuditedOffice) -> Operator:
    return Operator({**made.environment, **PASSPHRASE})


@dataclass(frozen=True)
class Ruin:
    """A place with nothing in it: an empty database, and a data folder that is not there yet."""

    database: Place
    folder: Path

    @property
    def operator(self) -> Operator:
        urls = {role: self.database.url(role) for role in ("owner", "reader", "signer")}  # type: ignore[arg-type]
        return Operator(
            {
                "PATRAVALI_DATA": str(self.folder),
                "PATRAVALI_DATABASE_URL": self.database.app_url,
                **{f"PATRAVALI_DATABASE_{role.upper()}_URL": url for role, url in urls.items()},
                "PATRAVALI_CHECKPOINT_KEY_FILE": str(self.folder / "keys" / "checkpoint.pem"),
                **PASSPHRASE,
            }
        )

    def row(self, statement: str) -> Any:
        """The first column of the first row."""
        with psycopg.connect(self.database.owner_url) as connection:
            found = connection.execute(statement.encode()).fetchone()
        return found[0] if found else None

    async def office(self) -> PracticeOffice:
        """The office that was restored here, at work again."""
        database = Database(self.database.app_url, pool=4)
        async with database.querying() as driver:
            office = PracticeOffice(database, await read_identity(driver), self.database.owner_url, {})
        office.seats |= {code: Seat(person, post, code) for code, person, post in await office.rows(_SEATS)}
        return office


@pytest.fixture
async def made(new_database: Callable[..., Place], tmp_path: Path) -> AsyncIterator[AuditedOffice]:
    office = await make_audited_office(new_database(), tmp_path / "office")
    yield office
    await office.close()


@pytest.fixture(scope="module")
async def shared(
    new_database: Callable[..., Place], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[AuditedOffice]:
    """An office for tests that only read it."""
    office = await make_audited_office(new_database(), tmp_path_factory.mktemp("shared") / "office")
    yield office
    await office.close()


@pytest.fixture(scope="module")
def whole(shared: AuditedOffice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole backup, which no test changes."""
    folder = tmp_path_factory.mktemp("backups") / "whole"
    operator_of(shared).done(BACKUP, folder)
    return folder


@pytest.fixture
def ruin(new_database: Callable[..., Place], tmp_path: Path) -> Any:
    place = new_database(migrated=False)
    yield Ruin(place, tmp_path / "restored")
    with psycopg.connect(place.server.admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(place.name)))
