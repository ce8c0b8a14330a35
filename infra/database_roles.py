"""The office's roles and databases in a PostgreSQL server, with the limits that each role works under.

The embedded stack and ``patravali database prepare`` make them by these statements. Rights on tables are given by
the migrations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import psycopg
from psycopg import sql

Role = Literal["owner", "app", "reader", "signer", "destroyer"]
ROLES: tuple[Role, ...] = ("owner", "app", "reader", "signer", "destroyer")
DATABASE: Final = "patravali"
LIMITS: Final = {
    "lock_timeout": "5s",
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "30s",
}
# Kept by a pooler too, which a setting in the address is not.
ROLE_SETTINGS: Final[dict[Role, dict[str, str]]] = {
    # The steps' statements are the same for every docket: planning them anew cost twice what running them does.
    "app": {**LIMITS, "plan_cache_mode": "force_generic_plan"},
    "signer": LIMITS,
}
Connection = psycopg.Connection[Any]


def role_name(role: Role) -> str:
    """What a role is called in PostgreSQL; migrations name it so."""
    return f"patravali_{role}"


def prepare(connection: Connection, passwords: Mapping[Role, str], *, anew: bool = False) -> list[str]:
    """Makes the office's roles where they are missing and sets their limits; answers which were made.

    A role without a password here is made and cannot log in. ``anew``: passwords of standing roles are set too.
    """
    made = [
        name for role in ROLES if (name := ensure_role(connection, role_name(role), passwords.get(role), anew))
    ]
    for role, settings in ROLE_SETTINGS.items():
        for setting, value in settings.items():
            _set_for_role(connection, role_name(role), setting, value)
    return made


def ensure_role(connection: Connection, name: str, password: str | None, anew: bool = False) -> str | None:
    """Makes a role that has no power over the server; answers its name where it was made."""
    found = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).fetchone() is not None
    if not found or (anew and password):
        verb = "ALTER" if found else "CREATE"
        statement = sql.SQL(f"{verb} ROLE {{}} " + ("LOGIN PASSWORD {}" if password else "NOLOGIN"))
        given = [sql.Literal(_verifier(connection, name, password))] if password else []
        connection.execute(statement.format(sql.Identifier(name), *given))
    return None if found else name


def ensure_database(connection: Connection, name: str, owner: str) -> bool:
    """Makes a database in UTF-8 where it is missing; whether it was made. Its order of texts is the server's."""
    if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None:
        return False
    create = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8'")
    connection.execute(create.format(sql.Identifier(name), sql.Identifier(owner)))
    return True


def _set_for_role(connection: Connection, role: str, setting: str, value: str) -> None:
    statement = sql.SQL("ALTER ROLE {} SET {} = {}")
    connection.execute(statement.format(sql.Identifier(role), sql.Identifier(setting), sql.Literal(value)))


def _verifier(connection: Connection, name: str, password: str) -> str:
    """Only the verifier is sent, so that no statement in a log holds the password."""
    return connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
