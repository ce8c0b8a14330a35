"""Commands on the database itself: ``migrate``, ``office create``, ``user add | password | disable | enable``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import typer

from infra.commands.operator import CommandFault, InputFault, Json, answer, faults_told, operator_settings
from storage.settings import SettingsFault

office = typer.Typer(help="The office of a database.", no_args_is_help=True)
user = typer.Typer(help="The people who log in.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="log-in name")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="read the password from standard input")]
SHORTEST = 8
_OTHER_NAME = (
    "this database has its office already, “{}” ({}), and it keeps that name: nothing was changed. The offices, "
    "sections and posts within it are renamed by “patravali structure rename-office CODE” and its like; an office "
    "that is another one needs a database of its own"
)
WITHOUT_SCHEME = (
    "No scheme was put in force yet, and until one is, nothing can be registered: "
    "patravali scheme put-in-force FILE (or the name of one that ships)."
)
_T = TypeVar("_T")


def migrate(as_json: Json = False) -> None:
    """Bring the database's schema to this release; done twice it does nothing the second time."""
    with _told(as_json):
        from infra.commands.reaching import database_told  # noqa: PLC0415 - after --help
        from storage.migrations import run  # noqa: PLC0415 - alembic takes long to import

        with database_told(operator_settings(), "database_owner_url") as url:
            before = run.current(url)
            run.upgrade(url)
            after = run.current(url)
        sentence = "The schema is that of this release already." if before == after else f"Migrated to {after}."
        answer(sentence, {"before": before, "now": after}, as_json)


@office.callback()
def _office() -> None:
    """The office of a database."""


@office.command("create")
def create_office(
    name_en: Annotated[str, typer.Option(help="its name in English")],
    name_hi: Annotated[str, typer.Option(help="its name in Hindi")],
    practice: Annotated[bool, typer.Option("--practice", help="made-up work only; cannot be changed")] = False,
    as_json: Json = False,
) -> None:
    """Make the office of a migrated, empty database."""
    with _told(as_json):
        from infra.commands.reaching import database_told  # noqa: PLC0415 - after --help
        from infra.founding import found_office  # noqa: PLC0415 - after --help

        settings = operator_settings()
        practice = practice or settings.practice
        with database_told(settings, "database_owner_url") as url:
            found = found_office(url, name_en, name_hi, practice=practice)
        if (found.name_en, found.name_hi) != (name_en, name_hi):
            raise CommandFault(_OTHER_NAME.format(found.name_en, found.name_hi))
        sort = "practice office" if practice else "office"
        sentence = f"The {sort} “{name_en}” is made." if found.made else "This database has its office already."
        told = {"made": found.made, "practice": practice, "has_scheme": found.has_scheme}
        answer(sentence if found.has_scheme else f"{sentence} {WITHOUT_SCHEME}", told, as_json)


@user.callback()
def _user() -> None:
    """The people who log in."""


@user.command("add")
def add_user(
    login: Login,
    name_en: Annotated[str, typer.Option(help="name in English")],
    name_hi: Annotated[str, typer.Option(help="name in Hindi")],
    post: Annotated[str, typer.Option(help="code of the post to take charge of")] = "",
    taking_over_from: Annotated[
        str, typer.Option(help="log-in of the post's holder, whose charge ends at this moment")
    ] = "",
    language: Annotated[str, typer.Option(help="hi or en")] = "hi",
    password_stdin: FromStdin = False,
    as_json: Json = False,
) -> None:
    """Add a person; a password is made and shown once unless --password-stdin is given."""
    with _told(as_json):
        from infra.people import NewPerson, add  # noqa: PLC0415 - after --help

        if taking_over_from and not post:
            raise InputFault("--taking-over-from needs --post: which charge is taken over?")
        password, shown = _password(password_stdin)
        new = NewPerson(login, name_en, name_hi, language, password, post or None, taking_over_from or None)
        person = as_application(lambda url: add(url, new))
        ended = f" The charge of {taking_over_from} at {post} has ended." if taking_over_from else ""
        sentence = f"{login} is added.{ended}{_to_show(shown)}"
        answer(sentence, {"person": person, "login": login, **shown}, as_json)


@user.command("password")
def set_password(login: Login, password_stdin: FromStdin = False, as_json: Json = False) -> None:
    """Give a person a new password; whoever is logged in as that person is logged out.

    It is made and shown once unless --password-stdin is given.
    """
    with _told(as_json):
        from infra.people import change_password  # noqa: PLC0415 - after --help

        password, shown = _password(password_stdin)
        as_application(lambda url: change_password(url, login, password))
        answer(f"{login} has a new password.{_to_show(shown)}", {"login": login, **shown}, as_json)


@user.command("disable")
def disable_user(login: Login, as_json: Json = False) -> None:
    """Shut a person out at once; what the person did stays on record."""
    _allow(login, False, as_json)


@user.command("enable")
def enable_user(login: Login, as_json: Json = False) -> None:
    """Let a person that was shut out log in again."""
    _allow(login, True, as_json)


def _allow(login: str, may_log_in: bool, as_json: bool) -> None:
    with _told(as_json):
        from infra.people import allow  # noqa: PLC0415 - after --help

        as_application(lambda url: allow(url, login, may_log_in))
        sentence = f"{login} may log in." if may_log_in else f"{login} can no longer log in."
        answer(sentence, {"login": login, "disabled": not may_log_in}, as_json)


def as_application(work: Callable[[str], Coroutine[Any, Any, _T]]) -> _T:
    """Does what is to be done at the application's address. Raises CommandFault where nobody answers there."""
    from infra.commands.reaching import database_told  # noqa: PLC0415 - after --help

    with database_told(operator_settings(), "database_url") as url:
        return asyncio.run(work(url))


def _password(from_stdin: bool) -> tuple[str, dict[str, str]]:
    """The password, and what of it is to be shown: only one that was made here."""
    from infra.passwords import new_password  # noqa: PLC0415 - after --help

    if not from_stdin:
        made = new_password()
        return made, {"password": made}
    given = sys.stdin.readline().rstrip("\r\n")
    if len(given) < SHORTEST:
        raise CommandFault(f"the password has fewer than {SHORTEST} characters")
    return given, {}


def _to_show(shown: dict[str, str]) -> str:
    return f" Password (shown only now): {shown['password']}" if shown else ""


@contextmanager
def _told(as_json: bool) -> Iterator[None]:
    """The faults that a command on the database expects, as sentences."""
    from flows.rules.errors import Refused  # noqa: PLC0415 - after --help
    from infra.founding import OtherOffice  # noqa: PLC0415 - after --help
    from infra.people import PersonFault  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    expected = (SettingsFault, OtherOffice, PersonFault, NotAnOffice, Refused)
    with faults_told(*expected, as_json=as_json):
        yield
