"""``patravali retention`` and ``erase`` as they are typed, on an office with papers past their retention."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
import typer

from infra.commands.audit import audit
from infra.commands.backup import backup, restore
from infra.commands.erasing import erase
from infra.commands.fsck import fsck
from infra.commands.retention import retention
from tests.factories.audited_office import operator_environment
from tests.factories.erasures import LATER, Weeding
from tests.factories.lives import Life, new_complaint
from tests.factories.office_processes import spawned
from tests.factories.waiting import until
from tests.integration.backup.conftest import PASSPHRASE, Operator, Ruin, ruin
from tests.integration.erasure.test_erasing import texts_left

ERASE, FSCK, BACKUP, RESTORE = typer.Typer(), typer.Typer(), typer.Typer(), typer.Typer()
for app, command in ((ERASE, erase), (FSCK, fsck), (BACKUP, backup), (RESTORE, restore)):
    app.command()(command)
PDF = b"%PDF-1.7 a letter\n"
ORDER = ("order", "--authority", "High Court, CWP 12/2026", "--text")
__all__ = ["ruin"]


@dataclass
class Room:
    """The office, and somebody at a terminal in its record room."""

    made: Weeding
    operator: Operator

    def age(self) -> None:
        """The bytes of every document were put two hours ago."""
        for path in (self.made.folder / "documents").glob("??/??/*"):
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - timedelta(hours=2).total_seconds()))


@pytest.fixture
def room(made: Weeding) -> Room:
    destroyer = {"PATRAVALI_DATABASE_DESTROYER_URL": made.place.destroyer_url}
    return Room(made, Operator({**operator_environment(made.place, made.folder), **destroyer, **PASSPHRASE}))


async def due_paper(room: Room, *documents: bytes) -> Life:
    life = await room.made.closed(*documents)
    room.made.clock.set(LATER)
    room.age()
    return life


async def test_a_list_is_drawn_up_and_carried_out_by_commands_and_signed_by_people(room: Room) -> None:
    life, do = await due_paper(room, PDF), room.operator.done
    assert [one["number"] for one in do(retention, "due")["papers"]] == [life.number]
    assert do(retention, "due", "--on", "2026-01-01")["papers"] == []
    made = do(retention, "draw-up")
    assert (made["number"], made["state"], made["items"]) == (1, "drawn_up", 1)
    assert do(retention, "due")["papers"] == []
    assert "waits for the first signature" in room.operator.refused(ERASE, "--list", "1")
    await room.made.signed("list", 1)
    assert do(retention, "lists")["orders"][0]["state"] == "ordered"
    done = do(ERASE, "--list", "1")["erased"][0]
    assert (done["papers"], done["blobs"], done["left"], done["done"]) == (1, 1, [], True)
    page = do(retention, "show", "list", "1")
    assert (page["state"], [one["destroyed"] for one in page["lines"]]) == ("carried_out", [True])
    assert await texts_left(room.made, life) == []
    assert do(FSCK)["documents"] == 0
    assert do(audit, "verify")["erased"] == ["7 texts and documents erased under list 1"]
    (again,) = do(ERASE, "--again")["erased"]
    assert (again["papers"], again["texts"], again["blobs"], again["left"]) == (0, 0, 0, [])


async def test_an_order_about_a_text_is_drawn_up_and_carried_out_by_commands(room: Room) -> None:
    life, do = await new_complaint(room.made.office), room.operator.done
    assert do(retention, *ORDER, f"{life.number}=name", "--text", f"{life.number}=telephone")["items"] == 2
    await room.made.signed("order", 1)
    assert do(ERASE, "--order", "1")["erased"][0]["texts"] == 2
    assert do(audit, "verify")["counts"]["values_erased"] == 2
    said = room.operator.run(retention, "show", "order", "1").stdout
    assert "carried_out" in said
    assert "telephone" in said


async def test_what_nobody_signed_is_withdrawn_and_due_again(room: Room) -> None:
    life, do = await due_paper(room), room.operator.done
    do(retention, "draw-up", life.number)
    assert do(retention, "withdraw", "list", "1")["state"] == "withdrawn"
    assert do(retention, "draw-up", life.number)["number"] == 2


async def test_bytes_put_a_moment_ago_wait_for_the_next_run(room: Room) -> None:
    await room.made.closed(PDF)
    room.made.clock.set(LATER)
    room.operator.done(retention, "draw-up")
    await room.made.signed("list", 1)
    first = room.operator.json(ERASE, "--list", "1")
    assert (first["ok"], first["erased"][0]["waiting"], first["erased"][0]["blobs"]) == (False, 1, 0)
    room.age()
    assert room.operator.done(ERASE, "--list", "1")["erased"][0]["blobs"] == 1


@pytest.mark.parametrize(
    ("app", "words", "status", "reason"),
    [
        (ERASE, (), 2, "name one list"),
        (ERASE, ("--list", "1", "--again"), 2, "name one list"),
        (ERASE, ("--list", "7"), 1, "no such list or order"),
        (retention, ("show", "order", "7"), 2, "there is no order with the number 7"),
        (retention, ("draw-up",), 1, "No paper is past its retention"),
        (retention, ("draw-up", "--on", "2999-01-01"), 1, "a day that has come"),
        (retention, ("draw-up", "N/1"), 1, "N/1"),
        (retention, (*ORDER, "1/2026"), 2, "names no text"),
        (retention, (*ORDER, "1/2026=name"), 1, "1/2026"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_reason(
    room: Room, app: typer.Typer, words: tuple[str, ...], status: int, reason: str
) -> None:
    assert reason in room.operator.refused(app, *words, status=status)


async def test_only_backups_from_before_are_named_as_holding_it(room: Room, tmp_path: Path) -> None:
    """Whoever is told to destroy the others too is left without a backup."""
    life, do, kept = await due_paper(room, PDF), room.operator.done, tmp_path / "backups"
    do(BACKUP, kept / "before")
    await room.made.signed_list(life)
    room.made.clock.forward(timedelta(hours=1))
    said = room.operator.refused(ERASE, "--list", "1", "--backups", str(tmp_path / "nowhere"), status=2)
    assert "nowhere holds no backups" in said
    assert await texts_left(room.made, life) != []
    (named,) = do(ERASE, "--list", "1", "--backups", str(kept))["backups"]
    assert named.startswith(f"{kept / 'before'} (epoch 0, ")
    room.made.clock.forward(timedelta(hours=1))
    do(BACKUP, kept / "after")
    for words in (("--list", "1"), ("--again",)):
        assert do(ERASE, *words, "--backups", str(kept))["backups"] == [named]
    alone = room.operator.run(ERASE, "--again", "--backups", str(kept / "after"))
    assert "No backup in the folders that were given holds it." in alone.stdout


async def test_without_the_destroyer_s_address_nothing_is_erased(room: Room) -> None:
    life = await due_paper(room)
    await room.made.signed_list(life)
    without = {name: value for name, value in room.operator.environment.items() if "DESTROYER" not in name}
    assert "PATRAVALI_DATABASE_DESTROYER_URL is not set" in Operator(without).refused(ERASE, "--list", "1")
    assert await texts_left(room.made, life) != []


async def _end_sessions_of_the_destroyer(room: Room) -> None:
    """As the machine's end would: what was sent before the kill would still be done once the lock is free."""
    with psycopg.connect(room.made.place.server.admin_url, autocommit=True) as admin:
        theirs = "from pg_stat_activity where usename = 'patravali_destroyer' and datname = %s"
        named = [room.made.place.name]
        admin.execute(f"select pg_terminate_backend(pid) {theirs}".encode(), named)
        ended = f"select not exists (select 1 {theirs})".encode()
        await until(lambda: admin.execute(ended, named).fetchone() == (True,), "its sessions ended")


