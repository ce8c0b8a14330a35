"""The operators' commands on a real database: what they write, say, and exit with."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer
from argon2 import PasswordHasher
from click.testing import Result
from typer.testing import CliRunner

from infra.commands import database as commands
from infra.commands.assistants import assistant
from infra.commands.audit import audit
from infra.commands.operator import CommandFault, needed, operator_settings
from infra.commands.second_factors import factor
from infra.founding import found_office
from infra.local_stack.kept import kept_factor_key
from storage.connecting import CONNECTS_WITHIN_S
from tests.factories.practice_office import make_office
from tests.fixtures import postgres as fixture

MIGRATE = typer.Typer()
MIGRATE.command()(commands.migrate)


class Operator:
    """Somebody at a terminal, with the settings of one database."""

    def __init__(self, database: fixture.Database) -> None:
        self._owner_url = database.owner_url
        self.environment = {
            "PATRAVALI_DATABASE_URL": database.app_url,
            "PATRAVALI_DATABASE_READER_URL": database.reader_url,
            "PATRAVALI_DATABASE_OWNER_URL": database.owner_url,
        }

    def run(self, app: typer.Typer, *words: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, words, input=typed, env=self.environment)

    def json(self, app: typer.Typer, *words: str, typed: str = "") -> dict[str, Any]:
        ended = self.run(app, *words, "--json", typed=typed)
        # One line; where the command runs in a thread, other tasks of this process may log meanwhile.
        said = json.loads(next(line for line in ended.stdout.splitlines() if line.startswith("{")))
        assert said["ok"] is (ended.exit_code == 0)
        return said

    def add(self, login: str, *more: str, typed: str = "") -> dict[str, Any]:
        names = ("--name-en", "Somebody", "--name-hi", "कोई")
        return self.json(commands.user, "add", login, *names, *more, typed=typed)

    def row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        with psycopg.connect(self._owner_url) as connection:
            return connection.execute(sql.encode(), values).fetchone()


@pytest.fixture
def operator(database: fixture.Database) -> Operator:
    found_office(database.owner_url, "Office", "कार्यालय", practice=True)
    return Operator(database)


def test_migrating_twice_says_that_nothing_was_left_to_do(operator: Operator) -> None:
    ended = operator.run(MIGRATE)
    assert ended.exit_code == 0
    assert "already" in ended.stdout


def test_a_migration_names_the_role_that_nobody_made(new_database: Callable[..., fixture.Database]) -> None:
    empty = new_database(migrated=False)
    with psycopg.connect(empty.server.admin_url, autocommit=True) as admin:
        admin.execute("alter role patravali_signer rename to somebody_else")
        ended = Operator(empty).run(MIGRATE)
        admin.execute("alter role somebody_else rename to patravali_signer")
    assert ended.exit_code == 1
    assert ended.stderr.startswith('patravali: role "patravali_signer" does not exist: make the database\'s roles')


def test_an_office_is_made_once_and_never_changes_its_sort(database: fixture.Database) -> None:
    operator, names = Operator(database), ("--name-en", "Office", "--name-hi", "कार्यालय")
    first = operator.run(commands.office, "create", *names)
    assert (first.exit_code, "patravali scheme put-in-force FILE" in first.stdout) == (0, True)
    assert operator.json(commands.office, "create", *names)["made"] is False
    assert "cannot become" in operator.json(commands.office, "create", *names, "--practice")["reason"]
    assert operator.row("select practice, name_hi from office_identity") == (False, "कार्यालय")


def test_a_new_name_is_not_dropped_without_a_word(operator: Operator) -> None:
    for names in (("Another", "कार्यालय"), ("Office", "दूसरा")):
        words = ("--name-en", names[0], "--name-hi", names[1], "--practice")
        reason = operator.json(commands.office, "create", *words)["reason"]
        assert "has its office already, “Office” (कार्यालय), and it keeps that name" in reason
        assert "patravali structure rename-office" in reason
    assert operator.row("select name_en, name_hi from office_identity") == ("Office", "कार्यालय")


async def test_an_office_that_has_a_scheme_is_not_told_that_it_has_none(database: fixture.Database) -> None:
    office = await make_office(database.app_url, database.owner_url)
    await office.database.close()
    words = ("--name-en", "Practice office", "--name-hi", "अभ्यास कार्यालय", "--practice")
    said = Operator(database).json(commands.office, "create", *words)
    assert (said["made"], said["has_scheme"]) == (False, True)
    assert "put-in-force" not in Operator(database).run(commands.office, "create", *words).stdout


def test_the_setting_makes_an_office_one_for_practice(database: fixture.Database) -> None:
    operator = Operator(database)
    operator.environment["PATRAVALI_PRACTICE"] = "true"
    operator.json(commands.office, "create", "--name-en", "Office", "--name-hi", "कार्यालय")
    assert operator.row("select practice from office_identity") == (True,)


def test_an_added_person_can_log_in_with_the_password_that_is_shown_once(operator: Operator) -> None:
    said = operator.add("naya")
    stored = operator.row("select password_hash from person where login = 'naya'")
    assert stored is not None
    assert PasswordHasher().verify(stored[0], said["password"])
    entry = operator.row("select convert_from(data, 'UTF8') from audit_entry order by sequence desc limit 1")
    assert entry is not None
    assert '"what":"office:person.added"' in entry[0]
    assert said["password"] not in entry[0]
    assert "Somebody" not in entry[0]


def test_a_password_from_standard_input_is_not_shown(operator: Operator) -> None:
    said = operator.add("naya", "--password-stdin", typed="a long enough one\n")
    assert "password" not in said
    stored = operator.row("select password_hash from person where login = 'naya'")
    assert stored is not None
    assert PasswordHasher().verify(stored[0], "a long enough one")


def test_a_new_password_and_shutting_out_end_every_session(operator: Operator) -> None:
    person = operator.add("naya")["person"]
    for command in ("password", "disable", "enable"):
        _begin_session(operator, person)
        operator.json(commands.user, command, "naya")
        assert operator.row("select count(*) from login_session") == (0,)
        assert operator.row("select disabled from person where login = 'naya'") == (command == "disable",)


def _begin_session(operator: Operator, person: str) -> None:
    operator.row(
        "insert into login_session values ('\\x00', %s, 'bearer', null, now(), now() + interval '1 day') "
        "returning 1",
        person,
    )
    assert operator.row("select count(*) from login_session") == (1,)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("Caps",), "is no log-in"),
        (("naya", "--post", "NOWHERE"), "no post “NOWHERE”"),
        (("naya", "--language", "ta"), "no language"),
        (("naya", "--password-stdin"), "fewer than 8"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    operator: Operator, words: tuple[str, ...], reason: str
) -> None:
    assert reason in operator.add(*words, typed="short\n")["reason"]
    assert operator.row("select count(*) from person") == (0,)
    assert operator.row("select count(*) from audit_entry") == (0,)


@pytest.fixture
async def seated(database: fixture.Database) -> Operator:
    """The operator of an office whose posts are held, but for one that is vacant."""
    office = await make_office(database.app_url, database.owner_url)
    await office.database.close()
    return Operator(database)


HELD_BY = (
    "select count(*), min(p.login) from tenure t join person p on p.id = t.person join post o on o.id = t.post"
)


def test_a_vacant_post_is_taken_charge_of(seated: Operator) -> None:
    assert seated.add("naya", "--post", "vacant")["ok"]
    assert seated.row(f"{HELD_BY} where o.code = 'vacant' and t.to_at is null") == (1, "naya")
    assert "held by naya" in seated.add("later", "--post", "vacant")["reason"]


def test_a_held_post_gets_no_second_holder(seated: Operator) -> None:
    before = seated.row("select count(*), (select count(*) from audit_entry) from person")
    for words, reason in (
        (
            (),
            "held by clerk (Clerk, substantive charge); a post has one holder at a time. --taking-over-from clerk",
        ),
        (("--taking-over-from", "officer"), "held by clerk"),
        (("--taking-over-from", "nobody"), "held by clerk"),
    ):
        assert reason in seated.add("naya", "--post", "clerk", *words)["reason"]
    assert "nobody holds" in seated.add("naya", "--post", "vacant", "--taking-over-from", "clerk")["reason"]
    assert seated.row("select count(*), (select count(*) from audit_entry) from person") == before


def test_a_charge_is_taken_over_at_one_moment_and_the_chain_says_so(seated: Operator, tmp_path: Path) -> None:
    seated.environment["PATRAVALI_DATA"] = str(tmp_path)
    person = seated.add("naya", "--post", "clerk", "--taking-over-from", "clerk")["person"]
    assert seated.row(f"{HELD_BY} where o.code = 'clerk' and t.to_at is null") == (1, "naya")
    moments = "select (select to_at from tenure where to_at is not null), from_at from tenure where person = %s"
    found = seated.row(moments, person)
    assert found is not None
    assert found[0] == found[1]
    assert seated.json(audit, "verify")["ok"]
    seated.row("update tenure set to_at = to_at + interval '1 s' where to_at is not null returning 1")
    assert "tenure.to_at" in seated.run(audit, "verify").stdout


def test_a_link_officer_is_no_holder(seated: Operator) -> None:
    assert seated.row(
        "update tenure set charge = 'link' where post = (select id from post where code = 'clerk') returning 1"
    )
    assert seated.add("naya", "--post", "clerk")["ok"]


def test_taking_over_needs_a_post(seated: Operator) -> None:
    ended = seated.run(
        commands.user, "add", "naya", "--name-en", "a", "--name-hi", "b", "--taking-over-from", "clerk"
    )
    assert ended.exit_code == 2
    assert "needs --post" in ended.stderr


def test_of_two_who_take_charge_at_once_the_database_lets_one(seated: Operator) -> None:
    with (
        psycopg.connect(seated.environment["PATRAVALI_DATABASE_OWNER_URL"]) as other,
        ThreadPoolExecutor(1) as desk,
    ):
        other.execute(
            "insert into tenure select gen_random_uuid(), person, (select id from post where code = 'vacant'), "
            "'additional', now(), null from tenure limit 1"
        )
        second = desk.submit(seated.add, "naya", "--post", "vacant")
        while not other.execute("select 1 from pg_locks where not granted").fetchone():
            assert not second.done()
        other.commit()
        assert "at this very moment" in second.result()["reason"]
    assert seated.row("select count(*) from person where login = 'naya'") == (0,)


def test_a_taken_log_in_is_refused(operator: Operator) -> None:
    operator.add("naya")
    assert "taken" in operator.add("naya")["reason"]


def test_nobody_of_that_name_is_a_fault_with_a_sentence(operator: Operator) -> None:
    ended = operator.run(commands.user, "disable", "nobody")
    assert ended.exit_code == 1
    assert "nobody with the log-in “nobody”" in ended.stderr


def test_a_database_that_is_away_or_empty_is_said_so(new_database: Any) -> None:
    for app, words in AT_THE_DATABASE:
        away = CliRunner().invoke(app, words, env=at("127.0.0.1:1"))
        assert away.exit_code == 3
        (said,) = away.stderr.splitlines()
        assert "PostgreSQL at 127.0.0.1:1 (database x, as nobody) cannot be reached: Connection refused; " in said
        assert "hush" not in said
    empty = Operator(new_database(migrated=False)).run(commands.user, "disable", "x")
    assert empty.exit_code == 1
    assert "patravali migrate" in empty.stderr


AT_THE_DATABASE = (
    (commands.user, ["disable", "x"]),
    (commands.user, ["add", "naya", "--name-en", "Somebody", "--name-hi", "कोई"]),
    (commands.office, ["create", "--name-en", "Office", "--name-hi", "कार्यालय"]),
    (MIGRATE, list[str]()),
)


def at(place: str) -> dict[str, str]:
    return {f"PATRAVALI_DATABASE{role}_URL": f"postgresql://nobody:hush@{place}/x" for role in ("", "_OWNER")}


def test_a_server_that_never_answers_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for app, words in AT_THE_DATABASE:
            began = time.monotonic()
            ended = CliRunner().invoke(app, words, env=at(f"127.0.0.1:{silent.getsockname()[1]}"))
            assert ended.exit_code == 3
            assert f"no answer within {CONNECTS_WITHIN_S} seconds" in ended.stderr
            assert time.monotonic() - began < 3 * CONNECTS_WITHIN_S


def test_a_wrong_password_is_said_without_it(operator: Operator) -> None:
    secret = operator.environment["PATRAVALI_DATABASE_URL"].split(":")[2].split("@")[0]
    operator.environment["PATRAVALI_DATABASE_URL"] = operator.environment["PATRAVALI_DATABASE_URL"].replace(
        secret, "guessed"
    )
    ended = operator.run(commands.user, "disable", "x")
    assert ended.exit_code == 3
    assert 'cannot be reached: password authentication failed for user "patravali_app"; ' in ended.stderr
    assert "guessed" not in ended.stderr


def test_the_embedded_stack_needs_no_settings(tmp_path: Path) -> None:
    secrets = tmp_path / "postgres" / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "database_url").write_text("postgresql://kept")
    environ = {"PATRAVALI_DATA": str(tmp_path)}
    assert needed(operator_settings(environ), "database_url") == "postgresql://kept"
    other = {**environ, "PATRAVALI_DATABASE_URL": "postgresql://set"}
    assert needed(operator_settings(other), "database_url") == "postgresql://set"
    with pytest.raises(CommandFault, match="PATRAVALI_DATABASE_OWNER_URL is not set"):
        needed(operator_settings(environ), "database_owner_url")


@pytest.fixture
def staffed(database: fixture.Database, tmp_path: Path) -> Operator:
    """An office with posts, and the key of second factors."""
    office = asyncio.run(make_office(database.app_url, database.owner_url))
    asyncio.run(office.database.close())
    operator = Operator(database)
    operator.environment["PATRAVALI_SECOND_FACTOR_KEY_FILE"] = str(kept_factor_key(tmp_path / "factor.key"))
    return operator


def test_an_assistant_is_given_listed_and_ended(staffed: Operator) -> None:
    powers = ("--power", "prepare", "--power", "open")
    said = staffed.json(assistant, "give", "vacant", "--post", "dc", *powers)
    row = staffed.row("select powers, given_by, to_at from assistant where id = %s", said["assistant"])
    assert row == (["open", "prepare"], None, None)
    listed = staffed.json(assistant, "list")["assistants"]
    assert listed == [{"post": "dc", "login": "vacant", "powers": ["open", "prepare"]}]
    again = staffed.run(assistant, "give", "vacant", "--post", "dc", "--power", "open")
    assert (again.exit_code, "already" in again.stderr) == (1, True)
    assert staffed.run(assistant, "end", "vacant", "--post", "dc").exit_code == 0
    assert "no assistant of the post" in staffed.run(assistant, "end", "vacant", "--post", "dc").stderr
    assert staffed.json(assistant, "list")["assistants"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nobody", "--post", "dc", "--power", "open"), "no such person"),
        (("vacant", "--post", "nowhere", "--power", "open"), "no such post"),
        (("vacant", "--post", "dc", "--power", "decide"), "some of these: open (open and read), sort ("),
    ],
)
def test_what_cannot_be_given_is_said(staffed: Operator, words: tuple[str, ...], said: str) -> None:
    ended = staffed.run(assistant, "give", *words)
    assert (ended.exit_code, said in ended.stderr) == (1, True), ended.stderr


def test_the_office_is_told_where_to_ask_for_a_second_factor(staffed: Operator) -> None:
    assert staffed.json(factor, "ask", "--on", "deciding")["asked"] == ["deciding"]
    assert staffed.row("select asked from second_factor_asked where occasion = 'deciding'") == (True,)
    assert staffed.json(factor, "ask")["asked"] == []
    assert staffed.row("select bool_or(asked) from second_factor_asked") == (False,)
    assert staffed.run(factor, "ask", "--on", "everything").exit_code == 2
    del staffed.environment["PATRAVALI_SECOND_FACTOR_KEY_FILE"]
    without = staffed.run(factor, "ask", "--on", "deciding")
    assert (without.exit_code, "PATRAVALI_SECOND_FACTOR_KEY" in without.stderr) == (1, True)


def test_resetting_a_second_factor_names_who_is_not_there(staffed: Operator) -> None:
    assert staffed.run(factor, "reset", "dc").exit_code == 0
    assert "nobody with the log-in" in staffed.run(factor, "reset", "nobody").stderr
