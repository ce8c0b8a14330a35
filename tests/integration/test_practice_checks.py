"""The demonstration's last checks find what was tampered with, on a real database and store."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from flows.instructions import Giver
from flows.register import Wish, register
from infra.commands.operator import operator_settings
from infra.local_stack.kept import kept_port, kept_signing_key
from infra.practice import checks
from infra.practice.audit_checks import check_audit, check_derived
from infra.practice.desk import Done, Paper, StoryFault
from infra.practice.seed import seed
from storage.database import Database
from storage.settings import Settings
from tests.fixtures import postgres as fixture


@pytest.fixture
def settings(database: fixture.Database, tmp_path: Path) -> Settings:
    kept_signing_key(tmp_path / "keys" / "checkpoint.pem")
    return operator_settings(
        {
            "PATRAVALI_DATA": str(tmp_path),
            "PATRAVALI_DATABASE_URL": database.app_url,
            "PATRAVALI_DATABASE_READER_URL": database.reader_url,
            "PATRAVALI_DATABASE_OWNER_URL": database.owner_url,
            "PATRAVALI_DATABASE_SIGNER_URL": database.signer_url,
        }
    )


@pytest.fixture
async def file(database: fixture.Database, tmp_path: Path) -> Paper:
    """A file that a clerk of the practice office registered."""
    app = Database(database.app_url, pool=2)
    office = await seed(database.owner_url, app, tmp_path)
    person, post = _seat(database, "CLK-GEN")
    particulars = {
        "head": "N-11016", "subject_class": "general", "retention_class": "C", "medium": "electronic",
    }  # fmt: skip
    wish = Wish("haryana-eoffice", "file", "विषय", "ordinary", "ordinary", particulars)
    made = await register(app, office.identity, Giver(person, post, str(uuid4()), b"request"), wish)
    await app.close()
    assert made.outcome is not None
    done = Done(str(made.docket), "register", 1, "in_hand", 1, made.outcome["at"], None, 1.0)
    return Paper(str(made.docket), made.outcome["number"], [done])


def _seat(database: fixture.Database, code: str) -> tuple[UUID, UUID]:
    query = "select t.person, t.post from tenure t join post p on p.id = t.post where p.code = %s"
    with psycopg.connect(database.owner_url) as connection:
        found = connection.execute(query, [code]).fetchone()
    assert found is not None
    return found


async def test_an_honest_office_holds(settings: Settings, file: Paper) -> None:
    said: list[str] = []
    entries = await check_audit(settings, file, said.append)
    await check_derived(settings, said.append)
    assert entries == 6, "a scheme in force, four changes that made the office, one registration"
    assert len(said) == 3


@pytest.mark.parametrize(
    "tampering",
    [
        "update docket set state = 'closed'",
        "alter table movement disable trigger all; update movement set at = at - interval '1 day'",
        "alter table audit_entry disable trigger all; delete from audit_entry where chain like 'docket:%'",
        "update competence set paise = paise + 1 where subject_class = 'expenditure'",
    ],
    ids=["state", "time-of-a-movement", "entries-dropped", "a-power-raised"],
)
async def test_tampering_is_found_and_said(
    settings: Settings, file: Paper, database: fixture.Database, tampering: str
) -> None:
    with psycopg.connect(_admin_url(database), autocommit=True) as admin:
        for statement in tampering.split("; "):
            admin.execute(statement.encode())
    with pytest.raises(StoryFault, match="does not hold"):
        await check_audit(settings, file, lambda _: None)


def _admin_url(database: fixture.Database) -> str:
    return database.server.admin_url.rsplit("/", 1)[0] + f"/{database.name}"


async def test_a_holding_that_no_movement_made_is_found(
    settings: Settings, file: Paper, database: fixture.Database
) -> None:
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("update holding set post = (select id from post where code = 'DC')")
    with pytest.raises(StoryFault, match="fsck"):
        await check_derived(settings, lambda _: None)


def test_a_prefect_server_that_never_answers_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checks, "RECORDED_WITHIN_S", 0.2)
    nobody = f"http://127.0.0.1:{kept_port(tmp_path / 'port')}/api"
    record = checks.PrefectRecord(nobody, "user:password")
    with pytest.raises(StoryFault, match="has not answered at http://127"):
        record.check(Paper("1", "R-1/2026", []))
    record.close()