async def test_a_run_killed_between_store_and_database_is_found_and_finished(room: Room) -> None:
    """Killed when the bytes are gone, while the row that names them still stands."""
    life = await due_paper(room, PDF)
    await room.made.signed_list(life)
    owner = room.made.place.owner_url
    with psycopg.connect(owner) as holding, psycopg.connect(owner, autocommit=True) as looking:
        holding.execute("select 1 from blob for key share")
        with spawned(("erase", "--list", "1"), room.operator.environment, room.made.folder / "log"):
            waits = "select 1 from pg_locks k join pg_stat_activity a using (pid)"
            waits += " where not k.granted and a.usename = 'patravali_destroyer'"
            await until(lambda: looking.execute(waits.encode()).fetchone(), "the destroyer waits", limit=60)
        await _end_sessions_of_the_destroyer(room)
    assert not _path(room.made.folder, PDF).exists()
    assert await room.made.office.one("select count(*) from blob") == 1
    found = room.operator.json(FSCK)
    assert (found["ok"], found["document_faults"]) == (False, [])
    assert (found["leftovers"], found["erasures"]) == ([], ["list 1"])
    assert room.operator.done(audit, "verify")
    assert room.operator.done(ERASE, "--list", "1")["erased"][0]["done"]
    assert room.operator.done(FSCK)["documents"] == 0


def _path(folder: Path, data: bytes) -> Path:
    digest = sha256(data).hexdigest()
    return folder / "documents" / digest[:2] / digest[2:4] / digest


