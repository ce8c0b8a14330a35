"""The restore drill: an office works, is backed up, works on, is lost, is restored, and goes on working."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import typer

from infra.commands.audit import audit
from infra.commands.fsck import fsck
from tests.factories.audited_office import AuditedOffice, add_document
from tests.factories.lives import PARKING, REASON, Life, file_with, new_complaint, new_file
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.integration.backup.conftest import BACKUP, RESTORE, Operator, Ruin, operator_of

FSCK = typer.Typer()
FSCK.command()(fsck)


def serial_of(number: str) -> int:
    return int(number.split("/")[1])


async def at_work(office: PracticeOffice, number: str) -> Life:
    ((docket, version),) = await office.rows("select id, version from docket where number = %(n)s", n=number)
    life = Life(office, UUID(str(docket)), number)
    life.version = version
    return life


@dataclass(frozen=True)
class Past:
    """The office up to its loss: what the backup holds, and what came after it. ``unseen``: no checkpoint told."""

    kept: Life
    waiting: Life
    born: Life
    spoken: Life
    unseen: Life
    held: str


async def backed_up(made: AuditedOffice, folder: Path) -> tuple[Life, Life]:
    """A file that is worked on later, and one of which a movement waits; then the backup."""
    kept, waiting = await file_with(made.office, "superintendent"), await new_file(made.office)
    await made.log_in()
    log_in(made)
    await waiting.accept("clerk", "park", **PARKING)
    told = operator_of(made).done(BACKUP, folder)
    assert (told["dockets"], told["objects"], told["missing"], told["keys"]) == (6, 1, [], True)
    return kept, waiting


async def worked_on(made: AuditedOffice, kept: Life, waiting: Life, export: Path) -> Past:
    """What comes now is in no backup; a checkpoint and an export tell of the most of it."""
    await kept.must("superintendent", "forward", to="accountant", **REASON)
    await kept.must("accountant", "receive")
    born, spoken = await new_file(made.office), await new_complaint(made.office)
    await add_document(made, born, "clerk", b"%PDF-1.7 lost\n")
    after = (await made.checkpoint()).checkpoint
    assert operator_of(made).run(audit, "export", export).exit_code == 0
    unseen = await new_file(made.office)
    return Past(kept, waiting, born, spoken, unseen, f"{after.number}:{after.hash().hex()}")


async def test_an_office_is_lost_and_restored_and_goes_on(made: AuditedOffice, ruin: Ruin, tmp_path: Path) -> None:
    past = await worked_on(made, *await backed_up(made, tmp_path / "backup"), tmp_path / "export")
    key = made.public_key.public_bytes_raw().hex()
    said = ruin.operator.done(
        RESTORE, tmp_path / "backup", "--key", key, "--checkpoints", made.folder / "checkpoints", "--gap", 50
    )
    assert (said["epoch"], said["again"]) == (1, False)
    lost = {one["number"]: (one["kept"], one["entries"]) for one in said["lost"]}
    assert [lost[one.number] for one in (past.kept, past.born, past.spoken)] == [(3, 2), (0, 2), (0, 1)]
    assert past.unseen.number not in lost
    nothing_of_the_lost_server(ruin)

    copies = ruin.folder / "checkpoints"
    for found in (made.folder / "checkpoints").iterdir():  # as the object store would still have them
        (copies / found.name).exists() or (copies / found.name).write_bytes(found.read_bytes())
    verified = verify(ruin.operator, "--key", key, "--held", past.held)
    assert verified["ok"], verified["faults"]
    assert any("restored from a backup" in remark for remark in verified["remarks"])
    assert {one["number"]: one["entries"] for one in verified["lost"] if one["number"]} == {
        number: entries for number, (_, entries) in lost.items() if number
    }
    assert ruin.operator.run(FSCK).exit_code == 0, ruin.operator.run(FSCK).stdout
    assert operator_of(made).run(audit, "verify", tmp_path / "export", "--key", key).exit_code == 0

    restored = await ruin.office()
    await goes_on(restored, past)
    await restored.database.close()
    proves_itself(ruin, key, tmp_path / "after")


def nothing_of_the_lost_server(ruin: Ruin) -> None:
    """In a new server the numbers of the lost one's transactions would count as ones to come."""
    assert ruin.row("select count(distinct xid::text) from audit_entry") == 2
    version = "select version::text = (select max(xid::text) from audit_entry where data like '%office:restored%')"
    assert ruin.row(f"{version} from office_structure") is True
    for table in ("login_session", "claim"):
        assert ruin.row(f"select count(*) from {table}") == 0


async def goes_on(restored: PracticeOffice, past: Past) -> None:
    """What was lost is done again, and what is new gets numbers that nobody was given."""
    assert restored.identity.epoch == 1
    again = await at_work(restored, past.kept.number)
    await again.must("superintendent", "forward", to="accountant", **REASON)
    await again.must("accountant", "receive")
    await assert_rows_equal_their_replay(restored, again.docket)
    fresh = await new_file(restored)
    assert serial_of(fresh.number) > serial_of(past.unseen.number) + 40
    assert (await new_complaint(restored)).number > past.spoken.number
    assert await outcome_of(restored, past.waiting) == ("withdrawn", "office-restored")


def proves_itself(ruin: Ruin, key: str, export: Path) -> None:
    """A checkpoint covers all of it, an export verifies, and a second restore that was forged is found."""
    assert ruin.operator.run(audit, "checkpoint").exit_code == 0
    verified = verify(ruin.operator, "--key", key)
    assert (verified["ok"], verified["counts"]["uncovered_entries"]) == (True, 0), verified["faults"]
    assert ruin.operator.run(audit, "export", export).exit_code == 0
    forge(ruin)
    assert "no entry tells of the row" in str(verify(ruin.operator, "--key", key)["faults"])
    assert ruin.operator.run(audit, "verify", export, "--key", key).exit_code == 0


def log_in(made: AuditedOffice) -> None:
    """Somebody is logged in when the backup is made."""
    row = """insert into login_session
        select sha256('x'), id, 'bearer', null, now(), now() + interval '1 h' from person limit 1"""
    with psycopg.connect(made.database.owner_url) as owner:
        owner.execute(row)


def forge(ruin: Ruin) -> None:
    """Somebody with every right says that there was another restore, to explain what he cut."""
    with psycopg.connect(ruin.database.server.admin_url, dbname=ruin.database.name) as intruder:
        intruder.execute("insert into restored select epoch + 1, at, backup_at, backup, 1, gap from restored")


def verify(operator: Operator, *words: str) -> dict:
    return json.loads(operator.run(audit, "verify", *words, "--json").stdout)


async def outcome_of(office: PracticeOffice, life: Life) -> tuple[str, str]:
    sql = "select state, outcome->'refusal'->>'code' from instruction where docket = %(d)s and name = 'park'"
    return tuple((await office.rows(sql, d=life.docket))[0])
