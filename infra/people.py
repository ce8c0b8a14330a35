"""What an operator does with people: add one, set a password, shut one out and let one in again.

Each is one change of the office with its entry in the office's chain; the password itself stands in none.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from eoffice_api.passwords import hash_password
from flows.office import OfficeChange, change_office
from storage import numbers
from storage.database import AlreadyThere, Database, fetch_one
from storage.identity import OfficeIdentity, read_identity

_LOGIN: Final = re.compile(r"[a-z][a-z0-9.-]{1,30}")
_LANGUAGES: Final = ("hi", "en")


class PersonFault(Exception):
    """There is no such person or post, or what was given cannot be; the message says which."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Who is to be added, and the code of the post that he takes charge of, if any."""

    login: str
    name_en: str
    name_hi: str
    language: str
    password: str
    post: str | None = None


@asynccontextmanager
async def _office(url: str) -> AsyncIterator[tuple[Database, OfficeIdentity]]:
    database = Database(url, pool=2)
    try:
        async with database.writing() as driver:
            identity = await read_identity(driver)
        yield database, identity
    finally:
        await database.close()


async def add(url: str, new: NewPerson) -> UUID:
    """Adds a person with the charge of a post, and answers the person's id.

    Raises PersonFault, NotAnOffice, DatabaseAway.
    """
    if not _LOGIN.fullmatch(new.login):
        raise PersonFault(f"“{new.login}” is no log-in: small letters, digits, dots and hyphens, a letter first")
    if new.language not in _LANGUAGES:
        raise PersonFault(f"“{new.language}” is no language of the office: hi or en")
    async with _office(url) as (database, identity):
        change, person = OfficeChange("person.added"), uuid4()
        change.insert("person", _row(change, person, new), password_hash=hash_password(new.password))
        if new.post is not None:
            change.insert("tenure", await _charge(database, person, new.post))
        try:
            await change_office(database, identity, change)
        except AlreadyThere:
            raise PersonFault(f"the log-in “{new.login}” is taken") from None
    return person


def _row(change: OfficeChange, person: UUID, new: NewPerson) -> dict[str, Any]:
    return {
        "id": person,
        "login": new.login,
        "name_en": change.protect(f"{person} en", new.name_en),
        "name_hi": change.protect(f"{person} hi", new.name_hi),
        "language": new.language,
        "disabled": False,
    }


async def _charge(database: Database, person: UUID, code: str) -> dict[str, Any]:
    async with database.writing() as driver:
        post = await fetch_one(driver, "select id from post where code = %(code)s", {"code": code})
        at = await numbers.now(driver)
    if post is None:
        raise PersonFault(f"there is no post “{code}”")
    ids = {"id": uuid4(), "person": person, "post": post["id"]}
    return {**ids, "charge": "substantive", "from_at": at, "to_at": None}


async def change_password(url: str, login: str, password: str) -> None:
    """Sets a person's password and ends every session of that person.

    Raises PersonFault, NotAnOffice, DatabaseAway.
    """
    async with _office(url) as (database, identity):
        person = await _person(database, login)
        change = OfficeChange("person.password-changed")
        change.set("person", {"id": person}, {}, password_hash=hash_password(password))
        _end_sessions(change, person)
        await change_office(database, identity, change)


async def allow(url: str, login: str, may_log_in: bool) -> None:
    """Shuts a person out, ending every session, or lets the person in again.

    Raises PersonFault, NotAnOffice, DatabaseAway.
    """
    async with _office(url) as (database, identity):
        person = await _person(database, login)
        change = OfficeChange("person.enabled" if may_log_in else "person.disabled")
        change.set("person", {"id": person}, {"disabled": not may_log_in})
        _end_sessions(change, person)
        await change_office(database, identity, change)


async def _person(database: Database, login: str) -> UUID:
    async with database.writing() as driver:
        row = await fetch_one(driver, "select id from person where login = %(login)s", {"login": login})
    if row is None:
        raise PersonFault(f"there is nobody with the log-in “{login}”")
    return row["id"]


def _end_sessions(change: OfficeChange, person: UUID) -> None:
    change.statements.append(("delete from login_session where person = %(person)s", {"person": person}))