async def test_exports_from_before_and_after_an_erasure_both_verify(room: Room, tmp_path: Path) -> None:
    """The later one says under which list; neither needs a database."""
    life, do = await due_paper(room, PDF), room.operator.done
    before, after, alone = tmp_path / "before", tmp_path / "after", tmp_path / "alone"
    key = room.operator.run(audit, "key").stdout.strip()
    do(audit, "export", before, "--with-documents")
    await room.made.signed_list(life)
    do(ERASE, "--list", "1")
    do(audit, "export", after, "--with-documents")
    do(audit, "export", alone, "--docket", life.number)
    nowhere = Operator({"PATRAVALI_DATA": str(tmp_path / "nowhere")})
    then = nowhere.done(audit, "verify", before, "--key", key)
    assert (then["erased"], then["counts"]["documents"], then["counts"]["values_erased"]) == ([], 1, 0)
    now = nowhere.done(audit, "verify", after, "--key", key)
    assert (now["erased"], now["counts"]["documents"]) == (["7 texts and documents erased under list 1"], 0)
    assert nowhere.done(audit, "verify", alone, "--key", key)["erased"] == now["erased"]
    text = b"".join(path.read_bytes() for path in after.rglob("*") if path.is_file())
    assert "श्री राम कुमार".encode() not in text
    assert PDF not in text


@pytest.mark.parametrize(
    ("words", "count", "gone", "there"),
    [
        (("people",), 2, "कमला देवी", "नल में तीन दिन"),
        (("texts",), None, "नल में तीन दिन", None),
        (("documents",), 1, None, "नल में तीन दिन"),
        (("{complaint}=body", "{file}=document:1"), 3, "नल में तीन दिन", "कमला देवी"),
    ],
)
async def test_an_export_withholds_what_it_is_told_and_still_verifies(
    room: Room, tmp_path: Path, words: tuple[str, ...], count: int | None, gone: str | None, there: str | None
) -> None:
    life, file = await new_complaint(room.made.office), await room.made.closed(PDF)
    named = [word.format(complaint=life.number, file=file.number) for word in words]
    given = [part for word in named for part in ("--withhold", word)]
    made = room.operator.done(audit, "export", tmp_path / "export", "--with-documents", *given)
    assert count in (made["withheld"], None)
    found = room.operator.done(audit, "verify", tmp_path / "export")
    assert found["counts"]["values_withheld"] == made["withheld"] > 0
    text = b"".join(path.read_bytes() for path in (tmp_path / "export").rglob("*") if path.is_file())
    assert gone is None or gone.encode() not in text
    assert there is None or there.encode() in text
    assert (PDF in text) == (words in (("people",), ("texts",)))
    said = room.operator.run(audit, "verify", tmp_path / "export").stdout
    assert f"{made['withheld']} texts and documents are withheld" in said


async def test_what_is_withheld_without_a_word_of_it_is_a_fault(room: Room, tmp_path: Path) -> None:
    """A value left out of the export is missing, and not withheld."""
    await new_complaint(room.made.office)
    room.operator.done(audit, "export", tmp_path / "export", "--withhold", "people")
    (values,) = (tmp_path / "export" / "values").iterdir()
    lines = values.read_bytes().splitlines(keepends=True)
    values.chmod(0o600)
    values.write_bytes(b"".join(line for line in lines if b'"withheld"' not in line))
    assert room.operator.json(audit, "verify", tmp_path / "export")["ok"] is False


@pytest.mark.parametrize("word", ["colour", "N/1=name", "=name"])
async def test_a_word_that_names_nothing_withholds_nothing(room: Room, tmp_path: Path, word: str) -> None:
    said = room.operator.refused(audit, "export", tmp_path / "export", "--withhold", word, status=2)
    assert "names nothing to withhold" in said
    assert not (tmp_path / "export").exists()


async def test_a_restore_names_what_was_to_be_gone_and_it_goes_again(
    room: Room, ruin: Ruin, tmp_path: Path
) -> None:
    """List 1 was signed before the backup and carried out after it; list 2 only a later checkpoint tells of."""
    made, do = room.made, room.operator.done
    first, second = await made.closed(PDF), await made.closed(b"%PDF-1.7 of the second\n")
    made.clock.set(LATER)
    await made.signed_list(first)
    do(BACKUP, tmp_path / "backup")
    room.age()
    do(ERASE, "--list", "1")
    await made.signed_list(second)
    do(ERASE, "--list", "2")
    do(audit, "checkpoint")
    there = Operator(
        {**ruin.operator.environment, "PATRAVALI_DATABASE_DESTROYER_URL": ruin.database.destroyer_url}
    )
    said = there.done(RESTORE, tmp_path / "backup", "--checkpoints", made.folder / "checkpoints")
    assert (said["to_erase"], said["to_order"]) == (["list 1"], {"list 2": 1})
    assert second.number in [one["number"] for one in said["lost"]]
    assert _path(ruin.folder, PDF).exists()
    for path in (ruin.folder / "documents").glob("??/??/*"):
        os.utime(path, (0, 0))
    (done,) = there.done(ERASE, "--again")["erased"]
    assert (done["number"], done["papers"], done["blobs"], done["done"]) == (1, 1, 1, True)
    assert not _path(ruin.folder, PDF).exists()
    assert there.done(audit, "verify")["erased"] == [f"{done['texts']} texts and documents erased under list 1"]
    assert there.run(FSCK).exit_code == 0
