"""``patravali database prepare``: the roles and databases of an office in a PostgreSQL server of its own."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.commands.operator import CommandFault, Json, answer, faults_told, operator_settings
from infra.database_roles import Connection, Role
from storage.settings import PREFIX, Settings, SettingsFault

database = typer.Typer(help="The server that the office's database is in.", no_args_is_help=True)

_ADDRESSES: Final[dict[Role, str]] = {
    "owner": "database_owner_url",
    "app": "database_url",
    "reader": "database_reader_url",
    "signer": "database_signer_url",
    "destroyer": "database_destroyer_url",
}
Anew = Annotated[bool, typer.Option("--new-passwords", help="set the passwords of roles that are there already")]


@database.callback()
def _database() -> None:
    """The server that the office's database is in."""


@database.command()
def prepare(new_passwords: Anew = False, as_json: Json = False) -> None:
    """Make roles with their limits, and the database, where they are missing; done twice it changes nothing.

    Each role gets the password that stands in its own address (PATRAVALI_DATABASE_OWNER_URL and so on), so the
    same files serve this command and the processes. With PATRAVALI_PREFECT_DATABASE_URL it makes Prefect's too.
    """
    from infra.commands.reaching import database_told  # noqa: PLC0415 - after --help

    with faults_told(SettingsFault, as_json=as_json):
        settings = operator_settings()
        with database_told(settings, "database_admin_url") as url:
            made = _prepare(url, settings, anew=new_passwords)
        said = f"Made: {', '.join(made)}." if made else "Roles and databases are there already."
        answer(said, {"made": made}, as_json)


def _prepare(admin_url: str, settings: Settings, *, anew: bool) -> list[str]:
    import psycopg  # noqa: PLC0415 - after --help

    from infra.database_roles import ensure_database, prepare, role_name  # noqa: PLC0415 - after --help
    from storage.connecting import PATIENCE  # noqa: PLC0415 - after --help

    passwords, name = _asked(settings)
    with psycopg.connect(admin_url, autocommit=True, **PATIENCE) as connection:
        made = prepare(connection, passwords, anew=anew)
        made += [name] if ensure_database(connection, name, role_name("owner")) else []
        return made + _prepare_prefect(connection, settings, anew=anew)


def _asked(settings: Settings) -> tuple[dict[Role, str], str]:
    """The password of each role whose address is given, and the one database that all of them name."""
    from infra.database_roles import role_name  # noqa: PLC0415 - after --help

    passwords: dict[Role, str] = {}
    names: set[str] = set()
    for role, setting in _ADDRESSES.items():
        parts = _parts(settings, setting)
        if parts is None:
            continue
        user, passwords[role], name = parts
        names.add(name)
        if user != role_name(role):
            raise CommandFault(f"{PREFIX}{setting.upper()} names the role {user}, not {role_name(role)}")
    if len(names) != 1:
        raise CommandFault("give the addresses of the roles, all with the same database; README lists them")
    return passwords, names.pop()


def _parts(settings: Settings, name: str) -> tuple[str, str, str] | None:
    """Role, password and database of an address; None where it is not set. Raises CommandFault."""
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - after --help

    url = getattr(settings, name).get_secret_value()
    if not url:
        return None
    found = conninfo_to_dict(url)
    user, password, database = (str(found.get(key) or "") for key in ("user", "password", "dbname"))
    if not (user and password and database):
        raise CommandFault(f"{PREFIX}{name.upper()} must name a role, its password and the database")
    return user, password, database


def _prepare_prefect(connection: Connection, settings: Settings, *, anew: bool) -> list[str]:
    """Prefect's own role owns its own database, so that it can make what it needs there (pg_trgm is trusted)."""
    from infra.database_roles import ensure_database, ensure_role  # noqa: PLC0415 - after --help

    parts = _parts(settings, "prefect_database_url")
    if parts is None:
        return []
    user, password, name = parts
    if user.startswith("patravali"):
        raise CommandFault(f"{PREFIX}PREFECT_DATABASE_URL must name a role of Prefect's own, not {user}")
    made = [found for found in [ensure_role(connection, user, password, anew)] if found]
    return made + ([name] if ensure_database(connection, name, user) else [])
